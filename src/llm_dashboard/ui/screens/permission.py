"""An agent asks whether it may use a tool: all that it would do, and the answers that it offers."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard.agents.events import OptionKind, PermissionAsked, PermissionOption
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Field
from llm_dashboard.ui.widgets.text_pane import TextLine, TextPane

KEYS = {
    OptionKind.ALLOW_ONCE: "y",
    OptionKind.ALLOW_ALWAYS: "a",
    OptionKind.REJECT_ONCE: "n",
    OptionKind.REJECT_ALWAYS: "N",
}
"""Of the first option of a kind; further ones have numbers."""
ROWS = 6
"""Of the pane at least where it is full, in a low terminal."""


class PermissionDialog(Dialog[PermissionOption | None]):
    """One of the options; None leaves the question open. Enter is no answer.

    It comes by itself: a key that is typed right then may have been meant for what was there.
    """

    DEAF = 0.5
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,down", "none", "Scroll", key_display="↑↓"),
        Binding("escape", "later", "Later: it waits", key_display="Esc"),
    ]

    def __init__(self, run: Run, asked: PermissionAsked, waiting: int) -> None:
        """`waiting`: how many questions are open, this one among them."""
        super().__init__()
        self.run_shown = run
        self.asked = asked
        self.options = dict(_keys(asked.options))
        """By their keys."""
        self.confirming = self.options
        record = run.record
        name = " ".join(filter(None, (record.label, record.achievement)))
        self.about = " · ".join(filter(None, (name, record.plan)))
        self.waiting = waiting
        self.is_gone = False
        """Whether the question was answered elsewhere, or its run has ended."""

    @property
    def heading(self) -> str:  # type: ignore[override]
        """What it is about, and how many more there are."""
        more = f" · 1 of {self.waiting}" if self.waiting > 1 else ""
        return f" {self.about}{more} "

    def body(self) -> Iterable[Widget]:
        """The question, what the tool would do, the answers."""
        yield Block(id="question")
        yield TextPane(id="detail")
        yield Block(id="answers")

    def on_mount(self) -> None:
        """Fill it in."""
        task = self.run_shown.record.task
        who = task.agent.title if task else "The agent"
        self.query_one("#question", Block).say((f"{who} asks to use ", (self.asked.tool, "strong")))
        pane = self.query_one(TextPane)
        lines = list(_toned(self.asked.detail or self.asked.argument))
        pane.display = bool(lines)
        pane.show(lines)
        pane.focus()
        self._fit()
        fields: list[Field] = [
            ("" if number else "Answer", (key, "key"), (option.name,))
            for number, (key, option) in enumerate(self.options.items())
        ]
        self.query_one("#answers", Block).say(fields=fields or [("Answer", NO_MARK, ("it offers none",))])

    def on_resize(self) -> None:
        """As much of the detail as there is room for."""
        if self.ready:
            self._fit()

    def _fit(self) -> None:
        pane = self.query_one(TextPane)
        pane.styles.height = min(len(pane.lines), max(ROWS, self.app.size.height - len(self.options) - 14))

    def on_key(self, event: events.Key) -> None:
        """The key of an option is that answer."""
        if option := self.options.get(event.character or ""):
            event.stop()
            self.dismiss(option)

    def count(self, waiting: int) -> None:
        """Say how many questions are open."""
        self.waiting = waiting
        if self.ready:
            self.query_one(".dialog").border_title = self.heading.strip()

    def withdraw(self) -> None:
        """Close: there is nothing to answer any more."""
        self.is_gone = True
        if self.is_current:
            self.dismiss(None)

    def action_later(self) -> None:
        """Leave it open."""
        self.dismiss(None)


def _keys(options: Iterable[PermissionOption]) -> Iterator[tuple[str, PermissionOption]]:
    taken: set[OptionKind] = set()
    number = 0
    for option in options:
        if option.kind not in taken:
            taken.add(option.kind)
            yield KEYS[option.kind], option
        elif number < 9:
            number += 1
            yield str(number), option


def _toned(detail: str) -> Iterator[TextLine]:
    """The lines, those of a difference in their tones."""
    is_change = False
    for line in detail.split("\n") if detail else ():
        is_change = is_change or line.startswith("--- ")
        tone = {"+": "good", "-": "bad", "@": "dim"}.get(line[:1], "normal") if is_change else "normal"
        yield line, tone

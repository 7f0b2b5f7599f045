"""Before the settings of a workspace have anything run: all that they say of it. Yes or no."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Field
from llm_dashboard.ui.widgets.scroll import Scroll


class AllowDialog(Dialog[bool]):
    """Yes or no to what a workspace would have run. Enter is no yes: it may have been meant for what was asked before.

    Nor is there a yes before the end was in sight: what is below the edge would be allowed unseen.
    """

    confirming = ("y",)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Allow it", key_display="y"),
        Binding("n,escape", "answer(False)", "Cancel", key_display="n"),
        Binding("down", "read_on", "Read to the end, then allow it", key_display="↓"),
        Binding("down", "none", "Scroll", key_display="↑↓"),
    ]
    heading = " What runs here "
    was_read = False
    """Whether its end was in sight."""

    def __init__(self, asking: Mapping[str, Sequence[str]], question: str) -> None:
        """`asking`: the lines of each key, safe to draw."""
        super().__init__()
        self.asking = asking
        self.question = question

    def body(self) -> Iterable[Widget]:
        """The question, and what it is about."""
        with Scroll(classes="scroll"):
            yield Block()

    def on_mount(self) -> None:
        """Fill it in."""
        fields: list[Field] = [
            ("" if number else key, NO_MARK, (line,))
            for key, lines in self.asking.items()
            for number, line in enumerate(lines)
        ]
        self.query_one(Block).say(((self.question, "strong"),), (), fields=fields)
        scroll = self.query_one(Scroll)
        scroll.focus()
        self.watch(scroll, "scroll_y", self._look, init=False)
        self.watch(scroll, "virtual_size", self._look_later, init=False)

    def on_resize(self) -> None:
        """A larger terminal may show all of it."""
        self._look_later()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The yes takes the place of reading on."""
        waits = action == "none" or (action == "answer" and True in parameters)
        if (waits and not self.was_read) or (action == "read_on" and self.was_read):
            return False
        return super().check_action(action, parameters)

    def why_not(self, key: str) -> str:
        """A yes waits for the end."""
        return "Read to the end first." if key in self.confirming else ""

    def action_read_on(self) -> None:
        """Show more of it."""
        self.query_one(Scroll).scroll_page_down()

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)

    def _look_later(self) -> None:
        """Look once it is laid out."""
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        scroll = self.query_one(Scroll)
        # Before it is laid out, it is shorter than its lines are many.
        is_there = scroll.virtual_size.height > sum(map(len, self.asking.values()))
        if not self.was_read and is_there and scroll.scroll_y >= scroll.max_scroll_y:
            self.was_read = True
            self.refresh_bindings()

"""Asks for the value of a setting: one of those that there are, or what is typed; and where it is to be written."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

import msgspec
from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from llm_dashboard.settings import Origin, Setting
from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import Block, Line
from llm_dashboard.ui.widgets.row_list import RowList


class Choice(msgspec.Struct, frozen=True):
    """One of several things that can be chosen."""

    value: str
    title: str
    note: str = ""


class ChoiceRows(RowList[Choice]):
    """The choices."""

    def identity(self, row: Choice) -> str:
        """The value."""
        return row.value

    def draw(self, row: Choice, width: int) -> Text:
        """The title, and what there is to say of it."""
        title = max(len(each.title) for each in self.rows) + 2
        return self.phrase(" ", fit(row.title, min(title, width - 1)), (fit(row.note, width - 1 - title), "dim"))


class ChoiceDialog(Dialog[str | None]):
    """Asks for one of several values; answers it, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Take it", key_display="⏎"),
        Binding("escape,b", "cancel", "Cancel", key_display="Esc"),
    ]

    def __init__(
        self,
        heading: str,
        question: str,
        choices: Sequence[Choice],
        current: str,
        preview: Callable[[str], object] = lambda value: None,
        sample: Line = (),
    ) -> None:
        """`preview` is called with each value that the cursor comes to, and in the end with `current` where none is taken.

        `sample` is shown below the choices, to see what becomes of it.
        """
        super().__init__()
        self.heading = f" {heading} "
        self.question = question
        self.choices = choices
        self.current = current
        self.preview = preview
        self.sample = sample

    def body(self) -> Iterable[Widget]:
        """The question, and the choices."""
        yield Block(id="question")
        yield ChoiceRows()
        if self.sample:
            yield Block(id="sample")

    def on_mount(self) -> None:
        """The cursor on the value that holds."""
        self.query_one("#question", Block).say((self.question,), ())
        if self.sample:
            self.query_one("#sample", Block).say((), self.sample)
        rows = self.query_one(ChoiceRows)
        rows.show(self.choices)
        rows.select(self.current)
        rows.focus()

    @on(ChoiceRows.Moved)
    def _moved(self) -> None:
        if (chosen := self.query_one(ChoiceRows).selected) and self.ready:
            self.preview(chosen.value)

    @on(ChoiceRows.Opened)
    def action_accept(self) -> None:
        """Take the one under the cursor."""
        if chosen := self.query_one(ChoiceRows).selected:
            self.dismiss(chosen.value)

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.preview(self.current)
        self.dismiss(None)


class ValueDialog(Dialog[str | None]):
    """Asks for a value that is typed; answers the text, which is allowed, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Take it", key_display="⏎", priority=True),
        Binding("escape", "cancel", "Cancel", key_display="Esc", priority=True),
    ]

    def __init__(self, setting: Setting, text: str, problem: Callable[[str], str]) -> None:
        """`problem` says what is wrong with a text, or nothing."""
        super().__init__()
        self.heading = f" {setting.title} "
        self.setting = setting
        self.text = text
        self.problem = problem

    def body(self) -> Iterable[Widget]:
        """The summary, the text, and what is allowed."""
        yield Block(id="question")
        yield Input(self.text, select_on_focus=False)
        yield Block(id="allowed")

    def on_mount(self) -> None:
        """Type at the end of the text."""
        self.query_one("#question", Block).say((self.setting.summary,), ())
        self.query_one(Input).focus()
        self._say()

    @on(Input.Changed)
    def _say(self) -> None:
        problem = self.problem(self.query_one(Input).value.strip())
        allowed = f"Allowed is {self.setting.allowed}."
        self.query_one("#allowed", Block).say(((allowed, "bad" if problem else "dim"),))

    def action_accept(self) -> None:
        """Close with the text, if it is allowed."""
        text = self.query_one(Input).value.strip()
        if not self.problem(text):
            self.dismiss(text)

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


def where_dialog(setting: Setting, text: str, user_file: str, workspace_file: str, origin: Origin) -> ChoiceDialog:
    """Asks in which file a value is to be written; the cursor is on the one that it stands in now."""
    choices = (
        Choice(Origin.USER, "for you, in all workspaces", user_file),
        Choice(Origin.WORKSPACE, "for all who use this workspace", workspace_file),
    )
    return ChoiceDialog(setting.title, f"{setting.title}: {text}. For whom?", choices, origin)

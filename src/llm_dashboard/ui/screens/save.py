"""Asks where a copy of a log is to be written."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from llm_dashboard.safe_text import plain
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import Block


class SaveDialog(Dialog[str | None]):
    """Answers a path as it was typed, or None."""

    heading = " Save the log as "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Save", key_display="⏎", priority=True),
        Binding("escape", "cancel", "Cancel", key_display="Esc", priority=True),
    ]

    def __init__(self, path: str, problem: str = "") -> None:
        super().__init__()
        self.path = path
        self.problem = problem
        """What went wrong with that path."""

    def body(self) -> Iterable[Widget]:
        """The path, and what is wrong with it."""
        yield Input(self.path, select_on_focus=False)
        yield Block()

    def on_mount(self) -> None:
        """Type at the end of the path."""
        self.query_one(Input).focus()
        if self.problem:
            self.query_one(Block).say(((plain(self.problem), "bad"),))
        else:
            self.query_one(Block).say((("Byte for byte, control sequences included. No file is overwritten.", "dim"),))

    def action_accept(self) -> None:
        """Close with the path."""
        if path := self.query_one(Input).value.strip():
            self.dismiss(path)

    def action_cancel(self) -> None:
        """Close without one."""
        self.dismiss(None)

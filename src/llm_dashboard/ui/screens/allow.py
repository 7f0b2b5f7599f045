"""Before the settings of a workspace have anything run: all that they say of it. Yes or no."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard.settings import FILE_NAME
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Field
from llm_dashboard.ui.widgets.scroll import Scroll

QUESTION = f"{FILE_NAME} of this workspace says what runs. Allow that, until the file changes?"


class AllowDialog(Dialog[bool]):
    """Yes or no to what a file would have run. Enter is no yes: it may have been meant for what was asked before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Allow it", key_display="y"),
        Binding("n,escape", "answer(False)", "Cancel", key_display="n"),
        Binding("down", "none", "Scroll", key_display="↑↓"),
    ]
    heading = " What runs here "

    def __init__(self, asking: Mapping[str, Sequence[str]], question: str = QUESTION) -> None:
        """`asking`: the lines of each key, safe to draw."""
        super().__init__()
        self.question = question
        self.asking = asking

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
        self.query_one(Scroll).focus()

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)

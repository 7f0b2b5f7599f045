"""Before something is changed on disk: what it will be. Yes or no."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Field
from llm_dashboard.ui.widgets.scroll import Scroll


class QuestionDialog(Dialog[bool]):
    """Yes or no to what the fields say."""

    confirming = ("y",)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", key_display="y"),
        Binding("n,escape", "answer(False)", "No", key_display="n"),
        Binding("down", "none", "Scroll", key_display="↑↓"),
    ]

    def __init__(self, heading: str, question: str, fields: Sequence[Field]) -> None:
        super().__init__()
        self.heading = f" {heading} "
        self.question = question
        self.fields = fields

    def body(self) -> Iterable[Widget]:
        """The question, and what it is about."""
        with Scroll(classes="scroll"):
            yield Block()

    def on_mount(self) -> None:
        """Fill it in."""
        self.query_one(Block).say(((self.question, "strong"),), (), fields=(*self.fields, ("", NO_MARK, ())))
        self.query_one(Scroll).focus()

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)

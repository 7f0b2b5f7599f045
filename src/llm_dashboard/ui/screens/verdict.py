"""A person's verdict on an achievement: approved, or to be fixed, with notes."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import TextArea

from llm_dashboard.plans.models import Achievement
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import Block


class VerdictDialog(Dialog[str | None]):
    """Asks for the notes of a verdict; answers them, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "accept", "Write it", key_display="^S", priority=True),
        Binding("escape", "cancel", "Cancel", key_display="Esc", priority=True),
    ]

    def __init__(
        self, achievement: Achievement, file_name: str, *, approve: bool, notes: str = "", wrong: str = ""
    ) -> None:
        super().__init__()
        self.achievement = achievement
        self.file_name = file_name
        self.approve = approve
        self.notes = notes
        self.wrong = wrong
        """Why the verdict could not be written with these notes."""
        self.heading = f" {'Approve' if approve else 'Ask for a fix of'} {achievement.id} "

    def body(self) -> Iterable[Widget]:
        """What is judged, and the notes."""
        yield Block(id="what")
        yield TextArea(self.notes, soft_wrap=True, show_line_numbers=False)
        yield Block(id="wrong")

    def on_mount(self) -> None:
        """Say what will be written."""
        wanted = "Notes (may stay empty):" if self.approve else "What must be fixed, one issue a line:"
        self.query_one("#what", Block).say(
            ((self.achievement.title, "strong"),), (("Writes  ", "dim"), self.file_name), (), (wanted,)
        )
        if self.wrong:
            self.query_one("#wrong", Block).say(((self.wrong, "bad"),))
        self.query_one(TextArea).focus()

    def action_accept(self) -> None:
        """Close with the notes; a fix needs at least one."""
        notes = self.query_one(TextArea).text.strip()
        if notes or self.approve:
            self.dismiss(notes)
        else:
            self.query_one("#wrong", Block).say((("Say what must be fixed.", "bad"),))

    def action_cancel(self) -> None:
        """Close without a verdict."""
        self.dismiss(None)

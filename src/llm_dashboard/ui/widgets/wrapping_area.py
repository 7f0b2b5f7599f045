"""A text area whose lines are wrapped for the width that it has."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import TextArea


class WrappingArea(TextArea):
    """Textual's wraps for a new width after it has drawn for it, and draws again only where the number of rows differs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Suspends here too. What Textual has on it is where the shell's line editor has it.
        Binding("ctrl+z", "app.suspend_process", show=False),
        Binding("ctrl+underscore", "undo", show=False),
    ]

    def on_resize(self) -> None:
        """Draw what is wrapped anew."""
        self.refresh()

"""A text area whose lines are wrapped for the width that it has."""

from textual.widgets import TextArea


class WrappingArea(TextArea):
    """Textual's wraps for a new width after it has drawn for it, and draws again only where the number of rows differs."""

    def on_resize(self) -> None:
        """Draw what is wrapped anew."""
        self.refresh()

"""Text to read: lines that wrap, each of one tone, drawn only where visible."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from llm_dashboard.ui.cells import wrap
from llm_dashboard.ui.widgets.toned import Toned

TextLine = tuple[str, str]
"""A line and its tone."""


class TextPane(ScrollView, Toned, can_focus=True):
    """A pane that scrolls, by letters too."""

    DEFAULT_CSS = "TextPane { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "First line", show=False),
        Binding("G", "scroll_end", "Last line", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.lines: Sequence[TextLine] = ()
        self.rows: list[TextLine] = []
        self._starts: list[int] = []
        self._width = -1

    def show(self, lines: Sequence[TextLine], *, top: int = 0) -> None:
        """Show those lines, with number `top`, counted from 0, as the first one."""
        self.lines = lines
        self._wrap(self.scrollable_content_region.width)
        row = self._starts[top] if top < len(self._starts) else 0
        self.scroll_to(y=row, animate=False, force=True)
        self.refresh()

    @property
    def top(self) -> int:
        """The number of the first line in sight, counted from 0."""
        row = round(self.scroll_offset.y)
        return max((number for number, start in enumerate(self._starts) if start <= row), default=0)

    def render_line(self, y: int) -> Strip:
        """One line of the viewport."""
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if number >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        text = self.phrase(self.rows[number])
        return Strip(text.render(self.app.console), None).adjust_cell_length(width).apply_style(self.rich_style)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew; the first line in sight stays."""
        width = self.scrollable_content_region.width
        if width != self._width:
            top = self.top
            self._wrap(width)
            if top < len(self._starts):
                self.scroll_to(y=self._starts[top], animate=False, force=True)

    def _wrap(self, width: int) -> None:
        self._width = width
        self.rows, self._starts = [], []
        for text, tone in self.lines:
            self._starts.append(len(self.rows))
            self.rows.extend((part, tone) for part in wrap(text, width))
        self.virtual_size = Size(width, len(self.rows))
        self.refresh()

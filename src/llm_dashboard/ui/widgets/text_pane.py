"""Text to read: lines that wrap, each of one tone."""

from collections.abc import Sequence

from rich.text import Text
from textual import events

from llm_dashboard.ui.cells import wrap
from llm_dashboard.ui.widgets.text_rows import TextRows

TextLine = tuple[str, str]
"""A line and its tone."""


class TextPane(TextRows):
    """A pane that wraps its lines, and anew where it gets another width."""

    DEFAULT_CSS = "TextPane { height: 1fr; }"

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

    @property
    def top(self) -> int:
        """The number of the first line in sight, counted from 0."""
        row = round(self.scroll_offset.y)
        return max((number for number, start in enumerate(self._starts) if start <= row), default=0)

    def row(self, number: int) -> Text:
        """A row in its tone."""
        return self.phrase(self.rows[number])

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
        self.set_rows([Text(part) for part, _ in self.rows])

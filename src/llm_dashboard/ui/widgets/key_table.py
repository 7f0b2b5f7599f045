"""Keys or symbols and what each is for, in groups; a text that is too long goes on below its own beginning."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Size
from textual.strip import Strip

from llm_dashboard.ui.widgets.toned import Toned

INDENT = 2
KEYS = 12
"""Cells of the keys, at least."""


class Row(NamedTuple):
    """A line of the table."""

    sign: str
    tone: str
    text: str


class KeyTable(Toned):
    """It is as high as it needs to be. Laid out once for each width, which a grid of Rich is not."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: Mapping[str, Sequence[Row]] = {}
        self._laid_out: dict[int, list[Text]] = {}

    def show(self, groups: Mapping[str, Sequence[Row]]) -> None:
        """Show those rows, each group below its name."""
        self.groups = groups
        self._laid_out.clear()
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines that it takes."""
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        """One of its lines."""
        width = self.content_size.width
        lines = self._lines(width)
        strip = Strip(lines[y].render(self.app.console)) if y < len(lines) else Strip([])
        return strip.adjust_cell_length(width).apply_style(self.rich_style)

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        self._laid_out.clear()

    def _lines(self, width: int) -> list[Text]:
        """The groups, a blank line between them, for so many cells."""
        if width not in self._laid_out:
            signs = max((cell_len(row.sign) for rows in self.groups.values() for row in rows), default=0)
            column = INDENT + max(KEYS, signs + 1)
            lines: list[Text] = []
            for name, rows in self.groups.items():
                lines += [*([Text()] if lines else []), self.phrase((name, "strong"))]
                for row in rows:
                    sign = self.phrase(" " * INDENT, (row.sign, row.tone), " " * (column - INDENT - cell_len(row.sign)))
                    text, room = Text(row.text), max(1, width - column)
                    for part in (text,) if text.cell_len <= room else text.wrap(self.app.console, room):
                        lines.append(self.phrase(sign, part))
                        sign = Text(" " * column)
            self._laid_out[width] = lines
        return self._laid_out[width]

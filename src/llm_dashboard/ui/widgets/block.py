"""Lines of text that wrap, and fields: a label, a mark or a key, and a value that wraps beside them."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from llm_dashboard.ui.widgets.toned import Toned

Line = tuple[tuple[str, str] | str, ...]
"""A line: plain strings, and pairs of text and tone."""
Field = tuple[str, tuple[str, str], Line]
"""A label, a mark with its tone, and the value."""
NO_MARK = ("", "dim")


class Block(Toned):
    """Lines, each a paragraph, then fields in three columns."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.lines: tuple[Line, ...] = ()
        self.fields: tuple[Field, ...] = ()

    def say(self, *lines: Line, fields: Iterable[Field] = ()) -> None:
        """Show those lines, and those fields below them."""
        self.lines = lines
        self.fields = tuple(fields)
        self.refresh(layout=True)

    def render(self) -> RenderableType:
        """The lines and the fields."""
        text = Text("\n").join(self.phrase(*line) for line in self.lines)
        text.no_wrap = False
        if not self.fields:
            return text
        grid = Table.grid(padding=0)
        grid.add_column(width=max(len(label) for label, _, _ in self.fields) + 2, no_wrap=True)
        if any(mark for _, (mark, _), _ in self.fields):
            grid.add_column(width=4, no_wrap=True)
        grid.add_column(overflow="fold")
        for label, mark, value in self.fields:
            cells = [self.phrase((label, "dim")), self.phrase(mark), self.phrase(*value)]
            cells[-1].no_wrap = False
            grid.add_row(*(cells if len(grid.columns) == 3 else (cells[0], cells[2])))
        return Group(text, grid) if self.lines else grid

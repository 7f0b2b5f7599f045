"""Lines of text that wrap, and fields: a label, a mark or a key, and a value that wraps beside them."""

from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual import events

from llm_dashboard.ui.cells import fit_path
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.widgets.toned import Toned, phrase

Line = tuple[tuple[str, str] | str, ...]
"""A line: plain strings, and pairs of text and tone."""
Field = tuple[str, tuple[str, str], Line]
"""A label, a mark with its tone, and the value."""
NO_MARK = ("", "dim")
PATH = "path"
"""The tone of a path that a field's value begins with."""
GAP, MARK = 2, 4
"""Cells behind the labels, and of a mark at least."""


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

    def on_click(self, event: events.Click) -> None:
        """A click on the line of a field whose mark is a key is that key."""
        keys = [mark for _, (mark, tone), _ in self.fields if tone == "key"]
        start = max((len(label) for label, _, _ in self.fields), default=0) + GAP
        drawn = self.render_line(event.y - self.gutter.top).text
        mark = drawn[start : start + mark_width(self.fields)].strip()
        if mark in keys:
            self.app.simulate_key(key_map_of(self).key_written(mark))

    def render(self) -> RenderableType:
        """The lines and the fields."""
        return arranged(self.palette, self.lines, self.fields)


class _Value:
    """The value of a field: it wraps, but for a path, which is cut in its middle to stand in one line with what follows it."""

    def __init__(self, palette: Mapping[str, Style], line: Line) -> None:
        self.palette, self.line = palette, line

    def text(self, width: int | None = None) -> Text:
        """The value, for so many cells."""
        first, *rest = self.line or ("",)
        if isinstance(first, tuple) and first[1] == PATH:
            path = first[0]
            if width is not None:
                room = width - sum(cell_len(piece if isinstance(piece, str) else piece[0]) for piece in rest)
                # Where what follows needs most of the line itself, it goes below.
                path = fit_path(path, room if room >= width // 3 else width)
            first = path
        text = phrase(self.palette, first, *rest)
        text.no_wrap = False
        return text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.text(options.max_width)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self.text())


def mark_width(fields: Iterable[Field]) -> int:
    """Cells that the marks of fields take; a key may have a long name."""
    return max(MARK, *(cell_len(mark) + 1 for _, (mark, _), _ in fields))


def arranged(palette: Mapping[str, Style], lines: Sequence[Line], fields: Sequence[Field]) -> RenderableType:
    """Lines, each a paragraph, then fields in three columns, with the styles of a palette."""
    text = Text("\n").join(phrase(palette, *line) for line in lines)
    text.no_wrap = False
    if not fields:
        return text
    grid = Table.grid(padding=0)
    grid.add_column(width=max(len(label) for label, _, _ in fields) + GAP, no_wrap=True)
    if any(mark for _, (mark, _), _ in fields):
        grid.add_column(width=mark_width(fields), no_wrap=True)
    grid.add_column(overflow="fold")
    for label, mark, value in fields:
        head = [phrase(palette, (label, "dim")), phrase(palette, mark)]
        grid.add_row(*head[: len(grid.columns) - 1], _Value(palette, value))
    return Group(text, grid) if lines else grid

"""Keys or symbols and what each is for, in groups; a text that is too long goes on below its own beginning."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

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
    """It is as high as it needs to be."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: Mapping[str, Sequence[Row]] = {}

    def show(self, groups: Mapping[str, Sequence[Row]]) -> None:
        """Show those rows, each group below its name."""
        self.groups = groups
        self.refresh(layout=True)

    def render(self) -> RenderableType:
        """The groups, a blank line between them."""
        widest = max((cell_len(row.sign) for rows in self.groups.values() for row in rows), default=0)
        parts: list[RenderableType] = []
        for name, rows in self.groups.items():
            grid = Table.grid(padding=0)
            grid.add_column(width=INDENT + max(KEYS, widest + 1), no_wrap=True)
            grid.add_column()
            for row in rows:
                grid.add_row(self.phrase(" " * INDENT, (row.sign, row.tone)), Text(row.text))
            parts += [*([Text()] if parts else []), Text(name, self.tone("strong")), grid]
        return Group(*parts)

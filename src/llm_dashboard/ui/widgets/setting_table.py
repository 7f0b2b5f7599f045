"""The list of settings: what each is called, its value, and who says so."""

import msgspec
from rich.text import Text

from llm_dashboard.settings import Origin
from llm_dashboard.ui.cells import fit, fit_middle
from llm_dashboard.ui.widgets.row_list import RowList

TITLE = 22
"""Columns of what a setting is called, at most."""
ORIGIN = 11
"""Columns of who says so."""


class SettingRow(msgspec.Struct, frozen=True):
    """A setting, or the name of a group of them. All of it is safe to draw."""

    key: str
    """Empty for a group."""
    title: str
    value: str = ""
    origin: Origin = Origin.DEFAULT
    is_wrong: bool = False


class SettingTable(RowList[SettingRow]):
    """Settings in groups."""

    def identity(self, row: SettingRow) -> str:
        """The key."""
        return row.key or row.title

    def selectable(self, row: SettingRow) -> bool:
        """Groups are not."""
        return bool(row.key)

    def draw(self, row: SettingRow, width: int) -> Text:
        """One line."""
        if not row.key:
            return self.phrase((fit(f" {row.title}", width), "strong"))
        cut = fit if row.is_wrong else fit_middle
        is_default = row.origin is Origin.DEFAULT
        title = min(TITLE, width // 3)
        return self.phrase(
            "   ",
            fit(row.title, title),
            "  ",
            (cut(row.value, width - 3 - title - 4 - ORIGIN - 1), "normal" if is_default else "strong"),
            "  ",
            (fit("! wrong", ORIGIN), "bad")
            if row.is_wrong
            else (fit(row.origin, ORIGIN), "dim" if is_default else "accent"),
        )

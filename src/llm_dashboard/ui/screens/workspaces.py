"""The workspaces that are open: what each needs, and the way there."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import USER_FILE
from llm_dashboard.ui.cells import fit, fit_middle, fit_right
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.session import WorkspaceRow
from llm_dashboard.ui.widgets.block import Block
from llm_dashboard.ui.widgets.row_list import RowList


class WorkspaceList(RowList[WorkspaceRow]):
    """The workspaces."""

    def identity(self, row: WorkspaceRow) -> str:
        """The folder."""
        return row.path

    def draw(self, row: WorkspaceRow, width: int) -> Text:
        """Name, folder, plans, what runs and what needs a person."""
        plans = "being read" if row.plans is None else count(row.plans, "plan")
        name = min(24, max(len(each.name) for each in self.rows))
        path = width - 3 - name - 2 - 12 - 13 - 14 - 1
        return self.phrase(
            (" › " if row.shown else "   ", "accent"),
            (fit(row.name, name), "strong"),
            "  ",
            (fit_middle(plain(row.path), path), "dim"),
            fit_right(plans, 12),
            (fit_right(f"▶ {row.live} running" if row.live else "", 13), "live"),
            (
                fit_right(f"{row.waiting:,} need{'s' if row.waiting == 1 else ''} you" if row.waiting else "", 14),
                "wait",
            ),
        )


class WorkspacesDialog(Dialog[str | None]):
    """Asks where to go; answers the folder, or None."""

    heading = " Workspaces "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Go there", key_display="⏎"),
        Binding("escape,b,W", "cancel", "Stay", key_display="Esc"),
    ]

    def __init__(self, rows: Sequence[WorkspaceRow]) -> None:
        super().__init__()
        self.rows = rows

    def body(self) -> Iterable[Widget]:
        """The workspaces, and how to have more of them."""
        yield WorkspaceList()
        yield Block()

    def on_mount(self) -> None:
        """The cursor on the first other one."""
        choices = self.query_one(WorkspaceList)
        choices.show(self.rows)
        if other := next((row for row in self.rows if not row.shown), None):
            choices.select(other.path)
        choices.focus()
        key = key_map_of(self).shown("open-folder")
        more = f"{key}, in the list of plans, opens another folder. Always open: workspaces = […] in {USER_FILE}."
        self.query_one(Block).say((), ((more, "dim"),))

    @on(WorkspaceList.Opened)
    def action_accept(self) -> None:
        """Go to the one under the cursor."""
        if chosen := self.query_one(WorkspaceList).selected:
            self.dismiss(chosen.path)

    def action_cancel(self) -> None:
        """Stay."""
        self.dismiss(None)

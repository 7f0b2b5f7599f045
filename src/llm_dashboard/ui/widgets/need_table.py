"""The table of what waits for a person."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from llm_dashboard import measures
from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.runs.needs import Need, NeedKind
from llm_dashboard.ui.cells import fit, fit_middle
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.marks import NEED, RUN
from llm_dashboard.ui.matching import Pattern
from llm_dashboard.ui.widgets.row_list import RowList

ACTIONS_FOR = {
    NeedKind.LOST: "again",
    NeedKind.FAILED: "again",
    NeedKind.FIX: "execute-next",
    NeedKind.REVIEW: "review",
}
"""What to do about each of them."""


class NeedTable(RowList[Need]):
    """Reviews, fixes and runs: what it is, which achievement of which plan, and the key that helps."""

    _longest = 0
    """Cells of the longest name of a plan."""

    def show(self, rows: Sequence[Need], pattern: Pattern | None = None) -> None:
        """Replace the rows; the column of the plans is as wide as they need it."""
        self._longest = max((cell_len(each.plan) for each in rows), default=0)
        super().show(rows, pattern)

    def identity(self, row: Need) -> str:
        """The run, or the achievement."""
        return f"{row.run or row.achievement} {row.plan_file}"

    def draw(self, row: Need, width: int) -> Text:
        """One line."""
        mark = RUN[WorkflowState.RUNNING] if row.live else NEED[row.kind]
        plan = min(self._longest, 40, max(16, (width - 26) // 2))
        what = f"{row.achievement or ''}  {row.title}"
        since = f" {measures.date_and_time(row.since)}" if row.since else ""
        return self.phrase(
            "   ",
            (fit(key_map_of(self).shown(ACTIONS_FOR[row.kind]), 3), "key"),
            (f"{mark.symbol} {fit(mark.word, 11)}", mark.tone),
            self.marked(fit_middle(row.plan, plan)),
            "  ",
            self.marked(fit(what, width - 3 - 3 - 13 - plan - 2 - len(since) - 1)),
            (since, "dim"),
        )

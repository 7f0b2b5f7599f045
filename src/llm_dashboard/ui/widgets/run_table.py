"""The table of runs."""

from rich.text import Text

from llm_dashboard import measures
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.cells import fit, fit_right
from llm_dashboard.ui.marks import RUN
from llm_dashboard.ui.widgets.row_list import RowList


class RunTable(RowList[Run]):
    """Runs: when, what, for which plan, how long, how it ended."""

    def identity(self, row: Run) -> str:
        """The run's id."""
        return row.id

    def draw(self, row: Run, width: int) -> Text:
        """One line; the time is the local one."""
        record, mark = row.record, RUN[row.state]
        began = measures.date_and_time(record.started_at or record.requested_at)
        what = f"{record.label} {record.achievement or ''}"
        took = measures.duration(row.result.duration) if row.result else "–"
        plan = width - 3 - 18 - 17 - 10 - 2 - 12
        return self.phrase(
            "   ",
            (fit(began, 18), "dim"),
            self.marked(fit(what, 17), "strong"),
            self.marked(fit(record.plan or record.summary, plan)),
            (fit_right(took, 10), "dim"),
            "  ",
            (fit(f"{mark.symbol} {mark.word}", 12), mark.tone),
        )

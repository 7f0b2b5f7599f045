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

    def heading(self, width: int) -> Text:
        """The names of the columns."""
        names = (
            "   ",
            fit("Began", 18),
            fit("Run", 17),
            fit("Plan", _plan(width)),
            fit_right("Time", 10),
            "  State",
        )
        return self.phrase((fit("".join(names), width), "dim"))

    def draw(self, row: Run, width: int) -> Text:
        """One line; the time is the local one."""
        record, mark = row.record, RUN[row.state]
        began = measures.date_and_time(record.started_at or record.requested_at)
        what = f"{record.label} {record.achievement or ''}"
        took = measures.duration(row.result.duration) if row.result else "–"
        return self.phrase(
            "   ",
            (fit(began, 18), "dim"),
            self.marked(fit(what, 17), "strong"),
            self.marked(fit(record.plan or record.summary, _plan(width))),
            (fit_right(took, 10), "dim"),
            "  ",
            (fit(f"{mark.symbol} {mark.word}", 12), mark.tone),
        )


def _plan(width: int) -> int:
    """Cells for the name of the plan."""
    return max(8, width - 3 - 18 - 17 - 10 - 2 - 12)

"""The runs of a batch, live: where each stands, since when it is silent, and the last line of its log."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from rich.text import Text

from llm_dashboard import measures
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.ui.cells import fit, fit_right
from llm_dashboard.ui.marks import RUN
from llm_dashboard.ui.widgets.row_list import RowList

SILENT = 10.0
"""Seconds without output from which on they are shown."""


class BatchRow(NamedTuple):
    """A run, and the last line of its log."""

    run: Run
    last_line: str


class BatchTable(RowList[BatchRow]):
    """One line for each run."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now

    def identity(self, row: BatchRow) -> str:
        """The run's id."""
        return row.run.id

    def draw(self, row: BatchRow, width: int) -> Text:
        """State, what it does, its time, its silence, and its last line; of an ended one the reason for its end."""
        run, mark = row.run, RUN[row.run.state]
        what = f"{run.record.label} {run.record.achievement or ''}"
        said = run.result.failure.message if run.result and run.result.failure else row.last_line
        if run.state is WorkflowState.PENDING:
            said = "waits for its turn"
        silent = self._silent(run)
        return self.phrase(
            " ",
            (fit(f"{mark.symbol} {mark.word}", 13), mark.tone),
            (fit(what, 17), "strong"),
            (fit_right(self._time(run), 8), "dim"),
            "  ",
            (fit(silent, len(silent) + 2), "wait") if silent else "",
            (fit(said, max(0, width - 42 - (len(silent) + 2 if silent else 0))), "normal" if run.result else "dim"),
        )

    def _time(self, run: Run) -> str:
        if run.result:
            return measures.duration(run.result.duration)
        return measures.clock(self._since(run.record.started_at)) if run.record.started_at else "–"

    def _silent(self, run: Run) -> str:
        if run.state is not WorkflowState.RUNNING:
            return ""
        seconds = self._since(run.output_at or run.record.started_at)
        return f"silent {measures.clock(seconds)}" if seconds >= SILENT else ""

    def _since(self, moment: str | None) -> float:
        began = measures.moment(moment)
        return (self.now() - began).total_seconds() if began else 0.0

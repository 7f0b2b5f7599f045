"""A run, live: almost all of the screen is its log."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from llm_dashboard import measures
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.marks import RUN
from llm_dashboard.ui.messages import ResultReached, RunChanged, StopRequested
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.hint import Hint
from llm_dashboard.ui.widgets.log_view import LogFile, LogView


class RunnerScreen(DashboardScreen):
    """The log of one run, with its limits and its state."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("stop", "follow", "result", "leave", "help", "quit")]

    def __init__(self, run: Run, log: LogFile, now: Callable[[], datetime], *, stay: bool = False) -> None:
        super().__init__()
        self.run_shown = run
        self.log_file = log
        self.now = now
        self.stay = stay
        """Whether the log stays on the screen when the run has ended."""
        self.stopping = False

    def body(self) -> Iterable[Widget]:
        """The log, and a line about it."""
        yield LogView(self.log_file)
        yield Rule()
        yield Hint(id="hint")

    def on_mount(self) -> None:
        """Count the seconds while it runs."""
        self.query_one(LogView).focus()
        self.set_interval(1.0, self._clock)
        self._title()
        self._status()

    @on(RunChanged)
    def _run_changed(self, message: RunChanged) -> None:
        if message.run.id != self.run_shown.id:
            return
        self.run_shown = message.run
        self.query_one(LogView).catch_up()
        self._title()
        self._status()
        if message.run.state.is_final:
            self.refresh_bindings()
            if not self.stay and self.is_current:
                self.post_message(ResultReached(message.run.id))

    @on(LogView.Changed)
    def _log_changed(self) -> None:
        self._status()

    def action_stop(self) -> None:
        """Stop the run; the second time without grace."""
        self.post_message(StopRequested(self.run_shown.id, now=self.stopping))
        self.stopping = True
        self._status()

    def action_follow(self) -> None:
        """To the end of the log."""
        self.query_one(LogView).follow()

    def action_result(self) -> None:
        """To the result of the ended run."""
        self.post_message(ResultReached(self.run_shown.id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What has ended cannot be stopped; what has not has no result."""
        if action == "stop":
            return not self.run_shown.state.is_final
        if action == "result":
            return self.run_shown.state.is_final
        return True

    def _clock(self) -> None:
        if not self.run_shown.state.is_final:
            self._title()

    def _title(self) -> None:
        run, record = self.run_shown, self.run_shown.record
        what = f"{record.workflow} {record.achievement}" if record.achievement else str(record.workflow)
        mark = RUN[run.state]
        facts = [(f"{mark.symbol} {mark.word}", mark.tone)]
        if run.result is not None:
            facts.append((measures.duration(run.result.duration), "normal"))
        elif record.started_at:
            elapsed = (self.now() - datetime.fromisoformat(record.started_at)).total_seconds()
            facts.append((measures.clock(elapsed), "normal"))
        if record.limits.wall:
            facts.append((f"limit {measures.duration(record.limits.wall)}", "dim"))
        self.title_line(tuple(part for part in (record.plan, what) if part), *facts)

    def _status(self) -> None:
        view = self.query_one(LogView)
        hint = self.query_one(Hint)
        if self.stopping and not self.run_shown.state.is_final:
            hint.say(
                ("Stopping: waiting for its processes to end. ", "wait"), ("x", "key"), (" ends them at once", "dim")
            )
            return
        lines = len(view.file)
        parts: list[tuple[str, str] | str] = [
            measures.count(lines, "line"),
            "   ",
            (measures.size(view.file.size), "dim"),
            "   ",
        ]
        if lines == 0 and not self.run_shown.state.is_final:
            hint.say(("no output yet", "dim"))
            return
        parts.append(
            ("following", "live") if view.following else (f"{measures.count(view.below, 'line')} below", "wait")
        )
        hint.say(*parts)

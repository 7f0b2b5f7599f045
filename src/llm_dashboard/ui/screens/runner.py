"""A run, live: almost all of the screen is its log."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from llm_dashboard import measures
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.marks import RUN
from llm_dashboard.ui.messages import (
    MoreTimeRequested,
    QuestionsWanted,
    ResultReached,
    RunChanged,
    RunOpened,
    RunWritten,
    StopRequested,
)
from llm_dashboard.ui.screens.log import LOG_ACTIONS, LogScreen
from llm_dashboard.ui.widgets.batch_table import SILENT
from llm_dashboard.workflows.models import Limits

NEAR = 0.2
"""The last part of a limit, in which the time that is left is shown instead of the limit."""


class RunnerScreen(LogScreen):
    """The log of one run, with its limits and its state."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("stop", "extend", "result", "next-run", *LOG_ACTIONS, "leave", "help", "quit")
    ]

    def __init__(
        self,
        run: Run,
        log: RunLog,
        now: Callable[[], datetime],
        runs: Mapping[str, Run],
        asking: Collection[str] = (),
        *,
        stay: bool = False,
    ) -> None:
        super().__init__(log)
        self.run_shown = run
        self.runs = runs
        """Every run that the app knows, by id."""
        self.asking = asking
        """The ids of those whose agents wait for an answer, as they are now."""
        self.now = now
        self.stay = stay
        """Whether the log stays on the screen when the run has ended."""
        self.stopping = False

    def on_mount(self) -> None:
        """Count the seconds while it runs."""
        self.set_interval(1.0, self._clock)
        self._title()
        self.say()
        self.post_message(QuestionsWanted(self.run_shown.id, anew=True))

    @on(RunWritten)
    def _run_wrote(self, message: RunWritten) -> None:
        if message.run.id == self.run_shown.id and not self.run_shown.state.is_final:
            self.run_shown = message.run
            self.catch_up()

    @on(RunChanged)
    def _run_changed(self, message: RunChanged) -> None:
        if message.run.id != self.run_shown.id:
            return
        self.run_shown = message.run
        self.catch_up()
        self._title()
        self.say()
        if message.run.state.is_final:
            self.refresh_bindings()
            self._show_end()

    def catch_up(self) -> None:
        """Read what was written since."""
        self.view.catch_up()

    def shows(self, run_id: str) -> bool:
        """Whether it is this run."""
        return run_id == self.run_shown.id

    def on_screen_resume(self) -> None:
        """A run that ended behind a dialog shows its result when the dialog is gone, one that asks its question."""
        self._show_end()
        self.post_message(QuestionsWanted(self.run_shown.id, anew=False))

    def _show_end(self) -> None:
        if self.run_shown.state.is_final and not self.stay and self.app.screen is self:
            self.post_message(ResultReached(self.run_shown.id))

    def action_stop(self) -> None:
        """Stop the run; the second time without grace."""
        self.post_message(StopRequested(self.run_shown.id, now=self.stopping))
        self.stopping = True
        self.say()

    def action_extend(self) -> None:
        """More time for the run."""
        self.post_message(MoreTimeRequested(self.run_shown.id))

    def action_next_run(self) -> None:
        """To the next live run."""
        self.post_message(RunOpened(self._next_live(), instead=True))

    def _next_live(self) -> str:
        live = sorted(run.id for run in self.runs.values() if not run.state.is_final or run.id == self.run_shown.id)
        return live[(live.index(self.run_shown.id) + 1) % len(live)] if self.run_shown.id in live else self.run_shown.id

    def action_result(self) -> None:
        """To the result of the ended run."""
        self.post_message(ResultReached(self.run_shown.id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What has ended cannot be stopped nor given more time; what has not has no result."""
        if action in ("stop", "extend") and self.run_shown.state.is_final:
            return False
        if action == "next_run" and self._next_live() == self.run_shown.id:
            return False
        if action == "result" and not self.run_shown.state.is_final:
            return False
        return super().check_action(action, parameters)

    def _clock(self) -> None:
        if not self.run_shown.state.is_final:
            self._title()

    def _title(self) -> None:
        run, record = self.run_shown, self.run_shown.record
        what = f"{record.label} {record.achievement}" if record.achievement else record.label
        mark = RUN[run.state]
        facts = [(f"{mark.symbol} {mark.word}", mark.tone)]
        if run.result is not None:
            facts.append((measures.duration(run.result.duration), "normal"))
        elif record.started_at:
            elapsed, silent = self._since(record.started_at), self._since(run.output_at or record.started_at)
            facts.append((measures.clock(elapsed), "normal"))
            if run.id in self.asking:
                facts.append((f"◆ asks you, {key_map_of(self).shown('last-run')} answers", "wait"))
            else:
                facts += _limits(record.limits, elapsed, silent)
        self.title_line((*self.workspace_crumb, *(part for part in (record.plan, what) if part)), *facts)

    def _since(self, moment: str) -> float:
        began = measures.moment(moment)
        return (self.now() - began).total_seconds() if began else 0.0

    def say(self) -> None:
        """The line about the log, or what is going on where it has nothing to say."""
        is_live = not self.run_shown.state.is_final
        key = key_map_of(self).shown("stop")
        if self.stopping and is_live:
            self.hint.say(
                ("Stopping: waiting for its processes to end. ", "wait"), (key, "key"), (" ends them at once", "dim")
            )
        elif self.run_shown.state is WorkflowState.PENDING:
            self.hint.say((f"It waits until one of the others has ended; {key} takes it out.", "dim"))
        elif is_live and not len(self.view.file):
            self.hint.say(("no output yet", "dim"))
        else:
            super().say()


def _limits(limits: Limits, elapsed: float, silent: float) -> list[tuple[str, str]]:
    """The limits of a run, in seconds, as facts: what counts against the silent one is shown once it counts."""
    facts = []
    if limits.idle and silent >= SILENT:
        left = max(0.0, limits.idle - silent)
        facts.append((f"silent {measures.clock(silent)}, stops in {measures.clock(left)}", "wait"))
    if limits.wall:
        near = limits.wall - elapsed < limits.wall * NEAR
        left = max(0.0, limits.wall - elapsed)
        text = f"stops in {measures.clock(left)}" if near else f"limit {measures.duration(limits.wall)}"
        facts.append((text, "wait" if near else "dim"))
    return facts

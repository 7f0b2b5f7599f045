"""All runs of the workspace: live ones first, then the newest."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.marks import RUN
from llm_dashboard.ui.messages import RunAgainRequested, RunChanged, RunOpened, RunsChanged, RunWritten, StopRequested
from llm_dashboard.ui.screens.base import ListScreen
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.filter import Filter
from llm_dashboard.ui.widgets.hint import Heading, Hint
from llm_dashboard.ui.widgets.run_pane import RunPane
from llm_dashboard.ui.widgets.run_table import RunTable


class HistoryScreen(ListScreen):
    """The table of runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("open", "again", "stop", "filter", "whole-log", "step-back", "back", "help", "quit")
    ]

    def __init__(
        self,
        workspace_name: str,
        runs: dict[str, Run],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.now = now
        self.workspace_name = workspace_name
        self.runs = runs
        self.stopping: set[str] = set()

    def body(self) -> Iterable[Widget]:
        """The table, and of the selected run what it was for, or where there is room how it stands and what it said last."""
        with Container(classes="sides"):
            with Container(classes="side"):
                yield Heading()
                yield RunTable()
            yield RunPane(self.now, nothing=())
        yield Rule()
        yield Filter("words of plan, workflow, state, date: failed subplan")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        """Show the runs."""
        self.query_one(RunTable).focus()
        self.load()

    @on(RunChanged)
    @on(RunsChanged)
    def _run_changed(self) -> None:
        self.load()

    @on(RunWritten)
    def _run_wrote(self, message: RunWritten) -> None:
        self.query_one(RunPane).wrote(message.run)

    @on(RunTable.Moved)
    def _moved(self) -> None:
        self.refresh_bindings()
        run = self.query_one(RunTable).selected
        self.query_one(RunPane).show(run)
        hint = self.query_one(Hint)
        if run is None:
            hint.say(("Nothing matches. Escape shows all." if self.runs else "Nothing has run here yet.", "dim"))
        elif run.result and run.result.failure:
            hint.say((run.result.failure.message, "normal"))
        else:
            hint.say((run.record.summary, "dim"))

    @on(RunTable.Opened)
    def action_open(self) -> None:
        """Open the selected run."""
        if run := self.query_one(RunTable).selected:
            self.post_message(RunOpened(run.id))

    def the_list(self) -> Widget:
        """The table of runs."""
        return self.query_one(RunTable)

    def action_log(self) -> None:
        """Show the log of the selected run."""
        if run := self.query_one(RunTable).selected:
            self.post_message(RunOpened(run.id, log=True))

    def action_again(self) -> None:
        """Run the selected one again."""
        if run := self.query_one(RunTable).selected:
            self.post_message(RunAgainRequested(run.id))

    def action_stop(self) -> None:
        """Stop the selected run; the second time without grace."""
        if run := self.query_one(RunTable).selected:
            self.post_message(StopRequested(run.id, now=run.id in self.stopping))
            self.stopping.add(run.id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What lives can be stopped, what has ended can be run again."""
        if action in ("again", "stop"):
            run = self.query_one(RunTable).selected if self.is_mounted else None
            return run is not None and run.state.is_final == (action == "again")
        if action == "log":
            return self.is_mounted and self.query_one(RunTable).selected is not None
        return super().check_action(action, parameters)

    def load(self) -> None:
        """Show the runs that fit the filter."""
        everything = sorted(self.runs.values(), key=lambda run: run.record.requested_at, reverse=True)
        everything.sort(key=lambda run: run.state.is_final)
        runs = self.filter.found(everything, _words)
        self.query_one(RunTable).show(runs, self.filter.pattern)
        live = sum(not run.state.is_final for run in self.runs.values())
        shown = count(len(self.runs), "run") if len(runs) == len(self.runs) else f"{len(runs)} of {len(self.runs)} runs"
        facts = [(shown, "normal")]
        if live:
            facts.append((f"▶ {live} running", "live"))
        self.title_line((self.workspace_name, "runs"), *facts)
        self.refresh_bindings()


def _words(run: Run) -> tuple[str, ...]:
    record = run.record
    return (record.plan or "", record.label, record.requested, record.achievement or "", RUN[run.state].word, run.id)

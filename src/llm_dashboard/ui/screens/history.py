"""All runs of the workspace: live ones first, then the newest."""

from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from llm_dashboard.agents.meters import used
from llm_dashboard.agents.models import Meters
from llm_dashboard.measures import count
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.copyables import Copyable, of_run
from llm_dashboard.ui.latest_runs import going
from llm_dashboard.ui.marks import RUN
from llm_dashboard.ui.matching import STEP, Search
from llm_dashboard.ui.messages import RunAgainRequested, RunChanged, RunOpened, RunsChanged, RunWritten, StopRequested
from llm_dashboard.ui.openables import Openable, openables_of_run
from llm_dashboard.ui.screens.base import ListScreen
from llm_dashboard.ui.slices import Steps
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.filter import Filter
from llm_dashboard.ui.widgets.hint import Heading, Hint
from llm_dashboard.ui.widgets.run_pane import RunPane
from llm_dashboard.ui.widgets.run_table import RunTable


class HistoryScreen(ListScreen):
    """The table of runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            "open",
            "again",
            "stop",
            "filter",
            "whole-log",
            "step-back",
            "open-file",
            "copy-menu",
            "back",
            "help",
            "quit",
        )
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
        self._search: Search[Run] | None = None
        """Finds among the runs in their order; None where they must be put in order first."""
        self._is_stale = False
        """Whether what is being loaded was true before."""

    def body(self) -> Iterable[Widget]:
        """The table, and of the selected run what it was for, or where there is room how it stands and what it said last."""
        with Container(classes="sides"):
            with Container(classes="side"):
                yield Heading()
                yield RunTable()
            yield RunPane(self.now)
        yield Rule()
        yield Filter("words of plan, workflow, state, date: failed subplan")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        """Show the runs."""
        self.query_one(RunTable).focus()
        self.load()

    def on_resize(self) -> None:
        """Say below the list what the pane does not say, once it is known whether there is one."""
        self.call_after_refresh(self._moved)

    @on(RunChanged)
    @on(RunsChanged)
    def _run_changed(self) -> None:
        self._is_stale = True
        # Begun anew at each change, it would never come to its end where changes come thick and fast.
        if not self.is_loading:
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
        elif run.result and run.result.failure and not self.query_one(RunPane).display:
            hint.say((run.result.failure.message, "normal"))
        else:
            hint.say((run.record.summary, "dim"))

    @on(RunTable.Opened)
    def action_open(self) -> None:
        """Open the selected run."""
        if run := self.query_one(RunTable).selected:
            self.post_message(RunOpened(run.id))

    def copyables(self) -> Sequence[Copyable]:
        """Of the selected run."""
        run = self.query_one(RunTable).selected
        return of_run(run) if run else ()

    def openables(self) -> Sequence[Openable]:
        """Of the selected run."""
        run = self.query_one(RunTable).selected
        return openables_of_run(run) if run else ()

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
        if action in ("open", "log"):
            has_run = self.is_mounted and self.query_one(RunTable).selected is not None
            return has_run or (None if action == "open" else False)
        return super().check_action(action, parameters)

    def load(self) -> None:
        """Show the runs that fit the filter: at once where there are few, else as soon as they are found."""
        self.work_through(self._load())

    def _load(self) -> Steps:
        yield from self._find()
        # What has changed meanwhile is shown next.
        while self._is_stale:
            yield from self._find()

    def _find(self) -> Steps:
        if self._is_stale or self._search is None:
            # A key may end this at any pause: what was found in the old order is no answer then.
            self._is_stale, self._search = False, None
            self._search = Search((yield from _ordered(list(self.runs.values()))), _words)
        pattern = self.filter.pattern
        runs = yield from self._search.steps(pattern)
        meters = yield from _used(runs)
        self.query_one(RunTable).show(runs, pattern)
        shown = count(len(self.runs), "run") if len(runs) == len(self.runs) else f"{len(runs)} of {len(self.runs)} runs"
        facts = [(shown, "normal")]
        if meters.tokens or meters.cost is not None:
            facts.append((f"agents {used(meters)}", "dim"))
        self.title_line((self.workspace_name, "runs"), *facts, *going(self.runs.values()))
        self.refresh_bindings()


def _ordered(runs: Sequence[Run]) -> Generator[None, None, Sequence[Run]]:
    """Live ones first, then the newest. It yields after each `STEP` of them."""
    keys: list[str] = []
    for number, run in enumerate(runs):
        keys.append(f"{int(not run.state.is_final)}{run.record.requested_at}")
        if number % STEP == 0:
            yield
    return [runs[number] for number in sorted(range(len(runs)), key=keys.__getitem__, reverse=True)]


def _used(runs: Sequence[Run]) -> Generator[None, None, Meters]:
    """What agents have used in those of the runs that have ended. It yields after each `STEP` of them."""
    total = Meters()
    for number, run in enumerate(runs):
        if run.result and run.result.agent:
            total = total.plus(run.result.agent.meters)
        if number % STEP == 0:
            yield
    return total


def _words(run: Run) -> tuple[str, ...]:
    record = run.record
    return (record.plan or "", record.label, record.requested, record.achievement or "", RUN[run.state].word, run.id)

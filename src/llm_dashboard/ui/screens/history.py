"""All runs of the workspace: live ones first, then the newest."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.messages import RunChanged, RunOpened
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.hint import Hint
from llm_dashboard.ui.widgets.run_table import RunTable


class HistoryScreen(DashboardScreen):
    """The table of runs."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("open", "back", "help", "quit")]

    def __init__(self, workspace_name: str, runs: dict[str, Run]) -> None:
        super().__init__()
        self.workspace_name = workspace_name
        self.runs = runs

    def body(self) -> Iterable[Widget]:
        """The table, and the command of the selected run."""
        yield RunTable()
        yield Rule()
        yield Hint(id="hint")

    def on_mount(self) -> None:
        """Show the runs."""
        self.query_one(RunTable).focus()
        self._load()

    @on(RunChanged)
    def _run_changed(self) -> None:
        self._load()

    @on(RunTable.Moved)
    def _moved(self) -> None:
        run = self.query_one(RunTable).selected
        hint = self.query_one(Hint)
        if run is None:
            hint.say(("Nothing has run here yet.", "dim"))
        elif run.result and run.result.failure:
            hint.say((run.result.failure.message, "normal"))
        else:
            hint.say((run.record.summary, "dim"))

    @on(RunTable.Opened)
    def action_open(self) -> None:
        """Open the selected run."""
        if run := self.query_one(RunTable).selected:
            self.post_message(RunOpened(run.id))

    def _load(self) -> None:
        runs = sorted(self.runs.values(), key=lambda run: run.id, reverse=True)
        runs.sort(key=lambda run: run.state.is_final)
        self.query_one(RunTable).show(runs)
        live = sum(not run.state.is_final for run in runs)
        facts = [(count(len(runs), "run"), "normal")]
        if live:
            facts.append((f"▶ {live} running", "live"))
        self.title_line((self.workspace_name, "runs"), *facts)

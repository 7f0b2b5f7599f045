"""What waits for a person, over all plans of the workspace."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.plans.models import WorkspaceState
from llm_dashboard.runs.models import Run
from llm_dashboard.runs.needs import Need, NeedKind, needs
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.marks import NEED
from llm_dashboard.ui.matching import Search
from llm_dashboard.ui.messages import (
    AchievementOpened,
    ReviewRequested,
    RunAgainRequested,
    RunChanged,
    RunOpened,
    RunsChanged,
    WorkflowRequested,
    WorkspaceChanged,
)
from llm_dashboard.ui.screens.base import ListScreen
from llm_dashboard.ui.slices import Steps
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.filter import Filter
from llm_dashboard.ui.widgets.hint import Hint
from llm_dashboard.ui.widgets.need_table import NeedTable
from llm_dashboard.workflows.models import WorkflowType


class NeedsScreen(ListScreen):
    """The table of what waits, the most urgent first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            "open", "again", "review", "execute-next", "filter", "step-back", "runs", "refresh", "back", "help", "quit"
        )
    ]

    def __init__(self, state: WorkspaceState, runs: dict[str, Run]) -> None:
        super().__init__()
        self.state = state
        self.runs = runs
        self.needs: tuple[Need, ...] | None = None
        """None until they are known."""
        self._search: Search[Need] = Search((), _texts)
        self._live: set[str] = set()

    def body(self) -> Iterable[Widget]:
        """The table, and why the selected one waits."""
        yield NeedTable()
        yield Rule()
        yield Filter("words of plan, achievement, kind: weather review")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        """Show what waits."""
        self.query_one(NeedTable).focus()
        self.title_line((self.state.name, "needs you"), ("looking", "live"))
        self._look()

    @on(WorkspaceChanged)
    def _workspace_changed(self, message: WorkspaceChanged) -> None:
        self.state = message.state
        self._look()

    @on(RunChanged)
    def _run_changed(self) -> None:
        if self._live != self._live_now():
            self._look()

    @on(RunsChanged)
    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        self._live = self._live_now()
        # In a thread: thousands of plans take longer than a key may wait.
        self.needs = await asyncio.to_thread(needs, self.state.plans, list(self.runs.values()))
        self._search = Search(self.needs, _texts)
        self.load()

    def _live_now(self) -> set[str]:
        return {run.id for run in self.runs.values() if not run.state.is_final}

    @on(NeedTable.Moved)
    def _moved(self) -> None:
        need = self.query_one(NeedTable).selected
        hint = self.query_one(Hint)
        if need is not None:
            hint.say((need.reason, "normal"))
        elif self.needs:
            hint.say(("Nothing matches. Escape shows all.", "dim"))
        elif self.needs is not None:
            hint.say(("Nothing waits for you.", "normal"))
        self.refresh_bindings()

    @on(NeedTable.Opened)
    def action_open(self) -> None:
        """Go there: to the achievement in its plan, or to the result of the run."""
        if need := self.query_one(NeedTable).selected:
            achievement = need.achievement or ""
            self.post_message(RunOpened(need.run) if need.run else AchievementOpened(need.plan_file, achievement))

    def action_again(self) -> None:
        """Run again what ended badly."""
        if (need := self.query_one(NeedTable).selected) and need.run:
            self.post_message(RunAgainRequested(need.run))

    def action_run(self, workflow: str) -> None:
        """Ask for the step that the achievement needs."""
        if need := self.query_one(NeedTable).selected:
            self.post_message(WorkflowRequested(WorkflowType(workflow), need.plan_file, need.achievement))

    def action_review(self) -> None:
        """Look at the work, and judge it."""
        if need := self.query_one(NeedTable).selected:
            self.post_message(ReviewRequested(need.plan_file, need.achievement))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can be done depends on what is needed."""
        if action in ("again", "review", "run", "open"):
            need = self.query_one(NeedTable).selected if self.is_mounted else None
            if need is None:
                return None if action == "open" else False
            return action == "open" or action == _ACTIONS[need.kind]
        return super().check_action(action, parameters)

    def the_list(self) -> Widget:
        """The table."""
        return self.query_one(NeedTable)

    def load(self) -> None:
        """Show what fits the filter."""
        self.work_through(self._load())

    def _load(self) -> Steps:
        pattern = self.filter.pattern
        found = yield from self._search.steps(pattern)
        self.query_one(NeedTable).show(found, pattern)
        kinds = Counter(each.kind for each in self.needs or ())
        stopped = kinds[NeedKind.FAILED] + kinds[NeedKind.LOST]
        facts = [
            (count(stopped, "run"), "bad") if stopped else ("", "dim"),
            (count(kinds[NeedKind.FIX], "fix", "fixes"), "bad") if kinds[NeedKind.FIX] else ("", "dim"),
            (count(kinds[NeedKind.REVIEW], "review"), "wait") if kinds[NeedKind.REVIEW] else ("", "dim"),
        ]
        self.title_line((self.state.name, "needs you"), *(fact for fact in facts if fact[0]))
        self.refresh_bindings()


_ACTIONS = {
    NeedKind.LOST: "again",
    NeedKind.FAILED: "again",
    NeedKind.FIX: "run",
    NeedKind.REVIEW: "review",
}


def _texts(need: Need) -> tuple[str, ...]:
    return need.plan, need.achievement or "", need.title, NEED[need.kind].word

"""One plan: its achievements at the left, the selected one at the right."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from llm_dashboard.plans.health import Health, LastDay, health, read_days
from llm_dashboard.plans.models import Plan
from llm_dashboard.plans.statistics import statistics
from llm_dashboard.runs.about import is_about
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.achievement_facts import achievement_facts
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.copyables import Copyable, of_achievement, of_plan
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.latest_runs import going, latest_runs, running_last
from llm_dashboard.ui.marks import Mark, plan_mark
from llm_dashboard.ui.messages import (
    ArchiveRequested,
    DocumentOpened,
    ExportRequested,
    GraphRequested,
    NeedsRequested,
    ParallelRequested,
    ProblemsRequested,
    ReviewRequested,
    RunChanged,
    RunOpened,
    RunsChanged,
    RunWritten,
    WorkflowChoiceRequested,
    WorkflowRequested,
    WorkspaceChanged,
)
from llm_dashboard.ui.outside import open_document
from llm_dashboard.ui.plan_facts import hours_left, plan_facts
from llm_dashboard.ui.screens.base import ListScreen
from llm_dashboard.ui.widgets.achievement_details import AchievementDetails
from llm_dashboard.ui.widgets.achievement_table import PLAN_ROW, AchievementTable
from llm_dashboard.ui.widgets.filter import Filter
from llm_dashboard.ui.widgets.run_pane import RunPane
from llm_dashboard.workflows.models import WorkflowType

GONE = Mark("?", "gone: its file is not there any more", "bad")


class PlanScreen(ListScreen):
    """The achievements of a plan, and the details of the selected one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            "execute-next",
            "fold",
            "edit-document",
            "create-subplan",
            "create-execution",
            "open",
            "review",
            "filter",
            "execute-parallel",
            "workflows",
            "dependencies",
            "step-back",
            "details",
            "plan-facts",
            "needs",
            "runs",
            "problems",
            "refresh",
            "export",
            "whole-log",
            "archive",
            "copy-menu",
            "back",
            "help",
            "quit",
        )
    ]

    def __init__(
        self,
        workspace: Path,
        name: str,
        plan: Plan,
        runs: dict[str, Run],
        now: Callable[[], datetime],
        today: Callable[[], date],
        start: str | None = None,
    ) -> None:
        """`start`: the id to begin with, instead of the step that comes next."""
        super().__init__()
        self.workspace = workspace
        self.workspace_name = name
        self.plan = plan
        self.runs = runs
        self.now = now
        self.start = start
        self.statistics = statistics(plan)
        self.health: Health | None = None
        """None until it is read, and for a plan without achievements."""
        self._today = today
        self._days: dict[str, LastDay] = {}
        self.gone = False
        """Whether the plan is not in the workspace any more."""

    def body(self) -> Iterable[Widget]:
        """The panes, side by side."""
        with Horizontal(id="panes"):
            yield AchievementTable()
            yield AchievementDetails(id="details")
            yield RunPane(self.now)
        yield Filter("part of an id or a title")

    def on_mount(self) -> None:
        """Start where it is wanted, or at the step that comes next."""
        table = self.query_one(AchievementTable)
        table.load(self.plan.achievements, self.plan)
        self._begin()
        if start := self.start or self.plan.next.achievement:
            table.select(start)
        self._title()
        self._judge()
        self._show_run()

    @on(WorkspaceChanged)
    def _workspace_changed(self, message: WorkspaceChanged) -> None:
        found = next((plan for plan in message.state.plans if plan.plan_file == self.plan.plan_file), None)
        self.gone = found is None
        if found is not None and found != self.plan:
            is_other = bool(found.achievements) is not bool(self.plan.achievements)
            self.plan = found
            if is_other:
                self._begin()
            self.statistics = statistics(found)
            self.load()
        else:
            self._show_details()
        self._title()
        # Of a plan that has gone, what was last seen stays: without its documents it would look well.
        if not self.gone:
            self._judge()

    def _begin(self) -> None:
        """To the list; of a plan that lists nothing there is only what is known of it, and why it lists nothing."""
        self.set_class(not self.plan.achievements, "-empty")
        self.remove_class("-details")
        self.query_one(AchievementTable if self.plan.achievements else AchievementDetails).focus()

    @on(RunChanged)
    @on(RunsChanged)
    def _run_changed(self) -> None:
        self._title()
        self._show_run()
        self.refresh_bindings()

    @on(RunWritten)
    def _run_wrote(self, message: RunWritten) -> None:
        self.query_one(RunPane).wrote(message.run)

    @on(AchievementTable.Moved)
    def _moved(self) -> None:
        self._show_details()
        self.refresh_bindings()

    def on_descendant_focus(self) -> None:
        """The panes have keys of their own."""
        self.refresh_bindings()

    @on(AchievementTable.Opened)
    def action_open(self) -> None:
        """Go to the details: the other pane, or the only one where it is narrow."""
        self.add_class("-details")
        self.query_one(AchievementDetails).focus()

    @on(AchievementDetails.Opened)
    def _document_opened(self) -> None:
        if document := self.query_one(AchievementDetails).document:
            self.post_message(DocumentOpened(document.path, self.plan.name, document.opens_at))

    def copyables(self) -> Sequence[Copyable]:
        """Of the selected achievement, or of the plan; in the details of the document under the cursor."""
        achievement, details = self.query_one(AchievementTable).achievement, self.query_one(AchievementDetails)
        if achievement is None:
            return of_plan(self.workspace, self.plan)
        path = details.document.path if details.has_focus and details.document else ""
        return of_achievement(self.workspace, self.plan, achievement, path)

    def action_plan_facts(self) -> None:
        """Go to the details of the plan itself."""
        if self.filter.is_on:
            self.end_filter()
        self.query_one(AchievementTable).select(PLAN_ROW)
        self.action_open()

    def action_fold(self) -> None:
        """Unfold the document under the cursor, or fold it."""
        self.query_one(AchievementDetails).action_fold()

    def action_edit(self) -> None:
        """Open the document under the cursor in $EDITOR, and read the workspace again."""
        document = self.query_one(AchievementDetails).document
        if document is None:
            return
        if problem := open_document(self.app, self.workspace, document.path, document.opens_at):
            self.notify(problem, severity="warning", markup=False)
        self.run_worker(self.run_action("app.refresh_plans"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done to a document is done in the details; only work can be reviewed, and only a list be filtered."""
        if action in ("filter", "switch_pane", "run", "parallel") and not self.plan.achievements:
            return False
        if action == "review":
            selected = self.query_one(AchievementTable).achievement if self.is_mounted else None
            return selected is not None and bool(selected.artifacts.executions)
        if action == "log":
            return self.is_mounted and self.query_one(RunPane).run_shown is not None
        if action in ("fold", "edit"):
            return self.is_mounted and self.query_one(AchievementDetails).has_focus
        return super().check_action(action, parameters)

    def action_switch_pane(self) -> None:
        """From the list to the details and back."""
        if self.query_one(AchievementDetails).has_focus:
            self._to_list()
        else:
            self.action_open()

    def action_back(self) -> None:
        """From the details to the list, from the list to the plans."""
        if self.query_one(AchievementDetails).has_focus and self.plan.achievements:
            self._to_list()
        else:
            super().action_back()

    def action_run(self, workflow: str) -> None:
        """Ask for a workflow of this plan."""
        kind = WorkflowType(workflow)
        selected = self.query_one(AchievementTable).achievement
        wanted = None if kind is WorkflowType.NEXT or selected is None else selected.id
        self.post_message(WorkflowRequested(kind, self.plan.plan_file, wanted))

    def action_choose(self) -> None:
        """Choose among all workflows for the selected achievement."""
        selected = self.query_one(AchievementTable).achievement
        self.post_message(WorkflowChoiceRequested(self.plan.plan_file, selected.id if selected else None))

    def action_parallel(self) -> None:
        """Choose among what is ready."""
        self.post_message(ParallelRequested(self.plan.plan_file))

    def action_dependencies(self) -> None:
        """What waits for what."""
        selected = self.query_one(AchievementTable).achievement
        self.post_message(GraphRequested(self.plan.plan_file, selected.id if selected else None))

    def select(self, achievement: str) -> None:
        """Put the cursor on the achievement of that id."""
        if self.filter.is_on:
            self.end_filter()
            self.load()
        self.query_one(AchievementTable).select(achievement)

    def action_review(self) -> None:
        """Look at the work on the selected achievement."""
        selected = self.query_one(AchievementTable).achievement
        self.post_message(ReviewRequested(self.plan.plan_file, selected.id if selected else None))

    def action_problems(self) -> None:
        """Check the documents of this plan."""
        self.post_message(ProblemsRequested(self.plan.plan_file))

    def action_needs(self) -> None:
        """Show what waits for a person, in all plans."""
        self.post_message(NeedsRequested())

    def action_archive(self) -> None:
        """Archive this plan."""
        self.post_message(ArchiveRequested(self.plan.plan_file))

    def action_export(self) -> None:
        """Export this plan."""
        self.post_message(ExportRequested(self.plan.plan_file))

    def action_log(self) -> None:
        """Show the log of the plan's run, the live one or the last."""
        if run := self.query_one(RunPane).run_shown:
            self.post_message(RunOpened(run.id, log=True))

    @property
    def plan_at_hand(self) -> Plan | None:
        """The plan that is shown."""
        return self.plan

    def the_list(self) -> Widget:
        """The achievements."""
        return self.query_one(AchievementTable)

    def action_filter(self) -> None:
        """Type to filter the list."""
        self.remove_class("-details")
        super().action_filter()

    def _to_list(self) -> None:
        self.remove_class("-details")
        self.query_one(AchievementTable).focus()

    def load(self) -> None:
        """Show the achievements that fit the filter."""
        found = self.filter.found(self.plan.achievements, lambda each: (each.id, each.title))
        self.query_one(AchievementTable).load(found, None if self.filter.value else self.plan, self.filter.pattern)
        self._show_details()

    def _show_run(self) -> None:
        run = latest_runs([self.plan], self.runs.values()).get(self.plan.plan_file)
        self.query_one(RunPane).show(run)
        live = [each for each in running_last(self.runs.values()) if is_about(each, self.plan)]
        self.query_one(AchievementTable).show_live({each.record.achievement or "": each.state for each in live})
        self.set_class(run is None, "-no-run")

    @work(exclusive=True, group="details")
    async def _show_details(self) -> None:
        plan, achievement = self.plan, self.query_one(AchievementTable).achievement
        keys = key_map_of(self)
        facts = (
            achievement_facts(plan, achievement, keys)
            if achievement
            else plan_facts(plan, self.statistics, self.health, keys)
        )
        await self.query_one(AchievementDetails).show(self.workspace, plan, achievement, facts)

    @work(exclusive=True, group="health")
    async def _judge(self) -> None:
        self._days = await asyncio.to_thread(read_days, self.workspace, self.plan, self._days)
        self.health = health(self.plan, self._days, self._today())
        self._title()
        if self.query_one(AchievementTable).achievement is None:
            self._show_details()

    def _title(self) -> None:
        counts, mark = self.plan.counts, GONE if self.gone else plan_mark(self.plan)
        facts = [
            (f"{counts.approved}/{counts.total} approved" if counts.total else "", "normal"),
            (hours_left(self.statistics.effort_left), "dim"),
            (f"health {self.health.score}" if self.health else "", "normal"),
            *going(run for run in self.runs.values() if is_about(run, self.plan)),
            (f"{mark.symbol} {mark.word}", mark.tone),
        ]
        self.title_line((self.workspace_name, self.plan.name), *(fact for fact in facts if fact[0]))

"""The list of plans: where each stands, and what is next."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.plans.models import AchievementStatus, StepKind, WorkspaceState
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.messages import (
    ArchiveRequested,
    BeginRequested,
    GraphRequested,
    NewPlanRequested,
    ParallelRequested,
    PlanCreated,
    PlanOpened,
    ProblemsRequested,
    ReviewRequested,
    RunChanged,
    RunsChanged,
    WorkflowChoiceRequested,
    WorkflowRequested,
    WorkspaceChanged,
)
from llm_dashboard.ui.screens.base import ListScreen
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.empty_workspace import EmptyWorkspace, has_no_root
from llm_dashboard.ui.widgets.filter import Filter
from llm_dashboard.ui.widgets.hint import Heading, Hint
from llm_dashboard.ui.widgets.plan_table import PlanTable
from llm_dashboard.workflows.models import WorkflowType

NEEDS_PERSON = (AchievementStatus.AWAITING_REVIEW, AchievementStatus.NEEDS_FIX)


class PlansScreen(ListScreen):
    """All plans of the workspace."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            "execute-next",
            "create-subplan",
            "create-execution",
            "open",
            "review-plan",
            "filter",
            "execute-parallel",
            "workflows",
            "dependencies",
            "begin",
            "runs",
            "refresh",
            "new-plan",
            "archive",
            "problems",
            "clear",
            "help",
            "quit",
        )
    ]

    def __init__(self, state: WorkspaceState | None, runs: dict[str, Run], plans_root: str) -> None:
        super().__init__()
        self.state = state
        self.runs = runs
        self.plans_root = plans_root

    def body(self) -> Iterable[Widget]:
        """The table, and the next step of the selected plan below it."""
        yield Heading()
        yield PlanTable()
        yield EmptyWorkspace()
        yield Rule()
        yield Filter("part of a name")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one(PlanTable).focus()
        self.load()

    @on(WorkspaceChanged)
    def _workspace_changed(self, message: WorkspaceChanged) -> None:
        self.state = message.state
        self.load()

    @on(RunChanged)
    @on(RunsChanged)
    def _run_changed(self) -> None:
        self._title()

    @on(PlanTable.Moved)
    def _moved(self) -> None:
        self._hint()
        self.refresh_bindings()

    @on(PlanTable.Opened)
    def action_open(self) -> None:
        """Open the selected plan."""
        if plan := self.query_one(PlanTable).plan:
            self.post_message(PlanOpened(plan.plan_file))

    def action_run(self, workflow: str) -> None:
        """Ask for a workflow of the selected plan."""
        if plan := self.query_one(PlanTable).plan:
            self.post_message(WorkflowRequested(WorkflowType(workflow), plan.plan_file, plan.next.achievement))

    def action_choose(self) -> None:
        """Choose among all workflows for the selected plan."""
        if plan := self.query_one(PlanTable).plan:
            self.post_message(WorkflowChoiceRequested(plan.plan_file, plan.next.achievement))

    def action_parallel(self) -> None:
        """Choose among what is ready in the selected plan."""
        if plan := self.query_one(PlanTable).plan:
            self.post_message(ParallelRequested(plan.plan_file))

    def action_dependencies(self) -> None:
        """What waits for what in the selected plan."""
        if plan := self.query_one(PlanTable).plan:
            self.post_message(GraphRequested(plan.plan_file, plan.next.achievement))

    def action_review(self) -> None:
        """Look at the work that awaits a review in the selected plan."""
        if plan := self.query_one(PlanTable).plan:
            self.post_message(ReviewRequested(plan.plan_file, None))

    def action_problems(self) -> None:
        """Check the documents of all plans."""
        self.post_message(ProblemsRequested(None))

    def action_begin(self) -> None:
        """Make the folder a workspace."""
        self.post_message(BeginRequested())

    def action_new_plan(self) -> None:
        """Write a new plan."""
        self.post_message(NewPlanRequested())

    def action_archive(self) -> None:
        """Archive the selected plan."""
        if plan := self.query_one(PlanTable).plan:
            self.post_message(ArchiveRequested(plan.plan_file))

    @on(PlanCreated)
    def _plan_created(self, message: PlanCreated) -> None:
        self.action_clear()
        self.load()
        self.query_one(PlanTable).select(message.plan_file)

    def the_list(self) -> Widget:
        """The table of plans."""
        return self.query_one(PlanTable)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Most need a plan. Where there is none at all they are not shown: other keys count then."""
        is_empty = self.state is not None and not self.state.plans
        if is_empty and action in ("run", "choose", "open", "parallel", "dependencies", "archive", "filter"):
            return False
        if action in ("run", "choose", "open", "parallel", "dependencies", "archive"):
            return bool(self.query_one(PlanTable).plan) or None
        if action == "review":
            plan = self.query_one(PlanTable).plan
            return plan is not None and plan.counts.awaiting_review > 0
        if action in ("begin", "new_plan"):
            return (self.state is not None and has_no_root(self.state)) == (action == "begin")
        return super().check_action(action, parameters)

    def load(self) -> None:
        """Show the plans that fit the filter."""
        if self.state is not None:
            fitting = (each for each in self.state.plans if self.filter.fits(each.container, each.name, each.title))
            self.query_one(PlanTable).load(fitting)
            self._show_what_there_is(self.state)
        self._title()
        self._hint()
        self.refresh_bindings()

    def _show_what_there_is(self, state: WorkspaceState) -> None:
        """The table; or, without any plan, why there is none."""
        empty, table = self.query_one(EmptyWorkspace), self.query_one(PlanTable)
        empty.display = not state.plans
        self.query_one(Heading).display = table.display = bool(state.plans)
        if empty.display:
            empty.explain(state, self.plans_root)
        elif self.focused is None:
            table.focus()

    def _title(self) -> None:
        if self.state is None:
            self.title_line(("reading the plans",))
            return
        plans = self.state.plans
        counts = [plan.counts for plan in plans]
        live = sum(not run.state.is_final for run in self.runs.values())
        waiting = sum(each.awaiting_review + each.needs_fix for each in counts)
        total, approved = sum(each.total for each in counts), sum(each.approved for each in counts)
        facts = [
            (count(len(plans), "plan"), "normal"),
            (f"{approved} of {total} approved", "dim"),
            (f"▶ {live} running", "live") if live else ("", "dim"),
            (f"{waiting} need{'s' if waiting == 1 else ''} you", "wait") if waiting else ("", "dim"),
        ]
        self.title_line((self.state.name,), *(fact for fact in facts if fact[0]))

    def _hint(self) -> None:
        hint = self.query_one(Hint)
        if self.state is None:
            return
        plan = self.query_one(PlanTable).plan
        if plan is None:
            demo = "llm-dash demo, in a shell, opens a sample workspace to try everything in."
            hint.say(("No plan matches. Escape shows them all." if self.state.plans else demo, "dim"))
            return
        step = plan.next
        if step.workflow is StepKind.NONE or step.achievement is None:
            problem = plan.problems[0].message if plan.problems and not plan.achievements else step.reason
            hint.say((problem, "normal"))
            return
        achievement = plan.achievement(step.achievement)
        title = f"  {achievement.title}" if achievement else ""
        hint.say(
            (f"{step.workflow} {step.achievement}", "accent"), title, (f"  {step.reason}", "dim"), *self._problem()
        )

    def _problem(self) -> tuple[tuple[str, str], ...]:
        """The first of the problems that belong to no plan, on a line of its own."""
        problems = self.state.problems if self.state else ()
        more = f" (and {len(problems) - 1} more: c shows them)" if len(problems) > 1 else ""
        return ((f"\n? {problems[0].message}{more}", "bad"),) if problems else ()

"""The list of plans: where each stands, and what is next."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from llm_dashboard.measures import count
from llm_dashboard.plans.models import AchievementStatus, Plan, StepKind, WorkspaceState
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.messages import PlanOpened, RunChanged, WorkflowRequested, WorkspaceChanged
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.hint import Heading, Hint
from llm_dashboard.ui.widgets.plan_table import PlanTable
from llm_dashboard.workflows.models import WorkflowType

NEEDS_PERSON = (AchievementStatus.AWAITING_REVIEW, AchievementStatus.NEEDS_FIX)


class PlansScreen(DashboardScreen):
    """All plans of the workspace."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            "execute-next",
            "create-subplan",
            "create-execution",
            "open",
            "filter",
            "runs",
            "refresh",
            "clear",
            "help",
            "quit",
        )
    ]

    def __init__(self, state: WorkspaceState | None, runs: dict[str, Run]) -> None:
        super().__init__()
        self.state = state
        self.runs = runs

    def body(self) -> Iterable[Widget]:
        """The table, and the next step of the selected plan below it."""
        yield Heading()
        yield PlanTable()
        yield Rule()
        yield Input(placeholder="part of a name", id="filter", compact=True)
        yield Hint(id="hint")

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one(PlanTable).focus()
        self._load()

    @on(WorkspaceChanged)
    def _workspace_changed(self, message: WorkspaceChanged) -> None:
        self.state = message.state
        self._load()

    @on(RunChanged)
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

    def action_filter(self) -> None:
        """Type to filter."""
        box = self.query_one("#filter", Input)
        box.add_class("-on")
        box.focus()

    def action_clear(self) -> None:
        """End the filter."""
        box = self.query_one("#filter", Input)
        box.remove_class("-on")
        box.value = ""
        self.query_one(PlanTable).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Workflows need a plan; there is nothing to clear without a filter."""
        if action == "clear":
            return self.query_one("#filter").has_class("-on")
        if action in ("run", "open"):
            return bool(self.query_one(PlanTable).plan) or None
        return True

    @on(Input.Changed, "#filter")
    def _filter_changed(self) -> None:
        self._load()

    @on(Input.Submitted, "#filter")
    def _filter_kept(self) -> None:
        self.query_one(PlanTable).focus()

    def _load(self) -> None:
        if self.state is not None:
            wanted = self.query_one("#filter", Input).value.casefold()
            self.query_one(PlanTable).load(plan for plan in self.state.plans if _matches(plan, wanted))
        self._title()
        self._hint()
        self.refresh_bindings()

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
            if self.state.plans:
                hint.say(("No plan matches. Escape shows them all.", "dim"))
            else:
                problem = self.state.problems[0].message if self.state.problems else "There is no plan here yet."
                hint.say((problem, "normal"))
            return
        step = plan.next
        if step.workflow is StepKind.NONE or step.achievement is None:
            problem = plan.problems[0].message if plan.problems and not plan.achievements else step.reason
            hint.say((problem, "normal"))
            return
        achievement = plan.achievement(step.achievement)
        title = f"  {achievement.title}" if achievement else ""
        hint.say((f"{step.workflow} {step.achievement}", "accent"), title, (f"  {step.reason}", "dim"))


def _matches(plan: Plan, wanted: str) -> bool:
    return wanted in f"{plan.container}/{plan.name} {plan.title}".casefold()

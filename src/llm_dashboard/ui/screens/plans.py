"""The list of plans: where each stands, and what is next."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import on
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.plans.models import Plan, StepKind, WorkspaceState
from llm_dashboard.runs.models import Run
from llm_dashboard.runs.needs import count_needs
from llm_dashboard.ui.arrangement import Grouping, Order, grouped, ordered
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.copyables import Copyable, of_plan
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.latest_runs import latest_runs, live_states, newest_first
from llm_dashboard.ui.matching import Search
from llm_dashboard.ui.messages import (
    ArchiveRequested,
    BeginRequested,
    DemoRequested,
    ExportRequested,
    FolderRequested,
    GraphRequested,
    NeedsRequested,
    NewPlanRequested,
    ParallelRequested,
    PlanCreated,
    PlanOpened,
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
from llm_dashboard.ui.screens.base import ListScreen
from llm_dashboard.ui.slices import Steps
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.empty_workspace import EmptyWorkspace, has_no_root
from llm_dashboard.ui.widgets.filter import Filter
from llm_dashboard.ui.widgets.hint import Heading, Hint
from llm_dashboard.ui.widgets.plan_preview_pane import PlanPreviewPane
from llm_dashboard.ui.widgets.plan_table import PlanTable
from llm_dashboard.ui.widgets.run_pane import RunPane
from llm_dashboard.workflows.models import WorkflowType

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


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
            "needs",
            "workflows",
            "dependencies",
            "order",
            "group",
            "workspaces",
            "begin",
            "demo",
            "open-folder",
            "runs",
            "refresh",
            "export",
            "new-plan",
            "archive",
            "problems",
            "whole-log",
            "copy-menu",
            "step-back",
            "help",
            "quit",
        )
    ]

    def __init__(
        self, state: WorkspaceState | None, runs: dict[str, Run], plans_root: str, now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self.state = state
        self.runs = runs
        self.now = now
        self.order = Order.NAME
        self.grouping = Grouping.CONTAINER
        self._search: Search[Plan] | None = None
        """Finds among the plans in their order; None where they must be put in order first."""
        self._is_stale = False
        """Whether what is being loaded was true before."""
        self._wanted = ""
        """The plan to put the cursor on when it is there."""
        self._totals = 0, 0
        """Achievements that are approved, and all."""
        self._waiting = 0
        """How many things need a person."""
        self._latest: Mapping[str, Run] | None = None
        """The run to show beside each plan, by its file; None where they must be looked for."""
        self.plans_root = plans_root

    def body(self) -> Iterable[Widget]:
        """The table, and the selected plan: its next step in a line, or a pane of it and of its run."""
        with Container(id="plans", classes="sides"):
            with Container(classes="side"):
                yield Heading()
                yield PlanTable()
                yield EmptyWorkspace()
            yield PlanPreviewPane()
            yield RunPane(self.now)
        yield Rule(id="above-hint")
        yield Filter("part of a name")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one(PlanTable).focus()
        self._arrange()

    @on(WorkspaceChanged)
    def _workspace_changed(self, message: WorkspaceChanged) -> None:
        if message.state == self.state:
            return
        self.state = message.state
        self._latest = None
        if self.is_loading:
            # Begun anew at each change, it would never come to its end where changes come thick and fast.
            self._is_stale = True
        else:
            self._arrange()

    @on(RunChanged)
    def _run_changed(self, message: RunChanged) -> None:
        if message.run.state.is_final:
            self._runs_changed()
        else:
            self._latest = None
            self._title()
            self._show_run()

    @on(RunWritten)
    def _run_wrote(self, message: RunWritten) -> None:
        self.query_one(RunPane).wrote(message.run)

    @on(RunsChanged)
    def _runs_changed(self) -> None:
        self._latest = None
        self._show_run()
        if self.order is Order.RUN:
            self._arrange()
        self._count()
        self._title()

    @on(PlanTable.Moved)
    def _moved(self) -> None:
        self._hint()
        self.query_one(PlanPreviewPane).show(self.query_one(PlanTable).plan)
        self._show_run()
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

    def copyables(self) -> Sequence[Copyable]:
        """Of the selected plan."""
        plan = self.query_one(PlanTable).plan
        return of_plan(Path(self.state.root), plan) if plan and self.state else ()

    def action_log(self) -> None:
        """Show the log of the selected plan's run, the live one or the last."""
        if run := self.query_one(RunPane).run_shown:
            self.post_message(RunOpened(run.id, log=True))

    def action_problems(self) -> None:
        """Check the documents of all plans."""
        self.post_message(ProblemsRequested(None))

    def action_needs(self) -> None:
        """Show what waits for a person."""
        self.post_message(NeedsRequested())

    def action_export(self) -> None:
        """Export all plans."""
        self.post_message(ExportRequested(None))

    def action_begin(self) -> None:
        """Make the folder a workspace."""
        self.post_message(BeginRequested())

    def action_demo(self) -> None:
        """Open a sample workspace."""
        self.post_message(DemoRequested())

    def action_open_folder(self) -> None:
        """Open another folder."""
        self.post_message(FolderRequested())

    def action_new_plan(self) -> None:
        """Write a new plan."""
        self.post_message(NewPlanRequested())

    def action_archive(self) -> None:
        """Archive the selected plan."""
        if plan := self.query_one(PlanTable).plan:
            self.post_message(ArchiveRequested(plan.plan_file))

    @on(PlanCreated)
    def _plan_created(self, message: PlanCreated) -> None:
        self._wanted = message.plan_file
        self.end_filter()
        self.load()

    @property
    def plan_at_hand(self) -> Plan | None:
        """The plan under the cursor."""
        return self.query_one(PlanTable).plan

    def the_list(self) -> Widget:
        """The table of plans."""
        return self.query_one(PlanTable)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Most need a plan. Where there is none at all they are not shown: other keys count then."""
        is_empty = self.state is not None and not self.state.plans
        needing = ("run", "choose", "open", "parallel", "dependencies", "archive")
        if is_empty and action in (*needing, "filter", "needs"):
            return False
        if action in needing:
            return bool(self.query_one(PlanTable).plan) or None
        if action == "log":
            return self.query_one(RunPane).run_shown is not None
        if action == "review":
            plan = self.query_one(PlanTable).plan
            return plan is not None and plan.counts.awaiting_review > 0
        if action in ("begin", "new_plan"):
            return (self.state is not None and has_no_root(self.state)) == (action == "begin")
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Type to filter the plans."""
        super().action_filter()
        self._hint()

    def action_order(self) -> None:
        """Put something else first."""
        self.order = _after(self.order)
        self._arrange()

    def action_group(self) -> None:
        """Group by something else."""
        self.grouping = _after(self.grouping)
        self.load()

    def load(self) -> None:
        """Show the plans that fit the filter: at once where there are few, else as soon as they are found."""
        self.work_through(self._load())

    def _arrange(self) -> None:
        """Show the plans anew: others, or in another order."""
        self._is_stale = True
        self.load()

    def _load(self) -> Steps:
        if self.state is not None:
            yield from self._find(self.state)
            # What has changed meanwhile is shown next.
            while self._is_stale:
                yield from self._find(self.state)
            self._show_what_there_is(self.state)
        self._title()
        self._hint()
        self.refresh_bindings()

    def _find(self, state: WorkspaceState) -> Steps:
        if self._is_stale or self._search is None:
            self._is_stale = False
            # A key may end this at any pause: what was found in the old order is no answer then.
            self._search = None
            self._count()
            yield
            plans = yield from ordered(state.plans, self.order, self._last_runs())
            self._search = Search(plans, lambda plan: (plan.name, plan.title, plan.container))
        pattern = self.filter.pattern
        found = yield from self._search.steps(pattern)
        rows = grouped(found, self.grouping, in_order=bool(pattern.words))
        yield
        table = self.query_one(PlanTable)
        table.show(rows, pattern)
        if self._wanted:
            table.select(self._wanted)
            self._wanted = "" if table.plan and table.plan.plan_file == self._wanted else self._wanted

    def _last_runs(self) -> Mapping[str, int]:
        """The place of the newest run of each plan, by its file; nothing where no order needs it."""
        return newest_first(self.state.plans, self.runs.values()) if self.state and self.order is Order.RUN else {}

    def _count(self) -> None:
        """Count once what the title says of the plans: there may be thousands, and a run moves on every moment."""
        plans = self.state.plans if self.state else ()
        counts = [plan.counts for plan in plans]
        self._totals = sum(each.approved for each in counts), sum(each.total for each in counts)
        self._waiting = count_needs(plans, self.runs.values())

    def _show_what_there_is(self, state: WorkspaceState) -> None:
        """The table; or, without any plan, why there is none."""
        empty, table = self.query_one(EmptyWorkspace), self.query_one(PlanTable)
        empty.display = not state.plans
        self.query_one("#plans").set_class(not state.plans, "-empty")
        self.query_one(Heading).display = table.display = bool(state.plans)
        if empty.display:
            empty.explain(state, self.plans_root)
        elif self.focused is None:
            table.focus()

    def _show_run(self) -> None:
        if self._latest is None:
            plans = self.state.plans if self.state else ()
            self._latest = latest_runs(plans, self.runs.values())
            self.query_one(PlanTable).show_live(live_states(plans, self.runs.values()))
        plan = self.query_one(PlanTable).plan
        run = self._latest.get(plan.plan_file) if plan else None
        self.query_one(RunPane).show(run)
        self.set_class(run is None, "-no-run")
        self.set_class(not self._latest, "-no-runs")

    def _title(self) -> None:
        order = "" if self.order is Order.NAME else f"by {self.order}"
        grouping = {Grouping.CONTAINER: "", Grouping.STATE: "per state", Grouping.NONE: "no groups"}[self.grouping]
        self.query_one(PlanTable).arranged = ", ".join(filter(None, (order, grouping)))
        self.query_one(Heading).refresh()
        if self.state is None:
            self.title_line(("reading the plans",))
            return
        live = sum(not run.state.is_final for run in self.runs.values())
        approved, total = self._totals
        if not self.state.plans:
            self.title_line((self.state.name,), ("no plans", "dim"))
            return
        facts = [
            (count(len(self.state.plans), "plan"), "normal"),
            (f"{approved:,} of {total:,} approved", "dim"),
            (f"▶ {live} running", "live") if live else ("", "dim"),
            (
                f"{self._waiting:,} need{'s' if self._waiting == 1 else ''} you: {key_map_of(self).shown('needs')}",
                "wait",
            )
            if self._waiting
            else ("", "dim"),
        ]
        self.title_line((self.state.name,), *(fact for fact in facts if fact[0]))

    def _hint(self) -> None:
        hint = self.query_one(Hint)
        if self.state is None:
            return
        plan = self.query_one(PlanTable).plan
        # Beside a pane of the plan the line is there only for what that does not say.
        self.set_class(plan is None or self.filter.is_on or bool(self.state.problems), "-said")
        if plan is None:
            nothing = "Nothing is written here before you have seen what, and said yes."
            hint.say(("Nothing matches. Escape shows all." if self.state.plans else nothing, "dim"))
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
        more = (
            f" (and {len(problems) - 1} more: {key_map_of(self).shown('problems')} shows them)"
            if len(problems) > 1
            else ""
        )
        return ((f"\n? {problems[0].message}{more}", "bad"),) if problems else ()


def _after(choice: ChoiceT) -> ChoiceT:
    """The next one of its kind, round and round."""
    choices = list(type(choice))
    return choices[(choices.index(choice) + 1) % len(choices)]

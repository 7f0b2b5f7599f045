"""The application: owns the workspace, the executor and the screens. Screens ask by messages; it answers."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from textual import on, work
from textual.screen import Screen

from llm_dashboard.plans.models import Plan, WorkspaceState
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import ScriptSource, Settings
from llm_dashboard.ui.commands import ACTIONS
from llm_dashboard.ui.garbage import collect_seldom
from llm_dashboard.ui.messages import (
    AchievementOpened,
    ArchiveRequested,
    BeginRequested,
    DemoRequested,
    DocumentOpened,
    ExportRequested,
    FolderRequested,
    GraphRequested,
    MoreTimeRequested,
    NeedsRequested,
    NewPlanRequested,
    ParallelRequested,
    PlanOpened,
    ProblemsRequested,
    QuestionsWanted,
    ResultReached,
    RunAgainRequested,
    RunOpened,
    SettingChangeRequested,
    SettingEditRequested,
    SettingUnsetRequested,
    StopAllRequested,
    StopRequested,
    SuggestionTaken,
    WorkflowChoiceRequested,
    WorkflowRequested,
)
from llm_dashboard.ui.screens.actions import ActionScreen
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.themes import further_variables
from llm_dashboard.ui.tour import Fact
from llm_dashboard.ui.touring import TouringApp
from llm_dashboard.ui.type_ahead import ASKING
from llm_dashboard.ui.waiting import waiting
from llm_dashboard.ui.widgets.bars import CrumbTaken
from llm_dashboard.workflows.models import (
    SuggestedAction,
    WorkflowType,
)

PACKAGE = Path(__file__).parents[1]
STYLES = next(path for path in (PACKAGE / "styles.tcss", PACKAGE.parents[1] / "styles.tcss") if path.is_file())
"""In a wheel the file lies in the package, in a checkout at the top level."""
CREATE = {
    SuggestedAction.CREATE_SUBPLAN: WorkflowType.SUBPLAN,
    SuggestedAction.CREATE_EXECUTION: WorkflowType.EXECUTION,
}


class DashboardApp(TouringApp):
    """llm-dash on one workspace."""

    CSS_PATH = STYLES
    TITLE = "llm-dash"
    ENABLE_COMMAND_PALETTE = False

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What our own themes bring and the others do not."""
        return further_variables(self.current_theme)

    def first_screen(self) -> Screen[None]:
        """The list of plans is at the bottom of everything."""
        return PlansScreen(self.state, self.runs, self.settings.plans_root, lambda: self.now())

    def on_ready(self) -> None:
        """The first screen is there."""
        if self.has_process:
            collect_seldom()

    async def on_mount(self) -> None:
        """Read the plans and the runs; take up the live ones."""
        self.use_keys()
        self.say_problem()
        for path in self.absent:
            self.notify(
                f"{plain(str(path))} is no folder: it is left out.", title="Workspaces", severity="error", markup=False
            )
        self.call_after_refresh(self.open_workspaces)

    async def on_unmount(self) -> None:
        """End what follows the disk and the runs. The runs go on."""
        await self.type_ahead.close()
        await self.close_workspaces()

    @on(PlanOpened)
    def _plan_opened(self, message: PlanOpened) -> None:
        from llm_dashboard.ui.screens.plan import PlanScreen

        plan = self.plan(message.plan_file)
        if isinstance(self.screen, PlanScreen) and self.screen.plan.plan_file == message.plan_file:
            return
        if plan and self.state:
            self.push_screen(self._plan_screen(plan))
            self.saw(Fact.PLAN_OPENED)

    @on(CrumbTaken)
    def _crumb_taken(self, message: CrumbTaken) -> None:
        """To the plan of that name, else to the list of plans."""
        from llm_dashboard.ui.screens.plan import PlanScreen
        from llm_dashboard.ui.screens.runner import RunnerScreen

        screen, plans = self.screen, self.state.plans if self.state else ()
        about = screen.plan_at_hand if isinstance(screen, ActionScreen) else None
        if isinstance(screen, RunnerScreen):
            about = self.plan_of(screen.run_shown)
        # There may be others of that name in other places.
        named = next((plan for plan in (about, *plans) if plan and plan.name == message.text), None)
        below = [each for each in self.screen_stack if isinstance(each, PlanScreen) and each.plan.name == message.text]
        if named:
            below = [each for each in below if each.plan.plan_file == named.plan_file]
        if message.number and below:
            below[-1].pop_until_active()
        elif message.number and named and message.text != (self.state.name if self.state else ""):
            self.post_message(PlanOpened(named.plan_file))
        else:
            self.screen_stack[0].pop_until_active()

    @on(NeedsRequested)
    def _needs_requested(self) -> None:
        from llm_dashboard.ui.screens.needs import NeedsScreen

        if self.state:
            self.push_screen(NeedsScreen(self.state, self.runs))

    @on(ExportRequested)
    @work(group=ASKING)
    async def _export_requested(self, message: ExportRequested) -> None:
        from llm_dashboard.ui.exporting import export_plans

        await export_plans(self, message.plan_file)

    @on(DocumentOpened)
    def _document_opened(self, message: DocumentOpened) -> None:
        from llm_dashboard.ui.screens.document import DocumentScreen

        crumbs = tuple(filter(None, (self.state.name if self.state else "", message.plan)))
        self.push_screen(DocumentScreen(self.workspace.root, crumbs, message.path, message.line))

    @on(ProblemsRequested)
    def _problems_requested(self, message: ProblemsRequested) -> None:
        from llm_dashboard.ui.screens.problems import ProblemsScreen

        plan = self.plan(message.plan_file)
        if message.plan_file and plan is None:
            self.notify(f"{message.plan_file} is not there any more.", severity="error", markup=False)
        elif self.state:
            self.push_screen(ProblemsScreen(self.workspace.root, self.workspace.plans_root, self.state, plan))

    @on(BeginRequested)
    @on(NewPlanRequested)
    @on(ArchiveRequested)
    @work(group=ASKING)
    async def _change_plans(self, message: BeginRequested | NewPlanRequested | ArchiveRequested) -> None:
        from llm_dashboard.ui import plan_changes

        match message:
            case BeginRequested():
                await self.ask(lambda: plan_changes.begin_workspace(self))
            case NewPlanRequested():
                await self.ask(lambda: plan_changes.write_plan(self))
            case ArchiveRequested():
                await self.ask(lambda: plan_changes.archive_plan(self, message.plan_file))

    @on(DemoRequested)
    @on(FolderRequested)
    @work(group=ASKING)
    async def _open_another(self, message: DemoRequested | FolderRequested) -> None:
        from llm_dashboard.ui import other_workspaces

        match message:
            case DemoRequested():
                await self.ask(lambda: other_workspaces.open_demo(self))
            case FolderRequested():
                await self.ask(lambda: other_workspaces.open_folder(self))

    @on(GraphRequested)
    def _graph_requested(self, message: GraphRequested) -> None:
        from llm_dashboard.ui.screens.graph import GraphScreen

        plan = self.plan(message.plan_file)
        if plan and self.state:
            self.push_screen(GraphScreen(self.state.name, plan, message.achievement))

    @on(AchievementOpened)
    def _achievement_opened(self, message: AchievementOpened) -> None:
        from llm_dashboard.ui.screens.plan import PlanScreen

        plan = self.plan(message.plan_file)
        here = next((each for each in self.screen_stack[:-3:-1] if isinstance(each, PlanScreen)), None)
        if here and here.plan.plan_file == message.plan_file:
            here.select(message.achievement)
            here.pop_until_active()
        elif plan and self.state:
            self.push_screen(self._plan_screen(plan, message.achievement))

    def _plan_screen(self, plan: Plan, start: str | None = None) -> Screen[None]:
        from llm_dashboard.ui.screens.plan import PlanScreen

        name = self.state.name if self.state else ""
        return PlanScreen(self.workspace.root, name, plan, self.runs, lambda: self.now(), self.today, start)

    @on(WorkflowRequested)
    def _workflow_requested(self, message: WorkflowRequested) -> None:
        self._run_workflow(message.workflow, message.plan_file, message.achievement)

    @on(WorkflowChoiceRequested)
    def _choice_requested(self, message: WorkflowChoiceRequested) -> None:
        self._choose_workflow(message.plan_file, message.achievement)

    @on(RunOpened)
    def _run_opened(self, message: RunOpened) -> None:
        run = self.runs.get(message.run_id)
        if run is None:
            return
        if run.state.is_final and not message.log:
            self._show_result(run)
        else:
            self._show_log(run, stay=message.log, instead=message.instead)

    @on(ResultReached)
    def _result_reached(self, message: ResultReached) -> None:
        from llm_dashboard.ui.screens.runner import RunnerScreen

        if isinstance(self.screen, RunnerScreen) and self.screen.run_shown.id == message.run_id:
            self._show_result(self.runs[message.run_id], instead=True)

    @on(QuestionsWanted)
    def _questions_wanted(self, message: QuestionsWanted) -> None:
        if self.shows_run(message.run_id) and self.questions.wanting(message.run_id, anew=message.anew):
            self.ask_questions(message.run_id, anew=message.anew)

    @on(StopRequested)
    def _stop_requested(self, message: StopRequested) -> None:
        self._stop(message.run_id, now=message.now)

    @on(StopAllRequested)
    def _stop_all_requested(self, message: StopAllRequested) -> None:
        self._stop(*message.run_ids, now=message.now)

    @on(ParallelRequested)
    @work(group=ASKING)
    async def _parallel_requested(self, message: ParallelRequested) -> None:
        from llm_dashboard.ui.parallel import execute_parallel

        await self.ask(lambda: execute_parallel(self, message.plan_file))

    @on(RunAgainRequested)
    def _again_requested(self, message: RunAgainRequested) -> None:
        if run := self.runs.get(message.run_id):
            self._run_again(run, {})

    @on(SuggestionTaken)
    def _suggestion_taken(self, message: SuggestionTaken) -> None:
        action, arguments = message.suggestion.action, message.suggestion.arguments
        run = self.runs.get(message.run_id or "")
        match action:
            case SuggestedAction.REFRESH:
                self.action_refresh_plans()
            case SuggestedAction.OPEN_LOG if run:
                self._show_log(run, stay=True)
            case SuggestedAction.COPY_PROMPT if run:
                self._copy_prompt(run)
            case SuggestedAction.END_LEFTOVERS if run:
                self._end_leftovers(run)
            case SuggestedAction.RETRY | SuggestedAction.RETRY_LONGER if run:
                self._run_again(run, arguments)
            case SuggestedAction.RETRY if message.plan_file:
                self._run_workflow(
                    message.workflow, message.plan_file, message.achievement, name=message.name, ask=False
                )
            case SuggestedAction.EXECUTE_NEXT if message.plan_file:
                self._run_workflow(WorkflowType.NEXT, message.plan_file, None)
            case SuggestedAction.CHOOSE_ACHIEVEMENT if message.plan_file:
                self._run_workflow(message.workflow, message.plan_file, message.achievement, name=message.name)
            case SuggestedAction.CREATE_SUBPLAN | SuggestedAction.CREATE_EXECUTION if message.plan_file:
                workflow = CREATE[action]
                direct = self.settings.scripts is ScriptSource.BUILT_IN
                achievement = arguments.get("achievement", message.achievement)
                self._run_workflow(workflow, message.plan_file, achievement, ask=False, confirmed=direct)

    @work(exclusive=True, group="reload")
    async def action_refresh_plans(self) -> None:
        """Read the workspace and the runs again."""
        from llm_dashboard.ui.changing_settings import apply_settings

        with waiting(self, "reading the workspace"):
            await apply_settings(self)
            await self.reload()
            await self.look_at_runs()
        self.notify("The workspace was read again.", timeout=2, markup=False)

    @work(group=ASKING)
    async def action_settings(self) -> None:
        """The settings, and who says what they are."""
        from llm_dashboard.ui.changing_settings import show_settings

        await self.ask(lambda: show_settings(self))

    @on(SettingChangeRequested)
    @on(SettingUnsetRequested)
    @on(SettingEditRequested)
    @work(group=ASKING)
    async def _change_setting(
        self, message: SettingChangeRequested | SettingUnsetRequested | SettingEditRequested
    ) -> None:
        from llm_dashboard.ui import changing_settings

        match message:
            case SettingChangeRequested():
                await self.ask(lambda: changing_settings.change_setting(self, message.key))
            case SettingUnsetRequested():
                await self.ask(lambda: changing_settings.unset_setting(self, message.key))
            case SettingEditRequested():
                await self.ask(lambda: changing_settings.edit_settings(self, message.source))

    def action_runs(self) -> None:
        """The list of runs."""
        from llm_dashboard.ui.screens.history import HistoryScreen

        if not isinstance(self.screen, HistoryScreen):
            self.push_screen(HistoryScreen(self.state.name if self.state else "", self.runs, lambda: self.now()))
            self._refresh_runs()

    @work(group=ASKING)
    async def action_copy_menu(self) -> None:
        """Copy something of what is on the screen."""
        from llm_dashboard.ui.sharing import copy_from

        await self.ask(lambda: copy_from(self))

    @work(group=ASKING)
    async def action_open_file(self) -> None:
        """Open a file of what is on the screen."""
        from llm_dashboard.ui.sharing import open_from

        await self.ask(lambda: open_from(self))

    @work(group=ASKING)
    async def action_picture(self) -> None:
        """Save a picture of the screen."""
        from llm_dashboard.ui.sharing import picture_of

        screen = self.screen
        if isinstance(screen, DashboardScreen):
            await self.ask(lambda: picture_of(self, screen))

    @work(group=ASKING)
    async def action_workspaces(self) -> None:
        """Which workspaces are open, and the way to another."""
        await self.ask(self._choose_workspace)

    async def _choose_workspace(self) -> None:
        from llm_dashboard.ui.screens.workspaces import WorkspacesDialog

        if key := await self.push_screen_wait(WorkspacesDialog(self.rows())):
            await self.switch_session(key)

    @work(exclusive=True, group="runs")
    async def _refresh_runs(self) -> None:
        await self.look_at_runs()

    def action_help(self) -> None:
        """The keys of the screen, and the symbols."""
        from llm_dashboard.ui.screens.help import HelpDialog

        if isinstance(self.screen, DashboardScreen):
            self.push_screen(HelpDialog(self.screen.actions()))
            self.saw(Fact.KEYS_SHOWN)

    @work(group=ASKING)
    async def action_palette(self) -> None:
        """Find by typing what to do, or where to go."""
        from llm_dashboard.ui.palette import actions, places, way_to
        from llm_dashboard.ui.screens.palette import PaletteDialog

        screen = self.screen
        if not isinstance(screen, DashboardScreen):
            return
        plans = self.state.plans if self.state else ()
        found = places(plans, list(self.runs.values()), screen.plan_at_hand)
        self.saw(Fact.KEYS_SHOWN)
        row = await self.push_screen_wait(PaletteDialog(actions(self), found))
        if row is None:
            return
        if message := way_to(row):
            self.post_message(message)
        else:
            await screen.run_action(ACTIONS[row.target].action)

    @work(group=ASKING)
    async def action_quit_dashboard(self) -> None:
        """Quit; with live runs ask what becomes of them."""
        from llm_dashboard.ui.screens.leave import LeaveDialog, Leaving

        if not self.live:
            self.exit()
            return
        if isinstance(self.screen, LeaveDialog):
            return
        answer = await self.push_screen_wait(LeaveDialog(lambda: self.live, self.live_changed))
        if answer is Leaving.STAY:
            return
        if answer is Leaving.STOP:
            self.notify("Stopping what runs …", markup=False)
            await asyncio.gather(*(each.run_watch.stop_all(each.run_watch.live) for each in self.sessions))
        self.exit()

    @on(MoreTimeRequested)
    def _more_time_requested(self, message: MoreTimeRequested) -> None:
        if run := self.runs.get(message.run_id):
            self._extend(run)


def build_app(
    workspace: Workspace,
    settings: Settings,
    state: WorkspaceState | None = None,
    problem: str | None = None,
    others: Sequence[Path] = (),
    flags: Mapping[str, str] = {},
) -> DashboardApp:
    """The app on that workspace, with all that it needs.

    `state` is what was already read of it; `others` are further workspaces to have open; `flags` are settings of the command
    line, by key.
    """
    return DashboardApp(workspace, settings, state, problem, others, flags)

"""The application: owns the workspace, the executor and the screens. Screens ask by messages; it answers."""

import asyncio
import signal
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import msgspec
from textual import on, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from llm_dashboard.plans.models import Plan, WorkspaceState
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run, WorkflowState, advance
from llm_dashboard.settings import ScriptSource, Settings
from llm_dashboard.ui.messages import (
    PlanOpened,
    ResultReached,
    RunChanged,
    RunOpened,
    StopRequested,
    SuggestionTaken,
    VerdictRequested,
    WorkflowRequested,
    WorkspaceChanged,
)
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.themes import DARK, LIGHT, OTHER_THEMES
from llm_dashboard.workflows.models import (
    Command,
    Failure,
    SuggestedAction,
    WorkflowRequest,
    WorkflowType,
)

PACKAGE = Path(__file__).parents[1]
STYLES = next(path for path in (PACKAGE / "styles.tcss", PACKAGE.parents[1] / "styles.tcss") if path.is_file())
"""In a wheel the file lies in the package, in a checkout at the top level."""
PURPOSES = {WorkflowType.SUBPLAN: "Create SUBPLAN", WorkflowType.EXECUTION: "Create EXECUTION"}


class DashboardApp(App[None]):
    """llm-dash on one workspace."""

    CSS_PATH = STYLES
    TITLE = "llm-dash"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c,ctrl+q", "quit_dashboard", show=False, priority=True)]

    def __init__(
        self,
        workspace: Workspace,
        executor: WorkflowExecutor,
        settings: Settings,
        state: WorkspaceState | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.workspace = workspace
        self.executor = executor
        self.settings = settings
        self.now = now
        self.state = state
        """The plans as they were read last."""
        self.runs: dict[str, Run] = {}
        """Every known run, as `advance` left it."""
        self._followers: dict[str, asyncio.Task[None]] = {}
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The greys that our own themes bring and the others do not."""
        return OTHER_THEMES

    def get_default_screen(self) -> Screen[None]:
        """The list of plans is at the bottom of everything."""
        return PlansScreen(self.state, self.runs)

    async def on_mount(self) -> None:
        """Read the plans and the runs; take up the live ones."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit)
        self._start()

    async def on_unmount(self) -> None:
        """End what follows the runs. The runs go on."""
        for follower in self._followers.values():
            follower.cancel()
        await asyncio.gather(*self._followers.values(), return_exceptions=True)
        await self.executor.close()

    @work
    async def _start(self) -> None:
        if self.state is None:
            await self.reload()
        for run in await asyncio.to_thread(self.executor.runs):
            self.runs[run.id] = run
            if not run.state.is_final:
                self._follow(run.id)
        self.tell(*(RunChanged(run) for run in self.runs.values() if not run.state.is_final))

    async def reload(self) -> None:
        """Read the workspace again, and tell the screens."""
        state = await asyncio.to_thread(self.workspace.load)
        self.state = state
        self.tell(WorkspaceChanged(state))

    def tell(self, *news: Message) -> None:
        """Post the news to every screen: messages to the app never reach them."""
        for message in news:
            for screen in self.screen_stack:
                screen.post_message(message)

    def plan(self, plan_file: str | None) -> Plan | None:
        """The plan of that file as it is now."""
        plans = self.state.plans if self.state else ()
        return next((plan for plan in plans if plan.plan_file == plan_file), None)

    def plan_of(self, run: Run) -> Plan | None:
        """The plan that a run is about."""
        named = [plan for plan in (self.state.plans if self.state else ()) if plan.name == run.record.plan]
        return next((plan for plan in named if plan.plan_file in run.record.argv), named[0] if named else None)

    @on(PlanOpened)
    def _plan_opened(self, message: PlanOpened) -> None:
        from llm_dashboard.ui.screens.plan import PlanScreen

        plan = self.plan(message.plan_file)
        if plan and self.state:
            self.push_screen(PlanScreen(self.workspace.root, self.state.name, plan, self.runs))

    @on(WorkflowRequested)
    def _workflow_requested(self, message: WorkflowRequested) -> None:
        self._run_workflow(message.workflow, message.plan_file, message.achievement, ask=message.ask)

    @on(RunOpened)
    def _run_opened(self, message: RunOpened) -> None:
        run = self.runs.get(message.run_id)
        if run is None:
            return
        if run.state.is_final and not message.log:
            self._show_result(run)
        else:
            self._show_log(run, stay=message.log)

    @on(ResultReached)
    def _result_reached(self, message: ResultReached) -> None:
        self._show_result(self.runs[message.run_id], instead=True)

    @on(StopRequested)
    def _stop_requested(self, message: StopRequested) -> None:
        self._stop(message.run_id, now=message.now)

    @on(SuggestionTaken)
    def _suggestion_taken(self, message: SuggestionTaken) -> None:
        action, arguments = message.suggestion.action, message.suggestion.arguments
        achievement = arguments.get("achievement")
        match action:
            case SuggestedAction.BACK:
                self.pop_screen()
            case SuggestedAction.REFRESH:
                self.action_refresh_plans()
            case SuggestedAction.OPEN_LOG if message.run_id:
                self._show_log(self.runs[message.run_id], stay=True)
            case SuggestedAction.COPY_PROMPT if message.run_id:
                self._copy_prompt(self.runs[message.run_id])
            case SuggestedAction.RETRY | SuggestedAction.RETRY_LONGER if message.run_id:
                self._run_again(self.runs[message.run_id], arguments)
            case _ if message.plan_file:
                workflow = {
                    SuggestedAction.CREATE_SUBPLAN: WorkflowType.SUBPLAN,
                    SuggestedAction.CREATE_EXECUTION: WorkflowType.EXECUTION,
                    SuggestedAction.CHOOSE_ACHIEVEMENT: WorkflowType(arguments.get("workflow", WorkflowType.SUBPLAN)),
                }.get(action, WorkflowType.NEXT)
                choose = action is SuggestedAction.CHOOSE_ACHIEVEMENT
                known = action in (SuggestedAction.CREATE_SUBPLAN, SuggestedAction.CREATE_EXECUTION)
                direct = known and self.settings.scripts is ScriptSource.BUILT_IN
                self._run_workflow(workflow, message.plan_file, achievement, ask=choose, confirmed=direct)

    @on(VerdictRequested)
    def _verdict_requested(self, message: VerdictRequested) -> None:
        self._judge(message.plan_file, message.achievement, approve=message.approve)

    @work(exclusive=True, group="reload")
    async def action_refresh_plans(self) -> None:
        """Read the workspace again."""
        await self.reload()
        self.notify("The workspace was read again.", timeout=2, markup=False)

    def action_runs(self) -> None:
        """The list of runs."""
        from llm_dashboard.ui.screens.history import HistoryScreen

        if not isinstance(self.screen, HistoryScreen):
            self.push_screen(HistoryScreen(self.state.name if self.state else "", self.runs))

    def action_help(self) -> None:
        """The keys of the screen, and the symbols."""
        from llm_dashboard.ui.commands import ACTIONS
        from llm_dashboard.ui.screens.help import HelpDialog

        names = [each.id for each in self.screen.BINDINGS if isinstance(each, Binding) and each.id in ACTIONS]
        self.push_screen(HelpDialog([name for name in names if name]))

    @work(exclusive=True, group="quit")
    async def action_quit_dashboard(self) -> None:
        """Quit; with live runs ask what becomes of them."""
        from llm_dashboard.ui.screens.leave import LeaveDialog, Leaving

        live = [run for run in self.runs.values() if not run.state.is_final]
        if not live:
            self.exit()
            return
        answer = await self.push_screen_wait(LeaveDialog(live))
        if answer is Leaving.STAY:
            return
        if answer is Leaving.STOP:
            self.notify("Stopping what runs …", markup=False)
            await asyncio.gather(*(self.executor.stop(run.id) for run in live))
            await asyncio.gather(*(self._followers[run.id] for run in live if run.id in self._followers))
        self.exit()

    @work
    async def _run_workflow(
        self,
        workflow: WorkflowType,
        plan_file: str,
        achievement: str | None,
        *,
        ask: bool = True,
        confirmed: bool = False,
    ) -> None:
        from llm_dashboard.ui.screens.achievement import AchievementDialog
        from llm_dashboard.workflows import catalog

        plan = self.plan(plan_file)
        if plan is None:
            return
        if ask and workflow in PURPOSES:
            achievement = await self.push_screen_wait(AchievementDialog(PURPOSES[workflow], plan, achievement))
            if achievement is None:
                return
        request = WorkflowRequest(workflow, plan, achievement)
        command = await asyncio.to_thread(catalog.command, request, self.workspace.root, self.settings)
        if isinstance(command, Failure):
            self._show_failure(plan, command, f"{workflow} {achievement or plan.next.achievement or ''}".strip())
        elif confirmed or await self._confirm(command):
            await self._start_run(command, plan)

    async def _confirm(self, command: Command) -> bool:
        from llm_dashboard.ui.screens.confirm import ConfirmDialog

        return await self.push_screen_wait(ConfirmDialog(command, self.workspace.root))

    async def _start_run(self, command: Command, plan: Plan | None) -> None:
        run = await self.executor.start(command)
        if isinstance(run, Failure):
            self._show_failure(plan, run, str(command.workflow))
            return
        self.runs[run.id] = run
        self._follow(run.id)
        self._show_log(run)

    @work
    async def _run_again(self, run: Run, longer: Mapping[str, str]) -> None:
        """Run it again; `longer` holds limits in seconds, `wall` or `idle`, that replace those of the run."""
        record, plan = run.record, self.plan_of(run)
        if plan is None:
            command: Command | Failure = Command(
                record.workflow, record.requested, record.argv, Path(record.cwd), record.summary, limits=record.limits
            )
        else:
            from llm_dashboard.workflows import catalog

            request = WorkflowRequest(record.workflow, plan, record.achievement)
            command = await asyncio.to_thread(catalog.command, request, self.workspace.root, self.settings)
        if isinstance(command, Failure):
            self._show_failure(plan, command, f"{record.workflow} {record.achievement or ''}".strip())
            return
        changed = {name: float(seconds) for name, seconds in longer.items()}
        command = msgspec.structs.replace(command, limits=msgspec.structs.replace(command.limits, **changed))
        if await self._confirm(command):
            await self._start_run(command, plan)

    def _follow(self, run_id: str) -> None:
        self._followers[run_id] = asyncio.create_task(self._follow_events(run_id), name=f"follow {run_id}")

    async def _follow_events(self, run_id: str) -> None:
        async for event in self.executor.follow(run_id):
            run = advance(self.runs[run_id], event)
            self.runs[run_id] = run
            if run.state.is_final:
                await self.reload()
                self._announce(run)
            self.tell(RunChanged(run))

    def _announce(self, run: Run) -> None:
        from llm_dashboard.ui.screens.runner import RunnerScreen

        if isinstance(self.screen, RunnerScreen) and self.screen.run_shown.id == run.id:
            return
        what = f"{run.record.workflow} {run.record.achievement or ''}".strip()
        self.notify(
            f"{what} of {run.record.plan or 'a command'}: {run.state.replace('_', ' ')}. R shows it.",
            severity="information" if run.state is WorkflowState.SUCCESS else "warning",
            markup=False,
        )

    @work
    async def _stop(self, run_id: str, *, now: bool) -> None:
        await self.executor.stop(run_id, now=now)

    def _show_log(self, run: Run, *, stay: bool = False) -> None:
        from llm_dashboard.ui.screens.runner import RunnerScreen

        self.push_screen(RunnerScreen(run, self.executor.log(run.id), self.now, stay=stay))

    def _show_result(self, run: Run, *, instead: bool = False) -> None:
        from llm_dashboard.ui.screens.result import ResultScreen

        screen = ResultScreen(self.workspace.root, self.plan_of(run), run=run)
        if instead:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def _show_failure(self, plan: Plan | None, failure: Failure, what: str) -> None:
        from llm_dashboard.ui.screens.result import ResultScreen

        self.push_screen(ResultScreen(self.workspace.root, plan, failure=failure, what=what))

    def _copy_prompt(self, run: Run) -> None:
        try:
            prompt = run.prompt_path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            self.notify(f"The prompt cannot be read: {error.strerror}", severity="error", markup=False)
            return
        self.copy_to_clipboard(prompt)
        self.notify("The prompt was sent to the clipboard of your terminal (OSC 52).", markup=False)

    @work
    async def _judge(self, plan_file: str, achievement_id: str, *, approve: bool) -> None:
        from llm_dashboard.plans import review
        from llm_dashboard.ui.screens.verdict import VerdictDialog

        plan = self.plan(plan_file)
        achievement = plan.achievement(achievement_id) if plan else None
        if plan is None or achievement is None:
            return
        name = f"{'APPROVED' if approve else 'FIX'}_{achievement_id.replace('.', '')}.md"
        notes = await self.push_screen_wait(VerdictDialog(achievement, name, approve=approve))
        if notes is None:
            return
        root, day = self.workspace.root, self.now().date()
        try:
            if approve:
                path = review.approve(root, plan, achievement_id, reviewer=reviewer(), notes=notes, date=day)
            else:
                issues = [line.strip() for line in notes.splitlines() if line.strip()]
                path = review.request_fix(root, plan, achievement_id, reviewer=reviewer(), critical=issues, date=day)
        except (OSError, ValueError) as error:
            self.notify(f"The verdict was not written: {error}", severity="error", markup=False)
            return
        await self.reload()
        self.notify(f"Written: {path}", markup=False)
        self.pop_screen()


def reviewer() -> str:
    """The name of the person at the keyboard, as the system knows it."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def build_app(workspace: Workspace, settings: Settings, state: WorkspaceState | None = None) -> DashboardApp:
    """The app on that workspace, with all that it needs; `state` is what was already read of it."""
    return DashboardApp(workspace, WorkflowExecutor(workspace.root), settings, state)

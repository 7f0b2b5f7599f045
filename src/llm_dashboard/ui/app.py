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
from llm_dashboard.plans.workspace import Workspace, read_document
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.safe_text import plain, plain_block
from llm_dashboard.settings import ScriptSource, Settings
from llm_dashboard.ui.messages import (
    MoreTimeRequested,
    PlanOpened,
    ResultReached,
    RunAgainRequested,
    RunChanged,
    RunOpened,
    RunsChanged,
    StopRequested,
    SuggestionTaken,
    VerdictRequested,
    WorkflowChoiceRequested,
    WorkflowRequested,
    WorkspaceChanged,
)
from llm_dashboard.ui.run_watch import RunWatch
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
CREATE = {
    SuggestedAction.CREATE_SUBPLAN: WorkflowType.SUBPLAN,
    SuggestedAction.CREATE_EXECUTION: WorkflowType.EXECUTION,
}
EXIT_SECONDS = 5
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
        problem: str | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.workspace = workspace
        self.run_watch = RunWatch(executor, self._run_moved)
        self.settings = settings
        self.now = now
        self.state = state
        """The plans as they were read last."""
        self.problem = problem
        """What is wrong with the settings; the defaults are in force then."""
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name

    @property
    def runs(self) -> dict[str, Run]:
        """Every known run, by id."""
        return self.run_watch.runs

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
            loop.add_signal_handler(number, self._leave_at_once)
        if self.problem:
            self.notify(self.problem, title="Settings", severity="error", timeout=20, markup=False)
        self._start()

    async def on_unmount(self) -> None:
        """End what follows the runs. The runs go on."""
        await self.run_watch.close()

    def _leave_at_once(self) -> None:
        """Exit; where the terminal is gone and drawing on it blocks, the alarm ends the process all the same."""
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(EXIT_SECONDS)
        self.exit()

    @work
    async def _start(self) -> None:
        if self.state is None:
            await self.reload()
        await self._look_at_runs()

    async def reload(self) -> None:
        """Read the workspace again, and tell the screens."""
        state = await asyncio.to_thread(self.workspace.load)
        self.state = state
        self.tell(WorkspaceChanged(state))

    async def _look_at_runs(self) -> None:
        async for _ in self.run_watch.look():
            self.tell(RunsChanged())
        self.tell(RunsChanged())

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

    @on(StopRequested)
    def _stop_requested(self, message: StopRequested) -> None:
        self._stop(message.run_id, now=message.now)

    @on(RunAgainRequested)
    def _again_requested(self, message: RunAgainRequested) -> None:
        self._run_again(self.runs[message.run_id], {})

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

    @on(VerdictRequested)
    def _verdict_requested(self, message: VerdictRequested) -> None:
        self._judge(message.plan_file, message.achievement, approve=message.approve)

    @work(exclusive=True, group="reload")
    async def action_refresh_plans(self) -> None:
        """Read the workspace and the runs again."""
        await self.reload()
        await self._look_at_runs()
        self.notify("The workspace was read again.", timeout=2, markup=False)

    def action_runs(self) -> None:
        """The list of runs."""
        from llm_dashboard.ui.screens.history import HistoryScreen

        if not isinstance(self.screen, HistoryScreen):
            self.push_screen(HistoryScreen(self.state.name if self.state else "", self.runs))
            self._refresh_runs()

    @work(exclusive=True, group="runs")
    async def _refresh_runs(self) -> None:
        await self._look_at_runs()

    def action_help(self) -> None:
        """The keys of the screen, and the symbols."""
        from llm_dashboard.ui.commands import ACTIONS
        from llm_dashboard.ui.screens.help import HelpDialog

        names = [each.id for each in self.screen.BINDINGS if isinstance(each, Binding) and each.id in ACTIONS]
        self.push_screen(HelpDialog([name for name in names if name]))

    @work
    async def action_quit_dashboard(self) -> None:
        """Quit; with live runs ask what becomes of them."""
        from llm_dashboard.ui.screens.leave import LeaveDialog, Leaving

        live = self.run_watch.live
        if not live:
            self.exit()
            return
        if isinstance(self.screen, LeaveDialog):
            return
        answer = await self.push_screen_wait(LeaveDialog(live))
        if answer is Leaving.STAY:
            return
        if answer is Leaving.STOP:
            self.notify("Stopping what runs …", markup=False)
            await self.run_watch.stop_all(live)
        self.exit()

    @work
    async def _choose_workflow(self, plan_file: str, achievement: str | None) -> None:
        from llm_dashboard.ui.screens.workflows import WorkflowDialog
        from llm_dashboard.workflows import catalog

        plan = self.plan(plan_file)
        entries = {entry.name: entry for entry in catalog.workflows(self.settings)}
        name = await self.push_screen_wait(WorkflowDialog(list(entries.values()), plan.name)) if plan else None
        if plan and name is not None:
            request = entries[name].request(plan, achievement)
            ask = entries[name].needs_achievement
            self._run_workflow(request.workflow, plan_file, achievement, name=request.name, ask=ask)

    @work
    async def _run_workflow(
        self,
        workflow: WorkflowType,
        plan_file: str,
        achievement: str | None,
        *,
        name: str = "",
        ask: bool | None = None,
        confirmed: bool = False,
    ) -> None:
        """Ask for what is missing, show what will run, and run it."""
        from llm_dashboard.ui.screens.achievement import AchievementDialog
        from llm_dashboard.workflows import catalog

        plan = self.plan(plan_file)
        if plan and (workflow in PURPOSES if ask is None else ask):
            purpose = PURPOSES.get(workflow, f"Run {name or workflow}")
            achievement = await self.push_screen_wait(AchievementDialog(purpose, plan, achievement))
            if achievement is None:
                return
            await self.reload()
            plan = self.plan(plan_file)
        if plan is None:
            self.notify(f"{plan_file} is not there any more.", severity="error", markup=False)
            return
        request = WorkflowRequest(workflow, plan, achievement, name)
        command = await asyncio.to_thread(catalog.command, request, self.workspace.root, self.settings)
        if isinstance(command, Failure):
            self._show_failure(plan, command, request)
        elif confirmed or await self._confirm(command):
            await self._start_run(command, plan, request)

    async def _confirm(self, command: Command) -> bool:
        from llm_dashboard.ui.screens.confirm import ConfirmDialog

        return await self.push_screen_wait(ConfirmDialog(command, self.workspace.root))

    async def _start_run(self, command: Command, plan: Plan | None, request: WorkflowRequest | None) -> None:
        run = await self.run_watch.start(command)
        if isinstance(run, Failure):
            self._show_failure(plan, run, request)
        else:
            self._show_log(run)

    @work
    async def _run_again(self, run: Run, longer: Mapping[str, str]) -> None:
        """Run it again; `longer` holds limits in seconds, `wall` or `idle`, that replace those of the run."""
        record, plan = run.record, self.plan_of(run)
        request: WorkflowRequest | None = None
        if plan is None:
            command: Command | Failure = Command(
                record.workflow, record.requested, record.argv, Path(record.cwd), record.summary, limits=record.limits
            )
        else:
            from llm_dashboard.workflows import catalog

            request = WorkflowRequest(record.workflow, plan, record.achievement, record.name)
            command = await asyncio.to_thread(catalog.command, request, self.workspace.root, self.settings)
        if isinstance(command, Failure):
            self._show_failure(plan, command, request)
            return
        changed = {name: seconds for name in ("wall", "idle") if (seconds := _seconds(longer.get(name, "")))}
        command = msgspec.structs.replace(command, limits=msgspec.structs.replace(command.limits, **changed))
        if await self._confirm(command):
            await self._start_run(command, plan, request)

    async def _run_moved(self, run: Run) -> None:
        if run.state.is_final:
            await self.reload()
            self._announce(run)
        self.tell(RunChanged(run))

    def _announce(self, run: Run) -> None:
        from llm_dashboard.ui.screens.runner import RunnerScreen

        if any(isinstance(screen, RunnerScreen) and screen.run_shown.id == run.id for screen in self.screen_stack):
            return
        what = f"{run.record.label} {run.record.achievement or ''}".strip()
        self.notify(
            f"{what} of {run.record.plan or 'a command'}: {run.state.replace('_', ' ')}. R shows it.",
            severity="information" if run.state is WorkflowState.SUCCESS else "warning",
            markup=False,
        )

    @on(MoreTimeRequested)
    def _more_time_requested(self, message: MoreTimeRequested) -> None:
        self._extend(self.runs[message.run_id])

    @work
    async def _extend(self, run: Run) -> None:
        """Move on each limit by what the settings give such a run."""
        given, now = self.settings.limits_of(run.record.label), run.record.limits
        wall = now.wall + (given.wall or now.wall) if now.wall else None
        idle = now.idle + (given.idle or now.idle) if now.idle else None
        try:
            failure = await self.run_watch.executor.extend(run.id, wall=wall, idle=idle)
        except KeyError:
            return
        if failure:
            self.notify(failure.message, severity="error", markup=False)

    @work
    async def _end_leftovers(self, run: Run) -> None:
        """End what still lives of a lost run, and show the result anew."""
        judged_on = self.screen
        try:
            names = await self.run_watch.executor.end_lost(run.id)
        except KeyError:
            return
        ended = await self.run_watch.read(run.id)
        self.notify(f"Ended: {', '.join(names)}." if names else "Nothing of it was alive any more.", markup=False)
        if ended and self.screen is judged_on:
            self._show_result(ended, instead=True)

    @work
    async def _stop(self, run_id: str, *, now: bool) -> None:
        await self.run_watch.stop(run_id, now=now)

    def _show_log(self, run: Run, *, stay: bool = False, instead: bool = False) -> None:
        from llm_dashboard.ui.screens.result import ResultScreen
        from llm_dashboard.ui.screens.runner import RunnerScreen

        screen = RunnerScreen(run, self.run_watch.executor.log(run.id), self.now, self.runs, stay=stay)
        # What a result led to takes its place: behind it is the plan, not what is no longer true.
        if instead or (isinstance(self.screen, ResultScreen) and not stay):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def _show_result(self, run: Run, *, instead: bool = False) -> None:
        from llm_dashboard.ui.screens.result import ResultScreen

        screen = ResultScreen(self.workspace.root, self.plan_of(run), run=run)
        if instead:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def _show_failure(self, plan: Plan | None, failure: Failure, wanted: WorkflowRequest | None) -> None:
        from llm_dashboard.ui.screens.result import ResultScreen

        self.push_screen(ResultScreen(self.workspace.root, plan, failure=failure, wanted=wanted))

    @work
    async def _copy_prompt(self, run: Run) -> None:
        path = run.prompt_path.relative_to(self.workspace.root).as_posix()
        try:
            prompt = await asyncio.to_thread(read_document, self.workspace.root, path)
        except OSError as error:
            self.notify(f"The prompt cannot be read: {plain(str(error))}", severity="error", markup=False)
            return
        # What a script printed may be coloured; a prompt that was written as one goes as it is.
        self.copy_to_clipboard(plain_block(prompt) if run.prompt_path == run.log_path else prompt)
        self.notify("The prompt was sent to the clipboard of your terminal (OSC 52).", markup=False)

    @work
    async def _judge(self, plan_file: str, achievement_id: str, *, approve: bool) -> None:
        """Ask for the notes until the verdict is written or given up; what was typed is never lost."""
        from llm_dashboard.plans.artifacts import approved_path, fix_path
        from llm_dashboard.ui.screens.verdict import VerdictDialog

        judged_on, notes, wrong = self.screen, "", ""
        while True:
            plan = self.plan(plan_file)
            achievement = plan.achievement(achievement_id) if plan else None
            if plan is None or achievement is None:
                self.notify(f"{plan_file} has no {achievement_id} any more.", severity="error", markup=False)
                return
            name = (approved_path if approve else fix_path)(plan, achievement_id).rpartition("/")[2]
            answer = await self.push_screen_wait(
                VerdictDialog(achievement, name, approve=approve, notes=notes, wrong=wrong)
            )
            if answer is None:
                return
            try:
                path = await asyncio.to_thread(self._write_verdict, plan, achievement_id, answer, approve)
            except (OSError, ValueError) as error:
                notes, wrong = answer, plain(str(error))
                continue
            break
        await self.reload()
        self.notify(f"Written: {path}", markup=False)
        if self.screen is judged_on:
            self.pop_screen()

    def _write_verdict(self, plan: Plan, achievement_id: str, notes: str, approve: bool) -> str:
        from llm_dashboard.plans import review

        root, day = self.workspace.root, self.now().astimezone().date()
        if approve:
            return review.approve(root, plan, achievement_id, reviewer=reviewer(), notes=notes, date=day)
        issues = [line.strip() for line in notes.splitlines() if line.strip()]
        return review.request_fix(root, plan, achievement_id, reviewer=reviewer(), critical=issues, date=day)


def _seconds(text: str) -> float | None:
    """A number of seconds above 0; None for anything else."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def reviewer() -> str:
    """The name of the person at the keyboard, as the system knows it."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def build_app(
    workspace: Workspace, settings: Settings, state: WorkspaceState | None = None, problem: str | None = None
) -> DashboardApp:
    """The app on that workspace, with all that it needs; `state` is what was already read of it."""
    return DashboardApp(workspace, WorkflowExecutor(workspace.root, settings.runs.parallel), settings, state, problem)

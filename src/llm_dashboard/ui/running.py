"""The part of the app that runs workflows: from what is wanted, by the questions it takes, to the screen of the run."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from textual import on, work
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.signal import Signal

from llm_dashboard.agents.checking import agent_faults
from llm_dashboard.agents.models import OutputKind
from llm_dashboard.plans.models import Plan, StepKind, WorkspaceState
from llm_dashboard.plans.schedule import achievement_step
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs.about import is_about
from llm_dashboard.runs.models import Run, RunRecord
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import Notices, Settings, read
from llm_dashboard.ui.messages import ReviewRequested, RunChanged, RunWritten, WorkspaceWanted
from llm_dashboard.ui.notices import EndedRun, Notice, ended_at, notice, show_on_desktop
from llm_dashboard.ui.questions import Questions
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.session import Session, files_seen
from llm_dashboard.ui.sessions import SessionsApp
from llm_dashboard.ui.themes import DARK, LIGHT, ansi_theme, choose_theme, register_themes
from llm_dashboard.ui.type_ahead import ASKING
from llm_dashboard.ui.waiting import waiting
from llm_dashboard.workflows.models import (
    Command,
    Failure,
    FailureKind,
    WorkflowRequest,
    WorkflowType,
)

TOGETHER = 0.3
"""Seconds within which the ends of several runs are told as one."""
PURPOSES = {WorkflowType.SUBPLAN: "Create SUBPLAN", WorkflowType.EXECUTION: "Create EXECUTION"}


class RunningApp(SessionsApp):
    """Runs workflows in the workspace on the screen, and shows how they go."""

    # As defaults: set later, they would have all rules of style parsed twice more before the first screen.
    ansi_theme_dark = Reactive(ansi_theme(DARK), init=False)
    ansi_theme_light = Reactive(ansi_theme(LIGHT), init=False)

    def __init__(
        self,
        workspace: Workspace,
        settings: Settings,
        state: WorkspaceState | None = None,
        problem: str | None = None,
        others: Sequence[Path] = (),
        flags: Mapping[str, str] = {},
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(workspace, settings, state, problem, others, flags)
        self.now = now
        self.live_changed: Signal[int] = Signal(self, "live-changed")
        """A run of one of the workspaces has moved on; how many have not ended."""
        self._is_asking = False
        self._ended: list[EndedRun] = []
        """What is about to be told."""
        self._ended_last: EndedRun | None = None
        self.questions = Questions(self)
        """What agents ask."""
        register_themes(self)
        wrong_theme = choose_theme(self, settings.theme)
        if wrong_theme:
            choose_theme(self, DARK.name)
        if wrong_theme or settings.agent or settings.agents:
            loaded = read(workspace.root, flags=flags)
            wrong = [f"{loaded.source('theme')}: {wrong_theme}"] if wrong_theme else []
            agents = (fault.text for fault in agent_faults(loaded))
            self.session.problem = "\n".join(filter(None, (problem, *wrong, *agents))) or None

    def plan_of(self, run: Run) -> Plan | None:
        """The plan that a run is about."""
        named = [plan for plan in (self.state.plans if self.state else ()) if plan.name == run.record.plan]
        return next((plan for plan in named if is_about(run, plan)), named[0] if named else None)

    @work(group=ASKING)
    async def _choose_workflow(self, plan_file: str, achievement: str | None) -> None:
        from llm_dashboard.ui.screens.workflows import WorkflowDialog
        from llm_dashboard.workflows import catalog

        await self._go_by_files()
        plan = self.plan(plan_file)
        entries = {entry.name: entry for entry in catalog.workflows(self.settings)}
        name = await self.push_screen_wait(WorkflowDialog(list(entries.values()), plan.name)) if plan else None
        if plan and name is not None:
            request = entries[name].request(plan, achievement)
            ask = entries[name].needs_achievement
            self._run_workflow(request.workflow, plan_file, achievement, name=request.name, ask=ask)

    @work(group=ASKING)
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
        """Ask for what is missing, show what will run, and run it. One question at a time: a second key is no second wish."""
        await self.ask(
            lambda: self._ask_and_run(workflow, plan_file, achievement, name=name, ask=ask, confirmed=confirmed)
        )

    async def ask(self, flow: Callable[[], Awaitable[None]]) -> None:
        """Go through a flow of questions, unless another one is being gone through."""
        if self._is_asking:
            if isinstance(self.screen, DashboardScreen):
                self.answer("One moment: what was asked for before is still being done.")
            return
        self._is_asking = True
        try:
            await self._go_by_files()
            await flow()
        finally:
            self._is_asking = False

    async def _go_by_files(self) -> None:
        """Where a file of settings is another one than when it was read, read it: what is asked now goes by what it says."""
        if self.session.files != await asyncio.to_thread(files_seen, self.workspace.root):
            from llm_dashboard.ui.changing_settings import apply_settings

            await apply_settings(self)

    async def _ask_and_run(
        self,
        workflow: WorkflowType,
        plan_file: str,
        achievement: str | None,
        *,
        name: str,
        ask: bool | None,
        confirmed: bool,
    ) -> None:
        from llm_dashboard.ui.screens.achievement import AchievementDialog

        plan = self.plan(plan_file)
        if plan and (workflow in PURPOSES if ask is None else ask):
            purpose = PURPOSES.get(workflow, f"Run {name or workflow}")
            achievement = await self.push_screen_wait(AchievementDialog(purpose, plan, achievement))
            if achievement is None:
                return
            with waiting(self, "reading the plans"):
                await self.reload()
            plan = self.plan(plan_file)
        if plan is None:
            self.notify(f"{plan_file} is not there any more.", severity="error", markup=False)
            return
        request = WorkflowRequest(workflow, plan, achievement, name)
        if workflow is WorkflowType.NEXT and (awaiting := _next_review(plan, achievement)):
            self.post_message(ReviewRequested(plan_file, awaiting))
            return
        command = await self._command(request)
        if isinstance(command, Failure):
            self._show_failure(plan, command, request)
        elif confirmed or await self._confirm(command):
            await self._start_run(command, plan, request)

    async def _command(self, request: WorkflowRequest) -> Command | Failure:
        """The command for a request; where the workspace's settings must be allowed first, that is asked."""
        from llm_dashboard.workflows import catalog

        command = await asyncio.to_thread(catalog.command, request, self.workspace.root, self.settings)
        if isinstance(command, Failure) and command.kind is FailureKind.NOT_ALLOWED:
            from llm_dashboard.ui.allowing import allow_settings

            if await allow_settings(self):
                command = await asyncio.to_thread(catalog.command, request, self.workspace.root, self.settings)
        if isinstance(command, Command) and command.task and command.task.proposals:
            from llm_dashboard.ui.allowing import allow_documents

            if await allow_documents(self, command):
                command = await asyncio.to_thread(catalog.command, request, self.workspace.root, self.settings)
        return command

    async def _confirm(self, command: Command) -> bool:
        from llm_dashboard.ui.screens.confirm import ConfirmDialog

        at = (command.plan, command.achievement)
        beside = [run for run in self.run_watch.live if at == (run.record.plan, run.record.achievement) and all(at)]
        return await self.push_screen_wait(ConfirmDialog(command, self.workspace.root, beside))

    async def _start_run(self, command: Command, plan: Plan | None, request: WorkflowRequest | None) -> None:
        run = await self.run_watch.start(command)
        if isinstance(run, Failure):
            self._show_failure(plan, run, request)
        else:
            self._show_log(run)

    @work(group=ASKING)
    async def _run_again(self, run: Run, longer: Mapping[str, str]) -> None:
        """Run it again; `longer` holds limits in seconds, `wall` or `idle`, that replace those of the run."""
        record, plan = run.record, self.plan_of(run)
        request: WorkflowRequest | None = None
        command: Command | Failure
        if plan is None or record.workflow is WorkflowType.EXEC:
            from llm_dashboard.runs.again import command_again

            command = command_again(record)
        else:
            request = WorkflowRequest(record.workflow, plan, record.achievement, record.name)
            command = await self._command(request)
        if isinstance(command, Failure):
            self._show_failure(plan, command, request)
            return
        changed = {name: seconds for name in ("wall", "idle") if (seconds := _seconds(longer.get(name, "")))}
        command = msgspec.structs.replace(command, limits=msgspec.structs.replace(command.limits, **changed))
        if await self._confirm(command):
            await self._start_run(command, plan, request)

    async def run_moved(self, session: Session, run: Run) -> None:
        """Show how it goes, or say how it has ended."""
        self.questions.look(run)
        if run.state.is_final:
            await self.reload(session=session)
            self._announce(session, run)
        elif session is self.session and run.record.attempt_of:
            self._show_attempt(run)
        if session is self.session:
            self.tell(RunChanged(run))
        else:
            session.moved[run.id] = run
        self.live_changed.publish(len(self.live))

    def run_wrote(self, session: Session, run: Run) -> None:
        """Show what it has written."""
        self.questions.look(run)
        if session is self.session:
            self.tell(RunWritten(run))

    def run_unfollowed(self, session: Session, run: Run) -> None:
        """Say why no further attempt follows: on the result where it is on the screen, else beside."""
        from llm_dashboard.ui.screens.result import ResultScreen

        reason = session.run_watch.unfollowed[run.id]
        results = [each for each in self.screen_stack if isinstance(each, ResultScreen)]
        shown = next((each for each in results if each.run_shown and each.run_shown.id == run.id), None)
        if shown:
            shown.no_attempt_follows(reason)
        if shown is not self.screen:
            where = "" if session is self.session else session.name
            about = " ".join(filter(None, (where, run.record.plan, run.record.label, run.record.achievement)))
            self.notify(f"{about}: no further attempt, {reason}", severity="warning", markup=False)

    def _announce(self, session: Session, run: Run) -> None:
        """Tell that a run has ended, unless the screen does; those that end at about the same time together."""
        self._ended_last = EndedRun(session.key, "", run)
        top = next(screen for screen in reversed(self.screen_stack) if not isinstance(screen, ModalScreen))
        if session is self.session and isinstance(top, DashboardScreen) and top.shows(run.id):
            return
        if not self._ended:
            self.set_timer(TOGETHER, self._tell_ends)
        self._ended.append(EndedRun(session.key, "" if session is self.session else session.name, run))

    def _tell_ends(self) -> None:
        told = notice(self._ended, self.key_map.shown("last-run"))
        self._ended.clear()
        self.show_notice(told)

    def show_notice(self, told: Notice) -> None:
        """Tell it in the way that the settings say."""
        way = self.settings.notices
        if way is Notices.OFF:
            return
        self.notify(
            f"{told.text} {told.way}",
            title=told.title,
            severity="information" if told.went_well else "warning",
            timeout=8,
            markup=False,
        )
        if way is Notices.BELL:
            self.bell()
        elif way is Notices.DESKTOP:
            show_on_desktop(self, told)

    def shows_run(self, run_id: str) -> bool:
        """Whether that run is on the screen, with nothing over it."""
        return isinstance(self.screen, DashboardScreen) and self.screen.shows(run_id)

    @work(group=ASKING)
    async def ask_questions(self, run_id: str, *, anew: bool = False) -> None:
        """Ask what the agent of that run asks."""
        await self.questions.ask(run_id, anew=anew)

    @work(group=ASKING)
    async def action_last_run(self) -> None:
        """What an agent asks. Else the result of the run that ended last, also in another workspace; else the newest of the
        runs that are known."""
        if await self.questions.ask(anew=True):
            return
        last = self._ended_last
        if last is None:
            ended = [run for run in self.runs.values() if run.state.is_final]
            last = EndedRun(self.session.key, "", max(ended, key=ended_at)) if ended else None
        if last is None:
            self.notify("No run has ended here yet.", markup=False)
            return
        self.clear_notifications()
        before = self.session.key
        await self.switch_session(last.workspace)
        self._show_last(self.runs.get(last.run.id, last.run), before if before != last.workspace else "")

    def _show_last(self, run: Run, came_from: str) -> None:
        from llm_dashboard.ui.screens.result import ResultScreen

        shown = self.screen.run_shown if isinstance(self.screen, ResultScreen) else None
        if shown is None or shown.id != run.id:
            self._show_result(run, instead=isinstance(self.screen, ResultScreen))
        if came_from and isinstance(self.screen, ResultScreen):
            self.screen.came_from = came_from

    @on(WorkspaceWanted)
    @work(group=ASKING)
    async def _workspace_wanted(self, message: WorkspaceWanted) -> None:
        await self.switch_session(message.key)

    @work
    async def _extend(self, run: Run) -> None:
        """Move on each limit by what the settings give such a run."""
        wall, idle = moved_on(run.record, self.settings)
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
    async def _stop(self, *run_ids: str, now: bool) -> None:
        await asyncio.gather(*(self.run_watch.stop(run_id, now=now) for run_id in run_ids))

    def _show_log(self, run: Run, *, stay: bool = False, instead: bool = False) -> None:
        from llm_dashboard.ui.screens.agent_runner import AgentRunnerScreen
        from llm_dashboard.ui.screens.result import ResultScreen
        from llm_dashboard.ui.screens.runner import RunnerScreen

        of_run = RunnerScreen if run.record.output is OutputKind.TEXT else AgentRunnerScreen
        log = self.run_watch.executor.log(run.id)
        screen = of_run(run, log, self.now, self.runs, self.questions.open, stay=stay)
        # What a result led to takes its place: behind it is the plan, not what is no longer true.
        if instead or (isinstance(self.screen, ResultScreen) and not stay):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def _show_result(self, run: Run, *, instead: bool = False) -> None:
        from llm_dashboard.ui.screens.result import ResultScreen

        following = next((each.id for each in self.runs.values() if each.record.attempt_of == run.id), "")
        unfollowed = self.run_watch.unfollowed.get(run.id, "")
        screen = ResultScreen(
            self.workspace.root, self.plan_of(run), run=run, following=following, unfollowed=unfollowed
        )
        if instead:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def _show_attempt(self, run: Run) -> None:
        """Where the result of the attempt before is on the screen, show how this one goes."""
        from llm_dashboard.ui.screens.result import ResultScreen

        shown = self.screen.run_shown if isinstance(self.screen, ResultScreen) else None
        if shown and shown.id == run.record.attempt_of:
            self._show_log(run, instead=True)

    def _show_failure(self, plan: Plan | None, failure: Failure, wanted: WorkflowRequest | None) -> None:
        from llm_dashboard.ui.screens.result import ResultScreen

        self.push_screen(ResultScreen(self.workspace.root, plan, failure=failure, wanted=wanted))

    @work
    async def _copy_prompt(self, run: Run) -> None:
        from llm_dashboard.ui import clipboard
        from llm_dashboard.ui.copyables import prompt
        from llm_dashboard.ui.openables import path_in_run

        try:
            text = await asyncio.to_thread(prompt, run)
        except OSError as error:
            self.notify(f"The prompt cannot be read: {plain(str(error))}", severity="error", markup=False)
            return
        await clipboard.copy(self, text, "The prompt", instead=f"It is in {path_in_run(run, run.prompt_path.name)}")


def moved_on(record: RunRecord, settings: Settings) -> tuple[float | None, float | None]:
    """The limits of time and of silence, in seconds, of a run that gets more of both; None for one that has no such limit.

    An agent's run gets at most as much again: it began with what its plan's budget had left.
    """
    from llm_dashboard.workflows.agent_work import agent_limits

    now, label = record.limits, record.label
    given = agent_limits(settings, label) if record.task else settings.limits_of(label)
    most = 1.0 if record.task else float("inf")
    wall = now.wall + min(given.wall or now.wall, most * now.wall) if now.wall else None
    idle = now.idle + min(given.idle or now.idle, most * now.idle) if now.idle else None
    return wall, idle


def _next_review(plan: Plan, achievement_id: str | None) -> str | None:
    """The achievement whose review NEXT leads to; None where it leads to something else."""
    chosen = plan.achievement(achievement_id) if achievement_id else None
    step = achievement_step(chosen, plan) if chosen else plan.next
    return step.achievement if step.workflow is StepKind.REVIEW else None


def _seconds(text: str) -> float | None:
    """A number of seconds above 0; None for anything else."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None

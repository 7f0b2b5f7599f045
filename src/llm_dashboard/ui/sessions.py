"""The part of the app that has workspaces open: one is on the screen and kept true, the runs of all are followed."""

import asyncio
import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import msgspec
from textual import work
from textual.await_complete import AwaitComplete
from textual.message import Message
from textual.screen import Screen

from llm_dashboard import settings as settings_of
from llm_dashboard.agents.checking import with_agents_checked
from llm_dashboard.plans.models import Plan, WorkspaceState
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.runs.needs import count_needs
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import Refresh, Settings
from llm_dashboard.ui.ending import EndingApp
from llm_dashboard.ui.garbage import forget_widgets
from llm_dashboard.ui.key_map import KeyMap
from llm_dashboard.ui.keys import KeysApp
from llm_dashboard.ui.messages import RunChanged, RunsChanged, WorkspaceChanged
from llm_dashboard.ui.run_watch import RunWatch
from llm_dashboard.ui.session import Session, WorkspaceRow
from llm_dashboard.ui.setting_faults import in_short, judged
from llm_dashboard.ui.waiting import waiting


class SessionsApp(KeysApp, EndingApp):
    """Knows the plans and the runs of the workspaces that are open. Each has a mode, Textual's word for a stack of screens."""

    DEFAULT_MODE: ClassVar[str] = "workspace-0"

    def __init__(
        self,
        workspace: Workspace,
        settings: Settings,
        state: WorkspaceState | None = None,
        problem: str | None = None,
        others: Sequence[Path] = (),
        flags: Mapping[str, str] = {},
    ) -> None:
        """`others` are the workspaces, besides the first, that are opened once that one is on the screen."""
        # Without this Textual would turn colours to greys, where none at all are wanted.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.session = Session(workspace, settings, self.run_moved, self.run_wrote, self.run_unfollowed, state, problem)
        """The one on the screen."""
        self.sessions = [self.session]
        self.absent: Sequence[Path] = ()
        """What was to be open, and is no folder."""
        self.samples: list[Path] = []
        """The workspaces among them that are samples, in temporary folders; whoever runs the app deletes them."""
        self._others = others
        self.flags = flags
        """The settings of the command line, by key."""
        self._watching: asyncio.Task[None] | None = None
        self._is_closed = False

    @property
    def workspace(self) -> Workspace:
        """The workspace on the screen."""
        return self.session.workspace

    def crash_folder(self) -> Path:
        """That workspace."""
        return self.workspace.root

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return self.session.settings

    @property
    def state(self) -> WorkspaceState | None:
        """Its plans as they were read last."""
        return self.session.state

    @property
    def run_watch(self) -> RunWatch:
        """What follows its runs."""
        return self.session.run_watch

    @property
    def runs(self) -> dict[str, Run]:
        """Every known run of it, by id."""
        return self.run_watch.runs

    @property
    def live(self) -> list[Run]:
        """The runs of all workspaces that have not ended."""
        return [run for session in self.sessions for run in session.run_watch.live]

    def plan(self, plan_file: str | None) -> Plan | None:
        """The plan of that file as it is now."""
        plans = self.state.plans if self.state else ()
        return next((plan for plan in plans if plan.plan_file == plan_file), None)

    def first_screen(self) -> Screen[None]:
        """The screen at the bottom, for the workspace that is to be on the screen."""
        raise NotImplementedError

    def get_default_screen(self) -> Screen[None]:
        """The first screen of all. As that of a mode all rules of style would be parsed once more before it is drawn."""
        return self.first_screen()

    async def run_moved(self, session: Session, run: Run) -> None:
        """A run of one of the workspaces has moved on."""
        raise NotImplementedError

    def run_wrote(self, session: Session, run: Run) -> None:
        """A run of one of the workspaces has written."""
        raise NotImplementedError

    def run_unfollowed(self, session: Session, run: Run) -> None:
        """The further attempt that was to follow a run could not be started."""
        raise NotImplementedError

    async def reload(self, changed: Collection[str] = (), session: Session | None = None) -> None:
        """Read a workspace again, or only what lies at the changed paths, and tell the screens; by default the one on them."""
        session = session or self.session
        state = await session.read(changed)
        if session is self.session:
            self.tell(WorkspaceChanged(state))

    async def _plans_changed(self, changed: Collection[str]) -> None:
        """Something has changed at these paths; without any it is only looked whether something has."""
        session, before = self.session, self.session.state
        state = await session.read(changed)
        if session is self.session:
            self.tell(WorkspaceChanged(state, is_news=bool(changed) or state != before))

    async def look_at_runs(self) -> None:
        """Look which runs there are."""
        session = self.session
        async for _ in session.run_watch.look():
            self.tell(RunsChanged())

    @property
    def _background_screens(self) -> list[Screen[object]]:
        """The screens that show through the one on top. Textual names the next one even where nothing shows through; each
        message to it would then draw the whole terminal anew: with a log on it, each line of output."""
        return super()._background_screens if self.screen.styles.background.a < 1 else []

    def pop_screen(self) -> AwaitComplete:
        """Leave the screen. What it has under way ends before its widgets go, which it would look for."""
        self.workers.cancel_node(self.screen)
        forget_widgets()
        return super().pop_screen()

    def switch_screen(self, screen: Screen[None] | str) -> AwaitComplete:
        """Put another screen in the place of this one, which ends as `pop_screen` says."""
        self.workers.cancel_node(self.screen)
        return super().switch_screen(screen)

    def tell(self, *news: Message) -> None:
        """Post the news to every screen: messages to the app never reach them."""
        for message in news:
            for screen in self.screen_stack:
                screen.post_message(message)

    @work
    async def open_workspaces(self) -> None:
        """Read the first workspace, if nobody has; keep it true; then open the others."""
        self.add_mode(self.DEFAULT_MODE, self.first_screen)
        if self.state is None:
            with waiting(self, "reading"):
                await self.reload()
        await self._keep_true()
        for root in self._others:
            session = await self.open_session(root)
            async for _ in session.run_watch.look():
                pass

    async def open_session(self, root: Path) -> Session:
        """Have that workspace open, its plans read, besides those that are open already."""
        session = next((each for each in self.sessions if each.workspace.root == root), None)
        if session is not None:
            return session
        loaded = await asyncio.to_thread(lambda: with_agents_checked(settings_of.read(root, flags=self.flags)))
        chosen, problem = loaded.settings, "\n".join(loaded.problems) or None
        # Meanwhile it may have been opened from elsewhere.
        session = next((each for each in self.sessions if each.workspace.root == root), None)
        if session is None:
            workspace = Workspace(root, chosen.plans_root)
            session = Session(workspace, chosen, self.run_moved, self.run_wrote, self.run_unfollowed, problem=problem)
            self.sessions.append(session)
            self.add_mode(self._mode(session), self.first_screen)
            await session.read()
        return session

    async def switch_session(self, key: str) -> None:
        """Put another open workspace on the screen."""
        session = next(each for each in self.sessions if each.key == key)
        if session is self.session:
            return
        await self._stop_watching()
        self.session = session
        await self.switch_mode(self._mode(session))
        self.tell(*(RunChanged(run) for run in session.moved.values()))
        session.moved.clear()
        self.say_problem()
        with waiting(self, "reading the plans"):
            await self.reload()
        await self._keep_true()

    async def watch_anew(self) -> None:
        """See what changes on disk in the way that the settings say now."""
        await self._stop_watching()
        await self._keep_true()

    def rows(self) -> list[WorkspaceRow]:
        """The open workspaces in a few words each."""
        found = []
        for each in self.sessions:
            plans = each.state.plans if each.state else ()
            waiting = count_needs(plans, each.run_watch.runs.values())
            number = len(plans) if each.state else None
            running = sum(run.state is WorkflowState.RUNNING for run in each.run_watch.live)
            found.append(WorkspaceRow(each.key, each.name, number, waiting, running, shown=each is self.session))
        return found

    def use_keys(self) -> None:
        """Take the keys that the person has set; which of them cannot be had is among what is wrong with the settings."""
        if not self.settings.keys:
            self.key_map = KeyMap()
            return
        found = settings_of.read(self.workspace.root, flags=self.flags)
        found = with_agents_checked(msgspec.structs.replace(found, settings=self.settings))
        loaded, self.key_map = judged(found)
        self.session.problem = "\n".join(loaded.problems) or None

    def say_problem(self) -> None:
        """Say that something is wrong with the settings, and where to see what."""
        if self.session.problem:
            told = in_short(len(self.session.problem.split("\n")), self.key_map.shown("settings"))
            self.notify(told, title="Settings", severity="error", timeout=20, markup=False)

    async def close_workspaces(self) -> None:
        """End what follows the disk and the runs, and begin nothing of it any more. The runs go on."""
        self._is_closed = True
        await self._stop_watching()
        for session in self.sessions:
            await session.run_watch.close()

    def _mode(self, session: Session) -> str:
        return f"workspace-{self.sessions.index(session)}"

    async def _keep_true(self) -> None:
        session = self.session
        await self.look_at_runs()
        while self._watching:
            await self._stop_watching()
        is_wanted = session is self.session and session.settings.refresh is not Refresh.OFF
        if is_wanted and not self._is_closed:
            self._watching = asyncio.create_task(self._watch(), name="watch the workspace")

    async def _stop_watching(self) -> None:
        watching, self._watching = self._watching, None
        if watching:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _watch(self) -> None:
        """See what changes on disk, for as long as the workspace is on the screen."""
        from llm_dashboard.ui.workspace_watch import NoEventsError, WorkspaceWatch

        watch = WorkspaceWatch(self.workspace, self._plans_changed, self._runs_came_or_went)
        try:
            await watch.watch(self.settings.refresh)
        except NoEventsError as error:
            self.notify(
                f"No news of changed files here ({plain(str(error))}): they are looked at every second instead.",
                markup=False,
            )
            await watch.look_again_and_again()

    async def _runs_came_or_went(self, names: Collection[str]) -> None:
        if not names or any(name not in self.runs or not self.runs[name].folder.is_dir() for name in names):
            await self.look_at_runs()

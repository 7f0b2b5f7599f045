"""Keeps the app's view of one workspace true: says what has changed on disk, by the file system's events or by looking."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

import msgspec

from llm_dashboard.plans import watching
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs.folders import runs_folder
from llm_dashboard.settings import Refresh

LONGEST_LINE = 16 << 20
"""In bytes."""
SHORTEST_PAUSE = 1.0
"""Seconds between two looks, where there are no events."""
SHARE = 20
"""The pause is this many times what a look takes, at least: looking is never what the machine does."""

Changed = Callable[[Collection[str]], Awaitable[None]]
"""Called with what has changed; with nothing where anything may have."""


class NoEventsError(Exception):
    """Why the file system does not say what changes."""


class WorkspaceWatch:
    """Watches the folders that the plans were read from, what leads to them, and the folder of runs; nothing below them."""

    def __init__(self, workspace: Workspace, plans: Changed, runs: Changed) -> None:
        self._workspace = workspace
        self._plans = plans
        """Told the changed paths, absolute."""
        self._runs = runs
        """Told the names of the runs whose folders came or went."""
        self._around = self._lead_to_plans()

    async def watch(self, refresh: Refresh) -> None:
        """Tell what changes, until cancelled. Raises NoEventsError where events were expected and are not to be had."""
        if refresh is Refresh.AUTO:
            mounts = await asyncio.to_thread(watching.mounts)
            if not watching.is_silent(str(self._workspace.root), mounts):
                await self._by_events()
        await self.look_again_and_again()

    async def look_again_and_again(self) -> None:
        """Tell that anything may have changed, again and again, until cancelled."""
        clock = asyncio.get_running_loop().time
        pause = SHORTEST_PAUSE
        while True:
            await asyncio.sleep(pause)
            began = clock()
            await self._plans(())
            await self._runs(())
            pause = max(SHORTEST_PAUSE, SHARE * (clock() - began))

    async def _by_events(self) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", watching.__name__),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=LONGEST_LINE,
                start_new_session=True,
            )
        except OSError as error:
            raise NoEventsError(error.strerror or str(error)) from error
        try:
            await self._listen(process)
        except OSError as error:
            raise NoEventsError(error.strerror or str(error)) from error
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin
        assert process.stdout
        watched: tuple[list[str], Sequence[str]] = [], ()
        while True:
            folders = await asyncio.to_thread(self._folders)
            if folders != watched:
                watched = folders
                process.stdin.write(msgspec.json.encode([*watched[0], *watched[1]]) + b"\n")
                await process.stdin.drain()
            line = await process.stdout.readline()
            news = msgspec.json.decode(line, type=list[str] | str) if line else "what watches the files has ended"
            if isinstance(news, str):
                raise NoEventsError(news)
            await self._tell(news)

    def _lead_to_plans(self) -> list[str]:
        root, runs = self._workspace.root, runs_folder(self._workspace.root)
        above = [root / folder for folder in PurePosixPath(self._workspace.plans_root).parents]
        return [str(folder) for folder in (runs, runs.parent, *above) if watching.is_text(str(folder))]

    def _folders(self) -> tuple[list[str], Sequence[str]]:
        """What is to be watched, as it is now: what leads to the plans, and their folders."""
        return [folder for folder in self._around if Path(folder).is_dir()], self._workspace.folders()

    async def _tell(self, paths: Sequence[str]) -> None:
        runs = f"{runs_folder(self._workspace.root)}/"
        plans = f"{self._workspace.root / self._workspace.plans_root}"
        in_runs = [path.removeprefix(runs) for path in paths if path.startswith(runs)]
        in_plans = [path for path in paths if path.startswith(plans) or plans.startswith(path)]
        if in_plans or not paths:
            await self._plans(in_plans)
        if in_runs or not paths:
            await self._runs(in_runs)

"""A workspace that the app has open: its settings, its plans as they were read last, and its runs."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from llm_dashboard.plans.models import WorkspaceState
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs.models import Run
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import FILE_NAME, Settings, user_file
from llm_dashboard.ui.run_watch import RunWatch

if TYPE_CHECKING:
    from llm_dashboard.runs.executor import WorkflowExecutor


class WorkspaceRow(msgspec.Struct, frozen=True):
    """A workspace in a few words."""

    path: str
    """Its folder, absolute."""
    name: str
    plans: int | None
    """How many there are; None until they were read."""
    waiting: int
    """How many things need a person."""
    running: int
    """How many runs go on; those that wait for one of them are not among them."""
    shown: bool
    """Whether it is the one on the screen."""


def files_seen(root: Path) -> tuple[tuple[int, int, int] | None, ...]:
    """What tells the files of settings from what they were before; None for one that is not there."""
    return tuple(_seen(file) for file in (root / FILE_NAME, user_file()) if file)


def _seen(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


class Session:
    """One of them is on the screen; the runs of all are followed."""

    def __init__(
        self,
        workspace: Workspace,
        settings: Settings,
        on_run: "Callable[[Session, Run], Awaitable[None]]",
        on_output: "Callable[[Session, Run], None]",
        on_unfollowed: "Callable[[Session, Run], None]",
        state: WorkspaceState | None = None,
        problem: str | None = None,
    ) -> None:
        self.workspace = workspace
        self.settings = settings
        self.problem = problem
        """What is wrong with the settings; the defaults are in force then."""
        self.files = files_seen(workspace.root)
        """The files of settings as they were when they were read last."""
        self.state = state
        """The plans; None until they were read."""
        self._reading = asyncio.Lock()
        self.moved: dict[str, Run] = {}
        """By id, the runs that have moved on while it was not on the screen, which its screens have yet to hear."""
        self.run_watch = RunWatch(
            self._make_executor,
            lambda run: on_run(self, run),
            lambda run: on_output(self, run),
            lambda run: on_unfollowed(self, run),
        )

    @property
    def key(self) -> str:
        """What no other session has: the workspace's folder."""
        return str(self.workspace.root)

    @property
    def name(self) -> str:
        """The name of the workspace's folder, safe to draw."""
        return plain(self.workspace.root.name)

    async def read(self, changed: Collection[str] = ()) -> WorkspaceState:
        """Read the plans, or only what lies at the changed paths."""
        async with self._reading:
            self.state = await asyncio.to_thread(self.workspace.load, changed or None)
            return self.state

    def use(self, settings: Settings) -> None:
        """Go by other settings from now on. The plans stay where they were read from."""
        self.settings = msgspec.structs.replace(settings, plans_root=self.workspace.plans_root)
        self.run_watch.allow(settings.runs.parallel)

    def _make_executor(self) -> "WorkflowExecutor":
        from llm_dashboard.runs.executor import WorkflowExecutor

        return WorkflowExecutor(self.workspace.root, self.settings.runs.parallel)

"""Every run that the app knows, kept true by following those that live."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from llm_dashboard.runs.models import OutputAppended, Run, advance
from llm_dashboard.workflows.models import Command, Failure

if TYPE_CHECKING:
    from llm_dashboard.runs.executor import WorkflowExecutor


BETWEEN_NEWS = 0.25
"""Seconds between two times that a look at ten thousand runs tells how far it is."""


class RunWatch:
    """Starts runs, takes up those that others started, and says when one has moved on."""

    def __init__(
        self,
        make_executor: "Callable[[], WorkflowExecutor]",
        on_change: Callable[[Run], Awaitable[None]],
        on_output: Callable[[Run], None],
        on_unfollowed: Callable[[Run], None],
    ) -> None:
        """`on_output` hears that a run has written, `on_unfollowed` that it is now in `unfollowed`, `on_change` all else."""
        self._make_executor = make_executor
        self.runs: dict[str, Run] = {}
        """By id; each as `advance` left it."""
        self._on_change = on_change
        self._on_output = on_output
        self._on_unfollowed = on_unfollowed
        self.unfollowed: dict[str, str] = {}
        """Why no further attempt could follow a run after which one was to come, by id."""
        self._looking = asyncio.Lock()
        self._followers: dict[str, asyncio.Task[None]] = {}
        self._commands: dict[str, Command] = {}
        """Of the runs of ours that another attempt may follow, by id."""

    @cached_property
    def executor(self) -> "WorkflowExecutor":
        """Made when it is first needed: the first screen does not wait for what runs take to import."""
        return self._make_executor()

    @property
    def live(self) -> list[Run]:
        """The runs that have not ended."""
        return [run for run in self.runs.values() if not run.state.is_final]

    def allow(self, parallel: int) -> None:
        """Let that many runs live at once from now on."""
        if "executor" in self.__dict__:
            self.executor.allow(parallel)

    async def start(self, command: Command) -> Run | Failure:
        """Start a command as a run, and follow it."""
        run = await self.executor.start(command)
        if isinstance(run, Run):
            if command.task and command.task.fix_attempts:
                self._commands[run.id] = command
            # A look may have found it first.
            if run.id not in self.runs:
                self._take_up(run)
        return run

    async def look(self) -> AsyncIterator[int]:
        """Look at the folder of runs: forget what is gone, take up what is new, follow what lives. What is known is not read.

        Yields how many are known where any came or went: as soon as the live ones and the newest are read, then now and then,
        and at the end.
        """
        await asyncio.to_thread(lambda: self.executor)
        from llm_dashboard.runs import history

        clock = asyncio.get_running_loop().time
        async with self._looking:
            workspace, known = self.executor.workspace, frozenset(self.runs)
            gone = known - await asyncio.to_thread(history.ids, workspace) - self._followers.keys()
            for run_id in gone:
                del self.runs[run_id]
            is_news = bool(gone)
            batches = history.batches(workspace, known=known)
            next_news = clock()
            while batch := await asyncio.to_thread(next, batches, ()):
                for run in batch:
                    if run.id not in self.runs:
                        self._take_up(run)
                        is_news = True
                if is_news and clock() >= next_news:
                    yield len(self.runs)
                    next_news, is_news = clock() + BETWEEN_NEWS, False
        if is_news:
            yield len(self.runs)

    async def read(self, run_id: str) -> Run | None:
        """Read an ended run again; None where it is gone."""
        try:
            run = await asyncio.to_thread(self.executor.run, run_id)
        except KeyError:
            return None
        self.runs[run_id] = run
        return run

    async def stop(self, run_id: str, *, now: bool = False) -> None:
        """Ask a run to end, and let no further attempt follow it. One that is gone needs no asking."""
        self._commands.pop(run_id, None)
        try:
            await self.executor.stop(run_id, now=now)
        except KeyError:
            return

    async def stop_all(self, runs: Iterable[Run]) -> None:
        """Stop these runs, and wait for their ends."""
        ids = [run.id for run in runs]
        await asyncio.gather(*(self.stop(run_id) for run_id in ids))
        await asyncio.gather(*(self._followers[run_id] for run_id in ids if run_id in self._followers))

    async def close(self) -> None:
        """Follow nothing any more. The runs go on."""
        followers = list(self._followers.values())
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)
        if "executor" in self.__dict__:
            await self.executor.close()

    def _take_up(self, run: Run) -> None:
        self.runs[run.id] = run
        if not run.state.is_final:
            task = asyncio.create_task(self._follow(run.id), name=f"follow {run.id}")
            self._followers[run.id] = task
            task.add_done_callback(lambda _: self._followers.pop(run.id, None))

    async def _follow(self, run_id: str) -> None:
        async for event in self.executor.follow(run_id):
            run = self.runs[run_id] = advance(self.runs[run_id], event)
            if isinstance(event, OutputAppended):
                self._on_output(run)
            else:
                await self._on_change(run)
        await self._go_on(run_id)

    async def _go_on(self, run_id: str) -> None:
        """Start the next attempt at an agent's work, where there is to be one."""
        command = self._commands.pop(run_id, None)
        if command is None:
            return
        from llm_dashboard.runs.attempts import next_attempt

        following: Command | Failure | Run | str | None = next_attempt(command, self.runs[run_id])
        if isinstance(following, Command):
            following = await self.start(following)
        if isinstance(following, Failure):
            following = following.message
        if isinstance(following, str):
            self.unfollowed[run_id] = following
            self._on_unfollowed(self.runs[run_id])

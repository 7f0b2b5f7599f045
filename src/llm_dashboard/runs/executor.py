"""WorkflowExecutor: starts runs, follows them, stops them. It owns no process but reaps each supervisor that it started."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from llm_dashboard import atomic
from llm_dashboard.runs import folders, history, launch, processes, recovery, signals, supervisor
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import (
    LimitsChanged,
    OutputAppended,
    Run,
    RunEvent,
    RunFinished,
    RunStarted,
    WorkflowState,
)
from llm_dashboard.runs.moments import iso
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.models import Command, Failure, FailureKind

TICK = 0.05
"""Seconds between two events of output, and between two looks at a run that is silent."""
FIRST_TICK = 0.005
"""Seconds between the first looks at a run."""
TAKEN_OUT = "taken out of the queue before it began"


class _Output(NamedTuple):
    """What tells that a log is not as it was."""

    size: int = 0
    changed_ns: int = 0


class WorkflowExecutor:
    """The runs of one workspace. A run goes on without it, and another executor can take it up."""

    def __init__(self, workspace: Path, parallel: int = 4) -> None:
        """`parallel`: how many of the runs that it starts live at once; further ones wait."""
        self.workspace = workspace.resolve()
        self.parallel = parallel
        self._supervisors: dict[str, int] = {}
        """Process ids of supervisors that are ours to reap, by run."""
        self._watched: dict[int, str] = {}
        """Runs, by the descriptor that tells the end of their supervisor."""
        self._waiting: dict[str, tuple[Run, Command]] = {}
        """Runs that have not been launched, in their order."""
        self._gate = asyncio.Lock()
        """Held while a run is made, launched or taken out of the queue, so that their order is that of the requests."""
        self._tasks: set[asyncio.Task[Run | Failure] | asyncio.Task[None]] = set()

    async def start(self, command: Command) -> Run | Failure:
        """Start the command as a run of the workspace, or let it wait. Where it cannot be started nothing of it is left.

        The run is PENDING until its child runs.
        """
        task = asyncio.create_task(self._start(command))
        self._keep(task)
        # A caller that is cancelled must not leave a supervisor that nobody knows.
        return await asyncio.shield(task)

    def queue(self) -> tuple[str, ...]:
        """The ids of the runs that wait, the next one first."""
        return tuple(self._waiting)

    def allow(self, parallel: int) -> None:
        """Let that many of the runs that it starts live at once from now on. What runs goes on."""
        self.parallel = parallel
        if self._waiting:
            self._keep(asyncio.create_task(self._start_waiting()))

    @property
    def room(self) -> int:
        """How many further runs would start at once."""
        return 0 if self._waiting else max(0, self.parallel - len(self._supervisors))

    async def follow(self, run_id: str) -> AsyncIterator[RunEvent]:
        """The events of a run from its start to its end, also of one that began earlier. Raises KeyError.

        The first output is told at once, what comes then in steps of `TICK`. The log is not read for it: however much is
        written, a run costs the same, and who shows it reads what is shown.
        """
        is_ours = self._is_ours(run_id)
        # What is on disk is looked at before it is read, so that no change of it is missed.
        seen = _signature(self._folder(run_id))
        run = await asyncio.to_thread(self.run, run_id)
        output = _Output()
        pause = FIRST_TICK
        has_started = False
        while True:
            # In this order: what a run wrote before its end is in the log by then.
            limits = run.record.limits
            signature = _signature(run.folder)
            if signature != seen or not self._is_in_hand(run):
                run, seen = await self._now(run, is_ours), signature
            if not has_started and run.record.started_at:
                has_started, pause = True, FIRST_TICK
                yield RunStarted(run_id, run.record)
            elif run.record.limits != limits:
                yield LimitsChanged(run_id, run.record.limits)
            before, output = output, _output(run.log_path) or output
            if output != before:
                pause = TICK
                yield OutputAppended(run_id, output.size, iso(output.changed_ns / 1e9) if output.size else None)
            if run.result and not self._is_supervised(run):
                yield RunFinished(run_id, run.result)
                return
            await asyncio.sleep(pause)
            pause = min(TICK, pause * 1.25)

    async def stop(self, run_id: str, *, now: bool = False) -> None:
        """Ask the supervisor to end the run: with graces, or `now`. The end is an event like any other. Raises KeyError.

        A run that waits is taken out of the queue.
        """
        number = signals.STOP_AT_ONCE if now else signals.STOP
        if run_id in self._waiting:
            async with self._gate:
                if run_id in self._waiting:
                    await self._cancel(run_id, TAKEN_OUT)
                    return
        if run_id in self._supervisors:
            processes.send(self._supervisors[run_id], number)
            return
        run = await self._launched(run_id)
        if history.is_waiting(run):
            await asyncio.to_thread(launch.cancel, run, TAKEN_OUT)
        elif run.record.supervisor and not run.state.is_final:
            processes.send(run.record.supervisor.pid, number, run.record.supervisor.start)

    async def extend(self, run_id: str, *, wall: float | None = None, idle: float | None = None) -> Failure | None:
        """Ask for other limits, in seconds: 0 for none, None for as it is. `LimitsChanged` tells that the run follows them.

        Raises KeyError, and ValueError for what is no time. Where nobody is there to follow them, the failure.
        """
        wanted = {"wall": wall, "idle": idle}
        asked = {name: seconds for name, seconds in wanted.items() if seconds is not None}
        if not all(0 <= seconds < float("inf") for seconds in asked.values()):
            raise ValueError(f"no limit in seconds: {wanted}")
        if run_id in self._waiting:
            async with self._gate:
                if run_id in self._waiting:
                    return await self._extend_waiting(
                        run_id, {name: seconds or None for name, seconds in asked.items()}
                    )
        run = await asyncio.to_thread(self.run, run_id)
        try:
            launch.ask(run.folder, asked)
        except OSError as error:
            message = "its limits cannot be changed: it is not running"
            return recovery.failure(run.record, FailureKind.INTERNAL, message, plain(supervisor.reason(error)))
        return None

    async def end_lost(self, run_id: str) -> tuple[str, ...]:
        """End what lives of a LOST run, and write down that it is lost; what was ended, as `name (pid)`. Raises KeyError.

        It takes as long as the graces of the run's limits, where the processes want it. `run` then tells how it stands.
        """
        return await asyncio.to_thread(lambda: history.end_lost(self.run(run_id)))

    def runs(self) -> tuple[Run, ...]:
        """All runs of the workspace, live ones first, then the newest. It reads every run's folder: see `history.batches`."""
        return history.list_runs(self.workspace)

    def run(self, run_id: str) -> Run:
        """The run as it stands now. Raises KeyError where there is none of that id."""
        run = history.read(self._folder(run_id))
        if run is None:
            raise KeyError(run_id)
        return run

    def log(self, run_id: str) -> RunLog:
        """A reader of the run's output of its own; the caller closes it."""
        return RunLog(self._folder(run_id) / "output.log")

    async def close(self) -> None:
        """Let go of everything. Runs go on; those that wait end, for nobody will start them."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for descriptor in list(self._watched):
            self._unwatch(descriptor)
        async with self._gate:
            for run_id in self.queue():
                await self._cancel(run_id, history.STILL_WAITING)

    def _folder(self, run_id: str) -> Path:
        return folders.runs_folder(self.workspace) / Path(run_id).name

    def _keep(self, task: asyncio.Task[Run | Failure] | asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start(self, command: Command) -> Run | Failure:
        async with self._gate:
            must_wait = self.room == 0
            started = await asyncio.to_thread(launch.make, self.workspace, command, at_once=not must_wait)
            if isinstance(started, Failure):
                return started
            run, pid = started
            if pid is None:
                self._waiting[run.id] = run, command
            else:
                self._launch(run.id, pid)
            return run

    async def _start_waiting(self) -> None:
        """Launch what waits, as far as there is room."""
        async with self._gate:
            while self._waiting and len(self._supervisors) < self.parallel:
                run, command = next(iter(self._waiting.values()))
                pid = await asyncio.to_thread(launch.start_waiting, self.workspace, run, command)
                del self._waiting[run.id]
                if pid is not None:
                    self._launch(run.id, pid)

    def _launch(self, run_id: str, pid: int) -> None:
        """Reap the supervisor as soon as it ends. Where the system cannot tell, when somebody looks at the run."""
        self._supervisors[run_id] = pid
        try:
            descriptor = os.pidfd_open(pid)
        except (AttributeError, OSError):
            return
        self._watched[descriptor] = run_id
        asyncio.get_running_loop().add_reader(descriptor, self._on_end, descriptor)

    def _on_end(self, descriptor: int) -> None:
        self._reap(self._unwatch(descriptor))

    def _unwatch(self, descriptor: int) -> str:
        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)
        return self._watched.pop(descriptor)

    def _reap(self, run_id: str) -> None:
        pid = self._supervisors.get(run_id)
        if pid is not None and processes.reap(pid):
            del self._supervisors[run_id]
            if self._waiting:
                self._keep(asyncio.create_task(self._start_waiting()))

    async def _cancel(self, run_id: str, message: str) -> None:
        run, _ = self._waiting[run_id]
        await asyncio.to_thread(launch.cancel, run, message)
        del self._waiting[run_id]

    async def _extend_waiting(self, run_id: str, limits: dict[str, float | None]) -> Failure | None:
        run, command = self._waiting[run_id]
        record = msgspec.structs.replace(run.record, limits=msgspec.structs.replace(run.record.limits, **limits))
        try:
            await asyncio.to_thread(atomic.replace, run.folder / "run.json", msgspec.json.encode(record))
        except OSError as error:
            message = "its limits cannot be changed"
            return recovery.failure(run.record, FailureKind.INTERNAL, message, plain(supervisor.reason(error)))
        self._waiting[run_id] = msgspec.structs.replace(run, record=record), command
        return None

    async def _launched(self, run_id: str) -> Run:
        """The run, once its supervisor has said that it is there; or as it is, where none is about to. Raises KeyError."""
        while (run := await asyncio.to_thread(self.run, run_id)).state is WorkflowState.PENDING:
            if history.is_waiting(run):
                break
            await asyncio.sleep(FIRST_TICK)
        return run

    def _is_ours(self, run_id: str) -> bool:
        return run_id in self._supervisors or run_id in self._waiting

    def _is_supervised(self, run: Run) -> bool:
        self._reap(run.id)
        return run.id in self._supervisors or history.supervisor_lives(run.record)

    def _is_in_hand(self, run: Run) -> bool:
        """Whether there is nothing to read of the run, unless its files have changed."""
        return run.id in self._waiting or (run.state is WorkflowState.RUNNING and self._is_supervised(run))

    async def _now(self, run: Run, is_ours: bool) -> Run:
        """The run as it stands now."""
        # In this order: a supervisor writes the result before it ends.
        self._reap(run.id)
        is_unsupervised = is_ours and not self._is_ours(run.id)
        found = await asyncio.to_thread(_read, run)
        if is_unsupervised and not found.state.is_final:
            return await asyncio.to_thread(history.lost, found.record, run.folder)
        return found


def _read(run: Run) -> Run:
    """The run as it stands now, also where its record cannot be read any more."""
    return history.read(run.folder) or history.stand(run.record, run.folder)


def _signature(folder: Path) -> tuple[int, int, bool]:
    """What changes when a run is recorded anew, or ends."""
    try:
        found = os.stat(folder / "run.json")  # noqa: PTH116
    except OSError:
        return 0, 0, False
    return found.st_ino, found.st_mtime_ns, (folder / "result.json").exists()


def _output(path: Path) -> _Output | None:
    """How the log is now; None where there is no regular file of that name."""
    try:
        found = os.stat(path, follow_symlinks=False)  # noqa: PTH116
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return _Output(found.st_size, found.st_mtime_ns) if found.st_size else _Output()

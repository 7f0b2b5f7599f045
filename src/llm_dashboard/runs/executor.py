"""WorkflowExecutor: starts runs, follows them, stops them. It owns no process but reaps each supervisor that it started."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from llm_dashboard.runs import history, processes, recovery, signals, supervisor
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import OutputAppended, Run, RunEvent, RunFinished, RunStarted, WorkflowState
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.models import Command, Failure, FailureKind

TICK = 0.05
"""Seconds between two events of output, and between two looks at a run that is silent."""
FIRST_TICK = 0.005
"""Seconds between the first looks at a run."""


class WorkflowExecutor:
    """The runs of one workspace. A run goes on without it, and another executor can take it up."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace.resolve()
        self._supervisors: dict[str, int] = {}
        """Process ids of supervisors that are ours to reap, by run."""
        self._watched: dict[int, str] = {}
        """Runs, by the descriptor that tells the end of their supervisor."""
        self._starting: set[asyncio.Task[Run | Failure]] = set()

    async def start(self, command: Command) -> Run | Failure:
        """Start the command as a run of the workspace. Where it cannot be started nothing of it is left."""
        task = asyncio.create_task(self._start(command))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)
        # A caller that is cancelled must not leave a supervisor that nobody knows.
        return await asyncio.shield(task)

    async def follow(self, run_id: str) -> AsyncIterator[RunEvent]:
        """The events of a run from its start to its end, also of one that began earlier. Raises KeyError.

        The first output is told at once, what comes then in steps of `TICK`.
        """
        run = self.run(run_id)
        is_ours = run_id in self._supervisors
        log = RunLog(run.log_path)
        pause = FIRST_TICK
        has_started = False
        try:
            while True:
                # In this order: what a run wrote before its end is in the log by then.
                run = self._now(run, is_ours)
                if not has_started and run.record.started_at:
                    has_started, pause = True, FIRST_TICK
                    yield RunStarted(run_id, run.record)
                if await _has_grown(log, run):
                    pause = TICK
                    yield OutputAppended(run_id, len(log), log.size)
                if run.result and not self._is_supervised(run):
                    yield RunFinished(run_id, run.result)
                    return
                await asyncio.sleep(pause)
                pause = min(TICK, pause * 1.25)
        finally:
            log.close()

    async def stop(self, run_id: str, *, now: bool = False) -> None:
        """Ask the supervisor to end the run: with graces, or `now`. The end is an event like any other. Raises KeyError."""
        number = signals.STOP_AT_ONCE if now else signals.STOP
        if run_id in self._supervisors:
            processes.send(self._supervisors[run_id], number)
            return
        run = self.run(run_id)
        if run.record.supervisor and not run.state.is_final:
            processes.send(run.record.supervisor.pid, number, run.record.supervisor.start)

    def runs(self) -> tuple[Run, ...]:
        """All runs of the workspace, live ones first, then the newest. It reads every run's folder."""
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
        """Let go of everything. Runs go on."""
        await asyncio.gather(*self._starting, return_exceptions=True)
        for descriptor in list(self._watched):
            self._unwatch(descriptor)

    def _folder(self, run_id: str) -> Path:
        return history.runs_folder(self.workspace) / Path(run_id).name

    async def _start(self, command: Command) -> Run | Failure:
        started = await asyncio.to_thread(_launch, self.workspace, command)
        if isinstance(started, Failure):
            return started
        run, pid = started
        self._supervisors[run.id] = pid
        self._watch(run.id, pid)
        return run

    def _watch(self, run_id: str, pid: int) -> None:
        """Reap the supervisor as soon as it ends. Where the system cannot tell, when somebody looks at the run."""
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

    def _is_supervised(self, run: Run) -> bool:
        self._reap(run.id)
        return run.id in self._supervisors or history.supervisor_lives(run.record)

    def _now(self, run: Run, is_ours: bool) -> Run:
        """The run as it stands now. Between its start and the end of its supervisor there is nothing to read."""
        if run.state is WorkflowState.RUNNING and self._is_supervised(run):
            return run
        found = history.read(run.folder)
        is_unsupervised = is_ours and run.id not in self._supervisors
        if found is None or (is_unsupervised and not found.state.is_final):
            return history.lost(run.record, run.folder)
        return found


async def _has_grown(log: RunLog, run: Run) -> bool:
    """Index what is new, in pieces that leave the loop free: for `TICK`, or to the end where the run has ended."""
    loop = asyncio.get_running_loop()
    end = loop.time() + TICK
    grown = False
    while log.catch_up():
        grown = True
        # The orphans of a lost run may write for ever: its log ends where it was found to end.
        is_enough = log.size >= run.log_bytes if run.state.is_final else loop.time() >= end
        if is_enough:
            break
        await asyncio.sleep(0)
    return grown


def _launch(workspace: Path, command: Command) -> tuple[Run, int] | Failure:
    """Make the folder of a run and start its supervisor: the run, and the supervisor's process id."""
    absent = _absent_program(command)
    if absent:
        kind, message = FailureKind.COMMAND_NOT_FOUND, f"command not found: {plain(command.argv[0])}"
        return recovery.failure(command, kind, message, plain(absent))
    try:
        folder, record = history.create(workspace, command)
        try:
            environment = {**os.environ, **command.environment, "LLM_DASH_RUN_FOLDER": str(folder)}
            return Run(record, folder, WorkflowState.PENDING), supervisor.start(str(folder), environment)
        except BaseException:
            history.discard(folder)
            raise
    except (OSError, ValueError) as error:
        message = "the run could not be started"
        return recovery.failure(command, FailureKind.INTERNAL, message, plain(supervisor.reason(error)))


def _absent_program(command: Command) -> str | None:
    """What was looked for in vain; None where the program is there."""
    program = command.argv[0]
    environment = {**os.environ, **command.environment}
    if os.sep in program:
        path = command.cwd / program
        return None if path.is_file() and os.access(path, os.X_OK) else f"no executable file {path}"
    return None if shutil.which(program, path=environment.get("PATH")) else f"no program {program} on PATH"

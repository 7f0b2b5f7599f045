"""Real runs of real processes: a workspace, an executor, and children that are written here as Python source."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.runs import folders, history, processes
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import ExecutionResult, ProcessId, Run, RunFinished, RunRecord, RunStarted
from llm_dashboard.runs.results import Ending, Evidence, judge
from llm_dashboard.runs.signals import HELD_UNTIL_READY, Signals
from llm_dashboard.runs.supervisor import Supervision
from llm_dashboard.workflows.models import Command, Limits, WorkflowType

QUICK = Limits(wall=30.0, grace=(0.4, 0.4))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace."""
    folder = tmp_path.resolve() / "work"
    folder.mkdir()
    return folder


@pytest.fixture
async def executor(workspace: Path) -> AsyncIterator[WorkflowExecutor]:
    """The executor of the workspace."""
    made = WorkflowExecutor(workspace)
    yield made
    await made.close()


Python = Callable[..., Command]


@pytest.fixture
def python(workspace: Path, tmp_path: Path) -> Python:
    """Makes a command of Python source; keyword arguments are fields of the command."""

    def make(source: str, *arguments: str, **fields: object) -> Command:
        script = tmp_path / f"child-{len(list(tmp_path.iterdir()))}.py"
        script.write_text(textwrap.dedent(source))
        return command(workspace, sys.executable, "-u", str(script), *arguments, **fields)

    return make


def command(workspace: Path, *argv: str, **fields: object) -> Command:
    """A command that runs in the workspace, with short graces."""
    values: dict[str, object] = {"limits": QUICK, **fields}
    return Command(WorkflowType.EXEC, WorkflowType.EXEC, argv, workspace, "a child of the tests", **values)  # type: ignore[arg-type]


async def started(executor: WorkflowExecutor, wanted: Command) -> Run:
    """The run of a command that must start."""
    run = await executor.start(wanted)
    assert isinstance(run, Run), run
    return run


async def finished(executor: WorkflowExecutor, run: Run) -> ExecutionResult:
    """The result of a run, once it has one."""
    events = [event async for event in executor.follow(run.id)]
    last = events[-1]
    assert isinstance(last, RunFinished)
    return last.result


async def result_of(executor: WorkflowExecutor, wanted: Command) -> ExecutionResult:
    """Start a command and wait for its result."""
    return await finished(executor, await started(executor, wanted))


async def until_said(executor: WorkflowExecutor, run: Run, text: str) -> None:
    """Wait for the text in the output of a run, which is known to run: a child may be quicker than what is recorded of it."""
    has_started = False
    async for event in executor.follow(run.id):
        has_started = has_started or isinstance(event, RunStarted)
        if has_started and run.log_path.exists() and text in run.log_path.read_text(errors="replace"):
            return
    raise AssertionError(f"{text!r} was never said")


def output(workspace: Path, result: ExecutionResult) -> str:
    """All that a run has written."""
    return (workspace / result.log_file).read_text(errors="replace")


def living(pids: list[int]) -> list[int]:
    """Those of the processes that are alive."""
    return [pid for pid in pids if (found := processes.stat(pid)) and found.is_alive]


def pids_in(text: str) -> list[int]:
    """The process ids that children said: `PID=123`."""
    return [int(pid) for pid in re.findall(r"PID=(\d+)", text)]


@pytest.fixture
def wanted(workspace: Path) -> Command:
    """Any command."""
    return msgspec.structs.replace(command(workspace, "true"), plan="DEMO", achievement="1.2")


def ended(folder: Path, record: RunRecord) -> None:
    """Give a run its result."""
    result = judge(record, Ending(0), Evidence())
    (folder / "result.json").write_bytes(msgspec.json.encode(result))


def recorded(folder: Path, record: RunRecord, **fields: object) -> RunRecord:
    """Write the record anew."""
    record = msgspec.structs.replace(record, **fields)
    (folder / "run.json").write_bytes(msgspec.json.encode(record))
    return record


def gone() -> ProcessId:
    """A process that has ended."""
    with subprocess.Popen(["sleep", "60"]) as child:
        identity = ProcessId(child.pid, processes.start_time(child.pid))
        child.kill()
    return identity


def old_runs(workspace: Path, wanted: Command, count: int) -> list[str]:
    """Runs that have ended, one a day, the newest last."""
    _, record = folders.create(workspace, wanted)
    names = []
    for day in range(count):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
        name = f"{moment:%Y%m%dT%H%M%S}-exec-aaa"
        folder = folders.runs_folder(workspace) / name
        folder.mkdir()
        ended(folder, recorded(folder, record, run=name, requested_at=moment.isoformat()))
        names.append(name)
    folders.discard(folders.runs_folder(workspace) / record.run)
    return names


Supervise = Callable[..., ExecutionResult]


@pytest.fixture
def supervise(workspace: Path) -> Iterator[Supervise]:
    """Runs a command under a supervision in this very process, which then gets back what it was.

    A second argument is the open pipe through which new limits are asked for.
    """
    kept = {number: signal.getsignal(number) for number in (*HELD_UNTIL_READY, signal.SIGCHLD, signal.SIGHUP)}
    folder = Path.cwd()

    def run(wanted: Command, control: int | None = None) -> ExecutionResult:
        made, _ = folders.create(workspace, wanted)
        supervision = Supervision(str(made), Signals(control))
        supervision.supervise()
        supervision.conclude()
        found = history.read(made)
        assert found is not None
        assert found.result is not None
        return found.result

    yield run
    signal.set_wakeup_fd(-1)
    for number, handler in kept.items():
        signal.signal(number, handler)
    os.chdir(folder)
    ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)

"""What is left when something is killed with SIGKILL: the app, or the supervisor."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.runs import folders, history, processes
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import ProcessId, WorkflowState
from llm_dashboard.workflows.models import FailureKind, SuggestedAction
from tests.runs.conftest import Python, finished, living, output, pids_in, started, until_said

APP = """
import asyncio, sys
from pathlib import Path
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import OutputAppended
from llm_dashboard.workflows.models import Command, WorkflowType

async def main():
    workspace = Path(sys.argv[1])
    executor = WorkflowExecutor(workspace)
    argv = (sys.executable, "-S", sys.argv[2])
    run = await executor.start(Command(WorkflowType.EXEC, WorkflowType.EXEC, argv, workspace, "a flood"))
    async for event in executor.follow(run.id):
        if isinstance(event, OutputAppended):
            print(run.id, flush=True)

asyncio.run(main())
"""

FLOOD = """
import os, time
for number in range(50_000):
    os.write(1, b"line %d\\n" % number)
    if number == 25_000:
        while not os.path.exists("app-is-dead"):
            time.sleep(0.005)
"""


@pytest.fixture
def killed_app(workspace: Path, tmp_path: Path) -> str:
    """The run that an app had started and was following when it was killed."""
    (tmp_path / "flood.py").write_text(FLOOD)
    argv = [sys.executable, "-c", APP, str(workspace), str(tmp_path / "flood.py")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout is not None
        run_id = app.stdout.readline().strip()
        app.kill()
    (workspace / "app-is-dead").touch()
    return run_id


async def test_the_app_is_killed_during_a_flood(killed_app: str, workspace: Path) -> None:
    executor = WorkflowExecutor(workspace)
    assert [run.id for run in executor.runs()] == [killed_app]
    result = await finished(executor, executor.run(killed_app))
    assert result.state is WorkflowState.SUCCESS
    assert output(workspace, result) == "".join(f"line {number}\n" for number in range(50_000))
    assert result.log_bytes == len(output(workspace, result))


async def test_the_supervisor_is_killed(executor: WorkflowExecutor, python: Python, workspace: Path) -> None:
    source = 'import os, time; print(f"PID={os.getpid()} ready"); time.sleep(60)'
    run = await started(executor, python(source))
    await until_said(executor, run, "ready")
    record = executor.run(run.id).record
    assert record.supervisor is not None
    assert record.process is not None
    os.kill(record.supervisor.pid, signal.SIGKILL)
    result = await finished(executor, run)
    assert (result.state, result.success, result.exit_code) == (WorkflowState.LOST, False, None)
    assert result.failure is not None
    assert result.failure.kind is FailureKind.LOST
    assert result.failure.suggestions[0].action is SuggestedAction.END_LEFTOVERS
    # It is not ended here: that is for a person to decide. What it wrote stays.
    (pid,) = living(pids_in(output(workspace, result)))
    assert result.failure.evidence.startswith("still running: ")
    assert f"({pid})" in result.failure.evidence
    assert not (run.folder / "result.json").exists()
    (ended,) = await executor.end_lost(run.id)
    assert ended.endswith(f"({pid})")
    assert living([pid]) == []


async def test_the_supervisor_is_killed_before_it_began(
    executor: WorkflowExecutor, python: Python, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "START_TIME", 1e9)
    run = await started(executor, python("import time; time.sleep(60)"))
    os.kill(executor._supervisors[run.id], signal.SIGKILL)
    assert (await finished(executor, run)).state is WorkflowState.LOST


@pytest.mark.parametrize(
    ("boot", "later", "state"),
    [(None, 0, WorkflowState.RUNNING), ("another", 0, WorkflowState.LOST), (None, 1, WorkflowState.LOST)],
    ids=["the supervisor", "of another boot", "its id only"],
)
def test_a_supervisor_is_known_by_its_start_and_by_its_boot(
    workspace: Path, python: Python, boot: str | None, later: int, state: WorkflowState
) -> None:
    folder, record = folders.create(workspace, python("pass"))
    this = ProcessId(os.getpid(), processes.start_time(os.getpid()) + later)
    record = msgspec.structs.replace(record, supervisor=this, process=this, started_at=record.requested_at)
    record = msgspec.structs.replace(record, boot_id=boot or record.boot_id)
    (folder / "run.json").write_bytes(msgspec.json.encode(record))
    run = history.read(folder)
    assert run is not None
    assert run.state is state

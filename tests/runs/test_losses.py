"""What is left when something is killed with SIGKILL: the app, or the supervisor."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from llm_dashboard.runs import history
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.workflows.models import FailureKind
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
    assert result.failure.evidence == f"its main process is still running: {record.process.pid}"
    # It is not ended here: that is for a person to decide. What it wrote stays.
    assert living(pids_in(output(workspace, result))) == [record.process.pid]
    os.kill(record.process.pid, signal.SIGKILL)
    assert not (run.folder / "result.json").exists()


async def test_the_supervisor_is_killed_before_it_began(
    executor: WorkflowExecutor, python: Python, workspace: Path
) -> None:
    run = await started(executor, python("import time; time.sleep(60)"))
    os.kill(executor._supervisors[run.id], signal.SIGKILL)
    assert (await finished(executor, run)).state is WorkflowState.LOST


def test_a_run_of_another_boot_is_lost(workspace: Path, python: Python) -> None:
    folder, _ = history.create(workspace, python("pass"))
    text = (folder / "run.json").read_text()
    start = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
    process = f'{{"pid":{os.getpid()},"start":{start}}}'
    fields = f'"supervisor":{process},"process":{process},"started_at":"2026-11-23T01:45:02.114Z"'
    text = text.replace('"supervisor":null,"process":null', fields).replace('"started_at":null,', "")
    for boot, state in ((Path("/proc/sys/kernel/random/boot_id").read_text().strip(), "running"), ("other", "lost")):
        (folder / "run.json").write_text(text.replace('"boot_id":null', f'"boot_id":"{boot}"'))
        run = history.read(folder)
        assert run is not None
        assert run.state == state


def test_a_process_with_the_id_of_a_supervisor_is_not_it(workspace: Path, python: Python) -> None:
    folder, _ = history.create(workspace, python("pass"))
    text = (folder / "run.json").read_text()
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    text = text.replace('"supervisor":null', f'"supervisor":{{"pid":{os.getpid()},"start":1}}')
    (folder / "run.json").write_text(text.replace('"boot_id":null', f'"boot_id":"{boot}"'))
    run = history.read(folder)
    assert run is not None
    assert run.state is WorkflowState.LOST

"""A disk that is full, a workspace that cannot be written, a folder that goes away: said clearly, and nothing half done."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import OutputAppended, WorkflowState
from tests.runs.conftest import Python, finished, result_of, started

NOBODY = 65534

READ_ONLY = """
import asyncio, os, sys
from pathlib import Path
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.workflows.models import Command, WorkflowType

async def main():
    workspace = Path(sys.argv[1])
    executor = WorkflowExecutor(workspace)
    await asyncio.to_thread(int)
    if os.getuid() == 0:
        os.setuid(int(sys.argv[2]))
    failure = await executor.start(Command(WorkflowType.EXEC, WorkflowType.EXEC, ("true",), workspace, "x"))
    print(failure.kind, failure.evidence, sep="|")
    print(len(executor.runs()))

asyncio.run(main())
"""


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A workspace in which only its owner could write; where the tests run as root, nobody else can."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_workspace_that_is_read_only(read_only: Path) -> None:
    argv = [sys.executable, "-c", READ_ONLY, str(read_only), str(NOBODY)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert done.stdout == f"internal|Permission denied: {read_only}/.llm-dash\n0\n"
    assert list(read_only.iterdir()) == []


async def test_all_runs_are_taken_away_in_the_middle(
    executor: WorkflowExecutor, python: Python, workspace: Path
) -> None:
    run = await started(executor, python("import shutil, time; shutil.rmtree('.llm-dash'); time.sleep(0.1)"))
    result = await finished(executor, run)
    assert (result.state, result.success) == (WorkflowState.LOST, False)
    assert result.failure is not None
    assert result.failure.message == "its folder is gone"
    assert executor.runs() == ()
    with pytest.raises(KeyError):
        await executor.end_lost(run.id)
    assert not (workspace / ".llm-dash").exists()
    assert (await result_of(executor, python("pass"))).success


@pytest.mark.parametrize("harm", ["open(record, 'w').write('{')", "os.remove(record)"])
async def test_a_record_that_the_run_has_broken(executor: WorkflowExecutor, python: Python, harm: str) -> None:
    source = f"""
        import os
        record = os.environ['LLM_DASH_RUN_FOLDER'] + '/run.json'
        while b'"process":null' in open(record, 'rb').read():
            pass
        {harm}
    """
    run = await started(executor, python(source))
    assert (await finished(executor, run)).success
    (after,) = executor.runs()
    assert (after.id, after.state) == (run.id, WorkflowState.SUCCESS)


async def test_a_log_that_becomes_a_pipe_delays_nothing(executor: WorkflowExecutor, python: Python) -> None:
    source = """
        import os
        log = os.environ['LLM_DASH_RUN_FOLDER'] + '/output.log'
        print('ready')
        while not os.path.exists('go'):
            pass
        os.unlink(log)
        os.mkfifo(log)
    """
    run = await started(executor, python(source))
    async for event in executor.follow(run.id):
        if isinstance(event, OutputAppended):
            (executor.workspace / "go").touch()
    assert executor.run(run.id).state is WorkflowState.SUCCESS


FULL = """
import asyncio, json, os, sys
from pathlib import Path
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import LimitsChanged, RunFinished, advance
from llm_dashboard.workflows.models import Command, Limits, WorkflowType

CHILD = '''
import os, sys, time
with open("fill", "wb", buffering=0) as file:
    try:
        while True:
            file.write(b"x" * 512)
    except OSError as error:
        os.write(2, b"")
open(sys.argv[1] + "/full", "w").close()
while not os.path.exists(sys.argv[1] + "/go"):
    time.sleep(0.005)
'''

async def main():
    workspace, outside = Path(sys.argv[1]), Path(sys.argv[2])
    def command(*argv):
        limits = Limits(wall=60, idle=60)
        return Command(WorkflowType.EXEC, WorkflowType.EXEC, argv, workspace, "x", limits=limits)
    executor = WorkflowExecutor(workspace)
    run = await executor.start(command(sys.executable, "-c", CHILD, str(outside)))
    waiting = WorkflowExecutor(workspace, parallel=0)
    second = await waiting.start(command("true"))
    while not (outside / "full").exists():
        await asyncio.sleep(0.005)
    facts = {}
    for seconds in (100, 200, 300):
        await executor.extend(run.id, wall=seconds)
        async for event in executor.follow(run.id):
            run = advance(run, event)
            if run.record.limits.wall == seconds:
                break
    facts["wall"] = executor.run(run.id).record.limits.wall
    refused = await executor.start(command("true"))
    facts["refused"] = refused.evidence.partition(":")[0]
    await waiting.stop(second.id)
    facts["second"] = executor.run(second.id).state
    (outside / "go").touch()
    async for event in executor.follow(run.id):
        if isinstance(event, RunFinished):
            facts["state"] = event.result.state
    facts["runs"] = len(executor.runs())
    facts["files"] = sorted(path.name for path in run.folder.iterdir())
    print(json.dumps(facts))

asyncio.run(main())
"""


@pytest.fixture
def on_a_small_disk(workspace: Path) -> list[str]:
    """What runs a command with a file system of 1 MB as its workspace, which is gone after it."""
    mount = f'mount -t tmpfs -o size=1m none "{workspace}" && exec "$0" "$@"'
    argv = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount]
    try:
        done = subprocess.run([*argv, "true"], capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no unshare(1): {error}")
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    return argv


def test_a_disk_that_fills_up_loses_no_record(on_a_small_disk: list[str], workspace: Path, tmp_path: Path) -> None:
    argv = [*on_a_small_disk, sys.executable, "-c", FULL, str(workspace), str(tmp_path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout)
    assert facts == {
        "wall": 300,
        "refused": "No space left on device",
        "second": "cancelled",
        "state": "success",
        "runs": 2,
        "files": ["output.log", "result.json", "run.json"],
    }
    assert list(workspace.iterdir()) == []


def test_space_that_is_not_enough_raises_and_leaves_the_old_file(workspace: Path, on_a_small_disk: list[str]) -> None:
    code = """
import os, sys
from llm_dashboard.runs.reserved import ReservedFile
os.chdir(sys.argv[1])
for name in ("f", "f.tmp"):
    open(name, "w").write("old")
file = ReservedFile("f")
try:
    file.write(b"x" * 2_000_000)
except OSError as error:
    print(error.errno, open("f").read())
"""
    done = subprocess.run(
        [*on_a_small_disk, sys.executable, "-c", code, str(workspace)], capture_output=True, text=True
    )
    assert done.stdout == "28 old\n", done.stderr

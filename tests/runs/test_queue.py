"""Several runs at once: so many live, and the others wait for their turn."""

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from llm_dashboard.runs import history, supervisor
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import (
    ExecutionResult,
    LimitsChanged,
    Run,
    RunEvent,
    RunFinished,
    RunStarted,
    WorkflowState,
)
from llm_dashboard.workflows.models import Failure, FailureKind, Limits
from tests.runs.conftest import Python, command, finished, started, until_said

HOLDS = "import os, sys, time; print('ready')\nwhile not os.path.exists(sys.argv[1]):\n    time.sleep(0.005)"
"""Runs until there is a file of that name."""


@pytest.fixture
def narrow(workspace: Path) -> WorkflowExecutor:
    """An executor that lets one run live at once."""
    return WorkflowExecutor(workspace, parallel=1)


async def held(executor: WorkflowExecutor, python: Python, name: str) -> Run:
    """A run that lives until there is a file of that name."""
    return await started(executor, python(HOLDS, name))


async def ended(executor: WorkflowExecutor, run: Run, name: str) -> ExecutionResult:
    """The result of such a run, after letting it end."""
    (executor.workspace / name).touch()
    return await finished(executor, run)


async def test_runs_start_in_their_order_when_others_end(narrow: WorkflowExecutor, python: Python) -> None:
    runs = [await held(narrow, python, name) for name in "abc"]
    assert narrow.queue() == (runs[1].id, runs[2].id)
    await until_said(narrow, runs[0], "ready")
    states = {run.id: run.state for run in narrow.runs()}
    assert [states[run.id] for run in runs] == [WorkflowState.RUNNING, WorkflowState.PENDING, WorkflowState.PENDING]
    assert not runs[1].log_path.exists()
    results = []
    for run, name in zip(runs, "abc", strict=True):
        results.append(await ended(narrow, run, name))
        assert run.id not in narrow.queue()
    assert all(result.success for result in results)
    starts = [result.started_at for result in results]
    assert starts == sorted(starts, key=str)
    assert narrow.queue() == ()
    await narrow.close()


async def test_nobody_overtakes_who_waits(narrow: WorkflowExecutor, python: Python) -> None:
    first, second = [await held(narrow, python, name) for name in "ab"]
    async with narrow._gate:
        # It is there before the place becomes free, and is served before the one that waits is looked for.
        coming = asyncio.create_task(held(narrow, python, "c"))
        await asyncio.sleep(0.01)
        assert (await ended(narrow, first, "a")).success
    third = await coming
    results = [await ended(narrow, run, name) for run, name in ((second, "b"), (third, "c"))]
    assert all(result.success for result in results)
    assert str(results[0].started_at) < str(results[1].started_at)
    await narrow.close()


async def test_never_more_than_so_many_live(workspace: Path, python: Python) -> None:
    executor = WorkflowExecutor(workspace, parallel=2)
    source = """
        import os, time
        os.mkdir(f"live-{os.getpid()}")
        most = 0
        for _ in range(20):
            most = max(most, sum(name.startswith("live-") for name in os.listdir()))
            time.sleep(0.005)
        os.rmdir(f"live-{os.getpid()}")
        print(most)
    """
    wanted = python(source)
    runs = await asyncio.gather(*(started(executor, wanted) for _ in range(7)))
    results = await asyncio.gather(*(finished(executor, run) for run in runs))
    assert all(result.success for result in results)
    most = [int(run.log_path.read_text()) for run in runs]
    assert max(most) == 2
    await executor.close()


async def test_more_room_starts_what_waits(narrow: WorkflowExecutor, python: Python) -> None:
    first, second = [await held(narrow, python, name) for name in "ab"]
    assert narrow.queue() == (second.id,)
    narrow.allow(2)
    assert (await ended(narrow, second, "b")).success
    assert (await ended(narrow, first, "a")).success
    await narrow.close()


async def test_a_waiting_run_is_followed_from_its_turn_on(narrow: WorkflowExecutor, python: Python) -> None:
    first, second = [await held(narrow, python, name) for name in "ab"]
    stream = narrow.follow(second.id)
    coming = asyncio.ensure_future(anext(stream))
    assert (await ended(narrow, first, "a")).success
    event = await coming
    assert isinstance(event, RunStarted)
    (narrow.workspace / "b").touch()
    assert (await finished(narrow, second)).success
    await narrow.close()


async def test_a_waiting_run_is_taken_out(narrow: WorkflowExecutor, python: Python) -> None:
    first, second, third = [await held(narrow, python, name) for name in "abc"]
    following = asyncio.create_task(finished(narrow, second))
    await narrow.stop(second.id)
    result = await following
    assert (result.state, result.exit_code) == (WorkflowState.CANCELLED, None)
    assert result.failure is not None
    assert result.failure.message == "taken out of the queue before it began"
    assert narrow.run(second.id).result == result
    assert narrow.queue() == (third.id,)
    assert (await ended(narrow, first, "a")).success
    assert (await ended(narrow, third, "c")).success
    assert sorted(path.name for path in second.folder.iterdir()) == ["result.json", "run.json"]
    await narrow.close()


async def test_another_app_takes_a_waiting_run_out(narrow: WorkflowExecutor, python: Python) -> None:
    first, second = [await held(narrow, python, name) for name in "ab"]
    other = WorkflowExecutor(narrow.workspace)
    following = asyncio.create_task(finished(narrow, second))
    await other.stop(second.id)
    assert (await following).state is WorkflowState.CANCELLED
    assert (await ended(narrow, first, "a")).success
    third = await held(narrow, python, "c")
    assert (await ended(narrow, third, "c")).success
    assert sorted(path.name for path in second.folder.iterdir()) == ["result.json", "run.json"]
    await narrow.close()


async def test_another_app_stops_a_run_that_is_about_to_start(narrow: WorkflowExecutor, python: Python) -> None:
    run = await held(narrow, python, "a")
    await WorkflowExecutor(narrow.workspace).stop(run.id)
    assert (await finished(narrow, run)).state is WorkflowState.CANCELLED
    await narrow.close()


async def followed(executor: WorkflowExecutor, run: Run) -> AsyncIterator[RunEvent]:
    """The events of a waiting run, of which the first has come: a change of its idle limit."""
    stream = executor.follow(run.id)
    coming = asyncio.ensure_future(anext(stream))
    for seconds in count(100):
        await executor.extend(run.id, idle=seconds)
        if (await asyncio.wait([coming], timeout=0.01))[0]:
            break
    event = await coming
    assert isinstance(event, LimitsChanged)
    assert event.limits.idle
    return stream


async def test_a_waiting_run_gets_other_limits(narrow: WorkflowExecutor, python: Python) -> None:
    first, second = [await held(narrow, python, name) for name in "ab"]
    await followed(narrow, second)
    assert await narrow.extend(second.id, wall=0.2, idle=0) is None
    assert narrow.run(second.id).record.limits == Limits(wall=0.2, idle=None, grace=second.record.limits.grace)
    assert (await ended(narrow, first, "a")).success
    result = await finished(narrow, second)
    assert result.failure is not None
    assert result.failure.kind is FailureKind.TIME_LIMIT
    await narrow.close()


async def test_limits_of_a_waiting_run_that_cannot_be_written(
    narrow: WorkflowExecutor, python: Python, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    first, second = [await held(narrow, python, name) for name in "ab"]
    monkeypatch.setattr("llm_dashboard.atomic.replace", full)
    failure = await narrow.extend(second.id, wall=5)
    assert isinstance(failure, Failure)
    assert failure.evidence.startswith("No space left on device")
    await narrow.stop(second.id)
    assert (await ended(narrow, first, "a")).success
    await narrow.close()


async def test_what_waits_ends_with_the_app(narrow: WorkflowExecutor, python: Python) -> None:
    first, second = [await held(narrow, python, name) for name in "ab"]
    await narrow.close()
    other = WorkflowExecutor(narrow.workspace)
    result = await finished(other, second)
    assert (result.state, result.run) == (WorkflowState.CANCELLED, second.id)
    assert result.failure is not None
    assert result.failure.message == history.STILL_WAITING
    assert other.run(first.id).state is not WorkflowState.CANCELLED
    assert (await ended(other, first, "a")).success
    await other.close()


APP = """
import asyncio, sys
from pathlib import Path
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.workflows.models import Command, WorkflowType

async def main():
    workspace = Path(sys.argv[1])
    executor = WorkflowExecutor(workspace, parallel=1)
    argv = (sys.executable, "-S", "-c", "import sys, time; print('ready', flush=True); time.sleep(60)")
    for _ in range(2):
        run = await executor.start(Command(WorkflowType.EXEC, WorkflowType.EXEC, argv, workspace, "waits"))
        print(run.id, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_what_waits_ends_with_an_app_that_is_killed(executor: WorkflowExecutor, workspace: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", APP, str(workspace)], stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout is not None
        first, second = (app.stdout.readline().strip() for _ in range(2))
        await until_said(executor, executor.run(first), "ready")
        assert executor.run(second).state is WorkflowState.PENDING
        app.send_signal(signal.SIGKILL)
    assert executor.run(first).state is WorkflowState.RUNNING
    waited = executor.run(second)
    assert waited.state is WorkflowState.CANCELLED
    assert not (waited.folder / "result.json").exists()
    assert (await finished(executor, waited)) == waited.result
    await executor.stop(first)
    assert (await finished(executor, executor.run(first))).state is WorkflowState.CANCELLED


async def test_a_waiting_run_that_cannot_be_launched(
    narrow: WorkflowExecutor, python: Python, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = [await held(narrow, python, name) for name in "abc"]
    start = supervisor.start

    def refuse(folder: str, environment: dict[str, str]) -> int:
        if folder == str(second.folder):
            raise OSError(11, "Resource temporarily unavailable")
        return start(folder, environment)

    monkeypatch.setattr(supervisor, "start", refuse)
    assert (await ended(narrow, first, "a")).success
    result = await finished(narrow, second)
    assert (result.state, result.success) == (WorkflowState.FAILED, False)
    assert result.failure is not None
    assert result.failure.evidence == "Resource temporarily unavailable"
    assert (await ended(narrow, third, "c")).success
    await narrow.close()


async def test_the_folder_of_a_waiting_run_is_taken_away(narrow: WorkflowExecutor, python: Python) -> None:
    first, second, third = [await held(narrow, python, name) for name in "abc"]
    stream = await followed(narrow, second)
    shutil.rmtree(second.folder)
    assert (await ended(narrow, first, "a")).success
    assert (await ended(narrow, third, "c")).success
    events = [event async for event in stream]
    assert isinstance(events[-1], RunFinished)
    assert events[-1].result.state is WorkflowState.LOST
    assert events[-1].result.failure is not None
    assert events[-1].result.failure.message == "its folder is gone"
    await narrow.close()


async def test_what_cannot_be_found_does_not_wait(narrow: WorkflowExecutor, python: Python, workspace: Path) -> None:
    first = await held(narrow, python, "a")
    assert isinstance(await narrow.start(command(workspace, "no-such-program-anywhere")), Failure)
    assert narrow.queue() == ()
    assert (await ended(narrow, first, "a")).success
    await narrow.close()

"""Limits that change while a run goes on."""

import asyncio
import os
import signal
from datetime import UTC, datetime

import msgspec
import pytest

from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import LimitsChanged, OutputAppended, Run, RunEvent, RunFinished, WorkflowState, advance
from llm_dashboard.runs.reserved import CONTROL
from llm_dashboard.runs.signals import Signals
from llm_dashboard.workflows.models import Failure, FailureKind, Limits
from tests.runs.conftest import Python, Supervise, finished, started, until_said

WAITS = "import os, time; print('ready')\nwhile not os.path.exists('go'):\n    time.sleep(0.005)"


async def extended(executor: WorkflowExecutor, run: Run) -> tuple[Run, list[RunEvent]]:
    """The run and its events up to the first change of its limits."""
    events = []
    async for event in executor.follow(run.id):
        events.append(event)
        run = advance(run, event)
        if isinstance(event, LimitsChanged):
            return run, events
    raise AssertionError(f"no change of limits: {events}")


async def test_more_time_reaches_the_run_its_record_and_its_followers(
    executor: WorkflowExecutor, python: Python
) -> None:
    run = await started(executor, python(WAITS, limits=Limits(wall=60, idle=50)))
    await until_said(executor, run, "ready")
    following = asyncio.create_task(extended(executor, run))
    other = WorkflowExecutor(executor.workspace)
    async for _ in other.follow(run.id):
        break
    assert await other.extend(run.id, wall=600.5) is None
    run, _ = await following
    assert (run.state, run.record.limits) == (WorkflowState.RUNNING, Limits(wall=600.5, idle=50))
    assert executor.run(run.id).record == run.record
    (executor.workspace / "go").touch()
    result = await finished(executor, run)
    assert result.success
    assert sorted(path.name for path in run.folder.iterdir()) == ["output.log", "result.json", "run.json"]


@pytest.mark.parametrize(("limit", "kind"), [("wall", FailureKind.TIME_LIMIT), ("idle", FailureKind.IDLE_LIMIT)])
async def test_a_run_follows_its_new_limit(
    executor: WorkflowExecutor, python: Python, limit: str, kind: FailureKind
) -> None:
    run = await started(executor, python(WAITS, limits=Limits(wall=600, idle=600, grace=(5, 5))))
    await until_said(executor, run, "ready")
    await executor.extend(run.id, **{limit: 0.2})
    result = await finished(executor, run)
    assert result.failure is not None
    assert (result.failure.kind, result.signal) == (kind, signal.SIGINT)
    assert "0.20s" in result.failure.message


async def test_a_limit_that_is_taken_away_in_time(executor: WorkflowExecutor, python: Python) -> None:
    run = await started(executor, python("import time; time.sleep(1.2)", limits=Limits(wall=1, idle=1)))
    # The supervisor is not yet there to read it.
    assert await executor.extend(run.id, wall=0, idle=0) is None
    assert (await finished(executor, run)).success
    limits = executor.run(run.id).record.limits
    assert (limits.wall, limits.idle) == (None, None)


async def test_many_changes_are_all_heard(executor: WorkflowExecutor, python: Python) -> None:
    run = await started(executor, python(WAITS))
    for seconds in range(100, 150):
        await executor.extend(run.id, wall=seconds)
    await executor.extend(run.id, idle=77)
    async for event in executor.follow(run.id):
        run = advance(run, event)
        if (run.record.limits.wall, run.record.limits.idle) == (149, 77):
            break
    assert run.record.limits.idle == 77
    await executor.stop(run.id)
    assert (await finished(executor, run)).state is WorkflowState.CANCELLED


@pytest.mark.parametrize("seconds", [-1.0, float("inf"), float("nan")])
async def test_what_is_no_time(executor: WorkflowExecutor, seconds: float) -> None:
    with pytest.raises(ValueError, match="no limit in seconds"):
        await executor.extend("any", wall=seconds)


async def test_nobody_is_there_to_follow_new_limits(executor: WorkflowExecutor, python: Python) -> None:
    with pytest.raises(KeyError):
        await executor.extend("no-such-run", wall=1)
    run = await started(executor, python(WAITS))
    await until_said(executor, run, "ready")
    record = executor.run(run.id).record
    assert record.supervisor is not None
    os.kill(record.supervisor.pid, signal.SIGKILL)
    assert (await finished(executor, run)).state is WorkflowState.LOST
    failure = await executor.extend(run.id, wall=1)
    assert isinstance(failure, Failure)
    assert failure.message == "its limits cannot be changed: it is not running"
    await executor.end_lost(run.id)
    failure = await executor.extend(run.id, wall=1)
    assert isinstance(failure, Failure)
    assert CONTROL in failure.evidence


def test_only_limits_are_heard(supervise: Supervise) -> None:
    reader, writer = os.pipe2(os.O_NONBLOCK)
    signals = Signals(reader)
    os.write(writer, b"wall 5\nidle 0\nwall nan\nidle -3\nwall inf\nlog_bytes 9\nnonsense\n\xff 1\nwall\n")
    signals.wait(30)
    assert signals.new_limits() == {"wall": 5.0, "idle": None}
    assert signals.new_limits() == {}
    os.close(reader)
    os.close(writer)


async def test_when_the_output_last_grew(executor: WorkflowExecutor, python: Python) -> None:
    run = await started(executor, python(WAITS))
    assert run.output_at is None
    async for event in executor.follow(run.id):
        run = advance(run, event)
        if isinstance(event, OutputAppended):
            break
    assert run.output_at is not None
    assert run.output_at > run.record.requested_at
    # Another app that takes the run up sees the same moment, however late it comes.
    assert WorkflowExecutor(executor.workspace).run(run.id).output_at == run.output_at
    os.utime(run.log_path, (1.5, 1.5))
    assert executor.run(run.id).output_at == datetime.fromtimestamp(1.5, UTC).isoformat(
        timespec="milliseconds"
    ).replace("+00:00", "Z")
    (executor.workspace / "go").touch()
    assert (await finished(executor, run)).success


async def test_a_finished_run_changes_no_more(executor: WorkflowExecutor, python: Python) -> None:
    run = await started(executor, python("pass"))
    async for event in executor.follow(run.id):
        run = advance(run, event)
        assert isinstance(event, RunFinished) or not run.state.is_final
    assert advance(run, LimitsChanged(run.id, Limits(wall=1))) == run
    pending = msgspec.structs.replace(run, state=WorkflowState.PENDING)
    assert advance(pending, LimitsChanged(run.id, Limits(wall=1))).record.limits == Limits(wall=1)

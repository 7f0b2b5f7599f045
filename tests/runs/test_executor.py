"""Starting, following and stopping runs through supervisors that are processes of their own."""

import asyncio
import os
import sys
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.runs import folders, processes
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import (
    OutputAppended,
    Run,
    RunFinished,
    RunStarted,
    WorkflowState,
    advance,
)
from llm_dashboard.workflows.models import Failure, FailureKind, Limits, SuggestedAction
from tests.runs.conftest import Python, command, finished, living, output, pids_in, result_of, started, until_said


async def test_the_events_of_a_run(executor: WorkflowExecutor, python: Python, workspace: Path) -> None:
    run = await started(executor, python("print('one'); print('two', end='')"))
    assert run.state is WorkflowState.PENDING
    events = [event async for event in executor.follow(run.id)]
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], RunFinished)
    grown = [event for event in events if isinstance(event, OutputAppended)]
    assert grown[-1].size == 7
    for event in events:
        run = advance(run, event)
    assert (run.state, run.log_bytes) == (WorkflowState.SUCCESS, 7)
    assert executor.run(run.id).result == run.result


async def test_a_child_gets_its_folder_its_environment_and_no_stray_descriptor(
    executor: WorkflowExecutor, python: Python, workspace: Path
) -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    source = "import os; print(os.environ['LLM_DASH_RUN_FOLDER'], os.environ['X'], len(os.listdir('/proc/self/fd')))"
    result = await result_of(executor, python(source, environment={"X": "y"}))
    os.close(reader)
    os.close(writer)
    assert output(workspace, result) == f"{workspace}/.llm-dash/runs/{result.run} y 4\n"


async def test_a_prompt_in_the_folder_of_the_run(executor: WorkflowExecutor, python: Python) -> None:
    source = "import os; open(os.environ['LLM_DASH_RUN_FOLDER'] + '/prompt.md', 'w').write('do it')"
    run = await started(executor, python(source, creates_prompt=True))
    assert (await finished(executor, run)).success
    assert run.prompt_path.read_text() == "do it"


@pytest.mark.parametrize("program", ["no-such-program-anywhere", "./not-there", "./not-executable"])
async def test_a_program_that_is_not_there(executor: WorkflowExecutor, workspace: Path, program: str) -> None:
    (workspace / "not-executable").touch(0o600)
    failure = await executor.start(command(workspace, program))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.COMMAND_NOT_FOUND
    assert failure.message == f"command not found: {program}"
    assert program.removeprefix("./") in failure.evidence
    assert [each.action for each in failure.suggestions] == [SuggestedAction.RETRY, SuggestedAction.BACK]
    assert executor.runs() == ()


async def test_the_path_of_the_command_counts(executor: WorkflowExecutor, workspace: Path, tmp_path: Path) -> None:
    tool = tmp_path / "a-tool"
    tool.write_text("#!/bin/sh\necho here\n")
    tool.chmod(0o700)
    result = await result_of(executor, command(workspace, "a-tool", environment={"PATH": f"{tmp_path}:/usr/bin:/bin"}))
    assert output(workspace, result) == "here\n"


async def test_a_workspace_that_cannot_be_written(executor: WorkflowExecutor, python: Python, workspace: Path) -> None:
    (workspace / ".llm-dash").write_text("in the way")
    failure = await executor.start(python("pass"))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.INTERNAL
    assert str(workspace / ".llm-dash") in failure.evidence


async def test_nothing_is_left_of_a_run_that_did_not_start(
    executor: WorkflowExecutor, python: Python, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    failure = await executor.start(command(executor.workspace, "true"))
    assert isinstance(failure, Failure)
    assert "/no/such/python" in failure.evidence
    assert list(folders.runs_folder(executor.workspace).iterdir()) == []


async def test_a_disk_that_is_full(executor: WorkflowExecutor, python: Python, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: str) -> None:
        raise OSError(28, "No space left on device", f"{folder}/result.json.tmp")

    monkeypatch.setattr(folders, "reserve", full)
    failure = await executor.start(python("pass"))
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.evidence[:23]) == (FailureKind.INTERNAL, "No space left on device")
    assert executor.runs() == ()


@pytest.mark.parametrize("argument", ["\udcff", "\0"])
async def test_an_argument_that_cannot_be_passed(executor: WorkflowExecutor, workspace: Path, argument: str) -> None:
    outcome = await executor.start(command(workspace, "true", argument))
    if isinstance(outcome, Run):
        result = await finished(executor, outcome)
        assert result.failure is not None
        outcome = result.failure
    assert outcome.kind in (FailureKind.INTERNAL, FailureKind.COMMAND_NOT_FOUND)
    assert outcome.evidence


async def test_stop_ends_the_tree(executor: WorkflowExecutor, python: Python, workspace: Path) -> None:
    source = """
        import os, subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
        print(f"PID={os.getpid()} PID={child.pid} ready")
        time.sleep(60)
    """
    run = await started(executor, python(source))
    await until_said(executor, run, "ready")
    await executor.stop(run.id)
    result = await finished(executor, run)
    assert result.state is WorkflowState.CANCELLED
    assert living(pids_in(output(workspace, result))) == []


async def test_stop_right_after_the_start_is_heard(executor: WorkflowExecutor, python: Python) -> None:
    run = await started(executor, python("import time; time.sleep(60)"))
    await executor.stop(run.id)
    assert (await finished(executor, run)).state is WorkflowState.CANCELLED


async def test_stop_now(executor: WorkflowExecutor, python: Python) -> None:
    source = "import signal, time; signal.signal(2, signal.SIG_IGN); print('ready'); time.sleep(60)"
    run = await started(executor, python(source, limits=Limits(wall=30, grace=(60, 60))))
    await until_said(executor, run, "ready")
    await executor.stop(run.id, now=True)
    assert (await finished(executor, run)).signal == 9


async def test_another_executor_takes_a_run_up(executor: WorkflowExecutor, python: Python, workspace: Path) -> None:
    run = await started(executor, python("import time; print('ready'); time.sleep(60)"))
    await until_said(executor, run, "ready")
    other = WorkflowExecutor(workspace)
    assert [each.state for each in other.runs()] == [WorkflowState.RUNNING]
    follower = asyncio.create_task(finished(other, run))
    await other.stop(run.id)
    assert (await follower).state is WorkflowState.CANCELLED
    await other.stop(run.id)
    await other.close()


async def test_several_followers_and_one_that_leaves(executor: WorkflowExecutor, python: Python) -> None:
    run = await started(executor, python("import sys; print('ready'); sys.stdin.read()"))
    followers = [asyncio.create_task(finished(executor, run)) for _ in range(3)]
    follower = asyncio.create_task(finished(executor, run))
    await asyncio.sleep(0)
    follower.cancel()
    with pytest.raises(asyncio.CancelledError):
        await follower
    results = await asyncio.gather(*followers)
    assert {result.state for result in results} == {WorkflowState.SUCCESS}


async def test_a_caller_that_is_cancelled_while_a_run_starts(executor: WorkflowExecutor, workspace: Path) -> None:
    starting = asyncio.create_task(executor.start(command(workspace, "true")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await executor.close()
    (run,) = executor.runs()
    assert (await finished(executor, run)).success


async def test_close_lets_runs_go_on(python: Python, workspace: Path) -> None:
    executor = WorkflowExecutor(workspace)
    run = await started(executor, python("import time; print('ready'); time.sleep(0.2); print('done')"))
    await executor.close()
    other = WorkflowExecutor(workspace)
    result = await finished(other, run)
    assert (result.state, output(workspace, result)) == (WorkflowState.SUCCESS, "ready\ndone\n")


async def test_the_folder_of_a_live_run_is_taken_away(executor: WorkflowExecutor, python: Python) -> None:
    source = "import os, shutil; shutil.rmtree(os.environ['LLM_DASH_RUN_FOLDER'])"
    run = await started(executor, python(source))
    assert (await finished(executor, run)).state is WorkflowState.LOST


@pytest.mark.parametrize("run_id", ["no-such-run", "../../..", ""])
async def test_an_unknown_run(executor: WorkflowExecutor, run_id: str) -> None:
    with pytest.raises(KeyError):
        executor.run(run_id)
    with pytest.raises(KeyError):
        await executor.stop(run_id)
    with pytest.raises(KeyError):
        await anext(executor.follow(run_id))


async def test_the_log_of_a_run(executor: WorkflowExecutor, python: Python) -> None:
    result = await result_of(executor, python("print('a'); print('b')"))
    log = executor.log(result.run)
    assert log.catch_up()
    assert [log.line(number) for number in range(len(log))] == [b"a", b"b"]
    log.close()


def descriptors() -> set[str]:
    """The file descriptors that are open."""
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def zombies() -> set[int]:
    """Those of our children that have ended and that nobody has reaped."""
    found = processes.table()
    return {pid for pid in processes.descendants(os.getpid(), found) if not found[pid].is_alive}


async def test_many_runs_leave_nothing_behind(executor: WorkflowExecutor, workspace: Path) -> None:
    await result_of(executor, command(workspace, "true"))
    before = descriptors(), zombies()
    for _ in range(10):
        runs = [await started(executor, command(workspace, "true")) for _ in range(3)]
        assert all(result.success for result in await asyncio.gather(*(finished(executor, run) for run in runs)))
    assert (descriptors(), zombies()) == before
    assert len(executor.runs()) == 31
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_without_descriptors_of_processes_supervisors_are_reaped_all_the_same(
    executor: WorkflowExecutor, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = zombies()
    monkeypatch.delattr(os, "pidfd_open")
    run = await started(executor, command(workspace, "true"))
    assert (await finished(executor, run)).success
    assert zombies() == before


async def test_the_record_says_what_was_asked(executor: WorkflowExecutor, python: Python, workspace: Path) -> None:
    wanted = msgspec.structs.replace(python("pass"), plan="DEMO", achievement="1.2")
    run = await started(executor, wanted)
    await finished(executor, run)
    record = executor.run(run.id).record
    assert (record.argv, record.cwd, record.plan, record.achievement) == (wanted.argv, str(workspace), "DEMO", "1.2")
    assert record.started_at is not None
    assert record.started_at >= record.requested_at
    assert run.id.rpartition("-")[0].endswith("-exec-1.2")

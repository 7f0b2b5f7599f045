"""What the app hears of the runs that it follows."""

import asyncio
import shutil
import sys
from pathlib import Path

from llm_dashboard.runs import folders, launch
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.ui.run_watch import RunWatch
from llm_dashboard.workflows.models import Command, Failure, WorkflowType
from tests.runs.agents import replayed
from tests.runs.test_agents import AGENTS, BY_NAME


async def test_output_is_told_apart_from_all_else(workspace: Path) -> None:
    moved: list[WorkflowState] = []
    written: list[int] = []
    ended = asyncio.Event()

    async def on_change(run: Run) -> None:
        moved.append(run.state)
        if run.state.is_final:
            ended.set()

    watch = RunWatch(
        lambda: WorkflowExecutor(workspace), on_change, lambda run: written.append(run.log_bytes), lambda run: None
    )
    argv = (sys.executable, "-S", "-c", "print('a line')")
    run = await watch.start(Command(WorkflowType.EXEC, WorkflowType.EXEC, argv, workspace, "prints a line"))
    assert isinstance(run, Run)
    async with asyncio.timeout(30):
        await ended.wait()
    await watch.close()
    assert moved == [WorkflowState.RUNNING, WorkflowState.SUCCESS]
    assert written[-1] == len("a line\n")
    assert watch.runs[run.id].state is WorkflowState.SUCCESS


async def test_a_look_finds_what_came_and_forgets_what_is_gone(workspace: Path) -> None:
    def made(name: str) -> Run:
        folder, record = folders.create(
            workspace, Command(WorkflowType.EXEC, WorkflowType.EXEC, (sys.executable,), workspace, name)
        )
        run = Run(record, folder, WorkflowState.PENDING)
        launch.cancel(run, "taken out")
        return run

    async def nothing(run: Run) -> None:
        return None

    watch = RunWatch(lambda: WorkflowExecutor(workspace), nothing, lambda run: None, lambda run: None)
    first, second = made("first"), made("second")
    assert [count async for count in watch.look()][-1] == 2
    seen = watch.runs[second.id]
    shutil.rmtree(first.folder)
    third = made("third")
    assert [count async for count in watch.look()][-1] == 2
    assert set(watch.runs) == {second.id, third.id}
    assert watch.runs[second.id] is seen
    assert [count async for count in watch.look()] == []
    await watch.close()


async def test_a_run_that_a_look_finds_first_is_tried_again_all_the_same(workspace: Path, tmp_path: Path) -> None:
    class LooksFirst(WorkflowExecutor):
        async def start(self, command: Command) -> Run | Failure:
            run = await super().start(command)
            async for _ in watch.look():
                pass
            return run

    ended: asyncio.Queue[int] = asyncio.Queue()

    async def on_change(run: Run) -> None:
        if run.state.is_final:
            ended.put_nowait(run.record.attempt)

    watch = RunWatch(lambda: LooksFirst(workspace), on_change, lambda run: None, lambda run: None)
    done, verify = BY_NAME["claude done"].data, (("false",),)
    agent = AGENTS["claude"]
    await watch.start(replayed(tmp_path / "agent", agent, done, "0", workspace, verify=verify, fix_attempts=1))
    async with asyncio.timeout(30):
        assert [await ended.get(), await ended.get()] == [1, 2]
    await watch.close()


async def test_a_run_that_is_stopped_just_as_it_ends_is_not_tried_again(workspace: Path, tmp_path: Path) -> None:
    ended: asyncio.Queue[Run] = asyncio.Queue()

    async def on_change(run: Run) -> None:
        if run.state.is_final:
            await watch.stop(run.id)
            ended.put_nowait(run)

    watch = RunWatch(lambda: WorkflowExecutor(workspace), on_change, lambda run: None, lambda run: None)
    done, verify = BY_NAME["claude done"].data, (("false",),)
    agent = AGENTS["claude"]
    await watch.start(replayed(tmp_path / "agent", agent, done, "0", workspace, verify=verify, fix_attempts=1))
    async with asyncio.timeout(30):
        await watch.stop_all([await ended.get()])
    await watch.close()
    assert [run.record.attempt for run in watch.runs.values()] == [1]

"""What a run costs beyond its command: python benchmarks/launch.py [MEASUREMENTS] [RUNS IN A ROW]

Prints medians: from the key `y` in the app to the running child, the same from the request to the child's first instruction;
CPU time of the supervisor (with that of /bin/date, its child); from the wish to stop to the death of the last process, for a
tree that obeys and for one that does not. Then what a thousand runs in one app, four at once, take and leave behind.
"""

import asyncio
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from statistics import median

import llm_dashboard
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs import processes
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run, RunFinished
from llm_dashboard.settings import Settings
from llm_dashboard.workflows.models import Command, Limits, WorkflowType

SAMPLE = Path(llm_dashboard.__file__).parent / "demo" / "work-space"
GRACES = (0.3, 0.2)
TREE = """
import os, signal, sys, time
if sys.argv[1] == "stubborn":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
child = os.fork()
if child:
    print(os.getpid(), child, flush=True)
time.sleep(60)
"""

Measure = Callable[[WorkflowExecutor], Awaitable[float]]


async def start(executor: WorkflowExecutor, *argv: str) -> Run:
    """Start a command in the workspace."""
    limits = Limits(grace=GRACES)
    command = Command(WorkflowType.EXEC, WorkflowType.EXEC, argv, executor.workspace, "benchmark", limits=limits)
    run = await executor.start(command)
    assert isinstance(run, Run), run
    return run


async def end(executor: WorkflowExecutor, run: Run) -> None:
    """Wait for the end of a run."""
    async for event in executor.follow(run.id):
        assert not isinstance(event, RunFinished) or event.result.failure is None, event


async def press(executor: WorkflowExecutor) -> float:
    """Milliseconds from the key that confirms a workflow, in the app, to its running child."""
    from llm_dashboard.ui.app import build_app
    from llm_dashboard.ui.screens.confirm import ConfirmDialog

    known = {run.id for run in executor.runs()}
    app = build_app(Workspace(executor.workspace), Settings())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("1")
        while not isinstance(app.screen, ConfirmDialog):
            await pilot.pause()
        pressed = time.time()
        await pilot.press("y")
        while not (begun := [run for run in executor.runs() if run.id not in known and run.record.started_at]):
            await pilot.pause()
    async for _ in executor.follow(begun[0].id):
        pass
    return (datetime.fromisoformat(begun[0].record.started_at or "").timestamp() - pressed) * 1000


async def launch(executor: WorkflowExecutor) -> float:
    """Milliseconds from the request to the child's first instruction."""
    asked = time.time()
    run = await start(executor, "date", "+%s.%N")
    await end(executor, run)
    return (float(run.log_path.read_text()) - asked) * 1000


async def supervisor_cpu(executor: WorkflowExecutor) -> float:
    """Milliseconds of CPU."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    await end(executor, await start(executor, "date"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


async def stop(executor: WorkflowExecutor, kind: str) -> float:
    """Milliseconds from the wish to stop to the death of the last process of a tree."""
    run = await start(executor, sys.executable, "-S", "-c", TREE, kind)
    async for _ in executor.follow(run.id):
        if run.log_path.exists() and run.log_path.read_text().endswith("\n"):
            break
    pids = [int(word) for word in run.log_path.read_text().split()]
    asked = time.monotonic()
    await executor.stop(run.id)
    while any((found := processes.stat(pid)) and found.is_alive for pid in pids):
        time.sleep(0.001)  # noqa: ASYNC251
    dead = time.monotonic()
    async for _ in executor.follow(run.id):
        pass
    return (dead - asked) * 1000


async def stop_obedient(executor: WorkflowExecutor) -> float:
    """Of a tree that ends at SIGINT."""
    return await stop(executor, "obedient")


async def stop_stubborn(executor: WorkflowExecutor) -> float:
    """Of a tree that ignores SIGINT and SIGTERM, beyond the graces."""
    return await stop(executor, "stubborn") - sum(GRACES) * 1000


def held() -> dict[str, float]:
    """What could leak."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    children = processes.descendants(os.getpid(), processes.table())
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "children": len(children),
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
        "MB": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
    }


async def many(executor: WorkflowExecutor, runs: int) -> None:
    """Print what so many runs take, and what there is more of after them."""

    async def in_a_row(count: int) -> None:
        for _ in range(count):
            await end(executor, await start(executor, "true"))

    async def at_once(count: int) -> None:
        await asyncio.gather(*(in_a_row(count // executor.parallel) for _ in range(executor.parallel)))

    await at_once(40)
    before, begin = held(), time.monotonic()
    await at_once(runs)
    seconds = time.monotonic() - begin
    more = ", ".join(f"{count - before[name]:+.3g} {name}" for name, count in held().items())
    print(
        f"{runs:,} runs, {executor.parallel} at once{'':<20} {seconds:6.1f} s    ({seconds / runs * 1000:.1f} ms each; {more})"
    )


async def main(runs: int, in_a_row: int) -> None:
    """Measure and print."""
    measures: dict[str, Measure] = {
        "key to child running": press,
        "request to child running": launch,
        "supervisor's CPU": supervisor_cpu,
        "stop to all dead, obedient": stop_obedient,
        "stop to all dead, stubborn, beyond its graces": stop_stubborn,
    }
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(SAMPLE, Path(folder) / "work-space")
        executor = WorkflowExecutor(Path(folder))
        for name, measure in measures.items():
            values = [await measure(executor) for _ in range(runs)]
            print(f"{name:<46} {median(values):6.1f} ms   ({min(values):.1f} to {max(values):.1f}, {runs} runs)")
        await many(executor, in_a_row)
        await executor.close()


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*numbers[:2], *(9, 1000)[len(numbers) :]))

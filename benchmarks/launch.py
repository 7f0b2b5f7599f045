"""What a run costs beyond its command: python benchmarks/launch.py [RUNS]

Prints medians: from the request to the child's first instruction, CPU time of the supervisor (with that of /bin/date, its
child), and from the wish to stop to the death of the last process, for a tree that obeys and for one that does not.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from llm_dashboard.runs import processes
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run, RunFinished
from llm_dashboard.workflows.models import Command, Limits, WorkflowType

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


async def main(runs: int) -> None:
    """Measure and print."""
    measures: dict[str, Measure] = {
        "request to child running": launch,
        "supervisor's CPU": supervisor_cpu,
        "stop to all dead, obedient": stop_obedient,
        "stop to all dead, stubborn, beyond its graces": stop_stubborn,
    }
    with tempfile.TemporaryDirectory() as folder:
        executor = WorkflowExecutor(Path(folder))
        for name, measure in measures.items():
            values = [await measure(executor) for _ in range(runs)]
            print(f"{name:<46} {median(values):6.1f} ms   ({min(values):.1f} to {max(values):.1f}, {runs} runs)")
        await executor.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9))

"""Many quick runs in one app, several at once: they end, and nothing of them is left in it."""

import asyncio
import gc
import os
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from llm_dashboard.runs import processes
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import RunFinished
from tests.runs.conftest import command, started

RUNS = 150
"""`benchmarks/launch.py` does a thousand."""
GROWTH = 5_000_000
"""Bytes of memory that may be kept after all of them."""


def held() -> tuple[set[str], set[int], int, int]:
    """What would leak: open descriptors, children (zombies too), threads, tasks."""
    descriptors = set(os.listdir("/proc/self/fd"))
    children = processes.descendants(os.getpid(), processes.table())
    return descriptors, set(children), threading.active_count(), len(asyncio.all_tasks())


async def test_many_quick_runs_leave_nothing(workspace: Path) -> None:
    # As many threads as there can be are there before the first look.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    executor = WorkflowExecutor(workspace, parallel=4)
    quick = command(workspace, "true")

    async def one() -> bool:
        run = await started(executor, quick)
        async for event in executor.follow(run.id):
            if isinstance(event, RunFinished):
                return event.result.success
        return False

    assert all(await asyncio.gather(*(one() for _ in range(20))))
    gc.collect()
    before = held()
    tracemalloc.start()
    try:
        ended = await asyncio.gather(*(one() for _ in range(RUNS)))
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(ended) == RUNS
    assert held() == before
    assert kept < GROWTH
    assert executor.queue() == ()
    await executor.close()

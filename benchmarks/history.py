"""How long it takes to list old runs: python benchmarks/history.py [RUNS] [RUNS OF A LOST APP]

It makes that many run folders (10,000) in a temporary folder, each with a log, a record and a result as a real run leaves
them, and some (20) whose supervisor was killed. Prints the time to the first batch, to all of them, and the memory that holds
them; then the same for `list_runs`, and for one run alone. At last in the app: from the key `R`, pressed as soon as the app is
there and again when all runs are known, to the first screenful and to all of them, with how late a 2 ms sleep on the app's
loop is meanwhile; and from a letter of the filter to the list that fits it.
"""

import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import msgspec

from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs import folders, history, processes
from llm_dashboard.runs.models import Change, Deliverable, ProcessId, RunRecord, TestCounts
from llm_dashboard.runs.results import Ending, Evidence, judge
from llm_dashboard.settings import Settings
from llm_dashboard.ui.app import build_app
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.widgets.run_table import RunTable
from llm_dashboard.workflows.models import Command, WorkflowType

BATCH = 200


def fill(workspace: Path, runs: int, lost: int) -> None:
    """Make the folders."""
    argv = ("python", "-m", "llm_dashboard.workflows.scripts", "subplan", "work-space/plans/DEMO/PLAN_DEMO.md", "1.2")
    creates = ("work-space/plans/DEMO/subplans/SUBPLAN_DEMO_12.md",)
    summary = "Create the SUBPLAN for achievement 1.2"
    kind = WorkflowType.SUBPLAN
    wanted = Command(kind, WorkflowType.NEXT, argv, workspace, summary, plan="DEMO", achievement="1.2", creates=creates)
    folder, record = folders.create(workspace, wanted)
    folders.discard(folder)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    dead = ProcessId(4_000_000, 1)
    for number in range(runs):
        moment = begin + timedelta(minutes=number)
        name = f"{moment:%Y%m%dT%H%M%S}-next-1.2-{number % 1000:03d}"
        one = msgspec.structs.replace(
            record,
            run=name,
            requested_at=moment.isoformat(),
            started_at=moment.isoformat(),
            supervisor=dead,
            process=dead,
        )
        _make(folder.with_name(name), one, is_lost=number < lost)


def _make(folder: Path, record: RunRecord, *, is_lost: bool) -> None:
    folder.mkdir()
    (folder / "run.json").write_bytes(msgspec.json.encode(record))
    (folder / "output.log").write_bytes(b"written\n" * 20)
    if not is_lost:
        made = Deliverable(record.creates[0], Change.CREATED)
        result = judge(
            record, Ending(0, duration=0.4, log_bytes=160), Evidence((made,), tests=TestCounts(9, 0, 9, "pytest"))
        )
        (folder / "result.json").write_bytes(msgspec.json.encode(result))


def memory() -> float:
    """Megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def on_screen(workspace: Path, runs: int) -> None:
    """Measure and print what the app takes."""
    gc.collect()
    gc.freeze()
    app = build_app(Workspace(workspace), Settings())
    async with app.run_test(size=(120, 40)) as pilot:

        async def wait(fact: Callable[[], bool]) -> tuple[float, float]:
            """Milliseconds until the fact holds, and how many of them the loop was away at most."""
            begin, longest = perf_counter(), 0.0
            while not fact():
                before = perf_counter()
                await asyncio.sleep(0.002)
                longest = max(longest, perf_counter() - before - 0.002)
            return (perf_counter() - begin) * 1000, longest * 1000

        def drawn() -> int:
            """How many rows of runs the screen has on it."""
            if not isinstance(app.screen, HistoryScreen):
                return 0
            strips = app.screen._compositor.render_strips()
            return sum("subplan 1.2" in strip.text for strip in strips)

        for when in ("at the start", "when all are known"):
            app.simulate_key("R")
            first, stall = await wait(lambda: drawn() > 30)
            table = app.screen.query_one(RunTable)
            rest, longest = await wait(lambda table=table: len(table.rows) == runs)  # type: ignore[misc]
            print(
                f"R {when:20} first screenful: {first:6.1f} ms   all: {first + rest:7.1f} ms"
                f"   stall: {max(stall, longest):.1f} ms"
            )
            await pilot.press("b")
        await pilot.press("R", "slash")
        app.simulate_key("4")
        table = app.screen.query_one(RunTable)
        narrowed, stall = await wait(lambda: 0 < len(table.rows) < runs)
        print(f"a letter of the filter: {narrowed:.1f} ms, stall {stall:.1f} ms")


def main(runs: int, lost: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        workspace = Path(name)
        fill(workspace, runs, lost)
        print(f"{runs:,} runs, {lost} of them lost, {len(processes.table())} processes")
        for round_ in ("first time", "again"):
            before, start = memory(), perf_counter()
            batches = history.batches(workspace, BATCH)
            found = [next(batches)]
            first = perf_counter() - start
            found += batches
            whole = perf_counter() - start
            count = sum(map(len, found))
            print(
                f"{round_:10}  first batch of {len(found[0])}: {first * 1000:6.1f} ms   all {count:,}: {whole * 1000:7.1f} ms"
                f"   memory: {memory() - before:5.1f} MB"
            )
            newest = found[0][-1].folder
            del found
        start = perf_counter()
        history.list_runs(workspace)
        print(f"list_runs   {(perf_counter() - start) * 1000:.1f} ms")
        start = perf_counter()
        for _ in range(1000):
            history.read(newest)
        print(f"one run     {(perf_counter() - start) * 1000:.1f} µs")
        asyncio.run(on_screen(workspace, runs))


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    main(numbers[0] if numbers else 10_000, numbers[1] if len(numbers) > 1 else 20)

"""What it costs to watch a flood: python benchmarks/stream.py [--lines N] [--rounds N]

A child writes coloured lines, once into a plain file and once as a run whose log is on the screen (with no terminal behind
it), in turns, and what was written is deleted before the next turn. Prints the child's time against that into the file, best
against best and median against median; the CPU time of the app from the first line to the last one on the screen; how late a
5 ms sleep on the app's loop is (p99, the median round); what the process grows by at most; the same for five runs at once,
one of them shown; how long until a line is found; and RichLog beside it, with few lines, because it takes long.
"""

import argparse
import asyncio
import gc
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from rich.text import Text
from textual.app import App
from textual.widgets import RichLog

from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.log_search import Matcher, Query, matcher
from llm_dashboard.runs.models import OutputAppended, Run, advance
from llm_dashboard.ui.app import STYLES
from llm_dashboard.ui.messages import RunChanged, RunWritten
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.themes import DARK
from llm_dashboard.workflows.models import Command, Limits, WorkflowType

CHILD = """
import os, sys, time
count, folder, number = int(sys.argv[1]), sys.argv[2], sys.argv[3]
open(f"{folder}/ready-{number}", "w").close()
while not os.path.exists(f"{folder}/go"):
    time.sleep(0.001)
began = time.perf_counter()
write = sys.stdout.write
for n in range(count):
    write(f"\\x1b[3{n % 8}m2026-11-23 01:45:02\\x1b[0m worker {n % 17} \\x1b[1mstep {n:07}\\x1b[0m of the plan: ")
    write("reading, writing, testing\\n")
sys.stdout.flush()
open(f"{folder}/elapsed-{number}", "w").write(str(time.perf_counter() - began))
"""
RICHLOG_LINES = 20_000
SIZE = (120, 40)


class Cost(NamedTuple):
    """What watching has cost."""

    seconds: float
    """Of the slowest child."""
    shown: float
    """Seconds from the start to the last line on the screen."""
    cpu: float
    """Seconds of this process meanwhile."""
    stall: float
    """Milliseconds, p99."""
    grown: float
    """Megabytes."""


class Watch(App[None]):
    """The runner alone."""

    CSS_PATH = STYLES

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name


def resident() -> float:
    """Megabytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def argv(folder: Path, number: int, lines: int) -> tuple[str, ...]:
    """The command of one child."""
    return sys.executable, "-c", CHILD, str(lines), str(folder), str(number)


def are_ready(folder: Path, children: int) -> bool:
    """Whether all of the children wait for the word to go."""
    return all((folder / f"ready-{number}").exists() for number in range(children))


def clear(folder: Path) -> None:
    """Delete all that was written."""
    shutil.rmtree(folder)
    folder.mkdir()


def slowest(folder: Path, children: int) -> float:
    """Seconds that the slowest of the children says it took."""
    return max(float((folder / f"elapsed-{number}").read_text()) for number in range(children))


def into_files(folder: Path, children: int, lines: int) -> float:
    """Seconds of the slowest child where each writes into a file and nobody looks."""
    running = []
    for number in range(children):
        with open(folder / f"plain-{number}", "wb") as file:
            # As a run: Linux shares the processors out among sessions.
            running.append(subprocess.Popen(argv(folder, number, lines), stdout=file, start_new_session=True))
    while not are_ready(folder, children):
        time.sleep(0.001)
    (folder / "go").touch()
    for child in running:
        child.wait()
    seconds = slowest(folder, children)
    clear(folder)
    return seconds


@asynccontextmanager
async def stalls(into: list[float], peak: list[float]) -> AsyncIterator[None]:
    """Note how late each of many short sleeps is, in milliseconds, and the highest memory."""

    async def tick() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            into.append((time.perf_counter() - began - 0.005) * 1000)
            if len(into) % 20 == 0:
                peak[0] = max(peak[0], resident())

    ticking = asyncio.create_task(tick())
    yield
    ticking.cancel()
    with suppress(asyncio.CancelledError):
        await ticking


async def until(fact: Callable[[], bool]) -> None:
    """Wait for a fact."""
    while not fact():  # noqa: ASYNC110
        await asyncio.sleep(0.001)


async def on_screen(folder: Path, children: int, lines: int, *, find: str = "") -> tuple[Cost, list[float]]:
    """Runs, the first of them shown, the others followed; then the milliseconds of some searches in it."""
    executor = WorkflowExecutor(folder, children)
    app = Watch()
    found: list[float] = []
    async with app.run_test(size=SIZE) as pilot:
        late: list[float] = []
        before = resident()
        peak = [before]
        runs = [await start(executor, folder, number, lines) for number in range(children)]
        first = runs[0]
        screen = RunnerScreen(first, executor.log(first.id), lambda: datetime.now(UTC), {first.id: first}, stay=True)
        await app.push_screen(screen)
        await until(lambda: are_ready(folder, children))
        await pilot.pause()
        began, busy = time.perf_counter(), time.process_time()
        (folder / "go").touch()
        async with stalls(late, peak):
            await asyncio.gather(*(follow(executor, run, screen) for run in runs))
            await until(lambda: len(screen.view.file) == lines)
            await pilot.pause()
        shown, cpu = time.perf_counter() - began, time.process_time() - busy
        cost = Cost(slowest(folder, children), shown, cpu, quantiles(late, n=100)[98], peak[0] - before)
        for number in range(5 if find else 0):
            line = lines * (2 * number + 1) // 10
            wanted = matcher(Query(find.format(line)))
            assert isinstance(wanted, Matcher)
            screen.view.go_to(screen.view.place._replace(following=False, line=0, above=0))
            began = time.perf_counter()
            screen.view.look_for(wanted, screen.view.place)
            await until(lambda line=line: screen.view.current == line)  # type: ignore[misc]
            found.append((time.perf_counter() - began) * 1000)
    await executor.close()
    clear(folder)
    return cost, found


async def start(executor: WorkflowExecutor, folder: Path, number: int, lines: int) -> Run:
    """Start one child as a run."""
    command = Command(
        WorkflowType.EXEC, WorkflowType.EXEC, argv(folder, number, lines), folder, "a flood", limits=Limits()
    )
    run = await executor.start(command)
    assert isinstance(run, Run), run
    return run


async def follow(executor: WorkflowExecutor, run: Run, screen: RunnerScreen) -> None:
    """Tell the screen what happens to a run."""
    async for event in executor.follow(run.id):
        run = advance(run, event)
        screen.post_message(RunWritten(run) if isinstance(event, OutputAppended) else RunChanged(run))


async def in_richlog(folder: Path, lines: int) -> Cost:
    """The usual way: read the child's lines from a pipe, and write each into a RichLog."""
    app: App[None] = App()
    async with app.run_test(size=SIZE) as pilot:
        log = RichLog()
        await app.mount(log)
        late: list[float] = []
        before = resident()
        peak = [before]
        began, busy = time.perf_counter(), time.process_time()
        (folder / "go").touch()
        async with stalls(late, peak):
            child = await asyncio.create_subprocess_exec(*argv(folder, 0, lines), stdout=asyncio.subprocess.PIPE)
            assert child.stdout
            async for line in child.stdout:
                log.write(Text.from_ansi(line.decode()))
            await child.wait()
            await pilot.pause()
        shown, cpu = time.perf_counter() - began, time.process_time() - busy
        seconds = slowest(folder, 1)
        clear(folder)
        return Cost(seconds, shown, cpu, quantiles(late, n=100)[98], peak[0] - before)


def report(name: str, plain: list[float], watched: list[Cost]) -> None:
    """Print what one case has cost."""
    seconds, shown, cpu, stall, grown = (list(values) for values in zip(*watched, strict=True))
    print(
        f"{name:<34} best {min(seconds) / min(plain):.2f}, median {median(seconds) / median(plain):.2f} x the time into a file"
        f" ({median(plain):.2f} s)   on the screen after {median(shown):5.2f} s   CPU {median(cpu):.2f} s"
        f"   stall p99 {median(stall):6.1f} ms   memory +{max(grown):.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    # As the app does when it has been imported: else it is collected over and over.
    gc.collect()
    gc.freeze()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(on_screen(folder, 1, 1000))
        found: list[float] = []
        for children in (1, 5):
            plain, watched = [], []
            lines, find = options.lines // children, "step {:07}" if children == 1 else ""
            for number in range(options.rounds):
                if number % 2:
                    plain.append(into_files(folder, children, lines))
                cost, times = asyncio.run(on_screen(folder, children, lines, find=find))
                watched.append(cost)
                found += times
                if not number % 2:
                    plain.append(into_files(folder, children, lines))
            report(f"{children} run{'s' * (children > 1)}, {lines:,} lines each", plain, watched)
        print(f"one line found after {median(found):.0f} ms ({min(found):.0f} to {max(found):.0f})", flush=True)
        plain = [into_files(folder, 1, RICHLOG_LINES) for _ in range(3)]
        rich = [asyncio.run(in_richlog(folder, RICHLOG_LINES)) for _ in range(2)]
        report(f"RichLog, {RICHLOG_LINES:,} lines", plain, rich)
        ours = asyncio.run(on_screen(folder, 1, RICHLOG_LINES))[0]
        report(f"the log view, {RICHLOG_LINES:,} lines", plain, [ours])


if __name__ == "__main__":
    main()

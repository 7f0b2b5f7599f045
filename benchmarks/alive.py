"""How soon a change on disk is on the screen: python benchmarks/alive.py [--plans N] [--rounds N]

Prints the milliseconds from a file being written to its status on the screen (with no terminal behind it), by the file
system's events; and, while another process writes a hundred files a second into a plan's folder, how late a 5 ms sleep on the
app's loop is (p99) and the CPU that the app takes.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from llm_dashboard.plans.models import AchievementStatus
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import DEFAULT_PLANS_ROOT, Settings
from llm_dashboard.ui.app import DashboardApp, build_app
from llm_dashboard.ui.messages import WorkspaceChanged

WRITER = """
import sys, time
from pathlib import Path
folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
began, number = time.monotonic(), 0
while time.monotonic() - began < seconds:
    (folder / f"note-{number % 500}.md").write_text("x" * 500)
    number += 1
    time.sleep(max(0, began + number / 100 - time.monotonic()))
"""
FLOOD = 5.0
"""Seconds."""


def make_plans(root: Path, count: int) -> None:
    """So many plans of five achievements, each with a SUBPLAN of the first."""
    for number in range(count):
        name = f"PLAN-{number:05}"
        folder = root / DEFAULT_PLANS_ROOT / name
        (folder / "subplans").mkdir(parents=True)
        (folder / "execution" / "feedbacks").mkdir(parents=True)
        lines = "\n".join(f"- Achievement 1.{each}: Thing {each}" for each in range(1, 6))
        (folder / f"PLAN_{name}.md").write_text(f"# PLAN: {name}\n\n## Achievement Index\n\n{lines}\n")
        (folder / "subplans" / f"SUBPLAN_{name}_11.md").write_text("# SUBPLAN: Thing 1\n")


async def shown(app: DashboardApp, plan: int, achievement: int) -> float:
    """Milliseconds until an approval is known to the screens."""
    name = f"PLAN-{plan:05}"
    folder = app.workspace.root / DEFAULT_PLANS_ROOT / name
    began = time.perf_counter()
    (folder / "execution" / "feedbacks" / f"APPROVED_1{achievement}.md").write_text("# APPROVED\n")
    while True:
        known = app.plan(f"{DEFAULT_PLANS_ROOT}/{name}/PLAN_{name}.md")
        each = known.achievement(f"1.{achievement}") if known else None
        if each and each.status is AchievementStatus.APPROVED:
            break
        await asyncio.sleep(0.002)
    await asyncio.sleep(0)
    return (time.perf_counter() - began) * 1000


async def flood(app: DashboardApp) -> tuple[float, float, int]:
    """The p99 stall in milliseconds, the share of a CPU in percent, and how often the screens were told."""
    folder = app.workspace.root / DEFAULT_PLANS_ROOT / "PLAN-00000"
    stalls: list[float] = []
    told = 0
    tell = app.tell

    def count(*news: object) -> None:
        nonlocal told
        told += any(isinstance(each, WorkspaceChanged) for each in news)
        tell(*news)  # type: ignore[arg-type]

    app.tell = count  # type: ignore[method-assign]
    writer = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, str(folder), str(FLOOD))
    cpu, began = time.process_time(), time.perf_counter()
    while writer.returncode is None:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        stalls.append((time.perf_counter() - before - 0.005) * 1000)
    share = (time.process_time() - cpu) / (time.perf_counter() - began) * 100
    return quantiles(stalls, n=100)[98], share, told


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        make_plans(root, options.plans)
        app = build_app(Workspace(root), Settings())
        async with app.run_test(size=(120, 36)) as pilot:
            while app.state is None:
                await pilot.pause(0.01)
            # The first one waits until the watch is set up.
            first = await shown(app, 0, 1)
            times = []
            for number in range(1, options.rounds + 1):
                times.append(await shown(app, number % options.plans, 2))
            print(f"{options.plans} plans: shown after {median(times):.0f} ms (median), {max(times):.0f} ms (slowest)")
            print(f"first one, the watch being set up meanwhile: {first:.0f} ms")
            stall, share, told = await flood(app)
            print(
                f"100 files a second: stall p99 {stall:.1f} ms, {share:.0f} % of a CPU, told {told / FLOOD:.1f} a second"
            )


asyncio.run(main())

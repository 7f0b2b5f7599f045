"""Make the pictures of `docs/`: the demo, as the app shows it in three sizes, in both themes, one with a dialog.

Usage: python docs/screenshot.py
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
os.environ.pop("NO_COLOR", None)

from textual.pilot import Pilot

from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import Settings
from llm_dashboard.ui.app import DashboardApp, build_app
from llm_dashboard.ui.messages import PlanOpened
from llm_dashboard.ui.themes import DARK, LIGHT
from llm_dashboard.workflows import catalog
from llm_dashboard.workflows.models import Command, WorkflowRequest, WorkflowType

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "src" / "llm_dashboard" / "demo" / "work-space"
Scene = Callable[[DashboardApp, Pilot[None]], Awaitable[None]]


@asynccontextmanager
async def demo(size: tuple[int, int]) -> AsyncIterator[tuple[DashboardApp, Pilot[None]]]:
    """The app on a copy of the demo, without a terminal, on a day that stays the same."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "demo"
        shutil.copytree(SAMPLE, root / "work-space")
        app = build_app(Workspace(root), Settings())
        app.now = lambda: datetime(2026, 11, 23, tzinfo=UTC)
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            yield app, pilot


async def settle(app: DashboardApp, pilot: Pilot[None]) -> None:
    """Wait until everything that was begun is done, and drawn."""
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


async def first_plan(app: DashboardApp, pilot: Pilot[None]) -> None:
    """Open the first plan."""
    app.screen.post_message(PlanOpened(app.state.plans[0].plan_file if app.state else ""))
    await settle(app, pilot)


async def a_run(app: DashboardApp, pilot: Pilot[None]) -> None:
    """Write a SUBPLAN, to its end, and open the plan."""
    assert app.state
    request = WorkflowRequest(WorkflowType.SUBPLAN, app.state.plans[0], "2.1")
    command = catalog.command(request, app.workspace.root, app.settings)
    assert isinstance(command, Command)
    await app.run_watch.start(command)
    while app.live:
        await pilot.pause(0.05)
    await first_plan(app, pilot)


async def a_choice(app: DashboardApp, pilot: Pilot[None]) -> None:
    """Choose a workflow."""
    await pilot.press("w")
    await pilot.pause(0.5)


async def a_search(app: DashboardApp, pilot: Pilot[None]) -> None:
    """Find by typing, in the list of plans."""
    await pilot.press("ctrl+p", *"wind")
    await pilot.pause(0.5)


async def take(name: str, size: tuple[int, int], scene: Scene, theme: str = DARK.name) -> None:
    """One picture."""
    async with demo(size) as (app, pilot):
        app.theme = theme
        await scene(app, pilot)
        (HERE / f"{name}.svg").write_text(app.export_screenshot(title="llm-dash"), encoding="utf-8")


async def main() -> None:
    """All of them."""
    await take("screenshot", (120, 36), first_plan)
    await take("light", (120, 36), first_plan, LIGHT.name)
    await take("wide", (160, 45), a_run)
    await take("dialog", (80, 24), a_choice)
    await take("palette", (120, 36), a_search)


asyncio.run(main())

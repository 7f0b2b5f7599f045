"""Make `docs/screenshot.svg`: the demo's plan, as the app shows it at 120 x 36."""

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import Settings
from llm_dashboard.ui.app import build_app
from llm_dashboard.ui.messages import PlanOpened

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "src" / "llm_dashboard" / "demo" / "work-space"


async def main() -> None:
    """Open the demo without a terminal, and take its picture."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "demo"
        shutil.copytree(SAMPLE, root / "work-space")
        app = build_app(Workspace(root), Settings())
        app.now = lambda: datetime(2026, 11, 23, tzinfo=UTC)
        async with app.run_test(size=(120, 36)) as pilot:
            await app.workers.wait_for_complete()
            await pilot.pause()
            app.screen.post_message(PlanOpened(app.state.plans[0].plan_file if app.state else ""))
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            (HERE / "screenshot.svg").write_text(app.export_screenshot(title="llm-dash"), encoding="utf-8")


asyncio.run(main())

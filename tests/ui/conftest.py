"""Screens under test: nothing blinks, nothing moves, and a picture is compared as text and as SVG."""

import asyncio
import datetime
import io
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import pytest
import textual.constants
from rich.console import Console
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from llm_dashboard import settings
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import Refresh
from llm_dashboard.ui.app import DashboardApp, build_app
from tests.ui.repositories import repository

SCREENS = Path(__file__).parent / "screens"
ACTUAL = Path(__file__).parents[2] / ".screens"
SAMPLE = Path(__file__).parents[2] / "src" / "llm_dashboard" / "demo" / "work-space"

TODAY = datetime.date(2026, 11, 23)

VERSIONS = f"textual {version('textual')}, rich {version('rich')}\n"
"""Another version may draw an SVG otherwise; the text is compared always."""

CheckScreen = Callable[[Pilot[None], str], Awaitable[None]]


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No animation, no blinking cursor, and always the same day."""
    monkeypatch.setattr(DashboardApp, "today", lambda self: TODAY)
    monkeypatch.setattr(textual.constants, "TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the demo's workspace."""
    root = tmp_path / "demo"
    shutil.copytree(SAMPLE, root / "work-space")
    return root


@pytest.fixture
def reviewed(workspace: Path) -> Path:
    """The demo's workspace as a repository, with work on 1.2 that waits for its review."""
    (workspace / "station").mkdir()
    (workspace / "station" / "gaps.py").write_text("def gaps(minutes):\n    return minutes\n")
    repository(workspace, "station")
    (workspace / "station" / "gaps.py").write_text(
        'def gaps(minutes):\n    """The minutes without a reading, marked."""\n    return [each or None for each in minutes]\n'
    )
    (workspace / "tests").mkdir()
    (workspace / "tests" / "test_gaps.py").write_text("def test_midnight():\n    assert gaps([0])\n")
    return workspace


async def settle(pilot: Pilot[None]) -> None:
    """Wait until every key is let through, every message is handled and every animation has ended."""
    while isinstance(pilot.app, DashboardApp) and not pilot.app.type_ahead.is_idle:
        await pilot.pause(0.005)
    await pilot.pause()
    await pilot.wait_for_scheduled_animations()
    await pilot.pause()


def screen_text(app: App[None]) -> str:
    """What stands on the screen, as plain text."""
    width, height = app.size
    console = Console(
        width=width,
        height=height,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
        safe_box=False,
    )
    console.print(app.screen._compositor.render_update(full=True))
    return "\n".join(line.rstrip() for line in console.export_text(styles=False).split("\n")).rstrip() + "\n"


@pytest.fixture
def check_screen(request: pytest.FixtureRequest) -> CheckScreen:
    """Compare the screen with the pictures in `screens/`; `--update-screens` writes them. Actual ones go to `.screens/`."""

    async def check(pilot: Pilot[None], name: str) -> None:
        await settle(pilot)
        text = screen_text(pilot.app)
        picture = re.sub(r"terminal-\d+", "terminal", pilot.app.export_screenshot())
        ACTUAL.mkdir(exist_ok=True)
        (ACTUAL / f"{name}.txt").write_text(text, encoding="utf-8")
        (ACTUAL / f"{name}.svg").write_text(picture, encoding="utf-8")
        if request.config.getoption("--update-screens"):
            SCREENS.mkdir(exist_ok=True)
            (SCREENS / "VERSIONS").write_text(VERSIONS, encoding="utf-8")
            shutil.copy(ACTUAL / f"{name}.txt", SCREENS)
            shutil.copy(ACTUAL / f"{name}.svg", SCREENS)
        expected = SCREENS / f"{name}.txt"
        assert expected.is_file(), f"no picture of {name} yet: look at .screens/{name}.svg, then --update-screens"
        assert text == expected.read_text(encoding="utf-8")
        if (SCREENS / "VERSIONS").read_text(encoding="utf-8") == VERSIONS:
            assert picture == (SCREENS / f"{name}.svg").read_text(encoding="utf-8"), f"the colours of {name} differ"

    return check


async def reached(fact: Callable[[], bool]) -> None:
    """Wait until the fact holds; the screen need not be drawn for it."""
    for _ in range(6000):
        if fact():
            return
        await asyncio.sleep(0.005)
    pytest.fail("half a minute is never needed")


async def until(pilot: Pilot[None], fact: Callable[[], bool]) -> None:
    """Wait until the fact holds; half a minute is never needed."""
    async with asyncio.timeout(30):
        while not fact():
            await pilot.pause(0.01)
    await settle(pilot)


@asynccontextmanager
async def running(
    root: Path, size: tuple[int, int] = (100, 30), *, refresh: Refresh = Refresh.OFF
) -> AsyncIterator[tuple[DashboardApp, Pilot[None]]]:
    """The app on that workspace, its plans read; it watches the disk only where that is asked for."""
    flags = {"refresh": refresh.value}
    chosen, problem = settings.load_or_default(root, flags=flags)
    app = build_app(Workspace(root), chosen, problem=problem, flags=flags)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app.state is not None)
        yield app, pilot


def toasts(app: App[None]) -> list[str]:
    """What the toasts of the app say."""
    return [notification.message for notification in app._notifications]

"""Begin a workspace, write a plan and archive one, by keys."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.screens.confirm import ConfirmDialog
from llm_dashboard.ui.screens.new_plan import NewPlanDialog
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.question import QuestionDialog
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.widgets.plan_table import PlanTable
from tests.ui.conftest import running, screen_text, settle, toasts, until
from tests.ui.test_runner_terminal import Terminal

PLANS = Path("work-space/plans")


def on(app: DashboardApp, screen: type) -> bool:
    """Whether that screen is shown."""
    return isinstance(app.screen, screen)


def cursor(app: DashboardApp) -> str | None:
    """The name of the plan under the cursor."""
    plan = app.screen.query_one(PlanTable).plan
    return plan.name if plan else None


async def open_new_plan(app: DashboardApp, pilot: Pilot[None]) -> None:
    await pilot.press("N")
    await until(pilot, lambda: on(app, NewPlanDialog))


def fill(app: DashboardApp, *, achievements: str | None = None, **fields: str) -> None:
    """Put texts into fields of the dialog."""
    for field, text in fields.items():
        app.screen.query_one(f"#{field}", Input).value = text
    if achievements is not None:
        app.screen.query_one(TextArea).text = achievements


async def test_from_nothing_to_the_first_subplan(tmp_path: Path) -> None:
    async with running(tmp_path, (80, 24)) as (app, pilot):
        assert "There is no folder for plans here yet." in screen_text(app)
        await pilot.press("N", "1", "A", "slash")
        await settle(pilot)
        assert on(app, PlansScreen)
        await pilot.press("i")
        await until(pilot, lambda: on(app, QuestionDialog))
        assert not list(tmp_path.iterdir())
        await pilot.press("y")
        await until(pilot, lambda: on(app, PlansScreen) and "There is no plan here yet." in screen_text(app))
        assert (tmp_path / "llm-dash.toml").is_file()
        await open_new_plan(app, pilot)
        await pilot.press("x", "enter", "T", "tab", "tab", "A", "enter", "B", "ctrl+s")
        await until(pilot, lambda: on(app, PlansScreen) and cursor(app) == "X")
        await pilot.press("1")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "SUBPLAN for 1.1 created" in screen_text(app)
        assert (tmp_path / PLANS / "X/subplans/SUBPLAN_X_11.md").is_file()
    assert "# PLAN: T\n" in (tmp_path / PLANS / "X/PLAN_X.md").read_text(encoding="utf-8")


def test_the_screen_opens_where_no_workspace_is_and_its_demo_leaves_nothing(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    argv = [sys.executable, "-P", "-m", "llm_dashboard"]
    here, temporary = tmp_path / "here", tmp_path / "temporary"
    here.mkdir()
    temporary.mkdir()
    environment = {**os.environ, "TERM": "xterm-256color", "TMPDIR": str(temporary)}
    with subprocess.Popen(argv, cwd=here, env=environment, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        try:
            terminal = Terminal(master)
            terminal.wait(lambda: "There is no folder for plans here yet." in terminal.text())
            os.write(master, b"D")
            terminal.wait(lambda: "WEATHER-STATION" in terminal.text())
            assert list(temporary.glob("llm-dash-demo-*"))
            os.write(master, b"q")
            assert process.wait(30) == 0
        finally:
            process.kill()
    os.close(master)
    assert not list(here.iterdir())
    assert not list(temporary.glob("llm-dash-demo-*"))


async def test_the_cursor_is_on_the_new_plan_also_through_a_filter(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("slash", *"rain", "enter")
        await settle(pilot)
        assert cursor(app) == "RAIN-ALERTS"
        await open_new_plan(app, pilot)
        await pilot.press("z", "ctrl+s")
        await until(pilot, lambda: on(app, PlansScreen) and cursor(app) == "Z")
        assert app.screen.query_one(PlanTable).has_focus
        assert toasts(app)[-1] == f"Written: {PLANS}/Z/PLAN_Z.md"


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(workspace: Path) -> None:
    async with running(workspace, (120, 36)) as (app, pilot):
        await open_new_plan(app, pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "The name needs letters" in screen_text(app))
        fill(app, name="weather station", title="T", goal="G", achievements="1.1: A\n1.1: B")
        await settle(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Achievement 1.1 is there twice" in screen_text(app))
        fill(app, achievements="A\n2.1: B")
        await settle(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "WEATHER-STATION exists already" in screen_text(app))
        fill(app, name="harbour")
        folder = workspace / PLANS / "HARBOUR"
        folder.mkdir()
        await settle(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: on(app, NewPlanDialog) and "HARBOUR exists already" in screen_text(app))
        folder.rmdir()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: on(app, PlansScreen) and cursor(app) == "HARBOUR")
        text = (folder / "PLAN_HARBOUR.md").read_text(encoding="utf-8")
        for written in ("# PLAN: T\n", "**Goal**: G", "- Achievement 1.1: A", "- Achievement 2.1: B"):
            assert written in text


async def test_what_is_typed_at_once_goes_to_the_field_that_it_was_typed_for(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await open_new_plan(app, pilot)
        for key in ("n", "tab", "t", "enter", "g", "tab", "a", "enter", "b", "shift+tab", "o", "ctrl+s"):
            app.post_message(events.Key(key, key if len(key) == 1 else "\r" if key == "enter" else None))
        await until(pilot, lambda: on(app, PlansScreen) and cursor(app) == "N")
    text = (workspace / PLANS / "N/PLAN_N.md").read_text(encoding="utf-8")
    for written in ("# PLAN: t\n", "**Goal**: go ", "- Achievement 1.1: a\n- Achievement 1.2: b\n"):
        assert written in text


async def test_escape_writes_nothing_and_a_second_key_is_no_second_wish(workspace: Path) -> None:
    before = sorted(workspace.rglob("*"))
    async with running(workspace) as (app, pilot):
        await pilot.press("N", "N")
        await until(pilot, lambda: on(app, NewPlanDialog))
        await pilot.press(*"x", "escape")
        await until(pilot, lambda: on(app, PlansScreen))
        await settle(pilot)
        assert on(app, PlansScreen)
    assert sorted(workspace.rglob("*")) == before


async def test_a_plan_is_archived_after_a_look(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("down", "A")
        await until(pilot, lambda: on(app, QuestionDialog))
        text = screen_text(app)
        for shown in (
            f"{PLANS}/later/RAIN-ALERTS",
            "documentation/archive/rain-alerts-",
            "2 of 2 achievements are not approved",
        ):
            assert shown in text
        await pilot.press("n")
        await until(pilot, lambda: on(app, PlansScreen))
        assert cursor(app) == "RAIN-ALERTS"
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen))
        await pilot.press("A")
        await until(pilot, lambda: on(app, QuestionDialog))
        await pilot.press("y")
        await until(pilot, lambda: "RAIN-ALERTS" not in screen_text(app) and on(app, PlansScreen))
        assert cursor(app) == "WEATHER-STATION"
        assert list(workspace.glob("documentation/archive/rain-alerts-*/PLAN_RAIN-ALERTS.md"))

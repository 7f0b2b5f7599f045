"""Several workspaces in one window: going from one to another, and what goes on in those that are not on the screen."""

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.pilot import Pilot

from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import LoadedSettings, ScriptSource, Settings, read
from llm_dashboard.ui import changing_settings
from llm_dashboard.ui.app import DashboardApp, build_app
from llm_dashboard.ui.screens.leave import LeaveDialog
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.screens.workspaces import WorkspaceList, WorkspacesDialog
from llm_dashboard.ui.widgets.plan_table import PlanTable
from tests.ui.conftest import running, screen_text, settle, toasts, until
from tests.ui.test_flow import on, start_script, workspace_script
from tests.ui.test_plans import write_plan
from tests.ui.test_ways import WAITS


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A second workspace, of one plan."""
    root = tmp_path / "garden"
    write_plan(root, "POND", ["Dig", "Fill"])
    return root


async def go_to(app: DashboardApp, pilot: Pilot[None], name: str) -> None:
    """Switch to the workspace of that name, by keys."""
    await until(pilot, lambda: all(session.state for session in app.sessions) and len(app.sessions) == 2)
    await pilot.press("W")
    await until(pilot, lambda: on(app, WorkspacesDialog))
    await pilot.press("enter")
    await until(pilot, lambda: on(app, PlansScreen) and app.session.name == name and f"› {name}" in screen_text(app))


async def test_from_one_to_the_other_and_back(workspace: Path, other: Path) -> None:
    app = build_app(Workspace(workspace), Settings(), others=[other])
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        await until(pilot, lambda: app.state is not None)
        await pilot.press("down", "o")
        await go_to(app, pilot, "garden")
        assert "POND" in screen_text(app)
        assert "WEATHER-STATION" not in screen_text(app)
        write_plan(other, "SHED", ["Build"])
        await pilot.press("r")
        await until(pilot, lambda: "SHED" in screen_text(app))
        await go_to(app, pilot, "demo")
        table = app.screen.query_one(PlanTable)
        assert table.plan is not None
        assert table.plan.name == "RAIN-ALERTS"
        assert "Plan by state" in screen_text(app)


async def test_a_folder_that_is_none_is_told_and_the_others_are_open(workspace: Path, other: Path) -> None:
    app = build_app(Workspace(workspace), Settings(), others=[other])
    app.absent = [Path("nowhere")]
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: len(app.sessions) == 2)
        assert any("nowhere is no folder" in told for told in toasts(app))


async def test_the_dialog_says_what_each_needs(workspace: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llm_dashboard.ui.screens.workspaces.plain", lambda path: f"/work/{Path(path).name}")
    app = build_app(Workspace(workspace), Settings(), others=[other])
    async with app.run_test(size=(100, 24)) as pilot:
        await until(pilot, lambda: len(app.sessions) == 2 and app.sessions[1].state is not None)
        await pilot.press("W")
        await until(pilot, lambda: on(app, WorkspacesDialog))
        await pilot.press("escape")
        await until(pilot, lambda: on(app, PlansScreen))
        assert app.session.name == "demo"


async def test_a_run_goes_on_and_its_end_is_told_elsewhere(workspace: Path, other: Path) -> None:
    workspace_script(workspace, WAITS)
    chosen = Settings(scripts=ScriptSource.WORKSPACE)
    app = build_app(Workspace(workspace), chosen, others=[other])
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: app.state is not None)
        await start_script(app, pilot)
        assert on(app, RunnerScreen)
        await pilot.press("b")
        await go_to(app, pilot, "garden")
        assert not app.runs
        await pilot.press("W")
        await until(pilot, lambda: on(app, WorkspacesDialog))
        assert app.screen.query_one(WorkspaceList).rows[0].running == 1
        await pilot.press("escape", "q")
        await until(pilot, lambda: on(app, LeaveDialog) and "1 run still going" in screen_text(app))
        (workspace / "go").touch()
        await until(pilot, lambda: any(text.endswith(" in demo. g opens it.") for text in toasts(app)))
        assert not app.live
        await until(pilot, lambda: "All runs have ended." in screen_text(app))
        assert "Stop, then quit" not in screen_text(app)
        await pilot.press("s")
        await settle(pilot)
        await pilot.press("escape", "g")
        await until(pilot, lambda: on(app, ResultScreen) and app.session.name == "demo")
        await pilot.press("b")
        await until(pilot, lambda: on(app, PlansScreen) and app.session.name == "garden")
        await go_to(app, pilot, "demo")
        assert "1 running" not in screen_text(app)


async def test_alone_it_says_how_to_open_more(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("W")
        await until(pilot, lambda: on(app, WorkspacesDialog) and "config.toml" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlansScreen))


async def test_settings_are_those_of_the_workspace_that_they_were_read_of(
    workspace: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, may_go_on = threading.Event(), threading.Event()

    def slow(root: Path, **rest: Mapping[str, str]) -> LoadedSettings:
        if root == workspace:
            reading.set()
            assert may_go_on.wait(30)
        return read(root, **rest)

    (workspace / "llm-dash.toml").write_text("[limits]\nwall = 7\n", encoding="utf-8")
    monkeypatch.setattr(changing_settings, "read", slow)
    app = build_app(Workspace(workspace), Settings(), others=[other])
    async with app.run_test(size=(100, 24)) as pilot:
        await until(pilot, lambda: app.state is not None and len(app.sessions) == 2)
        applying = asyncio.create_task(changing_settings.apply_settings(app))
        await asyncio.to_thread(reading.wait)
        first, second = app.sessions
        await app.switch_session(second.key)
        may_go_on.set()
        await applying
        assert (first.settings.limits.wall, second.settings.limits.wall) == (7, Settings().limits.wall)


async def test_a_workspace_that_is_opened_twice_at_once_is_open_once(workspace: Path, other: Path) -> None:
    async with running(workspace) as (app, _):
        first, second = await asyncio.gather(app.open_session(other), app.open_session(other))
        assert first is second
        assert [session.workspace.root for session in app.sessions] == [workspace, other]

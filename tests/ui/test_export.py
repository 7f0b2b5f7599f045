"""Exporting from the screen."""

from pathlib import Path

import pytest
from textual.widgets import Input

from llm_dashboard.ui.screens.export import ExportDialog
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from tests.ui.conftest import running, screen_text, toasts, until
from tests.ui.test_flow import on


async def test_all_plans_or_one_in_the_format_that_is_named(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace)
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("X")
        await until(pilot, lambda: on(app, ExportDialog) and app.screen.query_one(Input).value == "demo.html")
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlansScreen) and any("Written: " in text for text in toasts(app)))
        assert "RAIN-ALERTS" in (workspace / "demo.html").read_text(encoding="utf-8")
        await pilot.press("X")
        await until(pilot, lambda: on(app, ExportDialog))
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ExportDialog) and "demo.html exists already" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: on(app, PlansScreen))
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen))
        await pilot.press("X")
        await until(pilot, lambda: on(app, ExportDialog))
        await pilot.press("tab", "backspace", "enter")
        await until(pilot, lambda: "The ending of the name" in screen_text(app))
        app.screen.query_one(Input).value = "~of-nobody/plan.md"
        await pilot.press("enter")
        await until(pilot, lambda: "~of-nobody is nobody with a home here" in screen_text(app))
        app.screen.query_one(Input).value = "WEATHER-STATION.md"
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen))
        text = (workspace / "WEATHER-STATION.md").read_text(encoding="utf-8")
        assert text.startswith("# WEATHER-STATION\n")
        assert "RAIN-ALERTS" not in text

"""The palette: type to find what to do and where to go, from any screen."""

import shutil
from pathlib import Path

from llm_dashboard.ui.screens.achievement import AchievementDialog
from llm_dashboard.ui.screens.document import DocumentScreen
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.palette import PaletteDialog, PaletteList
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.widgets.achievement_table import AchievementTable
from tests.ui.conftest import running, screen_text, toasts, until
from tests.ui.test_flow import PLAN, on
from tests.ui.test_type_ahead import burst, yes


async def test_it_finds_actions_plans_achievements_documents_and_runs(
    workspace: Path,
) -> None:
    async with running(workspace, (120, 36)) as (app, pilot):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: on(app, PaletteDialog))
        await pilot.press(*"subpl")
        await until(pilot, lambda: "Create the SUBPLAN of an achievement" in screen_text(app))
        # All at once, behind the key that opens it; Escape closes only the palette.
        burst(app, "escape", "ctrl+p", *"create an exec", "enter")
        await until(pilot, lambda: on(app, AchievementDialog))
        burst(app, "escape", "ctrl+p", *"WEATHER-STATION", "enter")
        await until(pilot, lambda: on(app, PlanScreen))
        burst(app, "slash", *"1.1", "enter", "ctrl+p", *"2.1 day", "enter")
        await until(pilot, lambda: on(app, PlanScreen) and app.type_ahead.is_idle)
        selected = app.screen.query_one(AchievementTable).achievement
        assert selected
        assert selected.id == "2.1"
        assert not any(isinstance(screen, PlanScreen) for screen in app.screen_stack[:-1])
        burst(app, "ctrl+p", *"subplan_weather-station_11", "enter")
        await until(pilot, lambda: on(app, DocumentScreen))
        burst(app, "b", "3", *"2.1", "enter")
        await yes(app)
        await until(pilot, lambda: on(app, ResultScreen))
        burst(app, "b", "b", "ctrl+p", *"subplan 2.1 success", "enter")
        await until(pilot, lambda: on(app, ResultScreen))
        burst(app, "b")
        await until(pilot, lambda: on(app, PlansScreen) and app.type_ahead.is_idle)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: on(app, PaletteDialog))
        # What was done last comes first.
        assert isinstance(app.screen, PaletteDialog)
        assert [row.target for row in app.screen.actions[:1]] == ["create-subplan"]
        # The word that is typed comes before what has only its letters.
        await pilot.press(*"wind")
        await until(pilot, lambda: "Check the documents" in screen_text(app))
        assert isinstance(app.screen, PaletteDialog)
        found = app.screen.query_one(PaletteList)
        assert [row.text for row in found.rows[:2]] == ["0.2  Read the wind vane", "1.1  Know which windows are open"]
        assert found.selected is found.rows[0]
        burst(app, *"no such thing")
        await until(pilot, lambda: "Nothing matches." in screen_text(app))


async def test_what_cannot_be_done_says_why_and_what_was_done_is_done_again(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("full_stop")
        await until(pilot, lambda: "Nothing was done yet that could be done again." in screen_text(app))
        await pilot.press("i")
        await until(pilot, lambda: "This folder is a workspace already." in screen_text(app))
        await pilot.press("K")
        await until(pilot, lambda: "K does nothing here. ? shows the keys." in screen_text(app))
        assert "This folder" not in screen_text(app)
        # Keys that Textual itself knows, or that are spent, are keys as well.
        await pilot.press("escape")
        await until(pilot, lambda: "There is nothing to undo here, and nothing to go back to." in screen_text(app))
        await pilot.press("tab")
        await until(pilot, lambda: "⇥ does nothing here. ? shows the keys." in screen_text(app))
        await pilot.press("3")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press("escape")
        await until(pilot, lambda: on(app, PlansScreen))
        await pilot.press("full_stop")
        await until(pilot, lambda: on(app, AchievementDialog))
        assert "Again: Create the SUBPLAN of an achievement" in toasts(app)
        await pilot.press("escape")
        await until(pilot, lambda: on(app, PlansScreen))
        await pilot.press("R")
        await until(pilot, lambda: on(app, HistoryScreen))
        await pilot.press("full_stop")
        await until(pilot, lambda: "Create the SUBPLAN of an achievement: not on this screen." in screen_text(app))
        await pilot.press("x")
        await until(pilot, lambda: "Only a run that has not ended can be stopped." in screen_text(app))
        await pilot.press("down")
        await until(pilot, lambda: "? Help" in screen_text(app))
        burst(app, "b", "ctrl+p", *"make this folder")
        await until(pilot, lambda: on(app, PaletteDialog) and app.type_ahead.is_idle)
        assert "This folder is a workspace already." in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.type_ahead.is_idle)
        assert on(app, PaletteDialog)


async def test_many_plans_do_not_hold_the_keys(workspace: Path) -> None:
    for number in range(400):
        shutil.copytree(workspace / PLAN, workspace / "work-space/plans" / f"PLAN{number}")
    async with running(workspace) as (app, pilot):
        burst(app, "ctrl+p", *"fix_11")
        await until(pilot, lambda: on(app, PaletteDialog) and "FIX_11.md" in screen_text(app))

"""What waits for a person, over all plans, on the screen."""

import sys
from pathlib import Path

from llm_dashboard.ui.screens.achievement import AchievementDialog
from llm_dashboard.ui.screens.confirm import ConfirmDialog
from llm_dashboard.ui.screens.needs import NeedsScreen
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.widgets.achievement_table import AchievementTable
from llm_dashboard.ui.widgets.need_table import NeedTable
from tests.allowing import write_allowed
from tests.ui.conftest import running, screen_text, until
from tests.ui.test_flow import PLAN, on

FAILS = f"""
[workflows.lint]
argv = [{sys.executable!r}, "-c", "raise SystemExit(3)", "{{achievement}}"]
summary = "Looks for faults."
"""


async def test_it_is_listed_and_enter_goes_there(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: on(app, NeedsScreen) and bool(app.screen.query_one(NeedTable).rows))
        await pilot.press("slash", *"revi")
        await until(pilot, lambda: len(app.screen.query_one(NeedTable).rows) == 1)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: on(app, PlanScreen))
        table = app.screen.query_one(AchievementTable)
        assert table.achievement is not None
        assert table.achievement.id == "1.2"
        await pilot.press("escape")
        await until(pilot, lambda: on(app, NeedsScreen))


async def test_a_failed_run_waits_until_it_was_run_again(workspace: Path) -> None:
    write_allowed(workspace, FAILS)
    async with running(workspace) as (app, pilot):
        assert "2 need you: m" in screen_text(app)
        await pilot.press("w", *"lint", "enter")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: on(app, ResultScreen))
        await pilot.press("b")
        await until(pilot, lambda: on(app, PlansScreen) and "3 need you: m" in screen_text(app))
        await pilot.press("m")
        await until(pilot, lambda: on(app, NeedsScreen) and "✗ failed" in screen_text(app))
        assert "1 run" in screen_text(app)
        assert "exit status 3" in screen_text(app)
        await pilot.press("t")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("n", "enter")
        await until(pilot, lambda: on(app, ResultScreen))


async def test_what_is_approved_meanwhile_is_gone(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: on(app, NeedsScreen) and len(app.screen.query_one(NeedTable).rows) == 2)
        for name in ("APPROVED_11.md", "APPROVED_12.md"):
            text = f"# APPROVED: Achievement {name[9]}.{name[10]}\n\n**Review Date**: 2030-01-01\n"
            (workspace / PLAN / "execution" / "feedbacks" / name).write_text(text, encoding="utf-8")
        await pilot.press("r")
        await until(pilot, lambda: "Nothing waits for you." in screen_text(app))


async def test_a_review_is_a_key_away(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: on(app, NeedsScreen) and len(app.screen.query_one(NeedTable).rows) == 2)
        assert "v Review" not in screen_text(app)
        await pilot.press("down", "v")
        await until(pilot, lambda: on(app, ReviewScreen) and "1.2" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: on(app, NeedsScreen))
        await pilot.press("up", "1")
        await until(pilot, lambda: on(app, ConfirmDialog) and "fix 1.1" in screen_text(app))

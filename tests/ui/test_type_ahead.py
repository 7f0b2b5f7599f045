"""Keys typed in one burst: each comes to what the one before it has opened, none is lost, and none waits for ever."""

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from llm_dashboard.ui import type_ahead
from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.screens.achievement import AchievementDialog
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.screens.verdict import VerdictDialog
from tests.ui.conftest import running, screen_text, until
from tests.ui.test_flow import PLAN, on


def burst(app: DashboardApp, *keys: str) -> None:
    """Put keys into the app's queue, all at once, as a terminal does."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def all_taken(app: DashboardApp, pilot: Pilot[None]) -> None:
    """Wait until every key was let through."""
    await until(pilot, lambda: app.type_ahead.is_idle)


async def test_a_burst_goes_where_it_was_meant(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        # Quit, back and the rest of the letters are commands on every screen below.
        burst(app, "slash", *"qbxR", "escape", "enter", "down", "3", *"q2.1")
        await until(pilot, lambda: on(app, AchievementDialog))
        await all_taken(app, pilot)
        assert app.screen.query_one(Input).value == "q2.1"
        burst(app, *["backspace"] * 4, *"2.1", "enter", "y")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "SUBPLAN for 2.1 created" in screen_text(app)
        burst(app, "b", "b", "R", "enter", "l", "slash", *"qb", "enter")
        await until(pilot, lambda: on(app, RunnerScreen) and app.type_ahead.is_idle)
        assert "qb" in screen_text(app)
        burst(app, "escape", "b", "b", "b", "question_mark", "q", "R", "slash", *"nothing")
        await until(pilot, lambda: on(app, HistoryScreen) and app.type_ahead.is_idle)
        assert app.screen.query_one(Input).value == "nothing"


async def test_notes_typed_behind_the_key_of_a_verdict_are_notes(workspace: Path) -> None:
    (workspace / PLAN / "execution" / "feedbacks" / "FIX_11.md").unlink()
    async with running(workspace) as (app, pilot):
        burst(app, "v", "a", *"it is quiet", "enter")
        app.post_message(events.Paste("and quick"))
        await until(pilot, lambda: on(app, VerdictDialog))
        await all_taken(app, pilot)
        assert app.screen.query_one(TextArea).text == "it is quiet\nand quick"


async def test_keys_wait_for_what_is_slow_and_say_so_but_not_for_ever(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_ahead, "LATE", 0.0)
    done = asyncio.Event()
    async with running(workspace) as (app, pilot):
        app.run_worker(done.wait(), group=type_ahead.ASKING)
        burst(app, "enter")
        await until(pilot, lambda: "keys that are typed now wait" in screen_text(app))
        assert on(app, PlansScreen)
        done.set()
        await until(pilot, lambda: app.type_ahead.is_idle and on(app, PlanScreen))
        done.clear()
        monkeypatch.setattr(type_ahead, "PATIENCE", 0.02)
        app.run_worker(done.wait(), group=type_ahead.ASKING)
        burst(app, "b")
        await until(pilot, lambda: on(app, PlansScreen))
        assert "keys that are typed now wait" not in screen_text(app)
        done.set()

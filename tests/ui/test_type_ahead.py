"""Keys typed in one burst: each comes to what the one before it has opened, none is lost, and none waits for ever."""

import asyncio
from pathlib import Path
from time import monotonic

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from llm_dashboard.ui import type_ahead
from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.screens.achievement import AchievementDialog
from llm_dashboard.ui.screens.confirm import ConfirmDialog
from llm_dashboard.ui.screens.confirm_parallel import ConfirmParallelDialog
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.screens.help import HelpDialog
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.screens.verdict import VerdictDialog
from tests.ui.conftest import reached, running, screen_text, until
from tests.ui.test_flow import PLAN, on
from tests.ui.test_runner_terminal import app_on, shows


def burst(app: DashboardApp, *keys: str) -> None:
    """Put keys into the app's queue, all at once, as a terminal does."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def yes(app: DashboardApp) -> None:
    """Say yes to the dialog that comes, once it was drawn."""
    await reached(
        lambda: (
            isinstance(app.screen, Dialog) and "y" in app.screen.confirming and app.screen.confirms_from <= monotonic()
        )
    )
    burst(app, "y")


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
        burst(app, *["backspace"] * 4, *"2.1", "enter")
        await yes(app)
        await until(pilot, lambda: on(app, ResultScreen))
        assert "SUBPLAN for 2.1 created" in screen_text(app)
        burst(app, "b", "b", "R", "enter", "l", "slash", *"qb", "enter")
        await until(pilot, lambda: on(app, RunnerScreen) and app.type_ahead.is_idle)
        assert "qb" in screen_text(app)
        burst(app, "escape", "b", "b", "b", "question_mark", "q", "R", "slash", *"nothing")
        await until(pilot, lambda: on(app, HistoryScreen) and app.type_ahead.is_idle)
        assert app.screen.query_one(Input).value == "nothing"


async def test_a_yes_that_was_typed_before_its_dialog_was_drawn_is_none(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        burst(app, "3", *"2.1", "enter", "y", "y")
        await until(pilot, lambda: on(app, ConfirmDialog) and "Look first, then y.   y Run it" in screen_text(app))
        assert not app.runs
        # Nor is one in the list of what shall run, while the keys that lead there may be typed ahead.
        burst(app, "n", "2", "a", "enter", "y")
        await until(pilot, lambda: on(app, ConfirmParallelDialog) and "Look first" in screen_text(app))
        burst(app, "n", "3", *"2.1", "enter")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await yes(app)
        await until(pilot, lambda: on(app, ResultScreen))
        assert [run.record.achievement for run in app.runs.values()] == ["2.1"]


async def test_a_key_that_does_nothing_in_a_dialog_is_answered_beside_those_that_do(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: on(app, AchievementDialog))
        # A letter that is typed into a line is no question.
        await pilot.press("x", "backspace", "f5")
        await all_taken(app, pilot)
        assert "does nothing" not in screen_text(app)
        await pilot.press(*"2.1", "enter")
        await until(pilot, lambda: on(app, ConfirmDialog))
        for key, name in (("x", "x"), ("space", "Space"), ("f5", "F5")):
            await pilot.press(key)
            line = f"{name} does nothing here.   y Run it   n Cancel"
            await until(pilot, lambda line=line: line in screen_text(app))  # type: ignore[misc]
        await pilot.press("n", "question_mark")
        await until(pilot, lambda: on(app, HelpDialog))
        await pilot.press("home", "down")
        await all_taken(app, pilot)
        assert "does nothing" not in screen_text(app)
        await pilot.press("x")
        await until(pilot, lambda: "x does nothing here." in screen_text(app))


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
        await reached(lambda: "keys that are typed now wait" in screen_text(app))
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


def test_a_burst_on_a_real_terminal(workspace: Path) -> None:
    with app_on(workspace) as terminal:
        terminal.press(b"", shows(b"WEATHER-STATION"))
        # The palette, a document, its end, back, and the notes of a verdict: nothing of them is a command.
        terminal.press(b"\x10fix_11\rbvfqqqb is a note", shows(b"qqqb is a note"))
        terminal.press(b"\x1b\x1b", shows(b"Escape once more"))

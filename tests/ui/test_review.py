"""A review: what is shown, what is ticked, and what is written of it."""

import sys
from pathlib import Path

from textual.widgets import TextArea

from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.screens.achievement import AchievementDialog
from llm_dashboard.ui.screens.confirm import ConfirmDialog
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.screens.verdict import VerdictDialog
from llm_dashboard.ui.screens.workflows import WorkflowDialog
from tests.allowing import write_allowed
from tests.ui.conftest import CheckScreen, running, screen_text, settle, toasts, until

PLAN = Path("work-space/plans/WEATHER-STATION")
FEEDBACKS = PLAN / "execution" / "feedbacks"


def on(app: DashboardApp, screen: type) -> bool:
    """Whether that screen is shown."""
    return isinstance(app.screen, screen)


def read(app: DashboardApp) -> bool:
    """Whether a review is shown with all that it shows."""
    return isinstance(app.screen, ReviewScreen) and app.screen.material is not None


async def test_fix_answer_and_approval_by_keys(reviewed: Path, check_screen: CheckScreen) -> None:
    (reviewed / FEEDBACKS / "FIX_11.md").unlink()
    (reviewed / FEEDBACKS / "APPROVED_11.md").write_text("# APPROVED: Achievement 1.1\n", encoding="utf-8")
    async with running(reviewed, (80, 24)) as (app, pilot):
        await pilot.press("1")
        await until(pilot, lambda: read(app))
        await pilot.press("end", "enter", "f")
        await until(pilot, lambda: on(app, VerdictDialog))
        assert "FIX_12.md" in screen_text(app)
        critical, minor = app.screen.query(TextArea)
        assert critical.text == "Not met: All tests pass"
        await pilot.press("tab", *"Slow")
        assert minor.text == "Slow"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: on(app, PlansScreen) and "fix 1.2" in screen_text(app))
        fix = (reviewed / FEEDBACKS / "FIX_12.md").read_text(encoding="utf-8")
        assert "1. Not met: All tests pass\n" in fix
        assert "1. Slow\n" in fix
        assert "- [ ] All tests pass\n- [x] The module runs for an hour without a restart\n" in fix
        await pilot.press("enter", "v")
        await until(pilot, lambda: read(app))
        assert "Not met: All tests pass" in screen_text(app)
        await pilot.press("s")
        await until(pilot, lambda: on(app, VerdictDialog))
        area = app.screen.query_one(TextArea)
        area.text = area.text.replace("- **Fix**: ", "- **Fix**: all 7 pass now", 1)
        app.clear_notifications()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: read(app) and "all 7 pass now" in screen_text(app))
        assert "◆ review" in screen_text(app)
        app.clear_notifications()
        await check_screen(pilot, "review-again-80")
        await pilot.press("a")
        await until(pilot, lambda: on(app, VerdictDialog))
        assert "◆ 2 of 2 deliverables there, 0 of 2 criteria ticked" in screen_text(app)
        await pilot.press(*"Good", "ctrl+z")
        await settle(pilot)
        assert app.screen.query_one(TextArea).text == "Good"
        await pilot.press("ctrl+underscore")
        assert app.screen.query_one(TextArea).text == ""
        await pilot.press("ctrl+y", "ctrl+s")
        await until(pilot, lambda: on(app, PlanScreen))
        names = {path.name for path in (reviewed / FEEDBACKS).iterdir()}
        assert {"FIX_12.md", "FIX_12_RESOLUTION.md", "APPROVED_12.md"} <= names
        assert "Good" in (reviewed / FEEDBACKS / "APPROVED_12.md").read_text(encoding="utf-8")
        await pilot.press("v")
        await until(pilot, lambda: read(app))
        assert "✓ approved" in screen_text(app)
        await pilot.press("a", "f", "s")
        await settle(pilot)
        assert on(app, ReviewScreen)


async def test_the_pages_in_a_small_terminal(reviewed: Path) -> None:
    async with running(reviewed, (80, 24)) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: read(app))
        await pilot.press("enter")
        await until(pilot, lambda: "def gaps(minutes):" in screen_text(app))
        await pilot.press("tab")
        await until(pilot, lambda: "No run of it has left a log." in screen_text(app))
        await pilot.press("tab")
        await until(pilot, lambda: "Mark the minutes without a reading." in screen_text(app))
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "Success criteria" in screen_text(app) and "› Review" in screen_text(app))
        await pilot.press("shift+tab")
        await until(pilot, lambda: "› TASK 01" in screen_text(app))
        await pilot.press("D")
        await until(pilot, lambda: "› Diff" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "› Review" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: on(app, PlansScreen))


async def test_ticks_and_pages_stay_when_the_workspace_changes(reviewed: Path) -> None:
    async with running(reviewed, (120, 36)) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: read(app))
        await pilot.press("end", "space")
        assert "1 of 2 ticked" in screen_text(app)
        (reviewed / "station" / "gaps.py").write_text("def gaps():\n    raise NotImplementedError\n")
        await pilot.press("r")
        await app.reload()
        await until(pilot, lambda: "NotImplementedError" in screen_text(app))
        assert "1 of 2 ticked" in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "NotImplementedError" not in screen_text(app))
        assert "[x] The module runs" in screen_text(app)


async def test_nothing_to_review_says_so(workspace: Path) -> None:
    (workspace / PLAN / "execution" / "EXECUTION_TASK_WEATHER-STATION_12_01.md").unlink()
    async with running(workspace) as (app, pilot):
        await pilot.press("v")
        await settle(pilot)
        assert on(app, PlansScreen)
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen))
        await pilot.press("home", "down", "v")
        await until(pilot, lambda: read(app))
        assert "The workspace is in no git repository" in screen_text(app)


async def test_what_was_typed_is_thrown_away_by_a_second_key_only(reviewed: Path) -> None:
    async with running(reviewed) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: read(app))
        await pilot.press("a")
        await until(pilot, lambda: on(app, VerdictDialog))
        await pilot.press("x", "ctrl+e")
        assert "This terminal cannot be handed to another program." in screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        assert "Escape once more" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: on(app, ReviewScreen))
        assert not (reviewed / FEEDBACKS / "APPROVED_12.md").exists()


async def test_only_what_is_seen_is_ticked(reviewed: Path) -> None:
    async with running(reviewed, (80, 24)) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: read(app))
        await pilot.press("home", "space")
        await settle(pilot)
        assert "Go to a success criterion to tick it." in toasts(app)
        await pilot.press("end", "tab", "space", "shift+tab")
        await settle(pilot)
        assert "[x]" not in screen_text(app)
        await pilot.press("space")
        await settle(pilot)
        assert "[x]" in screen_text(app)


async def test_what_was_typed_stays_where_its_plan_has_gone(reviewed: Path) -> None:
    async with running(reviewed) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: read(app))
        await pilot.press("a")
        await until(pilot, lambda: on(app, VerdictDialog))
        await pilot.press("w", "o", "r", "d")
        folder = reviewed / "work-space" / "plans" / "WEATHER-STATION"
        folder.rename(reviewed / "away")
        await app.reload()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: on(app, VerdictDialog) and "is not there any more" in screen_text(app))
        assert "word" in screen_text(app)
        (reviewed / "away").rename(folder)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: (reviewed / FEEDBACKS / "APPROVED_12.md").is_file())


WORK = """
import pathlib
pathlib.Path("station/gaps.py").write_text("def gaps(minutes):\\n    return list(minutes)\\n")
pathlib.Path("station/scratch.txt").write_text("x")
print("ValueError: midnight")
print("==== 1 failed, 6 passed in 0.10s ====")
"""


async def test_a_run_that_needs_a_verdict_leads_to_its_review(reviewed: Path) -> None:
    (reviewed / "work.py").write_text(WORK, encoding="utf-8")
    write_allowed(
        reviewed,
        f'[workflows.work]\nargv = ["{sys.executable}", "work.py", "{{achievement}}"]\nneeds_verdict = true\n',
    )
    async with running(reviewed, (120, 36)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen))
        await pilot.press("down", "w")
        await until(pilot, lambda: on(app, WorkflowDialog))
        await pilot.press(*"work", "enter")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: on(app, ResultScreen))
        await pilot.press("v")
        await until(pilot, lambda: read(app))
        text = screen_text(app)
        assert "6 of 7 passed   1 failed   pytest, run 20" in text
        assert "~ station/scratch.txt" in text
        assert "+    return list(minutes)" in text
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "ValueError: midnight" in screen_text(app))
        await pilot.press("l")
        await until(pilot, lambda: on(app, RunnerScreen))
        await pilot.press("b")
        await until(pilot, lambda: on(app, ReviewScreen))
        await pilot.press("a")
        await until(pilot, lambda: on(app, VerdictDialog))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: on(app, PlanScreen))
        assert (reviewed / FEEDBACKS / "APPROVED_12.md").is_file()

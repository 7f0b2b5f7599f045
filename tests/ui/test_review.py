"""A review: what is shown, what is ticked, and what is written of it."""

from pathlib import Path

import pytest

from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from tests.ui.conftest import CheckScreen, running, until
from tests.ui.repositories import repository

PLAN = Path("work-space/plans/WEATHER-STATION")
FEEDBACKS = PLAN / "execution" / "feedbacks"


def on(app: DashboardApp, screen: type) -> bool:
    """Whether that screen is shown."""
    return isinstance(app.screen, screen)


def read(app: DashboardApp) -> bool:
    """Whether a review is shown with all that it shows."""
    return isinstance(app.screen, ReviewScreen) and app.screen.material is not None


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


async def test_the_review_of_the_selected_achievement(reviewed: Path, check_screen: CheckScreen) -> None:
    async with running(reviewed, (120, 36)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen))
        await pilot.press("down", "v")
        await until(pilot, lambda: read(app))
        await pilot.press("end", "space")
        await check_screen(pilot, "review-120")

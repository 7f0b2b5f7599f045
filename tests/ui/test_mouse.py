"""What is seen can be clicked: rows, names of panes, keys, the path, and the keys of a result."""

from pathlib import Path

from textual.events import MouseScrollUp
from textual.geometry import Offset
from textual.pilot import Pilot

from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.ui.screens.choices import ChoicesDialog
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.problems import ProblemsScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.widgets.log_view import LogView
from llm_dashboard.ui.widgets.plan_table import PlanTable
from llm_dashboard.ui.widgets.text_pane import TextPane
from tests.ui.conftest import running, screen_text, until
from tests.ui.test_flow import on
from tests.ui.test_pictures import EXIT_3, a_run, ended


async def click_on(pilot: Pilot[None], text: str, times: int = 1) -> None:
    """Click where that text begins on the screen."""
    lines = screen_text(pilot.app).split("\n")
    y = next(number for number, line in enumerate(lines) if text in line)
    await pilot.click(offset=Offset(lines[y].index(text), y), times=times)


async def test_the_app_by_mouse(workspace: Path) -> None:
    async with running(workspace, (120, 36)) as (app, pilot):
        await click_on(pilot, "RAIN-ALERTS")
        table = app.screen.query_one(PlanTable)
        await until(pilot, lambda: table.plan is not None and table.plan.name == "RAIN-ALERTS")
        await click_on(pilot, "Progress")
        await until(pilot, lambda: "by state" in screen_text(app))
        await click_on(pilot, "WEATHER-STATION", times=2)
        await until(pilot, lambda: on(app, PlanScreen))
        await click_on(pilot, "1.2")
        await until(pilot, lambda: "v Review" in screen_text(app))
        await click_on(pilot, "v Review")
        await until(pilot, lambda: on(app, ReviewScreen) and "SUBPLAN    TASK" in screen_text(app))
        await click_on(pilot, "SUBPLAN    TASK")
        await until(pilot, lambda: isinstance(app.focused, TextPane))
        await click_on(pilot, "WEATHER-STATION")
        await until(pilot, lambda: on(app, PlanScreen))
        await pilot.press("c")
        await until(pilot, lambda: on(app, ProblemsScreen))
        await click_on(pilot, "llm-dash")
        await until(pilot, lambda: on(app, PlansScreen))
        run = ended(a_run(workspace), EXIT_3, WorkflowState.FAILED)
        app.run_watch.runs[run.id] = run
        app.push_screen(ResultScreen(workspace, app.state.plans[0] if app.state else None, run=run))
        await until(pilot, lambda: on(app, ResultScreen))
        await pilot.press("o")
        await until(pilot, lambda: on(app, ChoicesDialog))
        await click_on(pilot, "Cancel")
        await until(pilot, lambda: on(app, ResultScreen))
        await click_on(pilot, "open the log")
        await until(pilot, lambda: on(app, RunnerScreen) and app.screen.query_one(LogView).following)
        view = app.screen.query_one(LogView)
        view.post_message(MouseScrollUp(view, 5, 5, 0, -1, 0, False, False, False))
        await until(pilot, lambda: "2 lines below" in screen_text(app))

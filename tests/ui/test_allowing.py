"""What a repository's settings would have run is shown, and asked for, before it runs."""

from pathlib import Path

from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.settings import FILE_NAME
from llm_dashboard.ui.screens.allow import AllowDialog
from llm_dashboard.ui.screens.confirm import ConfirmDialog
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.workflows import WorkflowDialog
from tests.ui.conftest import CheckScreen, running, screen_text, settle, until
from tests.ui.test_flow import on

SETTINGS = """
agent = "mine"
verify = [["make", "test"], ["make", "lint"]]
[agents.mine]
argv = ["my-agent", "--read", "{prompt_file}"]
prompt = "file"
[workflows.hello]
argv = ["touch", "hello {plan}"]
environment = {MODE = "fast"}
"""


async def test_a_repository_runs_nothing_before_it_is_allowed(workspace: Path, check_screen: CheckScreen) -> None:
    (workspace / FILE_NAME).write_text(SETTINGS, encoding="utf-8")
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("w")
        await until(pilot, lambda: on(app, WorkflowDialog))
        await pilot.press(*"hello", "enter")
        await until(pilot, lambda: on(app, AllowDialog))
        await check_screen(pilot, "allow-80")
        await pilot.press("n")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "not allowed it" in " ".join(screen_text(app).split())
        await pilot.press("t")
        await until(pilot, lambda: on(app, AllowDialog))
        await pilot.press("y")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: any(run.state is WorkflowState.SUCCESS for run in app.runs.values()))
        assert (workspace / "hello WEATHER-STATION").is_file()


async def test_nothing_is_allowed_that_was_not_in_sight(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        dialog = AllowDialog({"verify": [f"make part-{number}" for number in range(40)]}, "Allow that?")
        app.push_screen(dialog)
        await until(pilot, lambda: on(app, AllowDialog) and "Read to the end, then allow it" in screen_text(app))
        assert "y Allow it" not in screen_text(app)
        await pilot.press("y", "down", "y")
        await settle(pilot)
        assert on(app, AllowDialog)
        await pilot.press("G")
        await until(pilot, lambda: "part-39" in screen_text(app) and "y Allow it" in screen_text(app))
        await pilot.press("home", "y")
        await until(pilot, lambda: not on(app, AllowDialog))

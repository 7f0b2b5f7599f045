"""The dialog of workflows: what it lists, what it filters, what it answers."""

from pathlib import Path

from textual.pilot import Pilot

from llm_dashboard import settings
from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.screens.workflows import WorkflowDialog
from llm_dashboard.workflows import catalog
from tests.ui.conftest import running, screen_text, settle, until

SETTINGS = """
[workflows.review-agent]
summary = "An agent reviews the work and says what is missing. [b]Nothing[/b] is \\u001b]0;written\\u0007 by hand."
argv = ["review-agent", "--plan", "{plan_file}", "--prompt", "Review {achievement} {title}; see {subplan_file}", "--quiet"]
wall = 1800
needs_verdict = true

[workflows.nightly]
argv = ["make", "nightly"]
"""


async def ask(app: DashboardApp, pilot: Pilot[None], root: Path) -> list[str | None]:
    """Open the dialog; where its answer will be."""
    answers: list[str | None] = []
    (root / settings.FILE_NAME).write_text(SETTINGS, encoding="utf-8")
    app.push_screen(WorkflowDialog(catalog.workflows(settings.load(root, {})), "WEATHER-STATION"), answers.append)
    await until(pilot, lambda: isinstance(app.screen, WorkflowDialog))
    return answers


async def test_typing_filters_by_name_and_summary_and_enter_answers(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        answers = await ask(app, pilot, workspace)
        await pilot.press(*"missing")
        await settle(pilot)
        text = screen_text(app)
        assert "review-agent" in text
        assert "nightly" not in text
        await pilot.press("enter")
        await until(pilot, lambda: answers == ["review-agent"])


async def test_a_name_that_begins_so_comes_first(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        answers = await ask(app, pilot, workspace)
        await pilot.press(*"n", "enter")
        await until(pilot, lambda: answers == ["next"])


async def test_nothing_is_answered_where_nothing_fits_or_escape_is_pressed(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        answers = await ask(app, pilot, workspace)
        await pilot.press(*"zzz", "enter")
        await settle(pilot)
        assert "No workflow is called that." in screen_text(app)
        assert answers == []
        await pilot.press("escape")
        await until(pilot, lambda: answers == [None])

"""What an agent asks, answered by keys: at once where its run is on the screen, told where it is not."""

from pathlib import Path
from time import monotonic

import msgspec
import pytest

from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.settings import Notices
from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.messages import RunOpened
from llm_dashboard.ui.screens.permission import PermissionDialog
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from tests.runs.test_questions import asking
from tests.ui.conftest import running, screen_text, toasts, until
from tests.ui.test_flow import on

pytest.importorskip("acp", reason="needs the package agent-client-protocol")


def hears(app: DashboardApp) -> bool:
    """Whether a question is on the screen, and keys answer it."""
    return isinstance(app.screen, PermissionDialog) and app.screen.confirms_from < monotonic()


async def test_questions_are_told_wait_and_are_answered_by_keys(workspace: Path) -> None:
    rung: list[bool] = []
    async with running(workspace, (80, 24)) as (app, pilot):
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        app.session.settings = msgspec.structs.replace(app.settings, notices=Notices.BELL)
        run = await app.run_watch.start(asking(workspace, "ask-twice", "ask make again", "say Done:"))
        assert isinstance(run, Run)
        # Elsewhere it is told, with the key; that key shows it.
        await until(
            pilot, lambda: any("Scripted asks to use bash" in text and "g answers." in text for text in toasts(app))
        )
        assert rung
        app.clear_notifications()
        await until(pilot, lambda: len(app.questions.wanting()) == 2)
        await pilot.press("g")
        await until(pilot, lambda: hears(app))
        assert "continue 1.1 · DEMO · 1 of 2" in screen_text(app)
        await pilot.press("enter", "space")
        assert on(app, PermissionDialog)
        # Left open, it does not come again by itself, only when its run is opened, or by the key.
        await pilot.press("escape")
        await until(pilot, lambda: on(app, PlansScreen))
        assert "g shows it again" in toasts(app)[-1]
        app.post_message(RunOpened(run.id))
        await until(pilot, lambda: hears(app))
        await pilot.press("escape")
        await until(pilot, lambda: on(app, RunnerScreen))
        assert "◆ asks you, g answers" in screen_text(app)
        await pilot.press("g")
        await until(pilot, lambda: hears(app))
        # One after the other, and those that come meanwhile as well.
        await pilot.press("a")
        await until(pilot, lambda: hears(app) and "make clean" in screen_text(app))
        await pilot.press("n")
        await until(pilot, lambda: hears(app) and "make again" in screen_text(app))
        await pilot.press("y")
        await until(pilot, lambda: app.runs[run.id].state is WorkflowState.FAILED)
        assert (workspace / "station.txt").read_text() == "make again once\n"
        log = run.log_path.read_text()
        assert [f'"option": "{option}"' in log for option in ("always", "no", "once")] == [True] * 3
        result = app.runs[run.id].result
        assert result is not None
        assert result.agent is not None
        assert [denial.argument for denial in result.agent.denials] == ["make clean"]
        assert not app.questions.open


async def test_a_question_goes_away_with_its_run(workspace: Path) -> None:
    async with running(workspace, (100, 30)) as (app, pilot):
        run = await app.run_watch.start(asking(workspace, "ask make test", "wait"))
        assert isinstance(run, Run)
        app.post_message(RunOpened(run.id))
        await until(pilot, lambda: hears(app))
        await app.run_watch.stop(run.id)
        await until(pilot, lambda: app.runs[run.id].state is WorkflowState.CANCELLED and not on(app, PermissionDialog))
        assert not app.questions.open

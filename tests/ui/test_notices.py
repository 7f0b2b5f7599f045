"""How the end of a run is told that is not on the screen, and the way to its result."""

import sys
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.runs.models import Run
from llm_dashboard.settings import Notices
from llm_dashboard.ui.notices import EndedRun, Notice, desktop_sequence, ended_at, notice
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.workflows.models import Command, WorkflowType
from tests.ui.conftest import running, screen_text, toasts, until
from tests.ui.test_flow import on

TOLD = Notice("✓ fix 1.2 of [b]A", "success; \x1b]0;x\x07after 3s.", "g opens it.", True)
WAITS = "import pathlib, sys, time\nwhile not pathlib.Path('go').exists(): time.sleep(0.01)\nsys.exit(int(sys.argv[1]))"


@pytest.mark.parametrize(
    ("environment", "sequence"),
    [
        ({"TERM": "xterm-256color"}, "\x1b]9;llm-dash: ✓ fix 1.2 of [b]A, success, after 3s.\x1b\\"),
        ({"TERM": "foot"}, "\x1b]777;notify;llm-dash: ✓ fix 1.2 of [b]A;success, after 3s.\x1b\\"),
        ({"VTE_VERSION": "7600"}, "\x1b]777;notify;llm-dash: ✓ fix 1.2 of [b]A;success, after 3s.\x1b\\"),
        ({"TMUX": "x"}, "\x1bPtmux;\x1b\x1b]9;llm-dash: ✓ fix 1.2 of [b]A, success, after 3s.\x1b\x1b\\\x1b\\"),
    ],
)
def test_nothing_of_a_name_leaves_the_sequence(environment: dict[str, str], sequence: str) -> None:
    assert desktop_sequence(TOLD, environment) == sequence


async def test_the_ends_of_runs_are_told_together_and_g_opens_the_last(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[bool] = []
    async with running(workspace, (80, 24)) as (app, pilot):
        monkeypatch.setattr(app, "bell", lambda: rung.append(True))
        app.session.settings = msgspec.structs.replace(app.settings, notices=Notices.BELL)

        async def start(status: int, name: str) -> Run:
            argv = (sys.executable, "-S", "-c", WAITS, str(status))
            kind = WorkflowType.EXEC
            run = await app.run_watch.start(Command(kind, kind, argv, workspace, name))
            assert isinstance(run, Run)
            return run

        await pilot.press("g")
        await until(pilot, lambda: "No run has ended here yet." in toasts(app))
        (workspace / "go").touch()
        good = await start(0, "good")
        await until(pilot, lambda: any(" after " in text and "g opens it." in text for text in toasts(app)))
        assert rung == [True]
        assert "✓ exec of a command" in screen_text(app)
        await pilot.press("g")
        await until(pilot, lambda: on(app, ResultScreen))
        first = app.screen
        assert isinstance(first, ResultScreen)
        assert first.run_shown is not None
        assert first.run_shown.id == good.id
        await pilot.press("g")
        assert app.screen is first
        await pilot.press("b")
        await until(pilot, lambda: on(app, PlansScreen))
        app.session.settings = msgspec.structs.replace(app.settings, notices=Notices.OFF)
        app.clear_notifications()
        bad = await start(3, "bad")
        await until(pilot, lambda: not app.live and not app._ended)
        assert not toasts(app)
        app.session.settings = msgspec.structs.replace(app.settings, notices=Notices.TOAST)
        for run in (bad, good):
            app._announce(app.session, app.runs[run.id])
        await until(pilot, lambda: bool(toasts(app)))
        assert toasts(app) == ["1 failed, 1 success. g opens the last."]
        await pilot.press("g")
        await until(pilot, lambda: on(app, ResultScreen))
        ended = [app.runs[good.id], app.runs[bad.id]]
        assert max(ended, key=ended_at).id == bad.id
        told = notice([EndedRun("", "garden", ended[0])], "g")
        assert told.text.startswith("success after ")
        assert told.text.endswith(" in garden.")

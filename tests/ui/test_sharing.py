"""Copying, opening and picturing what is on the screen, and what is said of the clipboard."""

from pathlib import Path

import msgspec
import pytest
from textual.app import App

from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.ui import clipboard
from llm_dashboard.ui.screens.choices import ChoicesDialog
from llm_dashboard.ui.screens.document import DocumentScreen
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.needs import NeedsScreen
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.problems import ProblemsScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.widgets.finding_table import FindingTable
from tests.ui.conftest import running, screen_text, settle, toasts, until
from tests.ui.test_flow import on
from tests.ui.test_pictures import EXIT_3, a_run, ended

PLAN = "work-space/plans/WEATHER-STATION/PLAN_WEATHER-STATION.md"
FIX = "work-space/plans/WEATHER-STATION/execution/feedbacks/FIX_11.md"


async def test_what_can_be_copied_where(workspace: Path) -> None:
    empty = workspace / "work-space/plans/later/RAIN-ALERTS/subplans/SUBPLAN_RAIN-ALERTS_11.md"
    empty.parent.mkdir()
    empty.touch()
    async with running(workspace, (100, 30)) as (app, pilot):

        async def copied(key: str) -> str:
            await pilot.press("y")
            await until(pilot, lambda: on(app, ChoicesDialog))
            await pilot.press(key)
            await until(pilot, lambda: not on(app, ChoicesDialog))
            return app.clipboard

        assert await copied("n") == "WEATHER-STATION"
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen))
        assert await copied("i") == "1.1"
        assert await copied("c") == f"llm-dash --workspace {workspace} run next {PLAN} 1.1"
        assert await copied("f") == FIX
        assert await copied("t") == (workspace / FIX).read_text(encoding="utf-8")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: on(app, DocumentScreen))
        await until(pilot, lambda: "SUBPLAN" in screen_text(app))
        assert (await copied("y")).endswith(".md")
        await pilot.press("escape", "b", "v")
        await until(pilot, lambda: on(app, ReviewScreen))
        assert (await copied("n")).startswith("1.1 ")
        await pilot.press("b", "b", "c")
        await until(pilot, lambda: on(app, ProblemsScreen) and app.screen.query_one(FindingTable).finding is not None)
        assert (await copied("s")).startswith(str(empty.relative_to(workspace)))


async def test_what_can_be_copied_and_opened_of_a_run(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, int | None, str]] = []

    def open_document(app: App[None], root: Path, path: str, line: int | None = None, *, variable: str) -> str:
        opened.append((path, line, variable))
        return ""

    monkeypatch.setattr("llm_dashboard.ui.sharing.open_document", open_document)
    async with running(workspace, (100, 30)) as (app, pilot):
        run = ended(a_run(workspace), EXIT_3, WorkflowState.FAILED)
        run.prompt_path.write_text("# Execute 1.1\n", encoding="utf-8")
        app.run_watch.runs[run.id] = run
        app.push_screen(ResultScreen(workspace, app.state.plans[0] if app.state else None, run=run))
        await until(pilot, lambda: on(app, ResultScreen))
        await pilot.press("o")
        await until(pilot, lambda: on(app, ChoicesDialog))
        await pilot.press("escape")
        await until(pilot, lambda: on(app, ResultScreen))
        texts = {}
        for key in "crJp":
            await pilot.press("y")
            await until(pilot, lambda: on(app, ChoicesDialog))
            await pilot.press(key)
            await until(pilot, lambda: on(app, ResultScreen))
            texts[key] = app.clipboard
        assert texts["c"] == "python -m station"
        assert texts["p"] == "# Execute 1.1\n"
        assert "exit status 3 after 3m 07s\nFAILED tests" in texts["r"]
        assert msgspec.json.decode(texts["J"])["exit_code"] == 3
        await pilot.press("o")
        await until(pilot, lambda: on(app, ChoicesDialog))
        await pilot.press("l")
        await until(pilot, lambda: bool(opened))
        assert opened == [(f".llm-dash/runs/{run.id}/output.log", None, "PAGER")]
        app.push_screen(HistoryScreen("demo", {run.id: run}))
        await until(pilot, lambda: on(app, HistoryScreen))
        await pilot.press("o")
        await until(pilot, lambda: on(app, ChoicesDialog))
        await pilot.press("1")
        await until(pilot, lambda: len(opened) == 2)
        assert opened[1] == (PLAN, None, "EDITOR")
        app.push_screen(NeedsScreen(app.state, app.runs)) if app.state else None
        await until(pilot, lambda: on(app, NeedsScreen) and "Keep one year" in screen_text(app))
        await pilot.press("end", "o")
        await until(pilot, lambda: on(app, ChoicesDialog))
        await pilot.press("p")
        await until(pilot, lambda: len(opened) == 3)
        assert opened[2][0] == PLAN
        assert opened[2][1]


async def test_a_picture_of_the_screen_is_saved_and_its_path_can_be_copied(workspace: Path) -> None:
    async with running(workspace, (100, 30)) as (app, pilot):
        for number in (1, 2):
            await pilot.press("S")
            await until(pilot, lambda: on(app, ChoicesDialog))
            assert "Picture saved" in screen_text(app)
            await pilot.press("f")
            await until(pilot, lambda: on(app, PlansScreen))
            assert len(list((workspace / ".llm-dash" / "screens").iterdir())) == number
        saved = workspace / app.clipboard
        assert saved.name.startswith("demo-")
        assert "WEATHER-STATION" in saved.read_text(encoding="utf-8")
        assert (workspace / ".llm-dash" / ".gitignore").read_text() == "*\n"
        (workspace / ".llm-dash" / "screens").rename(workspace / "elsewhere")
        (workspace / ".llm-dash" / "screens").touch()
        await pilot.press("S")
        await until(pilot, lambda: any("cannot be saved: File exists." in toast for toast in toasts(app)))


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"TERM": "xterm-256color"}, "or its settings forbid it"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0", "VTE_VERSION": "7000"}, "tmux set -s set-clipboard on"),
        ({"TERM": "screen.xterm-256color"}, "GNU screen"),
        ({"TERM": "xterm", "TERM_PROGRAM": "Apple_Terminal"}, "Terminal.app"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "6800"}, "VTE"),
        ({"TERM": "linux"}, "console"),
    ],
)
def test_what_is_said_where_nothing_may_arrive(environment: dict[str, str], says: str) -> None:
    assert says in clipboard.advice(environment)


@pytest.mark.parametrize(
    ("environment", "first"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "wl-copy"),
        ({"DISPLAY": ":0"}, "xclip"),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "10.0.0.1"}, None),
        ({"WSL_DISTRO_NAME": "Debian"}, "clip.exe"),
        ({}, None),
    ],
)
def test_which_program_of_the_desktop_is_asked(
    environment: dict[str, str], first: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert next((argv[0] for argv in clipboard.programs(environment)), None) == first


async def test_a_program_of_the_desktop_takes_any_size_and_a_terminal_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, script in (("wl-copy", "exit 1"), ("xclip", f"cat > {tmp_path}/taken")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/bin:/usr/bin", "WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}
    app: App[None] = App()
    async with app.run_test() as pilot:
        large = "é" * 300_000
        await clipboard.copy(app, large, "The text", instead="It is in a.md", environment=environment)
        await clipboard.copy(app, "x" * 80_000, "The text", environment=environment)
        await clipboard.copy(app, "\ud800", "The name", environment=environment)
        assert app.clipboard == "?"
        monkeypatch.setattr(App, "is_headless", False)
        await clipboard.copy(app, large, "The text", environment=environment)
        await settle(pilot)
        said = toasts(app)
    assert said[0] == "The text, 600 kB: too much for the clipboard of a terminal. It is in a.md"
    assert "Some terminals cut so much." in said[1]
    assert said[3] == "The text, 600 kB: in the clipboard."
    assert (tmp_path / "taken").read_text(encoding="utf-8") == large

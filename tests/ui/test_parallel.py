"""Execute parallel: what is ready, what will run, the runs at once, and what became of them."""

from collections.abc import Sequence
from pathlib import Path

from textual.pilot import Pilot

from llm_dashboard.runs.models import Run
from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.screens.allow import AllowDialog
from llm_dashboard.ui.screens.batch import BatchScreen
from llm_dashboard.ui.screens.confirm_parallel import ConfirmParallelDialog
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.parallel import CandidateList, ParallelDialog
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from tests.ui.conftest import running, screen_text, settle, toasts, until
from tests.ui.test_flow import PLAN, on, workspace_script
from tests.ui.test_plans import write_plan

TARGET = PLAN / "subplans" / "SUBPLAN_WEATHER-STATION_21.md"
PATIENT = """
import pathlib, sys, time
print("working on", sys.argv[-1], flush=True)
while not pathlib.Path("go").exists(): time.sleep(0.01)
print("# the prompt")
"""


async def ask(pilot: Pilot[None], app: DashboardApp, *keys: str) -> None:
    """Open the dialog and press keys in it, up to the confirmation."""
    await pilot.press("2")
    await until(pilot, lambda: on(app, ParallelDialog))
    await pilot.press(*keys, "enter")
    await until(pilot, lambda: on(app, ConfirmParallelDialog))


async def start(pilot: Pilot[None], app: DashboardApp) -> list[Run]:
    """Run all that is ready; the runs."""
    await ask(pilot, app, "a")
    await pilot.press("y")
    await until(pilot, lambda: on(app, BatchScreen))
    return shown(app)


def shown(app: DashboardApp) -> list[Run]:
    """The runs on the screen, as they stand."""
    assert isinstance(app.screen, BatchScreen)
    return app.screen.shown


def states(runs: Sequence[Run]) -> set[str]:
    """Their states."""
    return {run.state.value for run in runs}


async def test_a_pair_runs_at_once_and_the_summary_stays(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await ask(pilot, app, "a")
        text = screen_text(app)
        assert "2 runs at once" in text
        assert text.count("llm_dashboard.workflows.scripts") == 2
        assert TARGET.name in text
        assert not app.runs
        await pilot.press("y")
        await until(pilot, lambda: on(app, BatchScreen) and "2 of 2 succeeded" in screen_text(app))
        text = screen_text(app)
        assert "fix 1.1" in text
        assert "subplan 2.1" in text
        assert text.count("SUBPLAN_WEATHER-STATION_21.md") == 1
        assert (workspace / TARGET).is_file()
        assert toasts(app) == []
        await pilot.press("down", "enter")
        await until(pilot, lambda: on(app, ResultScreen) and "Deliverables" in screen_text(app))
        await pilot.press("b")
        await until(pilot, lambda: on(app, BatchScreen) and "2 of 2 succeeded" in screen_text(app))
        await pilot.press("R")
        await until(pilot, lambda: on(app, HistoryScreen) and "2 runs" in screen_text(app))
        await pilot.press("b", "b")
        await until(pilot, lambda: on(app, PlansScreen))


async def test_what_needs_a_person_is_shown_and_cannot_be_ticked(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("enter", "p")
        await until(pilot, lambda: on(app, ParallelDialog))
        choices = app.screen.query_one(CandidateList)
        await pilot.press("enter")
        await settle(pilot)
        assert "Tick what to run" in screen_text(app)
        await pilot.press("down", "space")
        await settle(pilot)
        assert "review 1.2" in screen_text(app)
        assert choices.ticked == set()
        await pilot.press("a", "up", "space")
        assert choices.ticked == {"2.1"}
        await pilot.press("a", "a")
        assert choices.ticked == set()
        await pilot.press("escape")
        await settle(pilot)
        assert not app.runs
        await pilot.press("1", "n")


async def test_runs_wait_for_their_turn_and_are_stopped_one_by_one_or_all(workspace: Path) -> None:
    workspace_script(workspace, PATIENT)
    scripts = workspace / "LLM/scripts/generation"
    (scripts / "generate_fix_prompt.py").write_text(PATIENT, encoding="utf-8")
    settings = 'scripts = "workspace"\n[runs]\nparallel = 1\n[limits]\ngrace = [0.2, 0.2]\n'
    (workspace / "llm-dash.toml").write_text(settings, encoding="utf-8")
    async with running(workspace) as (app, pilot):
        await pilot.press("2")
        await until(pilot, lambda: on(app, ParallelDialog))
        await pilot.press("a", "enter")
        await until(pilot, lambda: on(app, AllowDialog))
        await pilot.press("y")
        await until(pilot, lambda: on(app, ConfirmParallelDialog))
        assert "1 starts now, 1 run waits (at most 1 at once)" in screen_text(app)
        await pilot.press("y")
        await until(pilot, lambda: on(app, BatchScreen) and "working on" in screen_text(app))
        assert states(shown(app)) == {"running", "pending"}
        assert "waits for its turn" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: on(app, RunnerScreen) and "working on" in screen_text(app))
        await pilot.press("b")
        await until(pilot, lambda: on(app, BatchScreen))
        await pilot.press("x")
        await until(pilot, lambda: [run.state.value for run in shown(app)] == ["cancelled", "running"])
        await pilot.press("X")
        await until(pilot, lambda: states(shown(app)) == {"cancelled"})
        await until(pilot, lambda: "0 of 2 succeeded, 2 not" in screen_text(app))
        assert "run it again" in screen_text(app)


async def test_leaving_lets_them_go_on(workspace: Path) -> None:
    workspace_script(workspace, PATIENT)
    (workspace / "LLM/scripts/generation/generate_fix_prompt.py").write_text(PATIENT, encoding="utf-8")
    async with running(workspace) as (app, pilot):
        await start(pilot, app)
        await pilot.press("b")
        await until(pilot, lambda: on(app, PlansScreen) and "2 running" in screen_text(app))
        (workspace / "go").touch()
        await until(pilot, lambda: states(list(app.runs.values())) == {"success"})
        await until(pilot, lambda: any("g opens" in text for text in toasts(app)))


async def test_two_of_one_file_are_refused(workspace: Path) -> None:
    write_plan(workspace, "ALIKE", ["one"])
    path = workspace / "work-space/plans/ALIKE/PLAN_ALIKE.md"
    path.write_text(path.read_text().replace("- Achievement 1.1", "- Achievement 1.11: a\n- Achievement 11.1"))
    async with running(workspace) as (app, pilot):
        await pilot.press("2")
        await until(pilot, lambda: on(app, ParallelDialog))
        await pilot.press("a", "enter")
        await until(pilot, lambda: any("would write the same file" in toast for toast in toasts(app)))
        assert on(app, PlansScreen)
        assert not app.runs


async def test_where_only_a_review_is_left_nothing_can_be_run(workspace: Path) -> None:
    folder = workspace / PLAN / "execution" / "feedbacks"
    for name in ("11", "13", "21", "22"):
        (folder / f"APPROVED_{name}.md").write_text("# APPROVED\n\n**Review Date**: 2026-11-20\n", encoding="utf-8")
    async with running(workspace) as (app, pilot):
        await pilot.press("2")
        await until(pilot, lambda: any("only reviews" in toast for toast in toasts(app)))
        assert on(app, PlansScreen)

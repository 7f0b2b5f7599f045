"""See, run, watch, judge: the whole walk by keys, with real processes."""

import os
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from llm_dashboard.runs import folders
from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.screens.achievement import AchievementDialog
from llm_dashboard.ui.screens.confirm import ConfirmDialog
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.leave import LeaveDialog
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.screens.verdict import VerdictDialog
from llm_dashboard.ui.widgets.log_view import LogView
from llm_dashboard.workflows.models import Command, WorkflowType
from tests.allowing import write_allowed
from tests.ui.conftest import running, screen_text, settle, toasts, until
from tests.ui.test_pictures import a_run, ended

PLAN = Path("work-space/plans/WEATHER-STATION")
SCRIPTS = Path("LLM/scripts/generation")


def on(app: DashboardApp, screen: type) -> bool:
    """Whether that screen is shown."""
    return isinstance(app.screen, screen)


def workspace_script(root: Path, text: str) -> None:
    """A methodology script that the workspace brings along."""
    folder = root / SCRIPTS
    folder.mkdir(parents=True)
    (folder / "generate_subplan_prompt.py").write_text(text, encoding="utf-8")
    write_allowed(root, 'scripts = "workspace"\n')


async def test_execute_next_asks_runs_and_shows_the_result(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("1")
        await until(pilot, lambda: on(app, ConfirmDialog))
        text = screen_text(app)
        assert "fix 1.1" in text
        assert "llm_dashboard.workflows.scripts" in text
        await pilot.press("y")
        await until(pilot, lambda: on(app, ResultScreen) and "Prompt" in screen_text(app))
        text = screen_text(app)
        assert "The prompt to fix 1.1 is ready" in text
        run = next(iter(app.runs.values()))
        assert run.state is WorkflowState.SUCCESS
        assert "A torn record hides all later ones" in run.prompt_path.read_text(encoding="utf-8")
        assert app.clipboard == ""
        await pilot.press("c")
        await settle(pilot)
        assert app.clipboard == run.prompt_path.read_text(encoding="utf-8")
        await pilot.press("l")
        await until(pilot, lambda: on(app, RunnerScreen) and "FIX_11.md" in screen_text(app))


async def test_no_is_no(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("1")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("n")
        await until(pilot, lambda: on(app, PlansScreen))
        assert not app.runs
        assert not (workspace / ".llm-dash").exists()


async def test_create_a_subplan_for_a_typed_id(workspace: Path) -> None:
    target = workspace / PLAN / "subplans" / "SUBPLAN_WEATHER-STATION_21.md"
    async with running(workspace) as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press(*"2.1", "enter")
        await until(pilot, lambda: on(app, ConfirmDialog))
        assert "SUBPLAN_WEATHER-STATION_21.md" in screen_text(app)
        assert not target.exists()
        await pilot.press("y")
        await until(pilot, lambda: on(app, ResultScreen))
        text = screen_text(app)
        assert "SUBPLAN for 2.1 created" in text
        assert "+   work-space/plans/…/SUBPLAN_WEATHER-STATION_21.md" in text
        assert "One page that shows the day" in target.read_text(encoding="utf-8")
        await pilot.press("escape", "3")
        await until(pilot, lambda: on(app, AchievementDialog))
        before = target.read_bytes()
        await pilot.press(*"2.1", "enter")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "not started" in screen_text(app)
        assert target.read_bytes() == before


async def test_an_execution_without_a_subplan_is_refused_and_one_key_creates_it(
    workspace: Path,
) -> None:
    async with running(workspace, (100, 30)) as (app, pilot):
        await pilot.press("4")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press(*"2.2", "enter")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "create the SUBPLAN first" in screen_text(app)
        await pilot.press("s")
        await until(pilot, lambda: on(app, ResultScreen) and "SUBPLAN for 2.2 created" in screen_text(app))
        assert (workspace / PLAN / "subplans" / "SUBPLAN_WEATHER-STATION_22.md").is_file()


async def test_an_execution_of_a_subplan(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("4")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press(*"1.3", "enter")
        await until(pilot, lambda: on(app, ConfirmDialog))
        # Enter may have been meant for the dialog before: only `y` starts anything.
        await pilot.press("enter")
        assert on(app, ConfirmDialog)
        await pilot.press("y")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "EXECUTION_TASK for 1.3 created" in screen_text(app)
        assert (workspace / PLAN / "execution" / "EXECUTION_TASK_WEATHER-STATION_13_01.md").is_file()


async def test_the_dialog_starts_with_the_selected_achievement_and_refuses_a_wrong_id(
    workspace: Path,
) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen))
        await pilot.press("down", "down", "3")
        await until(pilot, lambda: on(app, AchievementDialog))
        assert app.screen.query_one(Input).value == "1.3"
        await pilot.press(*"2.9", "enter")
        await settle(pilot)
        assert on(app, AchievementDialog)
        assert "no achievement '2.9'" in screen_text(app)
        assert "2.1" in screen_text(app).split("The nearest:")[1]
        await pilot.press("backspace", "backspace", "backspace", *"frost", "tab")
        await settle(pilot)
        assert app.screen.query_one(Input).value == "2.2"
        await pilot.press("escape")
        await until(pilot, lambda: on(app, PlanScreen))


async def test_a_command_of_many_lines_is_read_to_its_end_and_the_keys_stay(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("3", *"2.1", "enter")
        await until(pilot, lambda: on(app, ConfirmDialog))
        assert isinstance(app.screen, ConfirmDialog)
        assert "Scroll" not in screen_text(app)
        command = msgspec.structs.replace(
            app.screen.command, argv=("sh", *(f"word{n}" for n in range(300)), "last-one")
        )
        await pilot.press("n")
        app.push_screen(ConfirmDialog(command, workspace))
        await until(pilot, lambda: "y Run it   n Cancel   ↑↓ Scroll" in screen_text(app))
        assert "last-one" not in screen_text(app)
        await pilot.press("end")
        await until(pilot, lambda: "last-one" in screen_text(app))


async def test_a_review_leads_to_the_verdict(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        (workspace / PLAN / "execution" / "feedbacks" / "APPROVED_11.md").write_text(
            "# APPROVED: Achievement 1.1\n\n**Review Date**: 2026-11-20\n", encoding="utf-8"
        )
        await pilot.press("r")
        await until(pilot, lambda: "review 1.2" in screen_text(app))
        await pilot.press("1")
        await until(pilot, lambda: on(app, ReviewScreen) and "The module runs for an hour" in screen_text(app))
        await pilot.press("P")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "1.2 awaits your verdict" in screen_text(app)
        await pilot.press("f")
        await until(pilot, lambda: on(app, VerdictDialog))
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "Say what must be fixed." in screen_text(app)
        app.screen.query_one(TextArea).text = "The gap at midnight is one minute short."
        await pilot.press("ctrl+s")
        await until(pilot, lambda: on(app, PlansScreen))
        written = (workspace / PLAN / "execution" / "feedbacks" / "FIX_12.md").read_text(encoding="utf-8")
        assert "The gap at midnight is one minute short." in written
        assert "fix 1.2" in screen_text(app)


async def test_from_the_result_of_work_that_awaits_a_review_to_the_review(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        assert app.state
        plan = app.state.plans[0]
        for achievement, kind in (("1.1", ResultScreen), ("1.2", ReviewScreen)):
            run = a_run(workspace)
            run = msgspec.structs.replace(run, record=msgspec.structs.replace(run.record, achievement=achievement))
            app.push_screen(ResultScreen(workspace, plan, run=ended(run)))
            await until(pilot, lambda: on(app, ResultScreen))
            await pilot.press("v")
            await until(pilot, lambda kind=kind: on(app, kind) and app.type_ahead.is_idle)  # type: ignore[misc]


async def test_a_refusal_of_a_workspace_script_is_a_failure(workspace: Path) -> None:
    workspace_script(workspace, "print('Error: Achievement 2.1 not found in PLAN')\n")
    async with running(workspace) as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press(*"2.1", "enter")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "✗ failed" in screen_text(app)
        assert "not found in PLAN" in screen_text(app)


FLOOD = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    open("grandchild", "w").write(str(os.getpid()))
    time.sleep(60)
print("ready", flush=True)
for n in range(30_000):
    print(f"\\x1b[3{n % 8}mline {n}\\x1b[0m")
sys.stdout.flush()
time.sleep(60)
"""


async def test_a_flood_is_watched_and_stopped_with_all_its_processes(workspace: Path) -> None:
    workspace_script(workspace, FLOOD)
    write_allowed(workspace, 'scripts = "workspace"\n[limits]\ngrace = [0.2, 0.2]\n')
    async with running(workspace) as (app, pilot):
        await start_script(app, pilot)
        view = app.screen.query_one(LogView)
        await until(pilot, lambda: len(view.file) == 30_001)
        assert view.following
        await until(pilot, lambda: "line 29999" in screen_text(app))
        await pilot.press("pageup")
        await settle(pilot)
        assert not view.following
        assert "below" in screen_text(app)
        await pilot.press("f")
        await settle(pilot)
        assert view.following
        grandchild = int((workspace / "grandchild").read_text())
        await pilot.press("x")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "✗ cancelled" in screen_text(app)
        with pytest.raises(ProcessLookupError):
            os.kill(grandchild, 0)


async def test_quitting_with_a_live_run_asks_and_the_next_start_shows_it(
    workspace: Path,
) -> None:
    workspace_script(workspace, "import time\nprint('working', flush=True)\ntime.sleep(60)\n")
    async with running(workspace) as (app, pilot):
        await start_script(app, pilot)
        await until(pilot, lambda: "working" in screen_text(app))
        await pilot.press("q")
        await until(pilot, lambda: on(app, LeaveDialog))
        assert "1 run still going" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: on(app, RunnerScreen))
        await pilot.press("q")
        await until(pilot, lambda: on(app, LeaveDialog))
        await pilot.press("l")
    async with running(workspace) as (app, pilot):
        await until(pilot, lambda: "1 running" in screen_text(app))
        await pilot.press("R")
        await until(pilot, lambda: on(app, HistoryScreen))
        assert "subplan 2.1" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: on(app, RunnerScreen) and "working" in screen_text(app))
        await pilot.press("b")
        await until(pilot, lambda: on(app, HistoryScreen))
        await pilot.press("q")
        await until(pilot, lambda: on(app, LeaveDialog))
        await pilot.press("s")
        await until(pilot, lambda: all(run.state is WorkflowState.CANCELLED for run in app.runs.values()))


async def test_a_second_run_at_the_same_achievement_is_not_started_without_a_word(workspace: Path) -> None:
    workspace_script(workspace, "import time\nprint('working', flush=True)\ntime.sleep(60)\n")
    async with running(workspace, (80, 24)) as (app, pilot):
        await start_script(app, pilot)
        await pilot.press("b")
        for achievement, is_at_it in (("2.1", True), ("2.2", False)):
            await pilot.press("3")
            await until(pilot, lambda: on(app, AchievementDialog))
            await pilot.press(*achievement, "enter")
            await until(pilot, lambda: on(app, ConfirmDialog))
            assert ("▶ subplan 2.1 running  at the same achievement" in screen_text(app)) is is_at_it
            await pilot.press("n")
            await until(pilot, lambda: not on(app, ConfirmDialog))
        await pilot.press("q")
        await until(pilot, lambda: on(app, LeaveDialog))
        await pilot.press("s")
        await until(pilot, lambda: all(run.state is WorkflowState.CANCELLED for run in app.runs.values()))


async def start_script(app: DashboardApp, pilot: Pilot[None], achievement: str = "2.1") -> None:
    """Start the workspace's script for an achievement, up to its log."""
    await pilot.press("3")
    await until(pilot, lambda: on(app, AchievementDialog))
    await pilot.press(*achievement, "enter")
    await until(pilot, lambda: on(app, ConfirmDialog))
    await pilot.press("y")
    await until(pilot, lambda: on(app, RunnerScreen))


async def test_a_run_that_ends_out_of_sight_says_so(workspace: Path) -> None:
    workspace_script(
        workspace,
        "import pathlib, time\nwhile not pathlib.Path('go').exists(): time.sleep(0.01)\nprint('# a prompt')\n",
    )
    async with running(workspace) as (app, pilot):
        await start_script(app, pilot)
        await pilot.press("b")
        await until(pilot, lambda: on(app, PlansScreen))
        assert "1 running" in screen_text(app)
        (workspace / "go").touch()
        await until(pilot, lambda: any("success" in toast for toast in toasts(app)))
        assert "1 running" not in screen_text(app)


async def test_a_record_from_elsewhere_is_not_run_again(workspace: Path) -> None:
    exec_ = WorkflowType.EXEC
    folder, record = folders.create(workspace, Command(exec_, exec_, ("touch", "ran"), workspace, "touch ran"))
    # The plan of that name is there: what it says of such a run must not matter.
    record = msgspec.structs.replace(record, boot_id="another", plan="WEATHER-STATION")
    (folder / "run.json").write_bytes(msgspec.json.encode(record))
    async with running(workspace) as (app, pilot):
        await pilot.press("R")
        await until(pilot, lambda: on(app, HistoryScreen) and "exec" in screen_text(app))
        await pilot.press("t")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "this command is not known to be yours" in " ".join(screen_text(app).split())
        await pilot.press("b")
        await until(pilot, lambda: on(app, HistoryScreen))

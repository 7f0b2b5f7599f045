"""Ways through the app that are easy to get wrong: what ends behind a dialog, what vanishes, what is asked again."""

import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Input, TextArea

from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.ui.screens.achievement import AchievementDialog, ChoiceList
from llm_dashboard.ui.screens.confirm import ConfirmDialog
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.screens.help import HelpDialog
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.leave import LeaveDialog
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.screens.setting_value import Choice, ChoiceDialog
from llm_dashboard.ui.screens.verdict import VerdictDialog
from llm_dashboard.ui.screens.workflows import WorkflowDialog
from tests.allowing import write_allowed
from tests.ui.conftest import running, screen_text, settle, toasts, until
from tests.ui.test_flow import PLAN, on, start_script, workspace_script
from tests.ui.test_pictures import a_run

WAITS = """
import pathlib, time
print("working", flush=True)
while not pathlib.Path("go").exists():
    time.sleep(0.01)
print("# a prompt")
"""
CUSTOM = """
[workflows.hello]
argv = ["PYTHON", "-c", "print('hello {achievement}')"]
summary = "Says hello."
"""


async def test_a_key_typed_before_a_dialog_is_there_answers_nothing(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        plan = app.state.plans[0] if app.state else None
        assert plan is not None
        for dialog in (AchievementDialog("Create SUBPLAN", plan, "1.1"), LeaveDialog(list), HelpDialog(["help"])):
            app.push_screen(dialog)
            await dialog.run_action("cancel")
            await until(pilot, lambda dialog=dialog: isinstance(dialog, Dialog) and dialog.ready)  # type: ignore[misc]
            await pilot.press("escape")
            await until(pilot, lambda: on(app, PlansScreen))


async def test_a_dialog_keeps_its_keys_in_a_few_rows(workspace: Path) -> None:
    choices = [Choice(f"theme-{number}", f"Theme {number}") for number in range(20)]
    async with running(workspace, (60, 16)) as (app, pilot):
        app.push_screen(ChoiceDialog("Theme", "How it looks.", choices, "theme-1", sample=("sample",)))
        await until(pilot, lambda: "⏎ Take it" in screen_text(app))
        assert "sample" in screen_text(app)


async def test_a_list_of_achievements_without_any_says_why(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        plan = app.state.plans[0] if app.state else None
        assert plan is not None
        app.push_screen(AchievementDialog("Create SUBPLAN", plan, "1.1"))
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press(*"zzz")
        await until(pilot, lambda: "Nothing matches: no id begins like that" in screen_text(app))
        await pilot.press(*["backspace"] * 3)
        await until(pilot, lambda: "Nothing matches" not in screen_text(app))


async def test_a_run_that_ends_behind_a_dialog_leaves_the_dialog(workspace: Path) -> None:
    workspace_script(workspace, WAITS)
    async with running(workspace) as (app, pilot):
        await start_script(app, pilot)
        await pilot.press("q")
        await until(pilot, lambda: on(app, LeaveDialog))
        (workspace / "go").touch()
        await until(pilot, lambda: all(run.state.is_final for run in app.runs.values()))
        assert on(app, LeaveDialog)
        await pilot.press("escape")
        await until(pilot, lambda: on(app, ResultScreen))


async def test_quitting_tells_what_waits_from_what_runs(workspace: Path) -> None:
    live = a_run(workspace)
    waiting = msgspec.structs.replace(a_run(workspace, 1), state=WorkflowState.PENDING)
    async with running(workspace, (80, 24)) as (app, pilot):
        app.push_screen(LeaveDialog(lambda: [live, waiting]))
        await until(pilot, lambda: "2 runs still going" in screen_text(app))
        assert "▶ execution 1.1  WEATHER-STATION" in screen_text(app)
        assert "· execution 1.1  WEATHER-STATION" in screen_text(app)


async def test_a_second_quit_asks_no_second_time(workspace: Path) -> None:
    workspace_script(workspace, WAITS)
    async with running(workspace) as (app, pilot):
        await start_script(app, pilot)
        await pilot.press("q")
        await until(pilot, lambda: on(app, LeaveDialog))
        await pilot.press("ctrl+c")
        await settle(pilot)
        assert sum(isinstance(screen, LeaveDialog) for screen in app.screen_stack) == 1
        (workspace / "go").touch()
        await until(pilot, lambda: all(run.state.is_final for run in app.runs.values()))


async def test_two_live_runs_are_switched_by_a_key(workspace: Path) -> None:
    workspace_script(workspace, WAITS)
    async with running(workspace) as (app, pilot):
        await start_script(app, pilot)
        first = app.screen.run_shown.id if isinstance(app.screen, RunnerScreen) else ""
        await pilot.press("b")
        await until(pilot, lambda: on(app, PlansScreen))
        await start_script(app, pilot, "2.2")
        await pilot.press("tab")
        await until(pilot, lambda: isinstance(app.screen, RunnerScreen) and app.screen.run_shown.id == first)
        (workspace / "go").touch()
        await until(pilot, lambda: all(run.state.is_final for run in app.runs.values()))


async def test_more_time_at_a_key(workspace: Path) -> None:
    workspace_script(workspace, WAITS)
    async with running(workspace, (120, 30)) as (app, pilot):
        await start_script(app, pilot)
        await until(pilot, lambda: "working" in screen_text(app))
        assert "limit 3m 00s" in screen_text(app)
        await pilot.press("plus")
        await until(pilot, lambda: "limit 6m 00s" in screen_text(app))
        (workspace / "go").touch()
        await until(pilot, lambda: on(app, ResultScreen))


async def test_a_refusal_is_tried_again_as_it_was(workspace: Path) -> None:
    write_allowed(workspace, 'scripts = "workspace"\n')
    async with running(workspace) as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press(*"2.2", "enter")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "generate_subplan_prompt.py" in screen_text(app)
        script = workspace / "LLM" / "scripts" / "generation" / "generate_subplan_prompt.py"
        script.parent.mkdir(parents=True)
        script.write_text("print('# a prompt')\n", encoding="utf-8")
        await pilot.press("t")
        await until(pilot, lambda: on(app, ConfirmDialog))
        assert "subplan 2.2" in screen_text(app)


async def test_another_achievement_is_asked_for_the_same_workflow(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("4")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press(*"2.2", "enter")
        await until(pilot, lambda: on(app, ResultScreen))
        await pilot.press("o")
        await until(pilot, lambda: on(app, AchievementDialog))
        assert "Create EXECUTION" in screen_text(app)


async def test_what_a_failure_led_to_takes_its_place(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("4")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press(*"2.2", "enter")
        await until(pilot, lambda: on(app, ResultScreen))
        await pilot.press("s")
        await until(pilot, lambda: on(app, ResultScreen) and "SUBPLAN for 2.2 created" in screen_text(app))
        assert "e   create the EXECUTION_TASK for 2.2" in screen_text(app)
        assert "Claimed" not in screen_text(app)
        await pilot.press("b")
        await until(pilot, lambda: on(app, PlansScreen))


async def test_a_click_chooses_an_achievement(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.click(ChoiceList, offset=(4, 5))
        assert app.screen.query_one(Input).value == "2.1"


async def test_a_verdict_that_cannot_be_written_keeps_its_notes(workspace: Path) -> None:
    feedbacks = workspace / PLAN / "execution" / "feedbacks"
    async with running(workspace) as (app, pilot):
        (feedbacks / "FIX_11.md").unlink()
        await pilot.press("r")
        await until(pilot, lambda: "review 1.1" in screen_text(app))
        await pilot.press("1")
        await until(pilot, lambda: on(app, ReviewScreen))
        await pilot.press("f")
        await until(pilot, lambda: on(app, VerdictDialog))
        app.screen.query_one(TextArea).text = "It stops at midnight."
        (feedbacks / "FIX_11.md").write_text("# somebody else was quicker\n", encoding="utf-8")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: on(app, VerdictDialog) and "exists already" in screen_text(app))
        assert app.screen.query_one(TextArea).text == "It stops at midnight."
        await pilot.press("escape")
        await until(pilot, lambda: on(app, ReviewScreen))


async def test_a_plan_that_is_gone_says_so(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen) and "health" in screen_text(app))
        shown = app.screen.health if isinstance(app.screen, PlanScreen) else None
        shutil.rmtree(workspace / PLAN)
        await pilot.press("r")
        await until(pilot, lambda: "? gone" in screen_text(app))
        assert isinstance(app.screen, PlanScreen)
        assert app.screen.health == shown
        await pilot.press("1")
        await until(pilot, lambda: any("not there any more" in toast for toast in toasts(app)))
        seen = len(toasts(app))
        await pilot.press("c")
        await until(pilot, lambda: len(toasts(app)) > seen)
        assert on(app, PlanScreen)


async def test_a_workflow_of_the_workspace_is_chosen_shown_and_run(workspace: Path) -> None:
    write_allowed(workspace, CUSTOM.replace("PYTHON", sys.executable))
    async with running(workspace, (120, 30)) as (app, pilot):
        await pilot.press("w")
        await until(pilot, lambda: on(app, WorkflowDialog))
        await pilot.press(*"hello", "enter")
        await until(pilot, lambda: on(app, AchievementDialog))
        await pilot.press(*"2.1", "enter")
        await until(pilot, lambda: on(app, ConfirmDialog))
        assert "print('\"'\"'hello 2.1" in screen_text(app) or "hello 2.1" in screen_text(app)
        await pilot.press("y")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "hello 2.1" in screen_text(app)
        assert "✓ success" in screen_text(app)


async def test_runs_of_others_are_found(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        argv = [
            sys.executable,
            "-P",
            "-m",
            "llm_dashboard",
            "exec",
            "--json",
            "--",
            sys.executable,
            "-c",
            "print('elsewhere')",
        ]
        subprocess.run(argv, cwd=workspace, check=True, capture_output=True, stdin=subprocess.DEVNULL)
        await pilot.press("R")
        await until(pilot, lambda: on(app, HistoryScreen) and "✓ success" in screen_text(app))
        await pilot.press("t")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: len([run for run in app.runs.values() if run.state is WorkflowState.SUCCESS]) == 2)


async def test_wrong_settings_are_said_and_the_app_starts(workspace: Path) -> None:
    (workspace / "llm-dash.toml").write_text("[limits]\nwall = 'long'\n", encoding="utf-8")
    async with running(workspace) as (app, pilot):
        await until(pilot, lambda: any("1 setting is wrong" in toast for toast in toasts(app)))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_way_back_is_always_shown(size: tuple[int, int], workspace: Path) -> None:
    async with running(workspace, size) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen))
        assert "b Back" in screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        assert "b Back" in screen_text(app)

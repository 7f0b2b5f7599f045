"""What a repository's settings would have run is shown, and asked for, before it runs."""

from pathlib import Path

from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.settings import FILE_NAME
from llm_dashboard.ui.screens.allow import AllowDialog
from llm_dashboard.ui.screens.confirm import ConfirmDialog
from llm_dashboard.ui.screens.confirm_parallel import ConfirmParallelDialog
from llm_dashboard.ui.screens.parallel import ParallelDialog
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.settings import SettingsScreen
from llm_dashboard.ui.screens.workflows import WorkflowDialog
from tests.allowing import write_allowed
from tests.ui.conftest import CheckScreen, running, screen_text, until
from tests.ui.test_flow import PLAN, on

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


async def test_a_repository_runs_nothing_before_it_is_allowed(workspace: Path) -> None:
    (workspace / FILE_NAME).write_text(SETTINGS, encoding="utf-8")
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("w")
        await until(pilot, lambda: on(app, WorkflowDialog))
        await pilot.press(*"hello", "enter")
        await until(pilot, lambda: on(app, AllowDialog))
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


async def test_several_at_once_ask_for_it_too(workspace: Path) -> None:
    (workspace / "worker.sh").write_text("cat > /dev/null; echo done\n", encoding="utf-8")
    settings = 'agent = "mine"\n[agents.mine]\nargv = ["sh", "worker.sh"]\n'
    (workspace / FILE_NAME).write_text(settings, encoding="utf-8")
    async with running(workspace) as (app, pilot):
        await pilot.press("2")
        await until(pilot, lambda: on(app, ParallelDialog))
        await pilot.press("a", "enter")
        await until(pilot, lambda: on(app, AllowDialog))
        await pilot.press("y")
        await until(pilot, lambda: on(app, ConfirmParallelDialog))
        text = screen_text(app)
        assert "2 runs at once" in text
        assert "sh worker.sh" in text
        await pilot.press("n")


async def test_a_document_says_what_is_checked_and_what_was_found_wrong_goes_back(
    workspace: Path, check_screen: CheckScreen
) -> None:
    with (workspace / PLAN / "subplans/SUBPLAN_WEATHER-STATION_11.md").open("a", encoding="utf-8") as subplan:
        subplan.write("\n**Verification**:\n\n- `ls mended`\n")
    answer = PLAN / "execution/feedbacks/FIX_11_RESOLUTION.md"
    work = f"cat > prompt; echo working; echo x > {answer}\n"
    (workspace / "worker.sh").write_text(
        work + "grep -q 'not done yet' prompt && : > mended; exit 0\n", encoding="utf-8"
    )
    settings = 'agent = "mine"\nfix_attempts = 2\n[agents.mine]\nargv = ["sh", "worker.sh"]\n'
    write_allowed(workspace, settings)
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("1")
        await until(pilot, lambda: on(app, AllowDialog))
        await check_screen(pilot, "allow-document-80")
        await pilot.press("y")
        await until(pilot, lambda: on(app, ConfirmDialog))
        assert "ls mended" in screen_text(app)
        assert "at most 2 further attempts" in screen_text(app)
        await pilot.press("y")
        await until(pilot, lambda: len(app.runs) > 1 and all(run.state.is_final for run in app.runs.values()))
        await until(pilot, lambda: on(app, ResultScreen))
        second = next(run for run in app.runs.values() if run.record.attempt_of)
        await until(pilot, lambda: f"after {second.record.attempt_of}" in screen_text(app))


async def test_a_further_attempt_that_cannot_start_says_why(workspace: Path) -> None:
    # Its own program is gone after the first attempt.
    answer = PLAN / "execution/feedbacks/FIX_11_RESOLUTION.md"
    work = f"#!/bin/sh\ncat > /dev/null; echo working; echo x > {answer}\nrm worker.sh\n"
    (workspace / "worker.sh").write_text(work, encoding="utf-8")
    (workspace / "worker.sh").chmod(0o755)
    program = f'[agents.mine]\nargv = ["{workspace}/worker.sh"]\n'
    write_allowed(workspace, f'agent = "mine"\nverify = [["false"]]\nfix_attempts = 1\n{program}')
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("1")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: "no further one: command not found: /" in " ".join(screen_text(app).split()))
        assert on(app, ResultScreen)
        # Read again it says the same.
        await pilot.press("escape")
        await until(pilot, lambda: not on(app, ResultScreen))
        await pilot.press("R", "enter")
        await until(pilot, lambda: "no further one: command not found: /" in " ".join(screen_text(app).split()))


async def test_what_was_refused_comes_with_the_way_to_allow_it(workspace: Path) -> None:
    refused = '[{"tool_name": "Bash", "tool_input": {"command": "make test"}}]'
    said = f'{{"type": "result", "is_error": false, "result": "Done.", "permission_denials": {refused}}}'
    (workspace / "worker.sh").write_text(f"cat > /dev/null\necho '{said}'\n", encoding="utf-8")
    way = "[agents.mine]\nargv = ['sh', 'worker.sh']\noutput = 'claude-stream'\n[[agents.mine.allow]]\n"
    write_allowed(workspace, f"agent = 'mine'\n{way}setting = 'arguments = [\"--allow\", \"{{program}}\"]'\n")
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("1")
        await until(pilot, lambda: on(app, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: on(app, ResultScreen) and "Log" in screen_text(app))
        text = " ".join(screen_text(app).split())
        assert 'To allow it arguments = ["--allow", "make"]' in text
        assert ", the settings, where it can be allowed more" in text
        await pilot.press("comma")
        await until(pilot, lambda: on(app, SettingsScreen))


async def test_nothing_is_allowed_that_was_not_in_sight(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        dialog = AllowDialog({"verify": [f"make part-{number}" for number in range(40)]}, "Allow that?")
        app.push_screen(dialog)
        await until(pilot, lambda: on(app, AllowDialog) and "Read to the end, then allow it" in screen_text(app))
        assert "y Allow it" not in screen_text(app)
        await pilot.press("y", "down", "y")
        await until(pilot, lambda: "Read to the end first." in screen_text(app))
        assert on(app, AllowDialog)
        await pilot.press("G")
        await until(pilot, lambda: "part-39" in screen_text(app) and "y Allow it" in screen_text(app))
        await pilot.press("home", "y")
        await until(pilot, lambda: not on(app, AllowDialog))

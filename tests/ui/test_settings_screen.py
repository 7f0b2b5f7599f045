"""The screen of settings: what is shown, changed, written and taken back, and what the running app makes of it."""

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from llm_dashboard import settings
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import Refresh
from llm_dashboard.ui import changing_settings
from llm_dashboard.ui.app import DashboardApp, build_app
from llm_dashboard.ui.outside import with_own_editor
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.setting_value import ChoiceDialog, ChoiceRows, ValueDialog
from llm_dashboard.ui.screens.settings import SettingsScreen
from llm_dashboard.ui.widgets.setting_table import SettingTable
from tests.ui.conftest import running, screen_text, settle, toasts, until
from tests.ui.test_flow import on

OURS = """# ours
[limits] # of this repository
wall = 60

[workflows.review-agent]
argv = ["my-agent", "--prompt", "Review {achievement} {title}"]
summary = "An agent reviews the work."
"""


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own file of settings, which is not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "llm-dash" / "config.toml"


async def select(app: DashboardApp, pilot: Pilot[None], key: str) -> None:
    """Put the cursor on a setting."""
    await until(pilot, lambda: on(app, SettingsScreen))
    app.screen.query_one(SettingTable).select(key)
    await settle(pilot)


async def test_a_theme_is_looked_at_then_written_and_taken_back(workspace: Path, own_file: Path) -> None:
    (workspace / "llm-dash.toml").write_text(OURS, encoding="utf-8")
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("comma")
        await until(pilot, lambda: on(app, SettingsScreen))
        await select(app, pilot, "limits.wall")
        await select(app, pilot, "theme")
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ChoiceDialog))
        await pilot.press("down")
        await until(pilot, lambda: app.theme == "llm-dash-light")
        await pilot.press("escape")
        await until(pilot, lambda: on(app, SettingsScreen) and app.theme == "llm-dash-dark")
        assert not own_file.exists()
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ChoiceDialog))
        await pilot.press("down", "enter")
        await until(pilot, lambda: any("llm-dash-light. Written to" in text for text in toasts(app)))
        assert own_file.read_text(encoding="utf-8") == 'theme = "llm-dash-light"\n'
        assert app.theme == "llm-dash-light"
        assert "user" in screen_text(app)
        await pilot.press("u")
        await until(pilot, lambda: any("Now llm-dash-dark" in text for text in toasts(app)))
        assert own_file.read_text(encoding="utf-8") == ""
        assert app.theme == "llm-dash-dark"
        await pilot.press("b")
        await until(pilot, lambda: on(app, PlansScreen))


async def test_a_limit_is_typed_and_written_for_whom_one_wants(
    workspace: Path, own_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = workspace / "llm-dash.toml"
    file.write_text(OURS, encoding="utf-8")
    monkeypatch.setenv("LLM_DASH_RUNS_PARALLEL", "2")
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("comma")
        await select(app, pilot, "limits.wall")
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ValueDialog))
        await pilot.press("x", "enter")
        await settle(pilot)
        assert on(app, ValueDialog)
        file.write_text(OURS.replace("wall = 60", "wall = 61\nidle = 7"), encoding="utf-8")
        await pilot.press("backspace", "backspace", "backspace", "9", "0", "enter")
        await until(pilot, lambda: on(app, ChoiceDialog))
        await pilot.press("enter")
        await until(pilot, lambda: any("1m 30s. Written to llm-dash.toml." in text for text in toasts(app)))
        assert file.read_text(encoding="utf-8") == OURS.replace("wall = 60", "wall = 90\nidle = 7")
        assert (app.settings.limits.wall, app.settings.limits.idle) == (90, 7)
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ValueDialog))
        await pilot.press("0", "enter")
        await until(pilot, lambda: on(app, ChoiceDialog))
        await pilot.press("up", "enter")
        await until(pilot, lambda: any("but llm-dash.toml:3 says otherwise" in text for text in toasts(app)))
        assert own_file.read_text(encoding="utf-8") == "[limits]\nwall = 900\n"
        await select(app, pilot, "runs.parallel")
        await pilot.press("enter")
        await until(pilot, lambda: any("LLM_DASH_RUNS_PARALLEL" in text for text in toasts(app)))
        assert on(app, SettingsScreen)
        await select(app, pilot, "workflows.review-agent")
        assert "An agent reviews the work." in screen_text(app)
        assert "Change" not in screen_text(app)
        assert "Edit file" in screen_text(app)
        await pilot.press("enter", "o")
        await until(pilot, lambda: any(f"The file is {file}" in text for text in toasts(app)))


async def test_one_wrong_value_is_told_and_all_others_hold(workspace: Path, own_file: Path) -> None:
    own_file.parent.mkdir(parents=True)
    own_file.write_text('\ntheme = "no-such"\neditor = "hx"\n', encoding="utf-8")
    (workspace / "llm-dash.toml").write_text("[limits]\nwall = 'long'\nidle = 5\n", encoding="utf-8")
    chosen, problem = settings.load_or_default(workspace, flags={"refresh": "off"})
    app = build_app(Workspace(workspace), chosen, problem=problem, flags={"refresh": "off"})
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: app.state is not None)
        assert toasts(app) == ["2 settings are wrong, and left out. , shows them."]
        assert app.theme == "llm-dash-dark"
        assert (app.settings.limits.wall, app.settings.limits.idle, app.settings.editor) == (180, 5, "hx")
        assert with_own_editor(app, {"EDITOR": "vi"}) == {"EDITOR": "hx", "VISUAL": "hx"}
        assert app.settings.refresh is Refresh.OFF
        (workspace / "llm-dash.toml").write_text("[runs]\nparallel = 9\n", encoding="utf-8")
        await pilot.press("r")
        await until(pilot, lambda: app.settings.runs.parallel == 9)
        assert app.settings.limits.idle == 120


async def test_the_screen_marks_what_is_wrong_and_opens_it_at_its_line(
    workspace: Path, own_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Path, int | None]] = []

    def opens(app: DashboardApp, variable: str, path: Path, *, line: int | None) -> str:
        opened.append((path, line))
        return ""

    monkeypatch.setattr(changing_settings, "open_outside", opens)
    file = workspace / "llm-dash.toml"
    own_file.parent.mkdir(parents=True)
    own_file.write_text('theme = "no-such"\n[keys]\nhelpp = "f1"\n', encoding="utf-8")
    file.write_text("[limits]\nwidth = 3\nwall = 'long'\n", encoding="utf-8")
    async with running(workspace, (80, 24)) as (app, pilot):
        assert toasts(app) == ["4 settings are wrong, and left out. , shows them."]
        await pilot.press("comma")
        await until(pilot, lambda: on(app, SettingsScreen) and not toasts(app))
        await select(app, pilot, "wrong 0")
        await pilot.press("o")
        await until(pilot, lambda: opened == [(file, 2)])
        await select(app, pilot, "keys.helpp")
        assert "did you mean help?" in screen_text(app)
        await select(app, pilot, "limits.wall")
        assert "limits.wall is 'long'; allowed is a number of seconds" in screen_text(app)
        await pilot.press("b")
        await until(pilot, lambda: on(app, PlansScreen))
        file.write_text("[limits]\nplans_root =\n", encoding="utf-8")
        await pilot.press("comma")
        await until(pilot, lambda: on(app, SettingsScreen) and "cannot be read: Invalid value" in screen_text(app))
        await select(app, pilot, "wrong 0")
        await pilot.press("o")
        await until(pilot, lambda: opened[1:] == [(file, 2)])


async def test_an_agent_is_chosen_among_those_that_there_are_and_a_wrong_one_is_told(
    workspace: Path, own_file: Path
) -> None:
    own_file.parent.mkdir(parents=True)
    own_file.write_text(
        'agent = "nope"\n[agents.mine]\ntitle = "My own"\nargv = ["sh"]\n[agents.gone]\nargv = ["no-such-program"]\n',
        encoding="utf-8",
    )
    async with running(workspace, (100, 40)) as (app, pilot):
        assert toasts(app) == ["1 setting is wrong, and left out. , shows it."]
        await pilot.press("comma")
        await select(app, pilot, "agent")
        # Where it breaks goes by how long the path before it is.
        assert "agent is 'nope'; allowed are claude" in " ".join(screen_text(app).split())
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ChoiceDialog) and "nobody" in screen_text(app))
        choices = app.screen.query_one(ChoiceRows)
        choices.select("gone")
        await until(pilot, lambda: bool(re.search(r"gone +gone, not installed", screen_text(app))))
        choices.select("mine")
        await until(pilot, lambda: bool(re.search(r"mine +My own +", screen_text(app))))
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ChoiceDialog) and "nobody" not in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: any("Agent: mine. Written to" in text for text in toasts(app)))
        assert 'agent = "mine"' in own_file.read_text(encoding="utf-8")
        await until(pilot, lambda: "1 problem" not in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ChoiceDialog) and "nobody" in screen_text(app))
        values = app.screen
        values.query_one(ChoiceRows).select("")
        await pilot.press("enter")
        await until(pilot, lambda: on(app, ChoiceDialog) and app.screen is not values)
        await pilot.press("enter")
        await until(pilot, lambda: any("Agent: nobody. Written to" in text for text in toasts(app)))

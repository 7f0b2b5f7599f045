"""Through the whole app by keys: each action of the table is reached by each of its keys and from the palette, and the help
lists exactly the table."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from textual.dom import DOMNode
from textual.widget import Widget

from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.commands import ACTIONS
from llm_dashboard.ui.every_screen import EVERY_SCREEN
from llm_dashboard.ui.key_map import default_keys, written
from llm_dashboard.ui.palette import LEFT_OUT
from llm_dashboard.ui.screens.agent_runner import AgentRunnerScreen
from llm_dashboard.ui.screens.base import DashboardScreen, ListScreen
from llm_dashboard.ui.screens.batch import BatchScreen
from llm_dashboard.ui.screens.document import DocumentScreen
from llm_dashboard.ui.screens.graph import GraphScreen
from llm_dashboard.ui.screens.help import HelpDialog
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.log import LogScreen
from llm_dashboard.ui.screens.needs import NeedsScreen
from llm_dashboard.ui.screens.palette import PaletteDialog, PaletteList
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.problems import ProblemsScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.screens.settings import SettingsScreen
from llm_dashboard.ui.widgets.bars import TitleBar
from llm_dashboard.ui.widgets.key_table import KeyTable
from tests.ui.conftest import reached, running, screen_text, until
from tests.ui.test_agent_runner import STREAM, an_agent_run
from tests.ui.test_flow import PLAN, on
from tests.ui.test_pictures import ended
from tests.ui.test_plans import write_plan
from tests.ui.test_type_ahead import burst, yes

YES = "yes"
"""In place of a key: the yes to a dialog, which counts once that was drawn."""
WALK: list[tuple[type[DashboardScreen], list[str]]] = [
    (PlansScreen, []),
    (NeedsScreen, ["m"]),
    (HistoryScreen, ["b", "R"]),
    (AgentRunnerScreen, ["l"]),
    (ProblemsScreen, ["b", "b", "c"]),
    (GraphScreen, ["b", "d"]),
    (PlanScreen, ["b", "enter"]),
    (DocumentScreen, ["tab", "down", "enter"]),
    (ReviewScreen, ["b", "b", "v"]),
    (ResultScreen, ["b", "b", "3", *"2.1", "enter", YES]),
    (RunnerScreen, ["l"]),
    (BatchScreen, ["b", "b", "2", "a", "enter", YES]),
    (SettingsScreen, ["comma"]),
]
"""The screens, each with the keys that lead there from the one before."""
BY_WIDGETS = {"change-setting", "move", "open", "line", "unfold", "fold", "open-place", "follow"}
"""Actions with a key that the list, or the text, that has the focus takes for the screen."""


def test_every_screen_is_known() -> None:
    def below(kind: type[DashboardScreen]) -> set[type[DashboardScreen]]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    assert below(DashboardScreen) - {DashboardScreen, ListScreen, LogScreen} == set(EVERY_SCREEN)
    assert {screen for screen, _ in WALK} == set(EVERY_SCREEN)
    assert set(ACTIONS) == {name for screen in EVERY_SCREEN for name in screen.actions()}


def test_why_an_action_cannot_be_done_is_a_sentence() -> None:
    assert [name for name, action in ACTIONS.items() if action.needs and not action.needs.endswith(".")] == []


class Recorder:
    """While it is on, it writes down what a screen is asked to do, and where, instead of doing it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_on = False
        self.asked: list[tuple[str, DOMNode | None]] = []
        run_action, why_not = DashboardApp.run_action, DashboardApp.why_not

        async def record(
            app: DashboardApp,
            action: str,
            default_namespace: DOMNode | None = None,
            namespaces: Mapping[str, DOMNode] | None = None,
        ) -> bool:
            if self.is_on and isinstance(app.screen, DashboardScreen) and action != "app.palette":
                self.asked.append((action, default_namespace))
                return True
            return await run_action(app, action, default_namespace, namespaces)

        monkeypatch.setattr(DashboardApp, "run_action", record)
        # What cannot be done just now is asked for as well: this is about the ways to it.
        monkeypatch.setattr(DashboardApp, "why_not", lambda app, name: "" if self.is_on else why_not(app, name))

    def asks(self, screen: DashboardScreen, name: str, number: int) -> bool:
        """Whether what was asked for then is that action, or what shares its key, or a widget's own way of it."""
        action, namespace = self.asked[number]
        shared = [each for each in screen.actions() if set(default_keys(each)) & set(default_keys(name))]
        return action in {ACTIONS[each].action for each in shared} or (
            name in BY_WIDGETS and namespace is not screen and isinstance(namespace, Widget)
        )


async def in_palette(app: DashboardApp) -> dict[str, str]:
    """The actions that the palette offers, each with the identity of its row; it stays open."""
    burst(app, "ctrl+p")
    await reached(lambda: isinstance(app.screen, PaletteDialog) and app.type_ahead.is_idle)
    assert isinstance(app.screen, PaletteDialog)
    return {row.target: row.identity for row in app.screen.actions}


async def test_each_action_is_reached_by_its_keys_from_the_palette_and_named_in_the_help(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, chosen = Recorder(monkeypatch), set[str]()
    (workspace / PLAN / "execution" / "feedbacks" / "FIX_11.md").unlink()
    run = ended(an_agent_run(workspace, STREAM))
    (run.folder / "run.json").write_bytes(msgspec.json.encode(run.record))
    (run.folder / "result.json").write_bytes(msgspec.json.encode(run.result))
    async with running(workspace, (120, 36)) as (app, _):
        for kind, way in WALK:
            burst(app, *(key for key in way if key != YES))
            if YES in way:
                await yes(app)
            await reached(lambda kind=kind: on(app, kind) and app.type_ahead.is_idle)  # type: ignore[misc]
            screen = app.screen
            assert isinstance(screen, DashboardScreen)

            recorder.is_on, recorder.asked = True, []
            keys = [(name, key) for name in screen.actions() if name != "palette" for key in default_keys(name)]
            burst(app, *(key for _, key in keys))
            await reached(lambda keys=keys: len(recorder.asked) == len(keys))  # type: ignore[misc]
            for number, (name, key) in enumerate(keys):
                assert recorder.asks(screen, name, number), (kind, name, key, recorder.asked[number])

            offered = {*screen.actions()} - {*LEFT_OUT}
            # A further one tells as much as the first: each action of the table has its Enter on one screen.
            for name in sorted(offered - chosen) or sorted(offered)[:1]:
                palette = await in_palette(app)
                assert {*palette} == offered
                app.screen.query_one(PaletteList).select(palette[name])
                recorder.asked = []
                burst(app, "enter")
                await reached(lambda: bool(recorder.asked))
                assert recorder.asked == [(ACTIONS[name].action, screen)]
            chosen |= offered

            recorder.is_on = False
            burst(app, "question_mark")
            await reached(lambda: on(app, HelpDialog) and app.type_ahead.is_idle)
            rows = [row for group in app.screen.query_one(KeyTable).groups.values() for row in group]
            listed = [(row.sign.split(), row.text) for row in rows if row.tone == "key"]
            expected = [([*map(written, default_keys(name))], ACTIONS[name].description) for name in screen.actions()]
            assert {*map(str, listed)} ^ {*map(str, expected)} == set()
            assert len(listed) == len(expected)
            burst(app, "escape")
            await reached(lambda screen=screen: app.screen is screen)  # type: ignore[misc]
    assert chosen == {*ACTIONS} - {*LEFT_OUT}


async def test_a_click_on_the_path_goes_there(workspace: Path) -> None:
    async with running(workspace, (120, 36)) as (app, pilot):
        burst(app, "enter", "d")
        await until(pilot, lambda: on(app, GraphScreen))
        await pilot.click(TitleBar, offset=(20, 0))
        await until(pilot, lambda: on(app, PlanScreen))
        burst(app, "R")
        await until(pilot, lambda: on(app, HistoryScreen))
        await pilot.click(TitleBar, offset=(3, 0))
        await until(pilot, lambda: on(app, PlansScreen))


async def test_a_click_on_a_name_that_two_plans_have_goes_to_the_one_at_hand(tmp_path: Path) -> None:
    write_plan(tmp_path, "TWIN", ["First"])
    write_plan(tmp_path, "TWIN", ["Second"], container="later")
    async with running(tmp_path, (120, 36)) as (app, pilot):
        assert app.state
        for plan in app.state.plans:
            await pilot.press("d")
            await until(pilot, lambda: on(app, GraphScreen))
            await pilot.click(TitleBar, offset=(screen_text(app).index("TWIN"), 0))
            await until(pilot, lambda: on(app, PlanScreen))
            assert isinstance(app.screen, PlanScreen)
            assert app.screen.plan.plan_file == plan.plan_file
            burst(app, "b", "b", "down")
            await until(pilot, lambda: on(app, PlansScreen) and app.type_ahead.is_idle)

"""Keys of a person's own: what can be set, what cannot and why, and that they hold wherever keys are shown or pressed."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.binding import Binding
from textual.widget import Widget

from llm_dashboard import settings as settings_of
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.ui.app import DashboardApp, build_app
from llm_dashboard.ui.commands import ACTIONS
from llm_dashboard.ui.every_screen import EVERY_SCREEN
from llm_dashboard.ui.key_map import MOVES, KeyMap, default_keys, read_key_map, written
from llm_dashboard.ui.screens.achievement import AchievementDialog
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.widgets.achievement_details import AchievementDetails
from llm_dashboard.ui.widgets.log_pager import LogPager
from llm_dashboard.ui.widgets.row_list import RowList
from llm_dashboard.ui.widgets.scroll import Scroll
from llm_dashboard.ui.widgets.text_rows import TextRows
from tests.ui.conftest import screen_text, toasts, until
from tests.ui.test_flow import on
from tests.ui.test_mouse import click_on
from tests.ui.test_type_ahead import burst

TABLES = [screen.actions() for screen in EVERY_SCREEN]


@pytest.mark.parametrize(
    ("wanted", "own"),
    [
        ({"approve": ("Q",)}, {"approve": ("Q",)}),
        ({"approve": ("?",), "help": ("f1", "H")}, {"approve": ("question_mark",), "help": ("f1", "H")}),
        # Keys are swapped.
        ({"approve": ("f",), "fix": ("a",)}, {"approve": ("f",), "fix": ("a",)}),
        # Fewer keys than before; the one that is left is shared with a suggestion, as it always was.
        ({"create-subplan": ("s",)}, {"create-subplan": ("s",)}),
        # What moves elsewhere stays with the action that has it.
        ({"tick": ("space", "t")}, {"tick": ("space", "t")}),
        # The same key on screens that have nothing in common.
        ({"approve": ("ctrl+g",), "order": ("ctrl+g",)}, {"approve": ("ctrl+g",), "order": ("ctrl+g",)}),
    ],
)
def test_keys_that_can_be_set(wanted: Mapping[str, tuple[str, ...]], own: Mapping[str, tuple[str, ...]]) -> None:
    key_map, wrong = read_key_map(wanted, TABLES)
    assert wrong == {}
    assert key_map.own == own


@pytest.mark.parametrize(
    ("action", "keys", "sentence"),
    [
        ("aprove", ("A",), "is no action; did you mean approve?"),
        ("move", ("A",), "is no action; "),
        ("approve", ("f55",), "is 'f55'; allowed is one character, or a name such as f5, ctrl+g"),
        ("approve", (), "is []; allowed is one character"),
        ("approve", ("a,b",), "is 'a,b'; allowed is one character"),
        ("approve", ("shift+a",), "is 'shift+a'; allowed is one character"),
        ("approve", ("ctrl+c",), "is ctrl+c, which always quits; allowed is another key"),
        ("approve", ("ctrl+i",), "is ctrl+i, which a terminal sends as tab; allowed is another key"),
        ("approve", ("j",), "is j, which moves the cursor; allowed is another key"),
        ("approve", ("q",), "is q, which is quit on the same screen; allowed is a key that has no other use there"),
        ("refresh", ("/",), "is /, which is filter on the same screen; allowed is a key that has no other use there"),
    ],
)
def test_keys_that_cannot_be_set_say_why_and_the_others_hold(action: str, keys: tuple[str, ...], sentence: str) -> None:
    key_map, wrong = read_key_map({"fix": ("F",), action: keys}, TABLES)
    assert list(wrong) == [action]
    assert wrong[action].startswith(sentence)
    assert key_map.own == {"fix": ("F",)}


@pytest.mark.parametrize("widget", [RowList, TextRows, LogPager, Scroll, AchievementDetails])
def test_lists_and_texts_take_no_key_that_an_action_can_have(widget: type[Widget]) -> None:
    keys = {binding.key for binding in Binding.make_bindings(widget.BINDINGS)}
    assert keys <= {*MOVES, "enter"}


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(ACTIONS)), st.lists(st.text(max_size=8), max_size=3).map(tuple), max_size=6)
)
def test_whatever_is_set_no_key_has_two_meanings(wanted: dict[str, tuple[str, ...]]) -> None:
    key_map, wrong = read_key_map(wanted, TABLES)
    assert key_map.own.keys() | wrong.keys() == wanted.keys()
    for names in TABLES:
        for mine in key_map.own.keys() & set(names):
            for other in set(names) - {mine}:
                shared = set(key_map.keys(mine)) & set(key_map.keys(other))
                assert shared <= set(default_keys(mine)) & set(default_keys(other))


def test_a_key_of_ones_own_means_the_one_of_the_table() -> None:
    names = ResultScreen.actions()
    key_map = KeyMap({"approve": ("f",), "fix": ("a",), "create-subplan": ("B",), "back": ("B2",)})
    assert [key_map.meant(key, names) for key in ("f", "a", "B", "3", "b", "q")] == ["a", "f", "3", "", "", "q"]
    # The suggestion has that key too, and keeps it.
    assert key_map.meant("s", names) == "s"
    assert [KeyMap({"fix": ("ctrl+g",)}).key_written(text) for text in ("^G", "+", "⏎", "Space", "°")] == [
        "ctrl+g",
        "plus",
        "enter",
        "space",
        "°",
    ]
    assert [written(key) for key in ("question_mark", "ctrl+p", "shift+tab", "f5", "full_stop", "space")] == [
        "?",
        "^P",
        "⇧⇥",
        "F5",
        ".",
        "Space",
    ]


async def test_keys_of_ones_own_hold_everywhere_and_wrong_ones_are_told(workspace: Path, tmp_path: Path) -> None:
    folder = tmp_path / "config"
    (folder / "llm-dash").mkdir(parents=True)
    (folder / "llm-dash" / "config.toml").write_text(
        '[keys]\ncreate-subplan = "C"\nhelp = ["f1", "H"]\nruns = "L"\nback = "q"\ntake-subplan = "ctrl+g"\n',
        encoding="utf-8",
    )
    chosen, problem = settings_of.load_or_default(workspace, {"XDG_CONFIG_HOME": str(folder)})
    assert problem is None
    app: DashboardApp = build_app(Workspace(workspace), chosen)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: app.state is not None and "C Subplan" in screen_text(app))
        assert "F1 Help" in screen_text(app)
        assert toasts(app) == ["1 setting is wrong, and left out. , shows it."]
        burst(app, "3", "R")
        await until(pilot, lambda: "R does nothing here. F1 shows the keys." in screen_text(app))
        assert on(app, PlansScreen)
        burst(app, "L")
        await until(pilot, lambda: on(app, HistoryScreen))
        burst(app, "b", "slash", *"WC", "enter", "C", "escape", "enter")
        await until(pilot, lambda: on(app, PlanScreen) or "Nothing matches" in screen_text(app))
        burst(app, "escape", "C")
        await until(pilot, lambda: on(app, AchievementDialog))
        # What is typed is text, whatever the keys are.
        burst(app, *"2.2C", "backspace", "escape", "4", *"2.2", "enter")
        await until(pilot, lambda: on(app, ResultScreen))
        assert "^G  create the SUBPLAN" in screen_text(app)
        burst(app, "f1")
        await until(pilot, lambda: "F1 H" in screen_text(app))
        burst(app, "escape")
        await until(pilot, lambda: on(app, ResultScreen))
        await click_on(pilot, "^G  create the SUBPLAN")
        await until(pilot, lambda: "SUBPLAN for 2.2 created" in screen_text(app))

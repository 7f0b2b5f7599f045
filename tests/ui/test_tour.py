"""The tour of the demo: its five steps, really done."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from llm_dashboard.demo.sample import make_sample
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import load
from llm_dashboard.ui.app import DashboardApp, build_app
from llm_dashboard.ui.key_map import KeyMap
from llm_dashboard.ui.screens.confirm import ConfirmDialog
from llm_dashboard.ui.screens.help import HelpDialog
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.question import QuestionDialog
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.screens.verdict import VerdictDialog
from llm_dashboard.ui.tour import STEPS, STOPS, Fact, Stage, after, parts
from tests.ui.conftest import running, screen_text, settle, until
from tests.ui.test_flow import on

WHAT = {stage: parts(stop.what, KeyMap().shown) for stage, stop in STOPS.items()}


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples are made where pytest clears up."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("temporary")))


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's workspace, whose stand-in for an agent waits for a sign, and then takes no time."""
    monkeypatch.setenv("PAUSE", "0")
    root = make_sample()
    script = root / "assistant.sh"
    text = script.read_text(encoding="utf-8").replace(
        "prompt=$(cat)", "prompt=$(cat); until [ -e go ]; do sleep 0.01; done"
    )
    script.write_text(text, encoding="utf-8")
    return root


def touring(root: Path) -> DashboardApp:
    """The app as `llm-dash demo` opens it."""
    app = build_app(Workspace(root), load(root))
    app.samples = [root]
    return app


async def at(app: DashboardApp, pilot: Pilot[None], stage: Stage) -> None:
    """Wait until the tour is there, and look whether its bar says so."""
    await until(pilot, lambda: app.tour is stage)
    assert f" {STOPS[stage].label} " in screen_text(app)
    assert "".join(part if isinstance(part, str) else part[0] for part in WHAT[stage]) in screen_text(app)


async def test_five_steps(sample: Path) -> None:
    app = touring(sample)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: app.state is not None)
        await at(app, pilot, Stage.OFFER)
        await pilot.press("T", "escape")
        await at(app, pilot, Stage.SEE)
        await pilot.press("enter")
        await until(pilot, lambda: on(app, PlanScreen))
        await at(app, pilot, Stage.RUN)
        await pilot.press("1")
        await until(pilot, lambda: on(app, ConfirmDialog) and "a script, no model" in screen_text(app))
        await pilot.press("y")
        await at(app, pilot, Stage.WATCH)
        (sample / "go").touch()
        await until(pilot, lambda: on(app, ResultScreen) and "station/store.py" in screen_text(app))
        assert "what was checked is so" in " ".join(screen_text(app).split())
        await at(app, pilot, Stage.JUDGE)
        await pilot.press("b")
        await until(pilot, lambda: on(app, PlanScreen))
        await pilot.press("v")
        await until(pilot, lambda: on(app, ReviewScreen))
        await at(app, pilot, Stage.JUDGE)
        await pilot.press("a")
        await until(pilot, lambda: on(app, VerdictDialog))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: on(app, PlanScreen))
        await at(app, pilot, Stage.MORE)
        await pilot.press("question_mark")
        await until(pilot, lambda: on(app, HelpDialog))
        await pilot.press("escape")
        await until(pilot, lambda: on(app, PlanScreen))
        await at(app, pilot, Stage.END)
        await pilot.press("T")
        await until(pilot, lambda: app.tour is None and "T closes this" not in screen_text(app))
        await pilot.press("T")
        await at(app, pilot, Stage.RUN)
        assert app.is_running


async def test_elsewhere_it_asks_whether_to_go_to_the_demo(tmp_path: Path) -> None:
    async with running(tmp_path, (80, 24)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: on(app, QuestionDialog))
        await pilot.press("n")
        await until(pilot, lambda: on(app, PlansScreen))
        assert app.tour is None
        await pilot.press("T")
        await until(pilot, lambda: on(app, QuestionDialog))
        await pilot.press("y")
        await at(app, pilot, Stage.SEE)
        await pilot.press("W", "enter")
        await until(pilot, lambda: app.workspace.root == tmp_path)
        await settle(pilot)
        assert "Tour 1/5" not in screen_text(app)


def test_a_step_is_left_by_its_own_fact_alone() -> None:
    assert list(STEPS) == list(Stage)[1:-1]
    for stage, fact in STEPS.items():
        stages = list(Stage)
        for other in Fact:
            follows = stages[stages.index(stage) + 1]
            assert after(stage, other) is (follows if other is fact else stage)
    for fact in Fact:
        assert after(Stage.OFFER, fact) is None
        assert after(None, fact) is None
        assert after(Stage.END, fact) is Stage.END

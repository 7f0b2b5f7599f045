"""The dependencies of a plan: drawn, walked along, and what is wrong with them."""

from pathlib import Path

import pytest

from llm_dashboard.ui.screens.graph import GraphScreen
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.widgets.achievement_table import AchievementTable
from llm_dashboard.ui.widgets.graph_list import GraphList
from tests.ui.conftest import running, screen_text, settle, until

HARBOUR = """\
# PLAN: Harbour lights

**Status**: In Progress

---

## Desirable Achievements

**Achievement 1.1**: Survey the pier
- **Effort**: 2 hours

**Achievement 1.2**: Find a power line
- **Effort**: 1 hour

**Achievement 2.1**: Mount the lamps
- **Effort**: 4-6 hours
- **Dependencies**: 1.1

**Achievement 2.2**: Wire the lamps, and keep the wires dry in any weather
- **Effort**: 2-3 hours
- **Dependencies**: 1.1, 1.2

**Achievement 2.3**: Paint the poles
- **Effort**: 1 hour
- **Dependencies**: 1.1

**Achievement 3.1**: Let them blink
- **Effort**: 2 hours
- **Dependencies**: 1.1, 2.1, 2.2

**Achievement 3.2**: Tell the keepers
- **Effort**: 1 hour
- **Dependencies**: 2.3, 3.1
"""


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A workspace with one plan, its first achievement approved."""
    folder = tmp_path / "port" / "work-space" / "plans" / "HARBOUR"
    feedbacks = folder / "execution" / "feedbacks"
    feedbacks.mkdir(parents=True)
    (folder / "PLAN_HARBOUR.md").write_text(HARBOUR, encoding="utf-8")
    (feedbacks / "APPROVED_11.md").write_text("# APPROVED: Achievement 1.1\n", encoding="utf-8")
    return tmp_path / "port"


async def test_the_graph_leads_to_the_achievement_and_back(harbour: Path) -> None:
    async with running(harbour) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, GraphScreen))
        assert "saves about 3.5 h by the plan's estimates" in screen_text(app)
        await pilot.press("G", "enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        selected = app.screen.query_one(AchievementTable).achievement
        assert selected
        assert selected.id == "3.2"
        await pilot.press("up", "d")
        await until(pilot, lambda: isinstance(app.screen, GraphScreen))
        graph = app.screen.query_one(GraphList)
        assert graph.achievement
        assert graph.achievement.id == "3.1"
        await pilot.press("home", "enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        selected = app.screen.query_one(AchievementTable).achievement
        assert selected
        assert selected.id == "1.1"
        await pilot.press("b", "b")
        await until(pilot, lambda: isinstance(app.screen, PlansScreen))


async def test_what_is_wrong_stands_on_top_and_goes_when_it_is_mended(harbour: Path) -> None:
    plan = harbour / "work-space" / "plans" / "HARBOUR" / "PLAN_HARBOUR.md"
    plan.write_text(HARBOUR.replace("1.1, 1.2", "1.2, 3.1, 9.9"), encoding="utf-8")
    async with running(harbour) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, GraphScreen))
        text = screen_text(app)
        assert "2.2 waits for 9.9, which the plan does not have" in text
        assert "remove one of these dependencies" in text
        assert "In no level" in text
        plan.write_text(HARBOUR, encoding="utf-8")
        await pilot.press("r")
        await until(pilot, lambda: "9.9" not in screen_text(app))
        assert "In no level" not in screen_text(app)


async def test_where_the_lanes_have_no_room_the_words_are_left(harbour: Path) -> None:
    entries = [f"**Achievement {n}.1**: First {n}\n\n" for n in range(1, 41)]
    entries += [f"**Achievement {n}.2**: Then {n}\n- **Dependencies**: {n}.1\n\n" for n in range(1, 41)]
    head = HARBOUR.partition("**Achievement")[0]
    plan = harbour / "work-space" / "plans" / "HARBOUR" / "PLAN_HARBOUR.md"
    plan.write_text(head + "".join(entries), encoding="utf-8")
    async with running(harbour, (80, 24)) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, GraphScreen))
        await pilot.press("G")
        await settle(pilot)
        text = screen_text(app)
        assert "waits for 40.1" in text
        assert "Then 40" in text
        assert "╯" not in text

"""Lists that are loaded in pieces: what is shown at the end is true, whatever came in between."""

from pathlib import Path

import msgspec
import pytest

from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.ui import slices
from llm_dashboard.ui.arrangement import Order
from llm_dashboard.ui.messages import WorkspaceChanged
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.widgets.plan_table import PlanTable
from llm_dashboard.ui.widgets.run_table import RunTable
from tests.runs.test_needs import plan, run
from tests.ui.conftest import running, until


@pytest.fixture(autouse=True)
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """However short the work is, it is done in pieces."""
    monkeypatch.setattr(slices, "SLICE", 0.0)


def names(screen: PlansScreen) -> list[str]:
    """The plans that are shown, from above."""
    return [each.name for each in screen.query_one(PlanTable).rows if isinstance(each, type(plan()))]


async def test_plans_that_change_and_a_filter_while_they_are_put_in_order(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, PlansScreen)
        assert screen.state
        await until(pilot, lambda: not screen.is_loading)
        changed = msgspec.structs.replace(screen.state, plans=(plan("ALPHA"), plan("BETA"), plan("GAMMA")))
        screen.load()
        assert screen.is_loading
        screen._workspace_changed(WorkspaceChanged(changed))
        await until(pilot, lambda: not screen.is_loading)
        assert names(screen) == ["ALPHA", "BETA", "GAMMA"]
        approved = msgspec.structs.replace(changed.plans[2].counts, approved=5)
        further = (*changed.plans[:2], msgspec.structs.replace(changed.plans[2], counts=approved))
        screen._workspace_changed(WorkspaceChanged(msgspec.structs.replace(changed, plans=further)))
        while screen.order is not Order.PROGRESS:
            screen.action_order()
        assert screen.is_loading
        screen.load()
        await until(pilot, lambda: not screen.is_loading)
        assert names(screen) == ["GAMMA", "ALPHA", "BETA"]


async def test_runs_that_come_while_others_are_put_in_order(workspace: Path) -> None:
    runs: dict[str, Run] = {}

    def add(minute: int, state: WorkflowState) -> None:
        added = run(minute, state)
        runs[added.id] = added

    for minute in range(3):
        add(minute, WorkflowState.SUCCESS)
    async with running(workspace) as (app, pilot):
        await app.push_screen(screen := HistoryScreen("demo", runs))
        add(7, WorkflowState.RUNNING)
        screen._run_changed()
        assert screen.is_loading
        add(9, WorkflowState.FAILED)
        screen._run_changed()
        await until(pilot, lambda: len(screen.query_one(RunTable).rows) == 5 and not screen.is_loading)
        shown = [each.id for each in screen.query_one(RunTable).rows]
        assert shown == ["run-7", "run-9", "run-2", "run-1", "run-0"]
        screen.filter.begin()
        screen.filter.value = "failed"
        await until(pilot, lambda: [each.id for each in screen.query_one(RunTable).rows] == ["run-9"])

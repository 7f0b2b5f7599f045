"""The screen follows the disk, with no key pressed."""

import asyncio
import shutil
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan, WorkspaceState
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run
from llm_dashboard.runs.review_material import ReviewMaterial, gather
from llm_dashboard.settings import Refresh, Settings
from llm_dashboard.ui import workspace_watch
from llm_dashboard.ui.app import DashboardApp, build_app
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.session import Session
from llm_dashboard.ui.widgets.achievement_table import AchievementTable
from llm_dashboard.workflows.models import Command, WorkflowType
from tests.ui.conftest import running, screen_text, toasts, until

PLANS = "work-space/plans"


def first_plan(app: DashboardApp) -> tuple[Path, str]:
    """The folder of the first plan that has something next, and the id of that."""
    assert app.state
    plan = next(plan for plan in app.state.plans if plan.next.achievement)
    return app.workspace.root / plan.path, str(plan.next.achievement)


def status_of(app: DashboardApp, folder: Path, achievement: str) -> AchievementStatus | None:
    plans = app.state.plans if app.state else ()
    found = [
        plan.achievement(achievement) for plan in plans if plan.path == str(folder.relative_to(app.workspace.root))
    ]
    return found[0].status if found and found[0] else None


@pytest.mark.parametrize("refresh", [Refresh.AUTO, Refresh.POLLING])
async def test_a_verdict_of_another_shows(workspace: Path, refresh: Refresh) -> None:
    async with running(workspace, refresh=refresh) as (app, pilot):
        folder, achievement = first_plan(app)
        feedback = folder / "execution" / "feedbacks"
        feedback.mkdir(parents=True, exist_ok=True)
        name = f"APPROVED_{achievement.replace('.', '')}.md"
        (feedback / name).write_text(f"# APPROVED: Achievement {achievement}\n")
        await until(pilot, lambda: status_of(app, folder, achievement) is AchievementStatus.APPROVED)


async def test_a_new_plan_shows_and_a_removed_one_goes(workspace: Path) -> None:
    async with running(workspace, refresh=Refresh.AUTO) as (app, pilot):
        folder = workspace / PLANS / "LATE"
        folder.mkdir()
        (folder / "PLAN_LATE.md").write_text("# PLAN: Late\n")
        await until(pilot, lambda: "LATE" in screen_text(app))
        shutil.rmtree(folder)
        await until(pilot, lambda: "LATE" not in screen_text(app))


async def test_an_empty_workspace_comes_alive(tmp_path: Path) -> None:
    async with running(tmp_path, refresh=Refresh.AUTO) as (app, pilot):
        folder = tmp_path / PLANS / "FIRST"
        folder.mkdir(parents=True)
        (folder / "PLAN_FIRST.md").write_text("# PLAN: First\n")
        await until(pilot, lambda: "FIRST" in screen_text(app))


async def test_a_run_of_another_shows(workspace: Path) -> None:
    async with running(workspace, refresh=Refresh.AUTO) as (app, pilot):
        other = WorkflowExecutor(workspace)
        argv = (sys.executable, "-c", "")
        run = await other.start(Command(WorkflowType.CUSTOM, WorkflowType.CUSTOM, argv, workspace, "a run"))
        await until(pilot, lambda: any(known.state.is_final for known in app.runs.values()))
        assert list(app.runs) == [getattr(run, "id", "")]
        await other.close()


async def test_the_folder_of_runs_may_go_and_come_again(workspace: Path) -> None:
    async with running(workspace, refresh=Refresh.AUTO) as (app, pilot):
        other = WorkflowExecutor(workspace)
        command = Command(WorkflowType.CUSTOM, WorkflowType.CUSTOM, (sys.executable, "-c", ""), workspace, "a run")
        for gone in (workspace / ".llm-dash" / "runs", workspace / ".llm-dash"):
            run = await other.start(command)
            assert isinstance(run, Run)
            await until(pilot, lambda: [known.state.is_final for known in app.runs.values()] == [True])
            assert list(app.runs) == [run.id]
            shutil.rmtree(gone)
            await until(pilot, lambda: not app.runs)
        await other.close()


async def test_an_open_review_reads_again_only_what_has_changed(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, read = [], []
    look_again = Session.read

    async def counted_look(session: Session, changed: Collection[str] = ()) -> WorkspaceState:
        looks.append(changed)
        return await look_again(session, changed)

    async def counted_gather(root: Path, plan: Plan, achievement: Achievement, runs: Sequence[Run]) -> ReviewMaterial:
        read.append(achievement.id)
        return await gather(root, plan, achievement, runs)

    monkeypatch.setattr(workspace_watch, "SHORTEST_PAUSE", 0.02)
    monkeypatch.setattr(Session, "read", counted_look)
    monkeypatch.setattr("llm_dashboard.ui.screens.review.gather", counted_gather)
    async with running(workspace, refresh=Refresh.POLLING) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen) and app.screen.material is not None)
        before = len(read)
        looked = len(looks)
        await until(pilot, lambda: len(looks) > looked + 5)
        assert len(read) == before
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        (workspace / screen.achievement.artifacts.executions[-1]).write_text("# EXECUTION_TASK: another\n")
        await until(pilot, lambda: len(read) > before)


async def test_the_selection_stays_where_it_is_while_an_agent_writes(workspace: Path) -> None:
    async with running(workspace, refresh=Refresh.AUTO) as (app, pilot):
        folder, _ = first_plan(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        table = app.screen.query_one(AchievementTable)
        await pilot.press("end")
        selected = table.achievement
        assert selected
        for number in range(300):
            (folder / f"note-{number}.md").write_text("x")
        (folder / "subplans").mkdir(exist_ok=True)
        subplan = f"SUBPLAN_{folder.name}_{selected.id.replace('.', '')}.md"
        (folder / "subplans" / subplan).write_text("# SUBPLAN: x\n")
        await until(pilot, lambda: bool(table.achievement and table.achievement.artifacts.subplans))
        assert table.achievement
        assert table.achievement.id == selected.id


async def test_where_no_process_can_watch_it_looks_instead(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    async with running(workspace, refresh=Refresh.AUTO) as (app, pilot):
        await until(pilot, lambda: any("every second" in toast for toast in toasts(app)))
        folder, _ = first_plan(app)
        shutil.rmtree(folder)
        await until(pilot, lambda: folder.name not in screen_text(app))


async def test_nothing_is_watched_any_more_that_was_about_to_be_when_the_app_ended(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, free = asyncio.Event(), asyncio.Event()

    async def look(self: DashboardApp) -> None:
        looking.set()
        await free.wait()

    monkeypatch.setattr(DashboardApp, "look_at_runs", look)
    app = build_app(Workspace(workspace), Settings())
    async with app.run_test():
        await looking.wait()
        (opening,) = (each for each in app.workers if each.name == "open_workspaces")
        await app.close_workspaces()
        free.set()
        await opening.wait()
        assert "watch the workspace" not in {task.get_name() for task in asyncio.all_tasks()}

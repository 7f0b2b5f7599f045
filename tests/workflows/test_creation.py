"""A new plan on disk, and read back."""

import asyncio
import resource
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from llm_dashboard.plans.drafts import DraftError, PlanDraft, draft_plan
from llm_dashboard.plans.models import AchievementStatus, Plan
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run, RunFinished
from llm_dashboard.settings import Settings
from llm_dashboard.workflows.catalog import command
from llm_dashboard.workflows.creation import create_plan
from llm_dashboard.workflows.models import Command, WorkflowRequest, WorkflowType
from llm_dashboard.workflows.prompts import TemplateError

NOW = datetime(2026, 11, 23, 1, 45, tzinfo=UTC)
PLANS = "work-space/plans"


def create(root: Path, draft: PlanDraft, settings: Settings | None = None) -> str:
    return create_plan(root, settings or Settings(), Workspace(root).load(), draft, NOW)


def the_plan(root: Path) -> Plan:
    (plan,) = Workspace(root).load().plans
    return plan


def test_a_new_plan_is_read_back_as_it_was_drafted(tmp_path: Path) -> None:
    draft = draft_plan(
        "lights",
        title="Harbour lights",
        goal="Ships find the pier.\n\nAt night.",
        achievements=["Lamps (2-3 hours)", "2.1: Blink"],
    )
    assert create(tmp_path, draft) == f"{PLANS}/LIGHTS/PLAN_LIGHTS.md"
    plan = the_plan(tmp_path)
    assert (plan.name, plan.title, plan.own_folder, plan.problems) == ("LIGHTS", "Harbour lights", True, ())
    assert plan.header["Goal"] == "Ships find the pier. At night."
    assert plan.header["Created"] == "2026-11-23 01:45 UTC"
    assert [(each.id, each.title, each.group) for each in plan.achievements] == [
        ("1.1", "Lamps", "Priority 1"),
        ("2.1", "Blink", "Priority 2"),
    ]
    assert plan.achievements[0].effort == "2-3 hours"
    for folder in ("subplans", "execution/feedbacks"):
        assert (tmp_path / plan.path / folder).is_dir()


TEXTS = st.text(max_size=60) | st.text("*`~#-:()[]|> \t\n1.hAé✅⏱️\x1b\u202e", max_size=60)
LINES = st.lists(TEXTS | st.builds("{}.{}: {}".format, st.integers(0, 12), st.integers(1, 12), TEXTS), max_size=6)
BLOCKS = st.lists(
    TEXTS | st.sampled_from(["```", "````x", "~~~", "## Achievement Index", "---", "- Achievement 9.9: No"])
).map("\n".join)


@given(title=TEXTS, goal=BLOCKS, priority=TEXTS, achievements=LINES)
@hypothesis_settings(max_examples=60, deadline=None)
def test_no_text_breaks_the_document(title: str, goal: str, priority: str, achievements: list[str]) -> None:
    try:
        draft = draft_plan("X", title=title, goal=goal, priority=priority, achievements=achievements)
    except DraftError:
        return
    with TemporaryDirectory() as folder:
        create(Path(folder), draft)
        plan = the_plan(Path(folder))
    assert [(each.id, each.title) for each in plan.achievements] == [
        (each.id, each.title) for each in draft.achievements
    ]
    assert (plan.title, plan.problems) == (draft.title, ())
    assert {each.status for each in plan.achievements} == {AchievementStatus.NOT_STARTED}
    assert not any(each.dependencies for each in plan.achievements)


async def test_the_first_subplan_can_be_created_at_once(tmp_path: Path) -> None:
    create(tmp_path, draft_plan("LIGHTS", achievements=["Lamps", "Blink"]))
    request = WorkflowRequest(WorkflowType.NEXT, the_plan(tmp_path))
    wanted = command(request, tmp_path, Settings())
    assert isinstance(wanted, Command)
    executor = WorkflowExecutor(tmp_path)
    async with asyncio.timeout(30):
        run = await executor.start(wanted)
        assert isinstance(run, Run)
        events = [event async for event in executor.follow(run.id)]
    await executor.close()
    assert isinstance(events[-1], RunFinished)
    assert events[-1].result.success
    achievements = the_plan(tmp_path).achievements
    assert [each.status for each in achievements] == [AchievementStatus.SUBPLAN_READY, AchievementStatus.NOT_STARTED]
    text = (tmp_path / achievements[0].artifacts.subplans[0]).read_text(encoding="utf-8")
    assert "# SUBPLAN: Lamps" in text
    assert "[TO BE FILLED: the PLAN lists no deliverables." in text


def test_a_name_is_taken_anywhere_below_the_plans_root(tmp_path: Path) -> None:
    create(tmp_path, draft_plan("LIGHTS", container="later"))
    with pytest.raises(FileExistsError, match=r"^LIGHTS exists already: work-space/plans/later/LIGHTS/PLAN_LIGHTS.md$"):
        create(tmp_path, draft_plan("lights"))
    (tmp_path / PLANS / "TAKEN").mkdir()
    with pytest.raises(FileExistsError, match=r"^work-space/plans/TAKEN exists already$"):
        create(tmp_path, draft_plan("TAKEN"))
    assert not list((tmp_path / PLANS / "TAKEN").iterdir())


def test_a_container_where_no_plan_would_be_read_is_refused(tmp_path: Path) -> None:
    create(tmp_path, draft_plan("LIGHTS"))
    (tmp_path / PLANS / "link").symlink_to(tmp_path)
    with pytest.raises(OSError, match="is in the folder of a plan, LIGHTS"):
        create(tmp_path, draft_plan("MORE", container="LIGHTS/deeper"))
    with pytest.raises(OSError, match="goes by a link"):
        create(tmp_path, draft_plan("MORE", container="link/x"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work-space"]
    create(tmp_path, draft_plan("MORE", container="LIGHTS-2"))


def test_a_template_of_the_workspace_is_used_and_must_keep_the_achievements(tmp_path: Path) -> None:
    templates = tmp_path / "work-space" / "templates"
    templates.mkdir(parents=True)
    own = "# PLAN: {{ plan.title }}\n\n## Achievement Index\n\n- Achievement 1.1: {{ plan.achievements[0].title }}\n"
    (templates / "PLAN.md.j2").write_text(own, encoding="utf-8")
    create(tmp_path, draft_plan("ONE", achievements=["Lamps"]))
    text = (tmp_path / PLANS / "ONE" / "PLAN_ONE.md").read_text(encoding="utf-8")
    assert text == "# PLAN: One\n\n## Achievement Index\n\n- Achievement 1.1: Lamps\n"
    with pytest.raises(TemplateError, match=r"^PLAN.md.j2 gives no plan with these achievements"):
        create(tmp_path, draft_plan("TWO", achievements=["Lamps", "Blink"]))
    assert not (tmp_path / PLANS / "TWO").exists()


def test_where_the_plan_cannot_be_written_nothing_is_left(tmp_path: Path) -> None:
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(
            OSError, match=r"^work-space/plans/LIGHTS/PLAN_LIGHTS.md cannot be written: File too large$"
        ):
            create(tmp_path, draft_plan("LIGHTS"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list((tmp_path / PLANS).iterdir())

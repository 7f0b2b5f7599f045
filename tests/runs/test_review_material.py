"""The material of a review: from documents, from runs that have ended, and from their logs."""

from pathlib import Path

import msgspec
import pytest

from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs import folders, history
from llm_dashboard.runs.models import Change, Deliverable, Run, TestCounts
from llm_dashboard.runs.results import Ending, Evidence, judge
from llm_dashboard.runs.review_material import NamedFile, gather, runs_of
from llm_dashboard.workflows.models import Command, WorkflowType
from tests.runs.conftest import recorded

FOLDER = "work-space/plans/PIER"
PLAN_FILE = f"{FOLDER}/PLAN_PIER.md"


@pytest.fixture
def plan(workspace: Path) -> Plan:
    """A plan whose SUBPLAN names files in several ways."""
    (workspace / FOLDER / "subplans").mkdir(parents=True)
    (workspace / PLAN_FILE).write_text("# PLAN: Pier\n\n## Achievements\n\n**Achievement 1.1**: Lamps\n")
    (workspace / FOLDER / "subplans/SUBPLAN_PIER_11.md").write_text(
        "# SUBPLAN: Lamps\n\n## Deliverables\n\n- `pier/lamp.py`\n- beside.py\n- `docs/GONE.md`\n- deep.py\n- NOWHERE.md\n"
    )
    for name in ("pier/lamp.py", "pier/beside.py", "somewhere/deep.py"):
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_text("x\n")
    (plan,) = Workspace(workspace).load().plans
    return plan


def lamps(plan: Plan) -> Achievement:
    found = plan.achievement("1.1")
    assert found is not None
    return found


def a_run(
    workspace: Path,
    day: int,
    *changed: Deliverable,
    workflow: WorkflowType = WorkflowType.EXECUTION,
    plan_file: str = PLAN_FILE,
    log: bytes = b"",
    tests: TestCounts | None = None,
) -> Run:
    """A run of 1.1 that has ended."""
    command = Command(workflow, workflow, ("do", plan_file), workspace, "a run", plan="PIER", achievement="1.1")
    folder, record = folders.create(workspace, command)
    record = recorded(folder, record, requested_at=f"2026-01-{day:02}T00:00:00.000Z")
    (folder / "output.log").write_bytes(log)
    result = judge(record, Ending(0), Evidence(deliverables=changed, tests=tests or TestCounts()))
    (folder / "result.json").write_bytes(msgspec.json.encode(result))
    run = history.read(folder)
    assert run is not None
    return run


async def test_files_are_found_where_they_are_and_say_what_runs_did(workspace: Path, plan: Plan) -> None:
    runs = [
        a_run(
            workspace, 2, Deliverable("pier/lamp.py", Change.CHANGED), Deliverable("somewhere/deep.py", Change.CREATED)
        ),
        a_run(workspace, 1, Deliverable("pier/lamp.py", Change.CREATED), Deliverable("notes.txt", Change.CREATED)),
        a_run(workspace, 3, Deliverable("docs/GONE.md", Change.DELETED), Deliverable(PLAN_FILE, Change.CHANGED)),
    ]
    found = await gather(workspace, plan, lamps(plan), runs_of(runs, plan, "1.1"))
    assert found.deliverables == (
        NamedFile("pier/lamp.py", True, Change.CHANGED, 2),
        NamedFile("pier/beside.py", True),
        NamedFile("docs/GONE.md", False, Change.DELETED, 1),
        NamedFile("somewhere/deep.py", True, Change.CREATED, 1),
        NamedFile("NOWHERE.md", False),
    )
    assert found.other_changes == ("notes.txt",)
    assert found.reason == "SUBPLAN_PIER_11.md has no EXECUTION_TASK"
    assert not found.is_open


async def test_tests_and_the_log_are_of_the_newest_runs(workspace: Path, plan: Plan) -> None:
    counts = TestCounts(6, 1, 7, "pytest")
    runs = [
        a_run(workspace, 1, tests=counts, log=b"old\n"),
        a_run(workspace, 2, log=b"x" * 70_000 + b"\n\x1b[31mValueError: dark\x1b[0m\nfine"),
        a_run(workspace, 3, workflow=WorkflowType.REVIEW, log=b"a prompt\n"),
    ]
    found = await gather(workspace, plan, lamps(plan), runs_of(runs, plan, "1.1"))
    assert [(each.run, each.tests) for each in found.tests] == [(runs[0].id, counts)]
    assert found.log is not None
    assert (found.log.run, found.log.lines, found.log.errors) == (runs[1].id, ("ValueError: dark", "fine"), (0,))


def test_runs_of_another_achievement_or_of_a_plan_of_the_same_name_are_others(workspace: Path, plan: Plan) -> None:
    own = a_run(workspace, 1)
    other = a_run(workspace, 2, plan_file="work-space/plans/old/PIER/PLAN_PIER.md")
    live = msgspec.structs.replace(own, result=None)
    assert runs_of([other, own, live], plan, "1.1") == [own]
    assert runs_of([own], plan, "1.2") == []


async def test_what_answers_a_fix_stands_behind_it(workspace: Path, plan: Plan) -> None:
    names = ["FIX_11.md", "FIX_11_RESOLUTION.md", "FIX_11_02.md", "FIX_11_02_RESOLUTION.md", "APPROVED_11.md"]
    folder = workspace / FOLDER / "execution" / "feedbacks"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text("# FEEDBACK: Achievement 1.1\n")
    (plan,) = Workspace(workspace).load().plans
    material = await gather(workspace, plan, lamps(plan), [])
    assert [path.rpartition("/")[2] for path in material.documents] == ["SUBPLAN_PIER_11.md", *names]


async def test_a_file_outside_of_the_workspace_is_not_there(workspace: Path, plan: Plan) -> None:
    (workspace / "pier/lamp.py").unlink()
    (workspace / "pier/lamp.py").symlink_to("/etc/hostname")
    found = await gather(workspace, plan, lamps(plan), [])
    assert found.deliverables[0] == NamedFile("pier/lamp.py", False)
    assert found.log is None

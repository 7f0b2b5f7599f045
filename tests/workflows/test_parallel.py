"""What can be worked on at once, and what each becomes."""

from pathlib import Path

import pytest

from llm_dashboard.plans.models import AchievementStatus, Artifacts
from llm_dashboard.plans.models import Plan as PlanModel
from llm_dashboard.settings import ScriptSource, Settings
from llm_dashboard.workflows.models import FailureKind, WorkflowType
from llm_dashboard.workflows.parallel import batch, candidates
from tests.workflows.plans import achievement, plan

FOLDER = "work-space/plans/DEMO"


def a_plan() -> PlanModel:
    """A plan with an achievement in every state."""
    status = AchievementStatus
    subplan = Artifacts(subplans=(f"{FOLDER}/subplans/SUBPLAN_DEMO_12.md",))
    execution = Artifacts(executions=(f"{FOLDER}/execution/EXECUTION_TASK_DEMO_13_01.md",))
    return plan(
        achievement("1.1"),
        achievement("1.2", status.SUBPLAN_READY, subplan),
        achievement("1.3", status.IN_PROGRESS, execution),
        achievement("1.4", status.AWAITING_REVIEW, execution),
        achievement("1.5", status.NEEDS_FIX, Artifacts(fix=("FIX_15.md",))),
        achievement("1.6", status.APPROVED, Artifacts(approved=("APPROVED_16.md",))),
        achievement("2.1", dependencies=("1.6",)),
        achievement("2.2", dependencies=("1.1",)),
    )


def test_what_waits_for_none_can_be_worked_on() -> None:
    found = {each.achievement.id: (each.step.workflow.value, each.needs_person) for each in candidates(a_plan())}
    assert found == {
        "1.1": ("subplan", False),
        "1.2": ("execution", False),
        "1.3": ("continue", False),
        "1.4": ("review", True),
        "1.5": ("fix", False),
        "2.1": ("subplan", False),
    }


def test_each_becomes_the_command_of_its_step(tmp_path: Path) -> None:
    made = batch(a_plan(), ["1.1", "1.2", "1.3", "1.5", "1.1"], tmp_path, Settings())
    assert made.refused == ()
    assert [(each.workflow, each.requested, each.achievement) for each in made.commands] == [
        (WorkflowType.SUBPLAN, WorkflowType.SUBPLAN, "1.1"),
        (WorkflowType.EXECUTION, WorkflowType.EXECUTION, "1.2"),
        (WorkflowType.CONTINUE, WorkflowType.CONTINUE, "1.3"),
        (WorkflowType.FIX, WorkflowType.FIX, "1.5"),
    ]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("1.4", "awaits a review, which a person decides"),
        ("1.6", "nothing is left to do for 1.6"),
        ("2.2", "waits for 1.1"),
        ("9.9", "has no achievement 9.9"),
        ("\x1b[2J", "has no achievement"),
    ],
)
def test_what_cannot_be_done_is_left_out(tmp_path: Path, wanted: str, reason: str) -> None:
    made = batch(a_plan(), [wanted, "1.1"], tmp_path, Settings())
    assert [each.achievement for each in made.commands] == ["1.1"]
    (refusal,) = made.refused
    assert reason in refusal.failure.message
    assert refusal.achievement.isprintable()
    assert refusal.failure.message.isprintable()


def test_two_that_would_write_the_same_file_are_refused_together(tmp_path: Path) -> None:
    alike = plan(achievement("1.11"), achievement("11.1"), achievement("2.1"))
    made = batch(alike, ["1.11", "11.1", "2.1"], tmp_path, Settings())
    assert [each.achievement for each in made.commands] == ["2.1"]
    assert [each.achievement for each in made.refused] == ["1.11", "11.1"]
    for each in made.refused:
        assert each.failure.kind is FailureKind.PREREQUISITE_MISSING
        assert each.failure.message.startswith("1.11 and 11.1 would write the same file")
        assert each.failure.evidence == f"{FOLDER}/subplans/SUBPLAN_DEMO_111.md"


def test_what_a_live_run_creates_is_not_created_twice(tmp_path: Path) -> None:
    made = batch(a_plan(), ["1.1", "2.1"], tmp_path, Settings(), {f"{FOLDER}/subplans/SUBPLAN_DEMO_11.md"})
    assert [each.achievement for each in made.commands] == ["2.1"]
    assert "a live run writes" in made.refused[0].failure.message


def test_a_missing_script_is_no_other_step(tmp_path: Path) -> None:
    (tmp_path / "LLM/scripts/generation").mkdir(parents=True)
    (tmp_path / "LLM/scripts/generation/generate_prompt.py").write_text("print('the next step of the plan')\n")
    made = batch(a_plan(), ["1.1"], tmp_path, Settings(scripts=ScriptSource.WORKSPACE))
    assert made.commands == ()
    assert "generate_subplan_prompt.py" in made.refused[0].failure.message

import pytest

from llm_dashboard.plans.models import AchievementStatus, Artifacts, NextStep, StepKind
from llm_dashboard.workflows.models import Failure, FailureKind, SuggestedAction, WorkflowType
from llm_dashboard.workflows.prerequisites import find_achievement, missing_prerequisite, next_workflow
from tests.workflows.plans import achievement, plan

SUBPLAN = Artifacts(subplans=("work-space/plans/DEMO/subplans/SUBPLAN_DEMO_11.md",))
EXECUTION = Artifacts(
    subplans=SUBPLAN.subplans, executions=("work-space/plans/DEMO/execution/EXECUTION_TASK_DEMO_11_01.md",)
)
FIX = Artifacts(
    subplans=EXECUTION.subplans,
    executions=EXECUTION.executions,
    fix=("work-space/plans/DEMO/execution/feedbacks/FIX_11.md",),
)


@pytest.mark.parametrize(
    ("workflow", "artifacts", "evidence", "action"),
    [
        (WorkflowType.SUBPLAN, SUBPLAN, "SUBPLAN_DEMO_11.md", SuggestedAction.CREATE_EXECUTION),
        (
            WorkflowType.EXECUTION,
            Artifacts(),
            "no file work-space/plans/DEMO/subplans/SUBPLAN_DEMO_11.md",
            SuggestedAction.CREATE_SUBPLAN,
        ),
        (WorkflowType.CONTINUE, SUBPLAN, "EXECUTION_TASK_DEMO_11_01.md", SuggestedAction.CREATE_EXECUTION),
        (WorkflowType.REVIEW, Artifacts(), "EXECUTION_TASK_DEMO_11_01.md", SuggestedAction.CREATE_SUBPLAN),
        (WorkflowType.FIX, EXECUTION, "feedbacks/FIX_11.md", SuggestedAction.EXECUTE_NEXT),
    ],
)
def test_what_is_missing_is_named_with_the_way_out(
    workflow: WorkflowType, artifacts: Artifacts, evidence: str, action: SuggestedAction
) -> None:
    subject = achievement("1.1", artifacts=artifacts)
    failure = missing_prerequisite(workflow, plan(subject), subject)
    assert failure is not None
    assert failure.kind is FailureKind.PREREQUISITE_MISSING
    assert failure.evidence.endswith(evidence)
    assert [each.action for each in failure.suggestions] == [
        action,
        SuggestedAction.CHOOSE_ACHIEVEMENT,
        SuggestedAction.BACK,
    ]
    assert failure.suggestions[0].arguments == {"achievement": "1.1"}


def test_an_execution_without_a_subplan_says_what_to_do_first() -> None:
    subject = achievement("3.3")
    failure = missing_prerequisite(WorkflowType.EXECUTION, plan(subject), subject)
    assert failure is not None
    assert failure.message == "3.3 has no SUBPLAN: create the SUBPLAN first"
    assert failure.suggestions[0].text == "create the SUBPLAN for 3.3 first"


@pytest.mark.parametrize(
    ("workflow", "artifacts"),
    [
        (WorkflowType.SUBPLAN, Artifacts()),
        (WorkflowType.EXECUTION, SUBPLAN),
        (WorkflowType.EXECUTION, EXECUTION),
        (WorkflowType.CONTINUE, EXECUTION),
        (WorkflowType.REVIEW, EXECUTION),
        (WorkflowType.FIX, FIX),
    ],
)
def test_nothing_is_missing(workflow: WorkflowType, artifacts: Artifacts) -> None:
    subject = achievement("1.1", artifacts=artifacts, dependencies=("0.1",))
    assert missing_prerequisite(workflow, plan(achievement("0.1"), subject), subject) is None


def test_a_flat_plan_is_refused_with_the_way_out() -> None:
    subject = achievement("1.1")
    flat = plan(subject, own_folder=False, path="work-space/plans/a_paused")
    failure = missing_prerequisite(WorkflowType.SUBPLAN, flat, subject)
    assert failure is not None
    assert failure.message.endswith("move it to work-space/plans/a_paused/DEMO/ first")


def test_a_wrong_id_is_answered_with_the_nearest() -> None:
    failure = find_achievement(plan(achievement("1.1"), achievement("1.2"), achievement("10.2")), "1.3")
    assert isinstance(failure, Failure)
    assert failure.message.startswith("DEMO has no achievement 1.3; the nearest: 1.")
    assert failure.evidence == "work-space/plans/DEMO/PLAN_DEMO.md declares 1.1, 1.2, 10.2"
    assert failure.suggestions[0].action is SuggestedAction.CHOOSE_ACHIEVEMENT


def test_no_id_is_no_achievement() -> None:
    failure = find_achievement(plan(achievement("1.1")), None)
    assert isinstance(failure, Failure)
    assert failure.message == "no achievement of DEMO is chosen"


@pytest.mark.parametrize(
    ("step", "workflow"),
    [
        (StepKind.SUBPLAN, WorkflowType.SUBPLAN),
        (StepKind.EXECUTION, WorkflowType.EXECUTION),
        (StepKind.CONTINUE, WorkflowType.CONTINUE),
        (StepKind.REVIEW, WorkflowType.REVIEW),
        (StepKind.FIX, WorkflowType.FIX),
    ],
)
def test_next_is_the_step_of_the_plan(step: StepKind, workflow: WorkflowType) -> None:
    subject = achievement("1.1")
    assert next_workflow(plan(subject, next_step=NextStep("1.1", step, "because")), None) == (workflow, subject)


def test_next_of_a_chosen_achievement_is_its_own_step() -> None:
    chosen = achievement("1.2", AchievementStatus.SUBPLAN_READY, SUBPLAN)
    assert next_workflow(plan(achievement("1.1"), chosen), "1.2") == (WorkflowType.EXECUTION, chosen)


@pytest.mark.parametrize("achievement_id", [None, "1.1"])
def test_nothing_is_left(achievement_id: str | None) -> None:
    done = plan(
        achievement("1.1", AchievementStatus.APPROVED),
        next_step=NextStep(None, StepKind.NONE, "every achievement is approved"),
    )
    failure = next_workflow(done, achievement_id)
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.NOTHING_TO_DO
    assert failure.message.startswith(f"nothing is left to do for {achievement_id or 'DEMO'}: ")
    assert failure.evidence.startswith("1 of 1 achievements are approved")


@pytest.mark.parametrize("achievement_id", [None, "1.2"])
def test_what_waits_names_what_it_waits_for(achievement_id: str | None) -> None:
    open_, waiting = achievement("1.1"), achievement("1.2", dependencies=("1.1",))
    failure = next_workflow(
        plan(waiting, open_, next_step=NextStep(None, StepKind.NONE, "1.2 waits for 1.1, which is not approved yet")),
        achievement_id,
    )
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.PREREQUISITE_MISSING
    assert failure.message == "1.2 waits for 1.1, which is not approved yet"
    assert failure.suggestions[0].action is SuggestedAction.EXECUTE_NEXT
    assert failure.suggestions[0].arguments == {"achievement": "1.1"}


def test_next_of_an_unknown_achievement() -> None:
    failure = next_workflow(plan(achievement("1.1")), "7.7")
    assert isinstance(failure, Failure)
    assert "no achievement 7.7" in failure.message

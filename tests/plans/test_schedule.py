import pytest

from llm_dashboard.plans.models import Achievement, AchievementStatus, Artifacts, Counts, NextStep, Plan, StepKind
from llm_dashboard.plans.schedule import (
    achievement_step,
    counts,
    first_step,
    nearest_ids,
    next_step,
)

_NONE = Artifacts()


def achievement(
    achievement_id: str, status: str, dependencies: tuple[str, ...] = (), artifacts: Artifacts = _NONE
) -> Achievement:
    return Achievement(achievement_id, "Title", "", 1, AchievementStatus(status), dependencies, artifacts=artifacts)


def plan(*achievements: Achievement) -> Plan:
    step = NextStep(None, StepKind.NONE, "")
    return Plan("X", "p/X", "p/X/PLAN_X.md", "", True, "X", {}, achievements, Counts(), step)


_TASKS = ("p/T_01.md", "p/T_02.md")


@pytest.mark.parametrize(
    ("status", "artifacts", "workflow", "reason"),
    [
        ("not_started", Artifacts(), "subplan", "it has no SUBPLAN"),
        ("subplan_ready", Artifacts(subplans=("p/S.md",)), "execution", "S.md has no EXECUTION_TASK"),
        ("in_progress", Artifacts(executions=_TASKS[:1]), "continue", "T_01.md is not complete"),
        ("in_progress", Artifacts(executions=_TASKS), "continue", "not all of its 2 EXECUTION_TASKs are complete"),
        (
            "awaiting_review",
            Artifacts(executions=_TASKS[:1]),
            "review",
            "its one EXECUTION_TASK is complete and has no feedback",
        ),
        (
            "awaiting_review",
            Artifacts(executions=_TASKS),
            "review",
            "its 2 EXECUTION_TASKs are complete and have no feedback",
        ),
        (
            "awaiting_review",
            Artifacts(fix=("p/FIX_11.md",), resolutions=("p/FIX_11_RESOLUTION.md",)),
            "review",
            "FIX_11_RESOLUTION.md answers FIX_11.md and has no verdict",
        ),
        ("needs_fix", Artifacts(fix=("p/FIX_11.md",)), "fix", "FIX_11.md is open"),
        (
            "needs_fix",
            Artifacts(fix=("p/FIX_11.md",), approved=("p/APPROVED_11.md",)),
            "fix",
            "FIX_11.md is later than APPROVED_11.md",
        ),
        ("approved", Artifacts(approved=("p/APPROVED_11.md",)), "none", "APPROVED_11.md is there"),
    ],
)
def test_step_and_reason(status: str, artifacts: Artifacts, workflow: str, reason: str) -> None:
    one = achievement("1.1", status, artifacts=artifacts)
    assert achievement_step(one, plan(one)) == NextStep("1.1", StepKind(workflow), reason)


def test_a_dependency_is_waited_for() -> None:
    first, second = achievement("1.1", "in_progress"), achievement("1.2", "not_started", ("1.1",))
    assert achievement_step(second, plan(first, second)) == NextStep(
        "1.2", StepKind.NONE, "waits for 1.1, which is not approved yet"
    )


def test_next_is_the_first_that_waits_for_none() -> None:
    blocked, ready = achievement("1.1", "needs_fix", ("1.2",)), achievement("1.2", "subplan_ready", ("0.1",))
    step = next_step(plan(achievement("0.1", "approved"), blocked, ready))
    assert (step.achievement, step.workflow) == ("1.2", StepKind.EXECUTION)


@pytest.mark.parametrize(
    ("achievements", "reason"),
    [
        ((), "no achievements are declared"),
        ((achievement("1.1", "approved", ("9.9",)),), "every achievement is approved"),
        (
            (achievement("1.1", "not_started", ("1.2",)), achievement("1.2", "not_started", ("1.1",))),
            "1.1 waits for 1.2, which is not approved yet, and nothing else is ready",
        ),
    ],
)
def test_nothing_is_next(achievements: tuple[Achievement, ...], reason: str) -> None:
    assert first_step(achievements) == NextStep(None, StepKind.NONE, reason)


def test_an_id_that_the_plan_does_not_have_blocks_nothing() -> None:
    step = first_step((achievement("1.1", "not_started", ("9.9",)),))
    assert (step.achievement, step.workflow) == ("1.1", StepKind.SUBPLAN)


def test_counts() -> None:
    found = counts([achievement("1.1", "approved"), achievement("1.2", "approved"), achievement("1.3", "needs_fix")])
    assert found == Counts(total=3, approved=2, needs_fix=1)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("11", ("1.1",)),
        ("110", ("1.10", "11.0")),
        ("1.3", ("1.2", "1.1", "11.0")),
        ("01", ("0.1",)),
        ("1.2", ("1.2",)),
        ("x", ()),
        ("", ()),
    ],
)
def test_nearest_ids(text: str, nearest: tuple[str, ...]) -> None:
    found = nearest_ids(
        plan(*(achievement(each, "not_started") for each in ("0.1", "1.1", "1.2", "1.10", "11.0"))), text
    )
    assert found[: len(nearest)] == nearest
    assert len(found) <= 3
    assert found or not nearest

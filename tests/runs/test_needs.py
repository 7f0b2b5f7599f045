"""What waits for a person: reviews, fixes, and runs that ended badly."""

from pathlib import Path

import msgspec
import pytest

from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan
from llm_dashboard.plans.schedule import counts, first_step
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.runs.needs import needs, stopped_runs
from llm_dashboard.workflows.models import WorkflowType
from tests.runs.test_results import RECORD

ACHIEVEMENTS = (
    Achievement("1.1", "Done", "", 1, AchievementStatus.APPROVED),
    Achievement("1.2", "New", "", 2, AchievementStatus.NOT_STARTED),
    Achievement("1.3", "Planned", "", 3, AchievementStatus.SUBPLAN_READY),
    Achievement("1.4", "Judge me", "", 4, AchievementStatus.AWAITING_REVIEW),
    Achievement("1.5", "Mend me", "", 5, AchievementStatus.NEEDS_FIX),
)


def plan(name: str = "DEMO", container: str = "") -> Plan:
    """A plan with an achievement in each of the states that matter."""
    return Plan(
        name=name,
        path=f"{container}{name}",
        plan_file=f"{container}{name}/PLAN_{name}.md",
        container=container,
        own_folder=True,
        title=name,
        header={},
        achievements=ACHIEVEMENTS,
        counts=counts(ACHIEVEMENTS),
        next=first_step(ACHIEVEMENTS),
    )


def run(at: int, state: WorkflowState, achievement: str | None = "1.2", **changes: object) -> Run:
    """A run of that minute."""
    record = msgspec.structs.replace(
        RECORD, run=f"run-{at}", achievement=achievement, requested_at=f"2026-11-23T01:{at:02}:00.000Z", **changes
    )
    return Run(record, Path("/nowhere") / record.run, state)


FAILED, SUCCESS, LOST, RUNNING, CANCELLED = (
    WorkflowState.FAILED,
    WorkflowState.SUCCESS,
    WorkflowState.LOST,
    WorkflowState.RUNNING,
    WorkflowState.CANCELLED,
)


def test_the_most_urgent_stands_first() -> None:
    runs = [
        run(1, FAILED),
        run(3, WorkflowState.TIMED_OUT, name="lint"),
        run(2, LOST, "1.3", workflow=WorkflowType.FIX),
    ]
    found = needs([plan()], runs)
    assert [(need.kind.value, need.achievement, need.run) for need in found] == [
        ("lost", "1.3", "run-2"),
        ("failed", "1.2", "run-3"),
        ("failed", "1.2", "run-1"),
        ("fix", "1.5", None),
        ("review", "1.4", None),
    ]
    assert found[1].reason == "lint: timed out"
    assert found[1].since == "2026-11-23T01:03:00.000Z"
    assert found[0].title == "Planned"


@pytest.mark.parametrize(
    ("runs", "waiting"),
    [
        ([run(1, FAILED)], ["run-1"]),
        ([run(1, FAILED), run(2, SUCCESS)], []),
        ([run(2, FAILED), run(1, SUCCESS)], ["run-2"]),
        ([run(1, FAILED), run(2, RUNNING)], []),
        ([run(1, FAILED), run(2, FAILED)], ["run-2"]),
        ([run(1, FAILED), run(2, SUCCESS, name="lint")], ["run-1"]),
        ([run(1, CANCELLED)], []),
        ([run(1, FAILED, "1.3")], []),
        ([run(1, FAILED, "1.3", workflow=WorkflowType.EXECUTION)], ["run-1"]),
        ([run(1, FAILED, "1.1", workflow=WorkflowType.FIX)], []),
        ([run(1, FAILED, None, name="lint")], ["run-1"]),
        ([run(1, FAILED, plan=None)], []),
        ([run(1, FAILED, plan="GONE")], []),
    ],
)
def test_a_run_waits_until_its_work_is_done_or_begun_anew(runs: list[Run], waiting: list[str]) -> None:
    assert [each.id for each in stopped_runs([plan()], runs)] == waiting


def test_what_somebody_works_on_comes_last() -> None:
    found = needs([plan()], [run(1, RUNNING, "1.5", workflow=WorkflowType.FIX)])
    assert [(need.achievement, need.live) for need in found] == [("1.4", False), ("1.5", True)]


def test_of_two_plans_of_one_name_it_is_the_one_that_the_run_names() -> None:
    there = plan(container="later/")
    failed = run(1, FAILED, argv=("python", there.plan_file))
    assert next(iter(needs([plan(), there], [failed]))).plan_file == there.plan_file


def test_a_success_in_another_plan_of_that_name_hides_no_failure() -> None:
    here, there = plan(), plan(container="later/")
    failed = run(1, FAILED, argv=("python", there.plan_file))
    succeeded = run(2, SUCCESS, argv=("python", here.plan_file))
    assert [found.id for found in stopped_runs([here, there], [failed, succeeded])] == ["run-1"]

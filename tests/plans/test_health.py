"""The figures of a plan, and its health: nothing in them is made up."""

import datetime
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.plans.health import MOST, Health, LastDay, health, read_days
from llm_dashboard.plans.models import Achievement, AchievementStatus, Artifacts, NextStep, Plan, Problem, StepKind
from llm_dashboard.plans.schedule import counts
from llm_dashboard.plans.statistics import EffortLeft, Statistics, statistics
from llm_dashboard.plans.workspace import Workspace
from tests.plans.samples import plan_text, task_text, write

UNREAD = (0, 0, 0, 0)
TODAY = datetime.date(2026, 11, 23)


def an_achievement(
    number: str, status: AchievementStatus, effort: str | None = None, **files: tuple[str, ...]
) -> Achievement:
    return Achievement(number, f"Title of {number}", "", 1, status, (), effort, Artifacts(**files))


def a_plan(*achievements: Achievement, status: str = "", problems: tuple[Problem, ...] = ()) -> Plan:
    return Plan(
        name="P",
        path="plans/P",
        plan_file="plans/P/PLAN_P.md",
        container="",
        own_folder=True,
        title="A plan",
        header={"Status": status} if status else {},
        achievements=achievements,
        counts=counts(achievements),
        next=NextStep(None, StepKind.NONE, ""),
        problems=problems,
    )


def lost(found: Health | None) -> dict[str, int]:
    assert found
    assert found.score == 100 - sum(part.lost for part in found.parts)
    return {part.what: part.lost for part in found.parts if part.lost}


APPROVED = an_achievement("1.1", AchievementStatus.APPROVED, approved=("A",))
TO_FIX = an_achievement("1.2", AchievementStatus.NEEDS_FIX, "2-3 hours", executions=("E",), fix=("F",))
BEGUN = an_achievement("1.3", AchievementStatus.IN_PROGRESS, "30 minutes", executions=("B",))
ANSWERED = an_achievement("1.4", AchievementStatus.AWAITING_REVIEW, fix=("G",), resolutions=("R",))
NEW = an_achievement("1.5", AchievementStatus.NOT_STARTED, "a few days")


def test_the_figures_are_those_of_the_files_and_the_estimates() -> None:
    resolved = an_achievement(
        "1.6", AchievementStatus.APPROVED, "9 hours", approved=("H",), fix=("I",), subplans=("S",)
    )
    assert statistics(a_plan(APPROVED, TO_FIX, BEGUN, ANSWERED, NEW, resolved)) == Statistics(
        subplans=1,
        executions=2,
        reviews=5,
        fixes_open=1,
        fixes_answered=1,
        fixes_resolved=1,
        effort_left=EffortLeft(lower=2.5, upper=3.5, estimated=2, missing=2),
    )


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (a_plan(APPROVED), {}),
        (a_plan(APPROVED, status="Complete"), {}),
        (a_plan(APPROVED, status="In Progress"), {"contradictions": 5}),
        (a_plan(APPROVED, NEW), {"completion": 15}),
        (a_plan(APPROVED, NEW, status="COMPLETE"), {"completion": 15, "contradictions": 5}),
        (a_plan(NEW), {"completion": 30}),
        (a_plan(APPROVED, TO_FIX), {"completion": 15, "open fixes": 8}),
        (a_plan(APPROVED, ANSWERED), {"completion": 15}),
        (a_plan(*[TO_FIX] * 9), {"completion": 30, "open fixes": 25}),
        (a_plan(APPROVED, problems=(Problem("x", "One."),) * 2), {"contradictions": 10}),
        (a_plan(APPROVED, problems=(Problem("x", "One."),) * 9), {"contradictions": 20}),
    ],
)
def test_each_point_has_its_reason(plan: Plan, expected: dict[str, int]) -> None:
    assert lost(health(plan, {}, TODAY)) == expected


@pytest.mark.parametrize(("age", "points"), [(0, 0), (14, 0), (15, 12), (400, 12), (-5, 0)])
def test_work_is_stale_by_the_days_of_its_documents(age: int, points: int) -> None:
    old = LastDay(UNREAD, TODAY - datetime.timedelta(days=age))
    found = health(a_plan(TO_FIX, BEGUN), {"B": old, "E": LastDay(UNREAD, TODAY), "F": old}, TODAY)
    assert lost(found).get("stale work", 0) == points


def test_work_without_a_day_is_not_stale_and_said() -> None:
    found = health(a_plan(TO_FIX, BEGUN), {"B": LastDay(UNREAD, None)}, TODAY)
    assert found
    assert "stale work" not in lost(found)
    assert found.parts[2].seen.endswith("2 without a date")


def test_the_worst_plan_keeps_no_point_and_a_plan_without_achievements_has_no_health() -> None:
    open_fixes = [msgspec.structs.replace(TO_FIX, id=f"1.{number}") for number in range(9)]
    worst = a_plan(*open_fixes, problems=(Problem("x", "One."),) * 9)
    found = health(worst, {"F": LastDay(UNREAD, datetime.date(2020, 1, 1))}, TODAY)
    assert lost(found) == MOST
    assert found is not None
    assert found.score == 0
    assert health(a_plan(), {}, TODAY) is None


def test_days_are_read_from_the_documents_and_only_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "P/PLAN_P.md": plan_text(),
            "P/subplans/SUBPLAN_P_11.md": "# SUBPLAN: x\n\n**Created**: 2026-11-01\n",
            "P/execution/EXECUTION_TASK_P_11_01.md": task_text("In Progress").replace("---", "**Started**: 2026-11-09"),
        },
    )
    plan = Workspace(tmp_path).load().plans[0]
    days = read_days(tmp_path, plan, {})
    assert sorted(str(each.day) for each in days.values()) == ["2026-11-01", "2026-11-09"]
    path = next(iter(days))
    days[path] = msgspec.structs.replace(days[path], day=TODAY)
    assert read_days(tmp_path, plan, days)[path].day == TODAY
    (tmp_path / path).write_text("# SUBPLAN: x\n\n**Updated**: 2026-11-20, and more\n", encoding="utf-8")
    assert read_days(tmp_path, plan, days)[path].day == datetime.date(2026, 11, 20)
    (tmp_path / path).unlink()
    assert path not in read_days(tmp_path, plan, days)

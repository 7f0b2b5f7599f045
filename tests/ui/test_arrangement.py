"""The order and the groups of the list of plans."""

from collections.abc import Sequence

import pytest

from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan
from llm_dashboard.plans.schedule import counts, first_step
from llm_dashboard.ui.arrangement import Grouping, Order, PlanGroup, grouped, ordered
from llm_dashboard.ui.slices import at_once

DONE, OPEN, REVIEW, FIX = (
    AchievementStatus.APPROVED,
    AchievementStatus.NOT_STARTED,
    AchievementStatus.AWAITING_REVIEW,
    AchievementStatus.NEEDS_FIX,
)


def plan(name: str, *statuses: AchievementStatus, container: str = "") -> Plan:
    """A plan with achievements 1.1, 1.2 … of those statuses."""
    achievements = tuple(Achievement(f"1.{n}", "", "", n, status) for n, status in enumerate(statuses, 1))
    return Plan(
        name=name,
        path=name,
        plan_file=f"{name}/PLAN_{name}.md",
        container=container,
        own_folder=True,
        title=name,
        header={},
        achievements=achievements,
        counts=counts(achievements),
        next=first_step(achievements),
    )


PLANS = [
    plan("complete", DONE),
    plan("Half", DONE, OPEN),
    plan("review", *[DONE] * 9, REVIEW),
    plan("fresh", OPEN, OPEN, container="later"),
    plan("fix", FIX, OPEN, container="later"),
    plan("empty"),
]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (Order.NAME, "complete empty fix fresh Half review"),
        (Order.STATE, "fix review fresh Half empty complete"),
        (Order.PROGRESS, "complete review Half fix fresh empty"),
        (Order.NEXT, "fix review fresh Half complete empty"),
        (Order.RUN, "Half fix complete empty fresh review"),
    ],
)
def test_each_order(order: Order, names: str) -> None:
    found = at_once(ordered(PLANS, order, {PLANS[1].plan_file: 0, PLANS[4].plan_file: 1}))
    assert [each.name for each in found] == names.split()


def lines(rows: Sequence[Plan | PlanGroup]) -> list[str]:
    """The rows as text: groups with the number of their members."""
    return [row.name if isinstance(row, Plan) else f"{row.name}:{row.members}" for row in rows]


def test_each_grouping() -> None:
    some = [PLANS[4], PLANS[0], PLANS[3]]
    assert lines(grouped(some, Grouping.NONE, in_order=False)) == ["fix", "complete", "fresh"]
    assert lines(grouped(some, Grouping.CONTAINER, in_order=False)) == ["complete", "later:2", "fix", "fresh"]
    assert lines(grouped(some, Grouping.CONTAINER, in_order=True)) == ["later:2", "fix", "fresh", ":1", "complete"]
    states = ["needs fix:1", "fix", "ready:1", "fresh", "complete:1", "complete"]
    assert lines(grouped([PLANS[3], PLANS[0], PLANS[4]], Grouping.STATE, in_order=False)) == states

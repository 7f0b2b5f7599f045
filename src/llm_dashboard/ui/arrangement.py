"""How the list of plans is arranged: in which order, and in which groups."""

import math
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from llm_dashboard.plans.models import Plan, StepKind
from llm_dashboard.ui.marks import plan_mark
from llm_dashboard.ui.matching import STEP


class Order(StrEnum):
    """What comes first, in the words of the list's heading."""

    NAME = "name"
    STATE = "state"
    PROGRESS = "progress"
    NEXT = "next"
    RUN = "last run"


class Grouping(StrEnum):
    """What has a heading of its own, in the words of the list's heading."""

    CONTAINER = "container"
    STATE = "state"
    NONE = "none"


class PlanGroup(NamedTuple):
    """The line above the plans of a group."""

    name: str
    members: int


STATES = ("needs fix", "awaits review", "blocked", "unreadable", "in progress", "subplan ready", "ready", "empty")
"""The words of `plan_mark`, what needs a person first; others come last."""
STEPS = (StepKind.FIX, StepKind.REVIEW, StepKind.CONTINUE, StepKind.EXECUTION, StepKind.SUBPLAN, StepKind.NONE)
"""From the end of the loop to its beginning."""


def ordered(plans: Sequence[Plan], order: Order, last_runs: Mapping[str, int]) -> Generator[None, None, Sequence[Plan]]:
    """The plans in that order, by name among equals. It yields after each `STEP` of them.

    `last_runs` has the place of each plan's newest run, the lower the newer, by the plan's file.
    """
    rank = _RANKS.get(order) or (lambda plan: (last_runs.get(plan.plan_file, math.inf),))
    keys: list[tuple[tuple[float, ...], str, int]] = []
    for number, plan in enumerate(plans):
        keys.append((rank(plan), plan.name.casefold(), number))
        if number % STEP == 0:
            yield
    keys.sort()
    return [plans[number] for _, _, number in keys]


def grouped(plans: Sequence[Plan], grouping: Grouping, *, in_order: bool) -> list[Plan | PlanGroup]:
    """The plans, with a line above each group, but for those of no container where they stand first.

    `in_order` keeps each group where its first plan is; else containers go by name, and states by what needs a person.
    """
    if grouping is Grouping.NONE:
        return list(plans)
    by_state = grouping is Grouping.STATE
    groups: dict[str, list[Plan]] = {}
    for plan in plans:
        groups.setdefault(plan_mark(plan).word if by_state else plan.container, []).append(plan)
    names = list(groups)
    if not in_order:
        names.sort(key=_place if by_state else None)
    rows: list[Plan | PlanGroup] = []
    for name in names:
        if name or rows:
            rows.append(PlanGroup(name, len(groups[name])))
        rows += groups[name]
    return rows


def _place(word: str) -> int:
    return STATES.index(word) if word in STATES else len(STATES)


def _number(achievement: str | None) -> tuple[int, ...]:
    """The parts of an id, so that 1.10 comes after 1.9."""
    return tuple(int(part) for part in re.findall(r"\d{1,9}", achievement or ""))


_RANKS: Mapping[Order, Callable[[Plan], tuple[float, ...]]] = {
    Order.NAME: lambda plan: (),
    Order.STATE: lambda plan: (_place(plan_mark(plan).word),),
    Order.PROGRESS: lambda plan: (-plan.counts.approved / max(plan.counts.total, 1), -plan.counts.total),
    Order.NEXT: lambda plan: (STEPS.index(plan.next.workflow), *_number(plan.next.achievement)),
}

"""The figures of a plan: its documents, its fixes, and the effort that is left by its own estimates."""

import msgspec

from llm_dashboard.plans.dependencies import effort_hours
from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan


class EffortLeft(msgspec.Struct, frozen=True):
    """What the plan's own estimates add up to for the achievements that are not approved."""

    lower: float = 0.0
    """Hours."""
    upper: float = 0.0
    """Hours."""
    estimated: int = 0
    """Of so many achievements."""
    missing: int = 0
    """How many more have no estimate in hours: what is left of them is in no sum."""


class Statistics(msgspec.Struct, frozen=True):
    """How many documents a plan has, and what they come to."""

    subplans: int
    executions: int
    reviews: int
    """APPROVED and FIX files."""
    fixes_open: int
    """Achievements that need a fix."""
    fixes_answered: int
    """Achievements with a FIX that is answered and awaits a new verdict."""
    fixes_resolved: int
    """Achievements with a FIX that are approved."""
    effort_left: EffortLeft


def statistics(plan: Plan) -> Statistics:
    """The figures of a plan."""
    artifacts = [each.artifacts for each in plan.achievements]
    fixed = [each.status for each in plan.achievements if each.artifacts.fix]
    return Statistics(
        subplans=sum(len(each.subplans) for each in artifacts),
        executions=sum(len(each.executions) for each in artifacts),
        reviews=sum(len(each.approved) + len(each.fix) for each in artifacts),
        fixes_open=fixed.count(AchievementStatus.NEEDS_FIX),
        fixes_answered=fixed.count(AchievementStatus.AWAITING_REVIEW),
        fixes_resolved=fixed.count(AchievementStatus.APPROVED),
        effort_left=_effort_left([each for each in plan.achievements if each.status is not AchievementStatus.APPROVED]),
    )


def _effort_left(achievements: list[Achievement]) -> EffortLeft:
    hours = [found for each in achievements if (found := effort_hours(each.effort or ""))]
    return EffortLeft(
        lower=sum(lower for lower, _ in hours),
        upper=sum(upper for _, upper in hours),
        estimated=len(hours),
        missing=len(achievements) - len(hours),
    )

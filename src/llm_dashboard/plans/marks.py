"""One symbol of one cell, one word and one tone for each state of an achievement and of a plan: never colour alone."""

from typing import NamedTuple

from llm_dashboard.plans.models import AchievementStatus, Plan, StepKind


class Mark(NamedTuple):
    """How a state is shown."""

    symbol: str
    word: str
    tone: str
    """What its colour means: good, bad, wait (for a person), live, normal or dim."""


STATUS = {
    AchievementStatus.APPROVED: Mark("✓", "approved", "good"),
    AchievementStatus.NEEDS_FIX: Mark("!", "needs fix", "bad"),
    AchievementStatus.AWAITING_REVIEW: Mark("◆", "review", "wait"),
    AchievementStatus.IN_PROGRESS: Mark("▶", "in progress", "live"),
    AchievementStatus.SUBPLAN_READY: Mark("◦", "subplan ready", "normal"),
    AchievementStatus.NOT_STARTED: Mark("·", "not started", "dim"),
}

_NEXT = {
    StepKind.FIX: STATUS[AchievementStatus.NEEDS_FIX],
    StepKind.REVIEW: Mark("◆", "awaits review", "wait"),
    StepKind.CONTINUE: STATUS[AchievementStatus.IN_PROGRESS],
    StepKind.EXECUTION: STATUS[AchievementStatus.SUBPLAN_READY],
}


def plan_mark(plan: Plan) -> Mark:
    """The state of a whole plan, by what it needs next."""
    if not plan.achievements:
        unreadable = any(problem.code != "no-achievements" for problem in plan.problems)
        return Mark("?", "unreadable", "bad") if unreadable else Mark("?", "empty", "dim")
    if plan.counts.approved == plan.counts.total:
        return Mark("✓", "complete", "good")
    if plan.next.workflow is StepKind.NONE:
        return Mark("!", "blocked", "bad")
    return _NEXT.get(plan.next.workflow, Mark("·", "ready", "normal"))

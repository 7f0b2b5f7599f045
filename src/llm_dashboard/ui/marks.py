"""One symbol of one cell, one word and one tone for each state: never colour alone."""

from typing import NamedTuple

from llm_dashboard.plans.models import AchievementStatus, Plan, StepKind
from llm_dashboard.runs.models import Change, WorkflowState


class Mark(NamedTuple):
    """How a state is shown."""

    symbol: str
    word: str
    tone: str


STATUS = {
    AchievementStatus.APPROVED: Mark("✓", "approved", "good"),
    AchievementStatus.NEEDS_FIX: Mark("!", "needs fix", "bad"),
    AchievementStatus.AWAITING_REVIEW: Mark("◆", "review", "wait"),
    AchievementStatus.IN_PROGRESS: Mark("▶", "in progress", "live"),
    AchievementStatus.SUBPLAN_READY: Mark("◦", "subplan ready", "normal"),
    AchievementStatus.NOT_STARTED: Mark("·", "not started", "dim"),
}

RUN = {
    WorkflowState.PENDING: Mark("·", "pending", "dim"),
    WorkflowState.RUNNING: Mark("▶", "running", "live"),
    WorkflowState.SUCCESS: Mark("✓", "success", "good"),
    WorkflowState.FAILED: Mark("✗", "failed", "bad"),
    WorkflowState.TIMED_OUT: Mark("✗", "timed out", "bad"),
    WorkflowState.CANCELLED: Mark("✗", "cancelled", "wait"),
    WorkflowState.LOST: Mark("?", "lost", "bad"),
}

CHANGE = {Change.CREATED: ("+", "good"), Change.CHANGED: ("~", "wait"), Change.DELETED: ("-", "bad")}
"""The symbol and the tone of what happened to a file."""

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

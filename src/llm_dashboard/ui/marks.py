"""One symbol of one cell, one word and one tone for each state, of plans, of runs, and of what needs a person."""

from llm_dashboard.plans.marks import STATUS, Mark, plan_mark
from llm_dashboard.plans.models import AchievementStatus
from llm_dashboard.runs.models import Change, WorkflowState
from llm_dashboard.runs.needs import NeedKind

__all__ = ["CHANGE", "NEED", "RUN", "STATUS", "Mark", "plan_mark"]

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

NEED = {
    NeedKind.LOST: RUN[WorkflowState.LOST],
    NeedKind.FAILED: RUN[WorkflowState.FAILED],
    NeedKind.FIX: STATUS[AchievementStatus.NEEDS_FIX],
    NeedKind.REVIEW: STATUS[AchievementStatus.AWAITING_REVIEW],
}

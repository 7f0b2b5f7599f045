"""The plans as one object for other programs; the contract stands in docs/json.md."""

import msgspec

from llm_dashboard.plans.models import Achievement, Counts, NextStep, Plan, Problem, WorkspaceState


class PlanReport(msgspec.Struct, frozen=True):
    """A plan."""

    name: str
    path: str
    plan_file: str
    header: dict[str, str]
    counts: Counts
    next: NextStep
    achievements: tuple[Achievement, ...]
    problems: tuple[Problem, ...]


class StatusReport(msgspec.Struct, frozen=True):
    """A workspace."""

    workspace: str
    plans: tuple[PlanReport, ...]
    problems: tuple[Problem, ...]


def status_report(state: WorkspaceState) -> StatusReport:
    """What the workspace says."""
    return StatusReport(state.name, tuple(map(_plan_report, state.plans)), state.problems)


def _plan_report(plan: Plan) -> PlanReport:
    return PlanReport(
        plan.name,
        plan.path,
        plan.plan_file,
        dict(plan.header),
        plan.counts,
        plan.next,
        plan.achievements,
        plan.problems,
    )

"""What waits for a person, over all plans: reviews, fixes, and runs that ended badly and were not run again."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

import msgspec

from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan
from llm_dashboard.plans.schedule import achievement_step
from llm_dashboard.runs.about import is_about
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.workflows.models import WorkflowType


class NeedKind(StrEnum):
    """What a person has to do, the most urgent first."""

    LOST = "lost"
    FAILED = "failed"
    FIX = "fix"
    REVIEW = "review"


class Need(msgspec.Struct, frozen=True):
    """One achievement, or one run, that waits for a person."""

    kind: NeedKind
    plan: str
    plan_file: str
    """Relative to the workspace, with `/`."""
    achievement: str | None
    title: str
    """The achievement's; empty where it is about none."""
    reason: str
    """One clause that says why."""
    run: str | None = None
    """The id of the run that ended badly."""
    since: str | None = None
    """When that run was asked for: ISO 8601, UTC."""
    live: bool = False
    """Whether a run is at work on it."""


BAD_ENDS = (WorkflowState.FAILED, WorkflowState.TIMED_OUT, WorkflowState.LOST)
"""What a person stopped waits for none."""


def needs(plans: Collection[Plan], runs: Collection[Run]) -> tuple[Need, ...]:
    """Everything that waits for a person, the most urgent first: runs, the newest first, then plan by plan."""
    places = _by_name(plans)
    live = {
        (_plan_of(run, places).plan_file, run.record.achievement)
        for run in runs
        if not run.state.is_final and run.record.plan in places
    }
    found = [_of_run(run, _plan_of(run, places)) for run in stopped_runs(plans, runs)]
    for plan in plans:
        if plan.counts.needs_fix or plan.counts.awaiting_review:
            found += [
                _of_achievement(each, plan, live=(plan.plan_file, each.id) in live)
                for each in plan.achievements
                if each.status in _WAITING
            ]
    order = list(NeedKind)
    return tuple(sorted(found, key=lambda need: (need.live, order.index(need.kind))))


def count_needs(plans: Collection[Plan], runs: Iterable[Run]) -> int:
    """How many `needs` there are."""
    verdicts = sum(plan.counts.needs_fix + plan.counts.awaiting_review for plan in plans)
    return verdicts + len(stopped_runs(plans, runs))


def stopped_runs(plans: Iterable[Plan], runs: Iterable[Run]) -> list[Run]:
    """The runs of these plans that ended badly and were not run again since, the newest first.

    One whose work is there all the same is left out: its achievement is approved, or has the SUBPLAN that was to be written.
    """
    places = _by_name(plans)
    newest: dict[tuple[str, str, str | None], Run] = {}
    for run in runs:
        record = run.record
        if record.plan in places:
            what = _plan_of(run, places).plan_file, record.label, record.achievement
            if what not in newest or newest[what].record.requested_at < record.requested_at:
                newest[what] = run
    bad = [run for run in newest.values() if run.state in BAD_ENDS]
    if not bad:
        return []
    waiting = [run for run in bad if not _is_done(run, _plan_of(run, places))]
    return sorted(waiting, key=lambda run: run.record.requested_at, reverse=True)


_WAITING = {AchievementStatus.NEEDS_FIX: NeedKind.FIX, AchievementStatus.AWAITING_REVIEW: NeedKind.REVIEW}


def _by_name(plans: Iterable[Plan]) -> dict[str, list[Plan]]:
    places: dict[str, list[Plan]] = {}
    for plan in plans:
        places.setdefault(plan.name, []).append(plan)
    return places


def _plan_of(run: Run, places: Mapping[str, list[Plan]]) -> Plan:
    named = places[run.record.plan or ""]
    return next((plan for plan in named if is_about(run, plan)), named[0])


def _is_done(run: Run, plan: Plan) -> bool:
    achievement = plan.achievement(run.record.achievement or "")
    if achievement is None:
        return False
    if run.record.workflow is WorkflowType.SUBPLAN:
        return achievement.status is not AchievementStatus.NOT_STARTED
    return achievement.status is AchievementStatus.APPROVED


def _of_run(run: Run, plan: Plan) -> Need:
    record, failure = run.record, run.result.failure if run.result else None
    achievement = plan.achievement(record.achievement or "")
    reason = f"{record.label}: {failure.message if failure else run.state.replace('_', ' ')}"
    kind = NeedKind.LOST if run.state is WorkflowState.LOST else NeedKind.FAILED
    title = achievement.title if achievement else ""
    return Need(kind, plan.name, plan.plan_file, record.achievement, title, reason, run.id, record.requested_at)


def _of_achievement(each: Achievement, plan: Plan, *, live: bool) -> Need:
    reason = achievement_step(each, plan).reason
    return Need(_WAITING[each.status], plan.name, plan.plan_file, each.id, each.title, reason, live=live)

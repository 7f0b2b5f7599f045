"""What is next: the step that an achievement or a plan needs, and how far a plan is."""

import re
from collections.abc import Iterable, Mapping, Sequence

from llm_dashboard.plans.models import (
    Achievement,
    AchievementStatus,
    Artifacts,
    Counts,
    NextStep,
    Plan,
    StepKind,
)
from llm_dashboard.plans.status import last_round

_STEPS = {
    AchievementStatus.NOT_STARTED: StepKind.SUBPLAN,
    AchievementStatus.SUBPLAN_READY: StepKind.EXECUTION,
    AchievementStatus.IN_PROGRESS: StepKind.CONTINUE,
    AchievementStatus.AWAITING_REVIEW: StepKind.REVIEW,
    AchievementStatus.NEEDS_FIX: StepKind.FIX,
    AchievementStatus.APPROVED: StepKind.NONE,
}


def next_step(plan: Plan) -> NextStep:
    """The step that the plan needs next: of the first achievement in document order that is not approved and waits for none."""
    return first_step(plan.achievements)


def first_step(achievements: Sequence[Achievement]) -> NextStep:
    """`next_step` of a plan with these achievements."""
    by_id = {each.id: each for each in achievements}
    blocked: list[NextStep] = []
    for each in achievements:
        if each.status is not AchievementStatus.APPROVED:
            step = _step(each, by_id)
            if step.workflow is not StepKind.NONE:
                return step
            blocked.append(step)
    if blocked:
        return NextStep(None, StepKind.NONE, f"{blocked[0].achievement} {blocked[0].reason}, and nothing else is ready")
    return NextStep(
        None, StepKind.NONE, "every achievement is approved" if achievements else "no achievements are declared"
    )


def achievement_step(achievement: Achievement, plan: Plan) -> NextStep:
    """What one achievement of the plan needs, and the evidence; nothing while it waits for another or when it is approved."""
    return _step(achievement, {each.id: each for each in plan.achievements})


def awaiting_review(plan: Plan) -> str | None:
    """The achievement that is meant by a review of the plan: the next one, else the first that awaits it; or None."""
    if plan.next.workflow is StepKind.REVIEW:
        return plan.next.achievement
    awaiting = (each.id for each in plan.achievements if each.status is AchievementStatus.AWAITING_REVIEW)
    return next(awaiting, None)


def _step(achievement: Achievement, by_id: Mapping[str, Achievement]) -> NextStep:
    if achievement.status is not AchievementStatus.APPROVED:
        for dependency in achievement.dependencies:
            other = by_id.get(dependency)
            # An id that the plan does not have is a problem of its own, and often prose: nobody could ever approve it.
            if other and other.status is not AchievementStatus.APPROVED:
                reason = f"waits for {dependency}, which is not approved yet"
                return NextStep(achievement.id, StepKind.NONE, reason)
    return NextStep(achievement.id, _STEPS[achievement.status], _reason(achievement.status, achievement.artifacts))


def _reason(status: AchievementStatus, artifacts: Artifacts) -> str:
    """One clause that names the evidence of a status."""
    executions = len(artifacts.executions)
    match status:
        case AchievementStatus.NOT_STARTED:
            return "it has no SUBPLAN"
        case AchievementStatus.SUBPLAN_READY:
            return f"{_name(artifacts.subplans)} has no EXECUTION_TASK"
        case AchievementStatus.IN_PROGRESS if executions == 1:
            return f"{_name(artifacts.executions)} is not complete"
        case AchievementStatus.IN_PROGRESS:
            return f"not all of its {executions} EXECUTION_TASKs are complete"
        case AchievementStatus.AWAITING_REVIEW if artifacts.fix:
            resolution = last_round(artifacts.resolutions)
            return f"{_name((resolution,) if resolution else ())} answers {_name(artifacts.fix)} and has no verdict"
        case AchievementStatus.AWAITING_REVIEW if executions == 1:
            return "its one EXECUTION_TASK is complete and has no feedback"
        case AchievementStatus.AWAITING_REVIEW:
            return f"its {executions} EXECUTION_TASKs are complete and have no feedback"
        case AchievementStatus.NEEDS_FIX if artifacts.approved:
            return f"{_name(artifacts.fix)} is later than {_name(artifacts.approved)}"
        case AchievementStatus.NEEDS_FIX:
            return f"{_name(artifacts.fix)} is open"
        case AchievementStatus.APPROVED:
            return f"{_name(artifacts.approved)} is there"


def _name(paths: Sequence[str]) -> str:
    return paths[-1].rpartition("/")[2] if paths else "a file"


def counts(achievements: Iterable[Achievement]) -> Counts:
    """How many achievements there are, in all and per status."""
    statuses = [each.status for each in achievements]
    return Counts(len(statuses), *[statuses.count(each) for each in _STEPS])


def nearest_ids(plan: Plan, text: str) -> tuple[str, ...]:
    """The ids of the plan that are nearest to a wrong one, at most three, the nearest first."""
    import difflib

    digits = re.sub(r"\D", "", text[:20])
    ids = [each.id for each in plan.achievements]
    same = [each for each in ids if digits and each.replace(".", "").lstrip("0") == digits.lstrip("0")]
    close = difflib.get_close_matches(text[:20].strip(), ids, n=3, cutoff=0.5)
    return tuple(dict.fromkeys(same + close + _by_number(ids, text[:20])))[:3]


def _by_number(ids: Sequence[str], text: str) -> list[str]:
    """The ids from the nearest number to the farthest; in document order for what is no number."""

    def number(written: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", written)]

    wanted = number(text)
    if not wanted:
        return list(ids)
    return sorted(ids, key=lambda each: [abs(one - other) for one, other in zip(number(each), wanted, strict=False)])

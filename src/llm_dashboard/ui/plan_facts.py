"""What is known of a plan as a whole: its header, its figures, and its health with what each part rests on."""

from collections.abc import Iterator, Sequence

from llm_dashboard.measures import count
from llm_dashboard.plans.health import Health
from llm_dashboard.plans.models import AchievementStatus, Plan, StepKind
from llm_dashboard.plans.statistics import EffortLeft, Statistics
from llm_dashboard.ui.cells import bar
from llm_dashboard.ui.key_map import TABLE, KeyMap
from llm_dashboard.ui.marks import STATUS, plan_mark
from llm_dashboard.ui.widgets.block import NO_MARK, Field, Line

SHOWN_PROBLEMS = 20
BAR_WIDTH = 20
BLANK: Field = ("", NO_MARK, ())
Group = tuple[Sequence[Line], Sequence[Field]]
"""Lines, and fields below them."""


def hours_left(effort: EffortLeft) -> str:
    """`about 9–12 h left`; `at least` where an estimate is missing; empty where there is none."""
    if not effort.estimated:
        return ""
    return f"{'at least' if effort.missing else 'about'} {_hours(effort)} left"


def plan_facts(plan: Plan, statistics: Statistics, health: Health | None, keys: KeyMap = TABLE) -> Group:
    """What is known of it: what comes next, its figures, its health, its problems, and its header."""
    mark, step = plan_mark(plan), plan.next
    top: list[Line] = [((plan.title or plan.name, "strong"),), ((f"{mark.symbol} {mark.word}", mark.tone),), ()]
    following: tuple[tuple[str, str] | str, ...] = (step.reason,)
    if step.achievement and step.workflow is not StepKind.NONE:
        following = (f"{step.workflow} {step.achievement}: {step.reason}", (f"   {keys.shown('execute-next')}", "key"))
    opening = ((keys.shown("edit-document"), "key"), " opens it in your editor")
    groups = [
        [_field("Next", *following)] if plan.achievements else [],
        _progress(plan) if plan.achievements else [],
        _figures(statistics) if plan.achievements else [],
        _health(health) if health else [],
        _problems(plan),
        [] if plan.achievements else [_field("What helps", *opening)],
        [_field(name, value) for name, value in plan.header.items() if value],
    ]
    fields: list[Field] = []
    for group in map(list, groups):
        fields += [BLANK, *group] if fields and group else group
    return top, fields


def _field(label: str, *value: tuple[str, str] | str) -> Field:
    return label, NO_MARK, value


def _progress(plan: Plan) -> Iterator[Field]:
    counts = plan.counts
    done, left = bar(counts.approved, counts.total, BAR_WIDTH)
    yield _field("Progress", (done, "accent"), (left, "rule"), f"  {counts.approved}/{counts.total}")
    width = len(str(counts.total))
    for status in reversed(AchievementStatus):
        if number := getattr(counts, status.value):
            mark = STATUS[status]
            yield _field("", (f"{mark.symbol} ", mark.tone), f"{number:>{width}} ", (mark.word, mark.tone))


def _figures(statistics: Statistics) -> Iterator[Field]:
    documents = (
        count(statistics.subplans, "SUBPLAN"),
        count(statistics.executions, "EXECUTION_TASK"),
        count(statistics.reviews, "review"),
    )
    yield _field("Documents", ", ".join(documents))
    fixes = (
        (statistics.fixes_open, "open", "bad"),
        (statistics.fixes_answered, "answered and awaiting review", "wait"),
        (statistics.fixes_resolved, "resolved", "normal"),
    )
    said = [(f"{number} {word}   ", tone) for number, word, tone in fixes if number]
    yield _field("Fixes", *(said or [("none", "normal")]))
    effort = statistics.effort_left
    left = f"{_hours(effort)}, by the plan's own estimates" if effort.estimated else "no estimate in hours"
    if effort.missing and effort.estimated:
        left += f"; {effort.missing} of {effort.estimated + effort.missing} achievements have none"
    yield _field("Effort left", left if effort.estimated or effort.missing else "none")


def _health(health: Health) -> Iterator[Field]:
    yield _field("Health", (str(health.score), "strong"), (" of 100", "dim"))
    for part in health.parts:
        lost = (f"−{part.lost}", "bad") if part.lost else ("0", "dim")
        yield _field(f"  {part.what}", (lost[0].rjust(3), lost[1]), (f" of {part.most}  ", "dim"), part.seen)


def _problems(plan: Plan) -> Iterator[Field]:
    for number, problem in enumerate(plan.problems[:SHOWN_PROBLEMS]):
        place = f"line {problem.line}: " if problem.line else ""
        yield _field("" if number else "Problems", ("? ", "bad"), place + problem.message)
    if (more := len(plan.problems) - SHOWN_PROBLEMS) > 0:
        yield _field("", (f"and {more} more", "dim"))


def _hours(effort: EffortLeft) -> str:
    lower, upper = (f"{round(hours, 1):g}" for hours in (effort.lower, effort.upper))
    return f"{lower} h" if lower == upper else f"{lower}–{upper} h"

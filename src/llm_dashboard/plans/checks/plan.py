"""The rules that a plan has to keep: its status, its index, its numbers, and the parallel.json beside it."""

import re
from collections.abc import Iterator

import msgspec

from llm_dashboard.plans.checks.document import Document, DocumentKind, check_document
from llm_dashboard.plans.checks.models import Finding, finding, shown
from llm_dashboard.plans.models import AchievementStatus, Plan
from llm_dashboard.plans.parser import declared
from llm_dashboard.plans.status import says_complete
from llm_dashboard.safe_text import plain


def check_plan_document(plan: Plan, text: str) -> Iterator[Finding]:
    """What is wrong with the text of a plan, besides the problems that its reader reports."""
    document = Document(DocumentKind.PLAN, plan.plan_file, text, plan.name)
    begun = any(each.artifacts.executions for each in plan.achievements)
    yield from check_document(document, in_use=begun)
    yield from _status(plan, document)
    yield from _collisions(plan, document)
    yield from _index(document)
    yield from _numbers(plan, document)


def _status(plan: Plan, document: Document) -> Iterator[Finding]:
    value = plan.header.get("Status", "")
    if not value or not plan.achievements:
        return
    line = document.line_of(_STATUS)
    total = len(plan.achievements)
    open_ones = total - plan.counts.approved
    if says_complete(value):
        if open_ones:
            sentence = f"The plan says {shown(value)}, and {open_ones} of its {total} achievements are not approved."
            yield document.finding("plan-status", sentence, line)
        return
    if not open_ones:
        sentence = f"The plan says {shown(value)}, and all of its {total} achievements are approved."
        yield document.finding("plan-status-stale", sentence, line)
    elif _NOT_BEGUN.match(value) and (begun := total - plan.counts.not_started - plan.counts.subplan_ready):
        sentence = f"The plan says {shown(value)}, and work on {begun} of its {total} achievements has begun."
        yield document.finding("plan-status-stale", sentence, line)


def _collisions(plan: Plan, document: Document) -> Iterator[Finding]:
    """Ids whose documents have the same names: 1.10 and 11.0."""
    first: dict[str, str] = {}
    for each in plan.achievements:
        digits = each.id.replace(".", "")
        other = first.setdefault(digits, each.id)
        if other != each.id:
            sentence = f"{each.id} and {other} have the same file names: APPROVED_{digits}.md, FIX_{digits}.md."
            yield finding("id-collision", sentence, document.path, each.line, plan=plan.name, achievement=each.id)


def _index(document: Document) -> Iterator[Finding]:
    index, body = (
        {each.id: each for each in reversed(found)} for found in declared(document.text.encode(errors="replace"))
    )
    if not index:
        if body:
            yield document.finding("index-missing", "The plan has no Achievement Index.")
        return
    if not body:
        return
    for each in index.values():
        other = body.get(each.id)
        if other is None:
            yield document.finding("index-differs", f"{each.id} is in the index and not in the text.", each.line)
        elif _title(other.title) != _title(each.title):
            sentence = (
                f"{each.id} is {shown(each.title, 50)} in the index and {shown(other.title, 50)} in line {other.line}."
            )
            yield document.finding("title-differs", sentence, each.line)
    for each in body.values():
        if each.id not in index:
            sentence = f"{each.id} is in the text and not in the index, and so it does not count."
            yield document.finding("index-differs", sentence, each.line)


def _title(text: str) -> str:
    return " ".join(text.casefold().split())


def _numbers(plan: Plan, document: Document) -> Iterator[Finding]:
    """Fields that count the achievements and come to another number; the first is enough."""
    for match in document.search(_COUNT):
        if int(match[1]) != len(plan.achievements) > 0:
            sentence = f"It counts {match[1]} achievements, and {len(plan.achievements)} are declared."
            yield document.finding("count-differs", sentence, document.line(match.start()))
            return


class _Entry(msgspec.Struct):
    achievement_id: str = ""
    id: str = ""
    status: str = ""


class _ParallelFile(msgspec.Struct):
    achievements: list[_Entry]


def check_parallel(plan: Plan, path: str, text: str) -> Iterator[Finding]:
    """Statuses of a parallel.json that the files deny. One that cannot be read is the reader's problem."""
    try:
        entries = msgspec.json.decode(text.encode(errors="replace"), type=_ParallelFile).achievements
    except (msgspec.DecodeError, RecursionError):
        return
    lines = text.split("\n")
    for entry in entries:
        achievement = plan.achievement(entry.achievement_id or entry.id)
        allowed = _PARALLEL.get(entry.status)
        if achievement is None or allowed is None or achievement.status in allowed:
            continue
        written = re.compile(rf'"(?:achievement_)?id"\s*:\s*"{re.escape(achievement.id)}"')
        line = next((number for number, each in enumerate(lines, 1) if written.search(each)), None)
        stands = achievement.status.replace("_", " ")
        sentence = (
            f"parallel.json has {achievement.id} as {shown(plain(entry.status))}, and by its files it is {stands}."
        )
        yield finding("parallel-status", sentence, path, line, plan=plan.name, achievement=achievement.id)


_STATUS = re.compile(r"^[ \t]*\*\*Status\b", re.MULTILINE)
_NOT_BEGUN = re.compile(r"\W*(?:planning|planned|draft|design|not started)\b", re.IGNORECASE)
_COUNT = re.compile(
    r"^[ \t]*(?:[-*] )?\*\*[^*\n]{1,60}\*\*:?[ \t]*(?:[^\w\s*][ \t]*)?\d{1,4}/(\d{1,4})"
    r"(?:[ \t]+achievements\b|[ \t]*\(\d+%\)\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
"""`**Progress**: 3/7 achievements`"""
_BEGUN = frozenset(AchievementStatus) - {AchievementStatus.NOT_STARTED, AchievementStatus.SUBPLAN_READY}
_PARALLEL = {
    "not_started": frozenset({AchievementStatus.NOT_STARTED}),
    "subplan_created": frozenset({AchievementStatus.SUBPLAN_READY}),
    "execution_created": _BEGUN - {AchievementStatus.APPROVED},
    "in_progress": _BEGUN - {AchievementStatus.APPROVED},
    "complete": frozenset({AchievementStatus.APPROVED}),
    "failed": frozenset(AchievementStatus) - {AchievementStatus.APPROVED},
    "skipped": frozenset({AchievementStatus.NOT_STARTED, AchievementStatus.SUBPLAN_READY}),
}
"""What a status of a parallel.json allows that the files say."""

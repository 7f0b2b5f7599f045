"""The documents of one achievement: whether they are complete, agree with each other, and are about it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from llm_dashboard.plans.checks.document import Document, DocumentKind, check_document
from llm_dashboard.plans.checks.models import Finding, finding, shown
from llm_dashboard.plans.documents import fix_issues
from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan
from llm_dashboard.plans.status import (
    feedback_round,
    is_complete,
    review_date,
    says_complete,
    status_lines,
    written_id,
)

KINDS_OF_DOCUMENTS = {
    DocumentKind.SUBPLAN: "subplans",
    DocumentKind.EXECUTION_TASK: "executions",
    DocumentKind.APPROVED: "approved",
    DocumentKind.FIX: "fix",
    DocumentKind.RESOLUTION: "resolutions",
}
"""Where the artifacts of an achievement hold the paths of each kind."""
DONE = (AchievementStatus.APPROVED, AchievementStatus.AWAITING_REVIEW)

Documents = Mapping[DocumentKind, Sequence[Document]]


def check_achievement(plan: Plan, achievement: Achievement, documents: Documents) -> Iterator[Finding]:
    """What is wrong with the documents of an achievement. `documents` are those of its artifacts that could be read."""
    yield from _missing(plan, achievement)
    for kind, members in documents.items():
        for document in members:
            begun = achievement.artifacts.executions if kind is DocumentKind.SUBPLAN else achievement.status in DONE
            yield from check_document(document, in_use=bool(begun))
            if kind is not DocumentKind.APPROVED:
                yield from _heading(document)
    for document in documents.get(DocumentKind.SUBPLAN, ()):
        yield from _subplan_status(document, achievement)
    for document in documents.get(DocumentKind.EXECUTION_TASK, ()):
        yield from _execution_status(document, achievement)
    verdicts = (*documents.get(DocumentKind.APPROVED, ()), *documents.get(DocumentKind.FIX, ()))
    yield from _verdicts(verdicts, both=bool(achievement.artifacts.approved and achievement.artifacts.fix))


def check_approvals(approvals: Sequence[Document]) -> Iterator[Finding]:
    """Approvals of a plan that are about another achievement than their names say, copies of each other above all."""
    written = {document.path: written_id(document.text) for document in approvals}
    originals: dict[str, Document] = {}
    for document in sorted(approvals, key=lambda each: written[each.path] != each.achievement):
        original = originals.setdefault(document.text, document) if document.text.strip() else document
        if original is not document:
            about = f", which is about {written[original.path]}" if written[original.path] else ""
            sentence = f"It is a copy of {original.name}{about}, byte for byte."
            yield document.finding("verdict-copy", sentence, 1)
        else:
            yield from _heading(document)


def _missing(plan: Plan, achievement: Achievement) -> Iterator[Finding]:
    """Documents that should be there, because others are that rest on them."""
    artifacts = achievement.artifacts
    fixes = {feedback_round(path) for path in artifacts.fix}
    alone = [path for path in artifacts.resolutions if feedback_round(path) not in fixes]
    verdicts = artifacts.approved or artifacts.fix
    for code, there, needed, what in (
        ("subplan-missing", artifacts.executions, artifacts.subplans, "an EXECUTION_TASK and no SUBPLAN"),
        ("execution-missing", verdicts, artifacts.executions, "a verdict and no EXECUTION_TASK"),
        ("fix-missing", alone, (), "an answer to a FIX that is not there"),
    ):
        if there and not needed:
            sentence = f"{achievement.id} has {what}."
            yield finding(code, sentence, there[0], plan=plan.name, achievement=achievement.id)


def _heading(document: Document) -> Iterator[Finding]:
    written = written_id(document.text)
    if written is None or written == document.achievement:
        return
    line = document.line_of(re.compile(rf"\bAchievement\b.*\b{re.escape(written)}(?![\d.])"))
    code = "verdict-heading" if document.kind in _OPPOSITE else "document-heading"
    sentence = f"It is about {written} by what it says, and about {document.achievement} by its name."
    yield document.finding(code, sentence, line)


def _subplan_status(document: Document, achievement: Achievement) -> Iterator[Finding]:
    header, _ = status_lines(document.text)
    if header is None or not header.value:
        return
    complete = says_complete(header.value)
    if not complete and achievement.status is AchievementStatus.APPROVED:
        sentence = f"The SUBPLAN says {shown(header.value)}, and {achievement.id} is approved."
        yield document.finding("subplan-status", sentence, header.line)
    elif complete and achievement.status in (AchievementStatus.SUBPLAN_READY, AchievementStatus.IN_PROGRESS):
        sentence = f"The SUBPLAN says {shown(header.value)}, and the work on {achievement.id} is not complete."
        yield document.finding("subplan-status", sentence, header.line)


def _execution_status(document: Document, achievement: Achievement) -> Iterator[Finding]:
    for match in _status_fields(document, _CHOICE):
        sentence = f"The status is {shown(match[1])}, as in the template."
        yield document.finding("status-unchosen", sentence, document.line(match.start()))
        return
    header, closing = status_lines(document.text)
    if achievement.status is AchievementStatus.APPROVED and not is_complete(document.text, achievement.id):
        last = closing or header
        if last is None or _OPEN.search(last.value):
            says = f"says {shown(last.value)}" if last else "has no status"
            sentence = f"{achievement.id} is approved, and this EXECUTION_TASK {says}."
            yield document.finding("execution-open", sentence, last.line if last else None)
    elif header and closing and _contradict(header.value, closing.value):
        values = f"{shown(header.value, 40)} and ends with {shown(closing.value, 40)}"
        sentence = f"It begins with {values} (line {closing.line})."
        yield document.finding("execution-status", sentence, header.line)


def _contradict(one: str, other: str) -> bool:
    """Whether one status says that the work is done, and the other that it goes on. What is neither says nothing."""
    return says_complete(one) != says_complete(other) and bool(_OPEN.search(one) or _OPEN.search(other))


def _status_fields(document: Document, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The status fields that match and begin their lines."""
    for match in document.search(pattern):
        line = document.text.rfind("\n", 0, match.start()) + 1
        if _FIELD_START.fullmatch(document.text, line, match.start()):
            yield match


def _verdicts(documents: Sequence[Document], *, both: bool) -> Iterator[Finding]:
    for document in documents:
        if not document.text.strip():
            continue
        for match in _status_fields(document, _STATUS):
            line = document.line(match.start())
            if line <= _HEAD_LINES and _OPPOSITE[document.kind].search(match[1]):
                yield document.finding("verdict-status", f"It says {shown(match[1])}.", line)
        if document.kind is DocumentKind.FIX:
            issues = fix_issues(document.text)
            if not issues.critical and not issues.minor:
                yield document.finding("fix-no-issue", "The FIX lists no issue.", 1)
        if both and review_date(document.text) is None:
            sentence = "It has no Review Date, and the achievement has both an APPROVED and a FIX."
            yield document.finding("verdict-undated", sentence, 1)


_HEAD_LINES = 30
_FIELD_START = re.compile(r"[ \t]*\*\*(?:\w+ )?")
_STATUS = re.compile(r"Status(?:\*\*[ \t]*:|:[ \t]*\*\*)[ \t]*([^\n]*)")
_CHOICE = re.compile(r"Status(?:\*\*[ \t]*:|:[ \t]*\*\*)[ \t]*(\[[^\]\n]*/[^\]\n]*\])\s*$", re.MULTILINE)
"""`**Status**: [In Progress / Complete]`"""
_OPEN = re.compile(
    r"\b(?:in progress|executing|starting|planning|planned|pending|ready (?:to|for) execut\w+|not started|blocked|waiting)\b",
    re.IGNORECASE,
)
"""What the status of work that goes on, or has not begun, says."""
_OPPOSITE = {
    DocumentKind.APPROVED: re.compile(
        r"\bpending\b|\bneeds? fix|\bnot approved\b|\brejected\b|\bincomplete\b", re.IGNORECASE
    ),
    DocumentKind.FIX: re.compile(r"(?<!not )\bapproved\b", re.IGNORECASE),
}
"""What a status says that contradicts the name of its document."""

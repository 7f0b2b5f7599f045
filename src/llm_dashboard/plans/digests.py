"""What the documents of an achievement say of themselves, in short: claims, to be shown as such, and safe to draw."""

import re

import msgspec

from llm_dashboard.plans.documents import fix_issues, header_field
from llm_dashboard.plans.markdown import fenced_lines, heading
from llm_dashboard.plans.status import is_complete
from llm_dashboard.safe_text import plain_block

SHOWN = 50
"""So many claims of one kind are kept: the last ones."""
_LONGEST = 200

_FIELD = r"[ \t>*+-]{0,12}\*\*(?:EXECUTION[_ ]TASK )?"
_STATUS = re.compile(_FIELD + r"Status(?:\*\*[ \t]*:|:[ \t]*\*\*)[ \t]*(.*)")
_ITERATION = re.compile(r"\W*(Iterations? \d.*)", re.IGNORECASE)
_UNCHECKED = re.compile(r"\s*[-*+]\s+\[ \]")
_TESTS = re.compile(
    r"\b\d+\s*/\s*\d+\s+(?:(?:unit|integration|real|all)\s+)?(?:tests?\s+)?pass(?:ing|ed)?\b"
    r"|\btests?(?: passed| results?)?\*{0,2}:\*{0,2}\s*\d+\s*/\s*\d+\b(?: pass(?:ing|ed)\b)?"
    r"|\b\d+ (?:(?:unit|integration)\s+)?tests? (?:passing|passed)\b"
    r"|\b(?:\d+ failed, )?\d+ passed(?:, \d+ (?:failed|skipped|xfailed))*\b",
    re.IGNORECASE,
)
_ALL_TESTS = re.compile(r"\ball (?:\d+ )?(?:unit |integration )?tests (?:pass|passing|passed)\b", re.IGNORECASE)
_MARKS_AROUND = re.compile(r"^[^\w(\[]+|[^\w)\].%!?…]+$")
_ISSUE_START = re.compile(r"[#*\s]*(?:(?:Issue )?#?\d{1,3}[.:)]|[-*+])?[\s*]*", re.IGNORECASE)


class Said(msgspec.Struct, frozen=True):
    """What a line of a document says."""

    line: int
    """Counted from 1."""
    text: str


class SubplanDigest(msgspec.Struct, frozen=True):
    """A SUBPLAN in short. Empty strings where it says nothing."""

    status: str
    created: str
    effort: str


class ExecutionDigest(msgspec.Struct, frozen=True):
    """An EXECUTION_TASK in short."""

    complete: bool
    """By its header or its closing status, as the achievement's status is told."""
    statuses: tuple[Said, ...]
    """Its `Status` lines, those of the iterations too."""
    iterations: tuple[Said, ...]
    """The headings of its iterations."""
    tests: tuple[Said, ...]
    """The lines that claim a result of tests: only the phrase that does."""


class FeedbackDigest(msgspec.Struct, frozen=True):
    """An APPROVED, a FIX or the resolution of one, in short."""

    status: str
    reviewer: str
    date: str
    """As written."""
    critical: tuple[str, ...] = ()
    """The first line of each critical issue."""
    minor: tuple[str, ...] = ()


Digest = SubplanDigest | ExecutionDigest | FeedbackDigest


def subplan_digest(text: str) -> SubplanDigest:
    """A SUBPLAN in short."""
    status, created, effort = (_field(text, name) for name in ("Status", "Created", "Estimated Effort"))
    return SubplanDigest(status, created, effort)


def execution_digest(text: str, achievement_id: str) -> ExecutionDigest:
    """An EXECUTION_TASK of that achievement in short. What is in a code fence is no status, but can be the output of tests."""
    lines = plain_block(text).split("\n")
    statuses, iterations, counted, uncounted = [], [], [], []
    for number, (line, fenced) in enumerate(zip(lines, fenced_lines(lines), strict=True), 1):
        line = line[:_LONGEST]
        if not fenced:
            if match := _STATUS.match(line):
                statuses.append(Said(number, _words(match[1])))
            elif (title := heading(line)) and (match := _ITERATION.match(title[1])):
                iterations.append(Said(number, _words(match[1])))
        if not _UNCHECKED.match(line):
            if match := _TESTS.search(line):
                counted.append(Said(number, _words(match[0])))
            elif match := _ALL_TESTS.search(line):
                uncounted.append(Said(number, match[0]))
    tests = counted or uncounted
    return ExecutionDigest(
        is_complete(text, achievement_id),
        *(tuple(found[-SHOWN:]) for found in (statuses, iterations, tests)),
    )


def feedback_digest(text: str) -> FeedbackDigest:
    """An APPROVED, a FIX or the resolution of one, in short."""
    issues = fix_issues(text)
    date = issues.date or header_field(text, "Resolution Date") or header_field(text, "Approval Date")
    return FeedbackDigest(
        _field(text, "Status"),
        _words(issues.reviewer),
        _words(date),
        tuple(map(_headline, issues.critical)),
        tuple(map(_headline, issues.minor)),
    )


def _field(text: str, name: str) -> str:
    return _words(header_field(text, name))


def _words(text: str) -> str:
    """A claim without emphasis and the marks around it."""
    return _MARKS_AROUND.sub("", re.sub(r"\*\*|__|`", "", text[:_LONGEST]).strip()).strip()


def _headline(issue: str) -> str:
    first = issue.split("\n", 1)[0][:_LONGEST]
    return re.sub(r"\*\*|__|`", "", first[_ISSUE_START.match(first).end() :]).strip(" :") or first  # type: ignore[union-attr]

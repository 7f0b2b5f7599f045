"""The rules that one document beside a plan, or the plan itself, has to keep for itself."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property

from llm_dashboard.measures import count
from llm_dashboard.plans.checks.models import Finding, finding, shown
from llm_dashboard.plans.markdown import fenced_lines, split_lines, unclosed_fences


class DocumentKind(StrEnum):
    """What a document is, as the beginning of its name says."""

    PLAN = "PLAN"
    SUBPLAN = "SUBPLAN"
    EXECUTION_TASK = "EXECUTION_TASK"
    APPROVED = "APPROVED"
    FIX = "FIX"
    RESOLUTION = "RESOLUTION"
    GRAMMAPLAN = "GRAMMAPLAN"
    NORTH_STAR = "NORTH_STAR"


LIMITS = {
    DocumentKind.EXECUTION_TASK: 200,
    DocumentKind.SUBPLAN: 600,
    DocumentKind.PLAN: 900,
    DocumentKind.GRAMMAPLAN: 1500,
    DocumentKind.NORTH_STAR: 2000,
}
"""The methodology's limits, in lines.

200 stands in the header of every EXECUTION_TASK; 600, 900, 1,500 and 2,000 are the upper ends of the ranges that its plan
METHODOLOGY-HIERARCHY-EVOLUTION laid down (achievements 0.1 to 0.3 and 1.1). Feedback has none.
"""


class Document:
    """A document as it was read."""

    def __init__(
        self, kind: DocumentKind, path: str, text: str, plan: str | None = None, achievement: str | None = None
    ):
        self.kind = kind
        self.path = path
        self.text = text
        self.plan = plan
        self.achievement = achievement
        """The id of the achievement that it belongs to by its name."""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.rpartition("/")[2]

    @cached_property
    def lines(self) -> list[str]:
        """Its lines; a line end at the end of the file begins no line."""
        lines = split_lines(self.text)
        return lines if lines[-1] else lines[:-1]

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """The lines that are in no code fence, with their numbers, counted from 1."""
        fenced = fenced_lines(self.lines)
        return [(number, line) for number, line in enumerate(self.lines, 1) if not fenced[number - 1]]

    def line_of(self, pattern: re.Pattern[str]) -> int | None:
        """The number of the first line of prose in which the pattern is found."""
        return next((number for number, line in self.prose if pattern.search(line)), None)

    def finding(self, code: str, sentence: str, line: int | None = None) -> Finding:
        """A finding about this document."""
        return finding(code, sentence, self.path, line, plan=self.plan, achievement=self.achievement)


def check_document(document: Document, *, in_use: bool) -> Iterator[Finding]:
    """What is wrong with a document for itself. `in_use`: something rests on it, so that a template's gaps matter."""
    if not document.text.strip():
        yield document.finding("document-empty", "It is empty.")
        return
    limit = LIMITS.get(document.kind)
    if limit is not None and len(document.lines) > limit:
        sentence = f"It has {count(len(document.lines), 'line')}; {document.kind}s have at most {limit:,}."
        yield document.finding("too-long", sentence, limit + 1)
    if document.kind is not DocumentKind.PLAN:
        for line in unclosed_fences(document.lines)[:_MANY]:
            yield document.finding("fence-unclosed", "A code fence is opened here and never closed.", line)
    if in_use:
        gaps = [(number, match[0]) for number, line in document.prose if (match := _GAP.search(_CODE.sub("", line)))]
        if gaps:
            more = f", and {len(gaps) - 1} more like it" if len(gaps) > 1 else ""
            sentence = f"{shown(gaps[0][1])} is left over from the template{more}."
            yield document.finding("template-left-over", sentence, gaps[0][0])


_MANY = 20
"""Open fences that are reported of one document."""
_GAP = re.compile(r"\[TO BE FILLED[^\]\n]*\]?")
_CODE = re.compile(r"`[^`]*`")

"""The rules that one document beside a plan, or the plan itself, has to keep for itself."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property

from llm_dashboard.measures import count
from llm_dashboard.plans.checks.models import Finding, finding, shown
from llm_dashboard.plans.markdown import Fences


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

    @property
    def length(self) -> int:
        """How many lines it has; a line end at the end of the file begins no line."""
        return self.text.count("\n") + (not self.text.endswith("\n"))

    @cached_property
    def fences(self) -> Fences:
        """Its code fences."""
        return Fences(self.text)

    def line(self, offset: int) -> int:
        """The number of the line in which a character stands, counted from 1."""
        return self.text.count("\n", 0, offset) + 1

    def search(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """What matches outside of code fences."""
        return (match for match in pattern.finditer(self.text) if match.start() not in self.fences)

    def line_of(self, pattern: re.Pattern[str]) -> int | None:
        """The number of the line of the first match, counted from 1."""
        return next((self.line(match.start()) for match in self.search(pattern)), None)

    def finding(self, code: str, sentence: str, line: int | None = None) -> Finding:
        """A finding about this document."""
        return finding(code, sentence, self.path, line, plan=self.plan, achievement=self.achievement)


def check_document(document: Document, *, in_use: bool) -> Iterator[Finding]:
    """What is wrong with a document for itself. `in_use`: something rests on it, so that a template's gaps matter."""
    if not document.text.strip():
        yield document.finding("document-empty", "It is empty.")
        return
    limit = LIMITS.get(document.kind)
    if limit is not None and document.length > limit:
        sentence = f"It has {count(document.length, 'line')}; {document.kind}s have at most {limit:,}."
        yield document.finding("too-long", sentence, limit + 1)
    if document.kind is not DocumentKind.PLAN:
        for offset in document.fences.unclosed[:_MANY]:
            sentence = "A code fence is opened here and never closed."
            yield document.finding("fence-unclosed", sentence, document.line(offset))
    if in_use:
        gaps = [match for match in document.search(_GAP) if not _is_code(match)]
        if gaps:
            more = f", and {len(gaps) - 1} more like it" if len(gaps) > 1 else ""
            sentence = f"{shown(gaps[0][0])} is left over from the template{more}."
            yield document.finding("template-left-over", sentence, document.line(gaps[0].start()))


def _is_code(match: re.Match[str]) -> bool:
    """Whether a match stands between back-ticks."""
    line = match.string.rfind("\n", 0, match.start()) + 1
    return match.string.count("`", line, match.start()) % 2 == 1


_MANY = 20
"""Open fences that are reported of one document."""
_GAP = re.compile(r"\[TO BE FILLED[^\]\n]*\]?")

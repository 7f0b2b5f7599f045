"""A document in a few words, for its heading, and in a few lines, for above its text. All of it is what the document claims."""

import re
from collections.abc import Iterable, Sequence

from llm_dashboard.measures import count
from llm_dashboard.plans.digests import ExecutionDigest, FeedbackDigest, Said, SubplanDigest
from llm_dashboard.ui.documents import Document, DocumentKind
from llm_dashboard.ui.widgets.block import NO_MARK, Field

SHOWN = 12
"""So many claims of one kind are listed: the last ones."""
Fact = tuple[str, str]
"""A text and its tone."""


def heading_facts(document: Document) -> list[Fact]:
    """The facts for the heading, those first that are to be kept where there is little room."""
    if document.problem:
        return [(document.problem, "bad")]
    match document.digest:
        case SubplanDigest() as subplan:
            return _said((subplan.status, "normal"), (subplan.created, "dim"))
        case ExecutionDigest() as execution:
            state = execution.statuses[-1].text if execution.statuses else ""
            return _said(
                ("complete", "good") if execution.complete else (state or "no status", "live"),
                (_tests(execution.tests), "normal"),
                (count(len(execution.iterations), "iteration") if execution.iterations else "", "dim"),
            )
        case FeedbackDigest() as feedback if document.kind is DocumentKind.FIX:
            issues = [(len(feedback.critical), "critical"), (len(feedback.minor), "minor")]
            return _said(
                (", ".join(f"{number} {kind}" for number, kind in issues if number) or feedback.status, "bad"),
                (feedback.date, "normal"),
                (feedback.reviewer, "dim"),
            )
        case FeedbackDigest() as feedback:
            return _said((feedback.date or feedback.status, "normal"), (feedback.reviewer, "dim"))
        case _:
            return [(f"line {document.opens_at}", "dim")] if document.is_part else []


def summary(document: Document) -> list[Field]:
    """The lines for above its text."""
    match document.digest:
        case SubplanDigest() as subplan:
            return _fields(("Status", subplan.status), ("Created", subplan.created), ("Effort", subplan.effort))
        case ExecutionDigest() as execution:
            return [
                *_lines("Status", execution.statuses),
                *_lines("Iterations", execution.iterations),
                *_lines("Tests", execution.tests),
            ]
        case FeedbackDigest() as feedback:
            fields = _fields(("Status", feedback.status), ("Reviewer", feedback.reviewer), ("Date", feedback.date))
            if document.kind is DocumentKind.FIX:
                fields += [*_issues("Critical", feedback.critical), *_issues("Minor", feedback.minor)]
            return fields
        case _:
            return []


def short_name(path: str, plan_name: str) -> str:
    """The file's name without its suffix and without the plan's name in it, for those are the same in all."""
    name = path.rpartition("/")[2].removesuffix(".md")
    return name.replace(f"_{plan_name}_", "_…_", 1)


def _said(*facts: Fact) -> list[Fact]:
    return [fact for fact in facts if fact[0]]


def _tests(claims: Sequence[Said]) -> str:
    """The last claim about tests; of a share only the numbers."""
    if not claims:
        return ""
    share = re.search(r"(\d+)\s*/\s*(\d+)", claims[-1].text)
    return f"{share[1]}/{share[2]} tests" if share else claims[-1].text


def _fields(*fields: tuple[str, str]) -> list[Field]:
    return [(label, NO_MARK, (value,)) for label, value in fields if value]


def _lines(label: str, claims: Sequence[Said]) -> Iterable[Field]:
    hidden = len(claims) - SHOWN
    if hidden > 0:
        yield label, NO_MARK, ((f"{count(hidden, 'earlier one')}", "dim"),)
    for number, each in enumerate(claims[-SHOWN:]):
        yield "" if number or hidden > 0 else label, NO_MARK, (each.text or "–", (f"  line {each.line}", "dim"))


def _issues(label: str, issues: Sequence[str]) -> Iterable[Field]:
    for number, text in enumerate(issues, 1):
        yield label if number == 1 else "", NO_MARK, ((f"{number}. ", "dim"), text)

"""A finding, how bad it is, and what to do about each kind."""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from llm_dashboard.plans.models import Plan, Problem
from llm_dashboard.safe_text import plain


class Severity(StrEnum):
    """How bad a finding is, the worst first."""

    ERROR = "error"
    """Something is not read, or two documents say opposite things: what the app shows may be wrong."""
    WARNING = "warning"
    """It is read, but it misleads a person, or breaks a rule of the methodology."""
    NOTE = "note"
    """Worth knowing."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it should be. Every text is safe to draw."""

    code: str
    """Stable, in kebab case: `plan-status`."""
    severity: Severity
    sentence: str
    """What was seen."""
    cure: str
    """What to do."""
    file: str | None = None
    """Relative to the workspace, with `/`."""
    line: int | None = None
    """Counted from 1."""
    plan: str | None = None
    """The plan's name."""
    achievement: str | None = None
    """The achievement's id."""


class Kind(NamedTuple):
    """What all findings of one code have in common."""

    severity: Severity
    cure: str


_ERROR, _WARNING, _NOTE = Severity

KINDS: dict[str, Kind] = {
    # What cannot be read, as the reader of plans reports it.
    "no-plans-root": Kind(_ERROR, "Create the folder, or set plans_root in llm-dash.toml."),
    "folder-unreadable": Kind(_ERROR, "Make the folder readable for you."),
    "name-unsafe": Kind(_ERROR, "Rename it, with characters that can be shown."),
    "plan-unreadable": Kind(_ERROR, "Make it a readable file, or rename it so that it is not taken for a plan."),
    "plan-too-large": Kind(_ERROR, "Move what is no plan into documents beside it."),
    "plan-not-utf8": Kind(_ERROR, "Save it as UTF-8."),
    "plan-heading": Kind(_ERROR, "Begin the file with '# PLAN: title', or rename it if it is no plan."),
    "document-unreadable": Kind(_ERROR, "Make it a readable file."),
    "document-empty": Kind(_ERROR, "Write it, or remove it: as a file it counts, though it says nothing."),
    "fence-unclosed": Kind(_WARNING, "Close the code fence with a line of its own, ``` or ~~~ as it was opened."),
    # What a plan declares.
    "no-achievements": Kind(
        _ERROR,
        "List them as '- Achievement 1.1: Title' under '## Achievement Index', or as '**Achievement 1.1**: Title' under "
        "'## Achievements'.",
    ),
    "achievement-duplicate": Kind(_ERROR, "Remove one of the two, or give it a number of its own."),
    "id-collision": Kind(
        _WARNING, "Renumber one of them, or name the achievement in the heading of every document with that number."
    ),
    "index-missing": Kind(_NOTE, "Add '## Achievement Index' with a line '- Achievement 1.1: Title' for each."),
    "index-differs": Kind(_WARNING, "Declare the same achievements in the index and in the text; the index is what counts."),
    "title-differs": Kind(_NOTE, "Give it the same title in both places; the index is what is shown."),
    "count-differs": Kind(_NOTE, "Correct the number, or leave it out: it is counted from the files anyway."),
    "dependency-unknown": Kind(_ERROR, "Correct the id; until then nothing waits for it."),
    "dependency-cycle": Kind(_ERROR, "Remove one of these dependencies: none of them can ever be ready."),
    "parallel-invalid": Kind(_ERROR, "Correct parallel.json, or remove it."),
    # Statuses.
    "plan-status": Kind(_ERROR, "Correct the plan's **Status**, or approve what is still open."),
    "plan-status-stale": Kind(_WARNING, "Correct the plan's **Status**; the files beside it are what counts."),
    "parallel-status": Kind(_WARNING, "Correct the status in parallel.json; the files beside it are what counts."),
    "subplan-status": Kind(_NOTE, "Correct the SUBPLAN's **Status**."),
    "execution-status": Kind(_WARNING, "Say the same in both places; one 'Complete' is enough to count as complete."),
    "execution-open": Kind(_WARNING, "Set its **Status** to Complete, or take the approval back."),
    "status-unchosen": Kind(_WARNING, "Choose one of the words and remove the brackets; until then it counts as open."),
    # Documents that belong to no achievement, or lack another one.
    "artifact-name": Kind(_ERROR, "Call it APPROVED_11.md or FIX_11.md, with the digits of the id."),
    "artifact-plan": Kind(_ERROR, "Give it its plan's name, or move it into the folder of the plan that it names."),
    "artifact-orphan": Kind(_ERROR, "Correct the number in its name, or remove it."),
    "artifact-ambiguous": Kind(_ERROR, "Name the achievement in its heading: '# APPROVED: Achievement 1.10'."),
    "artifact-kind": Kind(_ERROR, "Put in its place what it should be: what is there now does not count."),
    "document-stray": Kind(_WARNING, "Move it into the folder of its plan where it counts, or out of the plans."),
    "plan-folder": Kind(_ERROR, "Give the folder and the PLAN file the same name."),
    "plan-copy": Kind(_WARNING, "Move the copy out of the plans root, or remove it."),
    "plan-duplicate": Kind(_WARNING, "Keep one of them, and rename or archive the other."),
    "not-a-plan": Kind(_NOTE, "Rename it, so that nobody takes it for a plan."),
    "subplan-missing": Kind(_WARNING, "Write the SUBPLAN that the work followed, or correct the number of the EXECUTION_TASK."),
    "execution-missing": Kind(_WARNING, "Add the EXECUTION_TASK that was judged, or correct the number of the verdict."),
    "fix-missing": Kind(_WARNING, "Correct its number, or remove it."),
    # What documents say.
    "document-heading": Kind(_WARNING, "Correct its heading, or the number in its name; the name is what counts."),
    "verdict-heading": Kind(_ERROR, "Judge the achievement of its name, and correct the heading; the name is what counts."),
    "verdict-copy": Kind(_ERROR, "Review the achievement, and write a verdict of its own."),
    "verdict-status": Kind(_ERROR, "Make the status say what the name says, or rename the file; the name is what counts."),
    "verdict-undated": Kind(_WARNING, "Add '**Review Date**: 2026-01-31': the later of the two verdicts is what counts."),
    "fix-no-issue": Kind(_WARNING, "List what is to be fixed under '### Critical Issues', so that the next run is told."),
    "template-left-over": Kind(_WARNING, "Fill it in, or remove it."),
    "too-long": Kind(_WARNING, "Shorten it: move what is not needed every time into documents beside it."),
}  # fmt: skip
"""Every code that there is."""


def finding(
    code: str,
    sentence: str,
    file: str | None = None,
    line: int | None = None,
    *,
    plan: str | None = None,
    achievement: str | None = None,
) -> Finding:
    """A finding of a known code."""
    kind = KINDS[code]
    return Finding(code, kind.severity, sentence, kind.cure, file, line, plan, achievement)


def of_problem(problem: Problem, plan: Plan | None = None) -> Finding:
    """A problem of the reader as a finding: what was seen is before the last semicolon of its message, what to do after it."""
    seen, _, advice = problem.message.rpartition("; ")
    kind = KINDS.get(problem.code, Kind(Severity.ERROR, advice[:1].upper() + advice[1:]))
    sentence = f"{seen}." if seen else problem.message
    return Finding(
        problem.code, kind.severity, sentence, kind.cure, problem.file, problem.line, plan.name if plan else None
    )


def shown(text: str, length: int = 60) -> str:
    """A text of a document in quotes, in one line and no longer than that."""
    text = plain(text).replace("**", "").strip()
    return f"'{text if len(text) <= length else text[: length - 1].rstrip() + '…'}'"

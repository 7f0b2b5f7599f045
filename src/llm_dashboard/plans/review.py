"""The verdict of a person: APPROVED_<id>.md and FIX_<id>.md, in the shape of the methodology's documents.

The heading carries the id with its dots, which tells achievements apart that share a file name (1.10 and 11.0).
"""

import datetime
from collections.abc import Sequence
from pathlib import Path

from llm_dashboard.plans.artifacts import approved_path, fix_path, inert, resolution_path, write_document
from llm_dashboard.plans.models import Plan
from llm_dashboard.plans.status import review_date
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain


def approve(root: Path, plan: Plan, achievement_id: str, *, reviewer: str, notes: str = "", date: datetime.date) -> str:
    """Write APPROVED_<id>.md; its path, relative to the workspace.

    Raises FileExistsError where it exists, OSError where it cannot be written, and ValueError where it would not count: the
    plan has no folder of its own or no such achievement, nobody reviewed, or a FIX has a later date.
    """
    _check(root, plan, achievement_id, reviewer)
    asked = _reviewed(root, fix_path(plan, achievement_id))
    if asked and asked > date:
        raise ValueError(f"{achievement_id} has a FIX of {asked}: an approval of {date} would not count")
    relative = approved_path(plan, achievement_id)
    summary = inert(notes) or f"Achievement {achievement_id} is approved."
    text = f"""# APPROVED: Achievement {achievement_id}

{_header(reviewer, date, _APPROVED)}

## Summary

{summary}
"""
    write_document(root, relative, text)
    return relative


def request_fix(
    root: Path,
    plan: Plan,
    achievement_id: str,
    *,
    reviewer: str,
    critical: Sequence[str],
    minor: Sequence[str] = (),
    notes: str = "",
    date: datetime.date,
) -> str:
    """Write FIX_<id>.md, which lists the issues; its path, relative to the workspace.

    Raises what `approve` raises; also ValueError where there is no issue, or where an APPROVED has the same or a later date.
    """
    _check(root, plan, achievement_id, reviewer)
    must, should = (tuple(text for each in issues if (text := inert(each))) for issues in (critical, minor))
    if not must and not should:
        raise ValueError("a FIX needs an issue")
    approved = _reviewed(root, approved_path(plan, achievement_id))
    if approved and approved >= date:
        raise ValueError(f"{achievement_id} was approved on {approved}: a FIX counts from the day after")
    relative = fix_path(plan, achievement_id)
    summary = inert(notes) or f"Achievement {achievement_id} needs fixes before it can be approved."
    text = f"""# FIX REQUIRED: Achievement {achievement_id}

{_header(reviewer, date, _NEEDS_FIXES)}

## Summary

{summary}

## Issues Found

### Critical Issues (must fix)

{_numbered(must)}

### Minor Issues (should fix)

{_numbered(should)}

## Next Steps

1. Fix every critical issue; fix each minor one or say why not.
2. Write `{resolution_path(plan, achievement_id)}`: what was done for each issue, and how it was checked.
3. Ask for a new review.
"""
    write_document(root, relative, text)
    return relative


def _check(root: Path, plan: Plan, achievement_id: str, reviewer: str) -> None:
    if not (root / plan.plan_file).is_file():
        raise ValueError(f"{plan.plan_file} is not there any more")
    if not plan.own_folder:
        raise ValueError(f"{plan.plan_file} has no folder of its own ({plan.name}/): its feedback would not be read")
    if plan.achievement(achievement_id) is None:
        raise ValueError(f"{plan.name} has no achievement {plain(achievement_id)}")
    if not plain(reviewer).strip():
        raise ValueError("a verdict needs the reviewer's name")


def _header(reviewer: str, date: datetime.date, status: str) -> str:
    """The fields below the heading; two spaces at the end of a line are Markdown's line break."""
    return f"**Reviewer**: {plain(reviewer).strip()}  \n**Review Date**: {date}  \n**Status**: {status}"


def _reviewed(root: Path, relative: str) -> datetime.date | None:
    """The day of a feedback; None where there is no such file or no day in it."""
    try:
        return review_date(read_document(root, relative))
    except OSError:
        return None


def _numbered(issues: Sequence[str]) -> str:
    """The issues as a list; all but the first line of each is indented, and so is a code fence that begins one."""
    texts = (f"\n{issue}" if issue.startswith(("```", "~~~")) else f" {issue}" for issue in issues)
    items = (f"{number}.{text}".replace("\n", "\n    ") for number, text in enumerate(texts, 1))
    return "\n".join(line.rstrip() for line in "\n\n".join(items).split("\n")) or "None."


_APPROVED = "\N{WHITE HEAVY CHECK MARK} APPROVED"
_NEEDS_FIXES = "\N{WARNING SIGN}\N{VARIATION SELECTOR-16} NEEDS FIXES"

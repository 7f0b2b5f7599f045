"""The verdict of a person, and what answers it: APPROVED, FIX and RESOLUTION, in the shape of the methodology's documents.

The heading carries the id with its dots, which tells achievements apart that share a file name (1.10 and 11.0).
"""

import datetime
import os
import re
from collections.abc import Sequence
from pathlib import Path

from llm_dashboard.plans.artifacts import approved_path, fix_path, inert, resolution_of, write_document
from llm_dashboard.plans.criteria import answered_issues
from llm_dashboard.plans.documents import FixIssues, fix_issues, issue_title
from llm_dashboard.plans.models import Achievement, AchievementStatus, Artifacts, CheckedCriterion, Plan
from llm_dashboard.plans.status import (
    FileNames,
    achievement_status,
    collect_artifacts,
    last_round,
    new_round,
    review_date,
)
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain, plain_block


def approve(
    root: Path,
    plan: Plan,
    achievement_id: str,
    *,
    reviewer: str,
    notes: str = "",
    criteria: Sequence[CheckedCriterion] = (),
    date: datetime.date,
) -> str:
    """Write APPROVED_<id>.md; its path, relative to the workspace. Where a FIX has reopened an approval, APPROVED_<id>_02.md.

    Raises FileExistsError where it is approved, OSError where it cannot be written, and ValueError where it would not count:
    the plan has no folder of its own or no such achievement, nobody reviewed, or a FIX has a later date.
    """
    _check(root, plan, achievement_id, reviewer)
    feedback = _Feedback(root, plan, achievement_id)
    asked = max(feedback.days(feedback.files.fix), default=None)
    if asked and asked > date:
        raise ValueError(f"{achievement_id} has a FIX of {asked}: an approval of {date} would not count")
    if feedback.status is AchievementStatus.APPROVED:
        raise FileExistsError(f"{feedback.files.approved[-1]} exists already")
    relative = feedback.new_path(approved_path(plan, achievement_id), feedback.files.approved)
    summary = inert(notes) or f"Achievement {achievement_id} is approved."
    text = f"""# APPROVED: Achievement {achievement_id}

{_header("Reviewer", reviewer, "Review Date", date, _APPROVED)}

## Summary

{summary}
{_checklist(criteria)}"""
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
    criteria: Sequence[CheckedCriterion] = (),
    date: datetime.date,
) -> str:
    """Write FIX_<id>.md, which lists the issues; its path, relative to the workspace. After an answered FIX, FIX_<id>_02.md.

    Raises what `approve` raises; FileExistsError where a FIX is open; also ValueError where there is no issue, or where an
    APPROVED has the same or a later date.
    """
    _check(root, plan, achievement_id, reviewer)
    must, should = (tuple(text for each in issues if (text := inert(each))) for issues in (critical, minor))
    if not must and not should:
        raise ValueError("a FIX needs an issue")
    feedback = _Feedback(root, plan, achievement_id)
    approved = max(feedback.days(feedback.files.approved), default=None)
    if approved and approved >= date:
        raise ValueError(f"{achievement_id} was approved on {approved}: a FIX counts from the day after")
    if feedback.status is AchievementStatus.NEEDS_FIX:
        raise FileExistsError(
            f"{feedback.files.fix[-1]} exists already and is open: it is to be answered before there can be another"
        )
    relative = feedback.new_path(fix_path(plan, achievement_id), feedback.files.fix)
    summary = inert(notes) or f"Achievement {achievement_id} needs fixes before it can be approved."
    text = f"""# FIX REQUIRED: Achievement {achievement_id}

{_header("Reviewer", reviewer, "Review Date", date, _NEEDS_FIXES)}

## Summary

{summary}

## Issues Found

### Critical Issues (must fix)

{_numbered(must)}

### Minor Issues (should fix)

{_numbered(should)}
{_checklist(criteria)}
## Next Steps

1. Fix every critical issue; fix each minor one or say why not.
2. Write `{resolution_of(relative)}`: what was done for each issue, and how it was checked.
3. Ask for a new review.
"""
    write_document(root, relative, text)
    return relative


def resolve(
    root: Path,
    plan: Plan,
    achievement_id: str,
    *,
    executor: str,
    answers: str = "",
    notes: str = "",
    date: datetime.date,
) -> str:
    """Write FIX_<id>_RESOLUTION.md, which says that the open FIX is answered; its path, relative to the workspace.

    `answers` is Markdown in the shape of `answers_draft`, which is taken where it is empty. Raises what `approve` raises,
    and ValueError where no FIX is open or where the answer is older than it.
    """
    _check(root, plan, achievement_id, executor)
    feedback = _Feedback(root, plan, achievement_id)
    fix = last_round(feedback.files.fix)
    if fix is None or feedback.status is not AchievementStatus.NEEDS_FIX:
        raise ValueError(f"{achievement_id} has no open FIX to answer")
    asked = max(feedback.days(feedback.files.fix), default=None)
    if asked and asked > date:
        raise ValueError(f"{fix.rpartition('/')[2]} is of {asked}: an answer of {date} would not count")
    relative = resolution_of(fix)
    asked_for = feedback.read(fix)
    body = plain_block(answers).strip() or answers_draft(fix_issues(asked_for), "see the summary")
    text = f"""# FIX RESOLUTION: Achievement {achievement_id}

{_header("Executor", executor, "Resolution Date", date, _answered(asked_for, body))}
**Reference**: {fix.rpartition("/")[2]}

## Summary

{inert(notes) or f"The issues of {fix.rpartition('/')[2]} are answered."}

{body}
"""
    write_document(root, relative, text)
    return relative


def _answered(fix: str, body: str) -> str:
    """The status of a RESOLUTION: whether it has an answer to every issue, where these can be told apart."""
    issues = answered_issues(fix, body)
    answered = sum(bool(each.answer) for each in issues)
    is_draft = bool(issues) and body == answers_draft(fix_issues(fix)).strip()
    if is_draft or 0 < answered < len(issues):
        return f"{_WARNING} {answered} OF {len(issues)} ISSUES ANSWERED"
    return _FIXED


def answers_draft(issues: FixIssues, answer: str = "") -> str:
    """The part of a RESOLUTION that answers each issue, with `answer` for all of them, to be filled in."""
    parts = []
    for heading, texts in (("## Critical Issues", issues.critical), ("## Minor Issues", issues.minor)):
        if texts:
            parts.append(heading)
            for number, text in enumerate(texts, 1):
                parts.append(f"### Issue {number}: {issue_title(text)}\n\n- **Fix**: {answer}")
    return "\n\n".join(parts)


def open_answers(root: Path, achievement: Achievement) -> str:
    """The draft of the answers to the last FIX of an achievement; empty where its issues cannot be told."""
    fix = last_round(achievement.artifacts.fix)
    try:
        return answers_draft(fix_issues(read_document(root, fix))) if fix else ""
    except OSError:
        return ""


def person() -> str:
    """The name of the person at the keyboard, as the system knows it."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def issue_list(text: str) -> tuple[str, ...]:
    """The issues that a person typed: one a line; an indented line goes on with the one above. List marks are dropped."""
    issues: list[str] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        if issues and line[:1].isspace():
            issues[-1] += f"\n{line.strip()}"
        else:
            issues.append(_LIST_MARK.sub("", line.strip()))
    return tuple(issue for issue in issues if issue)


class _Feedback:
    """The feedback of an achievement as it is on disk now, read as the reader of plans does."""

    def __init__(self, root: Path, plan: Plan, achievement_id: str) -> None:
        self._root = root
        try:
            names = sorted(each.name for each in (root / plan.path / "execution" / "feedbacks").iterdir())
        except OSError:
            names = []
        ids = [each.id for each in plan.achievements]
        found, _ = collect_artifacts(FileNames(plan.name, plan.path, feedbacks=names), ids, self._document)
        self.files = found.get(achievement_id, Artifacts())
        self.status = achievement_status(achievement_id, self.files, self._document)

    def read(self, path: str) -> str:
        """A document; empty where it cannot be read."""
        try:
            return read_document(self._root, path)
        except OSError:
            return ""

    def _document(self, path: str) -> bytes:
        return self.read(path).encode()

    def days(self, paths: Sequence[str]) -> list[datetime.date]:
        """The days of those feedbacks that have one."""
        return [day for path in paths if (day := review_date(self.read(path)))]

    def new_path(self, first: str, taken: Sequence[str]) -> str:
        """`first`, or in the next round that is free where the name is `taken`, by this achievement or by another."""
        path = new_round(first, taken)
        while os.path.lexists(self._root / path):
            path = new_round(first, [path])
        return path


def _check(root: Path, plan: Plan, achievement_id: str, person: str) -> None:
    if not (root / plan.plan_file).is_file():
        raise ValueError(f"{plan.plan_file} is not there any more")
    if not plan.own_folder:
        raise ValueError(f"{plan.plan_file} has no folder of its own ({plan.name}/): its feedback would not be read")
    if plan.achievement(achievement_id) is None:
        raise ValueError(f"{plan.name} has no achievement {plain(achievement_id)}")
    if not plain(person).strip():
        raise ValueError("a verdict needs the reviewer's name")


def _header(role: str, person: str, dated: str, date: datetime.date, status: str) -> str:
    """The fields below the heading; two spaces at the end of a line are Markdown's line break."""
    return f"**{role}**: {plain(person).strip()}  \n**{dated}**: {date}  \n**Status**: {status}"


def _checklist(criteria: Sequence[CheckedCriterion]) -> str:
    """What the reviewer ticked, as a section; nothing where there was nothing to tick."""
    if not criteria:
        return ""
    items = (f"- [{'x' if each.is_met else ' '}] {plain(each.text).strip()}\n" for each in criteria)
    return f"\n## Success Criteria\n\n{''.join(items)}"


def _numbered(issues: Sequence[str]) -> str:
    """The issues as a list; all but the first line of each is indented, and so is a code fence that begins one."""
    texts = (f"\n{issue}" if issue.startswith(("```", "~~~")) else f" {issue}" for issue in issues)
    items = (f"{number}.{text}".replace("\n", "\n    ") for number, text in enumerate(texts, 1))
    return "\n".join(line.rstrip() for line in "\n\n".join(items).split("\n")) or "None."


_LIST_MARK = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?")
_APPROVED = "\N{WHITE HEAVY CHECK MARK} APPROVED"
_WARNING = "\N{WARNING SIGN}\N{VARIATION SELECTOR-16}"
_NEEDS_FIXES = f"{_WARNING} NEEDS FIXES"
_FIXED = "\N{WHITE HEAVY CHECK MARK} ALL ISSUES FIXED"

"""`review`: what there is to judge of an achievement, and the verdict on it, or the answer to one."""

import asyncio
import datetime
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans import review as documents
from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan, Problem, StepKind
from llm_dashboard.plans.schedule import awaiting_review
from llm_dashboard.plans.workspace import Workspace, find_plan
from llm_dashboard.runs import history
from llm_dashboard.runs.review_material import NamedFile, ReviewMaterial, gather, runs_of
from llm_dashboard.settings import Settings
from llm_dashboard.verbs.report import print_json
from llm_dashboard.workflows.models import Failure
from llm_dashboard.workflows.prerequisites import find_achievement

MAX_NOTES = 1 << 20
"""Bytes of a file of notes that are read."""
SHOWN_LOG_LINES = 12


class Verdict(StrEnum):
    """What is to be written."""

    APPROVE = "approve"
    FIX = "fix"
    RESOLVE = "resolve"


class Words(msgspec.Struct, frozen=True):
    """What a person says with a verdict."""

    notes: str = ""
    critical: tuple[str, ...] = ()
    minor: tuple[str, ...] = ()
    reviewer: str = ""
    """Whoever is at the keyboard, where it is empty."""


class _Written(msgspec.Struct):
    plan: str
    achievement: str
    verdict: Verdict
    path: str
    status: AchievementStatus
    """Of the achievement, as it is read back."""


def review(
    root: Path,
    settings: Settings,
    wanted: str,
    achievement_id: str | None,
    verdict: Verdict | None,
    words: Words,
    *,
    as_json: bool,
) -> int:
    """Print the material of a review, or write a verdict; the exit status."""
    workspace = Workspace(root, settings.plans_root)
    plan = find_plan(workspace.load(), wanted)
    if isinstance(plan, Problem):
        return _refuse(plan.message, ExitStatus.USAGE)
    meant = achievement_id or _meant(plan, verdict)
    if meant is None:
        what = "has an open FIX" if verdict is Verdict.RESOLVE else "awaits a review"
        if as_json and verdict is None:
            print_json(None)
        talk = f"nothing of {plan.name} {what}; name an achievement, such as 1.2"
        return _refuse(talk, ExitStatus.PREREQUISITE_MISSING if verdict else ExitStatus.DONE)
    achievement = find_achievement(plan, meant)
    if isinstance(achievement, Failure):
        return _refuse(achievement.message, ExitStatus.USAGE)
    if verdict is None:
        return _show(root, plan, achievement, as_json=as_json)
    try:
        path = _write(root, plan, achievement.id, verdict, words)
    except (FileExistsError, ValueError) as error:
        return _refuse(str(error), ExitStatus.PREREQUISITE_MISSING)
    except OSError as error:
        return _refuse(str(error), ExitStatus.FAILED)
    if as_json:
        after = find_plan(workspace.load(), plan.plan_file)
        now = after.achievement(achievement.id) if isinstance(after, Plan) else None
        print_json(_Written(plan.name, achievement.id, verdict, path, now.status if now else achievement.status))
    else:
        print(path)
    return ExitStatus.DONE


def read_notes(file: str) -> str:
    """The notes in a file, or from standard input for `-`. Raises OSError."""
    if file == "-":
        return sys.stdin.buffer.read(MAX_NOTES).decode(errors="replace")
    with open(file, "rb") as opened:
        return opened.read(MAX_NOTES).decode(errors="replace")


def _refuse(sentence: str, status: ExitStatus) -> int:
    print(f"llm-dash: {sentence}", file=sys.stderr)
    return status


def _meant(plan: Plan, verdict: Verdict | None) -> str | None:
    """The achievement that is meant where none is named."""
    if verdict is not Verdict.RESOLVE:
        return awaiting_review(plan)
    if plan.next.workflow is StepKind.FIX:
        return plan.next.achievement
    return next((each.id for each in plan.achievements if each.status is AchievementStatus.NEEDS_FIX), None)


def _write(root: Path, plan: Plan, achievement_id: str, verdict: Verdict, words: Words) -> str:
    who = words.reviewer or documents.person()
    today = datetime.datetime.now().astimezone().date()
    match verdict:
        case Verdict.APPROVE:
            return documents.approve(root, plan, achievement_id, reviewer=who, notes=words.notes, date=today)
        case Verdict.RESOLVE:
            return documents.resolve(root, plan, achievement_id, executor=who, notes=words.notes, date=today)
        case Verdict.FIX:
            are_told = bool(words.critical or words.minor)
            return documents.request_fix(
                root,
                plan,
                achievement_id,
                reviewer=who,
                critical=words.critical if are_told else documents.issue_list(words.notes),
                minor=words.minor,
                notes=words.notes if are_told else "",
                date=today,
            )


def _show(root: Path, plan: Plan, achievement: Achievement, *, as_json: bool) -> int:
    runs = runs_of(history.list_runs(root), plan, achievement.id)
    material = asyncio.run(gather(root, plan, achievement, runs))
    if as_json:
        print_json(material)
    else:
        print("\n".join(_text(material)))
    return ExitStatus.VERDICT_NEEDED if material.is_open else ExitStatus.DONE


def _text(material: ReviewMaterial) -> Iterator[str]:
    """The material line by line."""
    yield f"{material.achievement}  {material.title}  ({material.plan})"
    yield f"{material.status.replace('_', ' ')}: {material.reason}"
    yield from _section("Documents", material.documents)
    yield from _section("Deliverables", [_file(file) for file in material.deliverables])
    yield from _section("Changed besides", material.other_changes)
    tests = [
        f"{each.tests.passed} of {each.tests.total} passed, {each.tests.failed} failed ({each.tests.source}), run {each.run}"
        for each in material.tests
    ]
    for claim in material.claims:
        name = claim.document.rpartition("/")[2]
        tests += [f"{name} claims: {claim.tests}"] if claim.tests else []
        tests += [f"{name} has ticked {claim.boxes_ticked} of {claim.boxes} boxes"] if claim.boxes else []
    yield from _section("Tests", tests)
    yield from _section("Success criteria", [f"[ ] {_indented(text)}" for text in material.criteria])
    issues = [f"{each.kind}: {each.title}" + _indented(f"\n{each.answer}".rstrip()) for each in material.issues]
    yield from _section(f"Issues of {material.fix}", issues)
    if material.log:
        yield from _section(f"Log {material.log.log_file}", material.log.lines[-SHOWN_LOG_LINES:])
    yield from _difference(material)


def _difference(material: ReviewMaterial) -> Iterator[str]:
    found = material.difference
    yield ""
    if found.problem:
        yield found.problem
        return
    yield f"Difference from {found.base}" if found.files else f"Nothing differs from {found.base}."
    for file in found.files:
        yield f"{file.path}  {file.change}  " + ("binary" if file.is_binary else f"+{file.added} -{file.removed}")
        yield from file.lines
    if found.is_cut:
        yield "There is more; git diff shows all of it."


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _file(file: NamedFile) -> str:
    word = (file.change or "there") if file.exists else "missing"
    return f"{'✓' if file.exists else '✗'} {file.path}  {word}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n      ")

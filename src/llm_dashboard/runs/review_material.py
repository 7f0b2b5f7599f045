"""What a reviewer needs to judge an achievement: one value, which the screen and the verb show alike."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from llm_dashboard import measures
from llm_dashboard.plans.criteria import (
    AnsweredIssue,
    answered_issues,
    claimed_tests,
    files_in,
    named_files,
    success_criteria,
    ticked_boxes,
)
from llm_dashboard.plans.documents import AchievementSection, achievement_section
from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan
from llm_dashboard.plans.schedule import achievement_step
from llm_dashboard.plans.status import feedback_round, last_round
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.runs.about import is_about
from llm_dashboard.runs.ansi import text
from llm_dashboard.runs.differences import Differences, differences
from llm_dashboard.runs.log_search import ERRORS
from llm_dashboard.runs.models import Change, Run, TestCounts
from llm_dashboard.runs.records import read_regular
from llm_dashboard.workflows.models import WorkflowType

LOG_BYTES = 64 * 1024
"""So much of the end of a log is looked at."""
LOG_LINES = 200
"""So many of its last lines are given."""


class NamedFile(msgspec.Struct, frozen=True):
    """A file that the documents name as a deliverable."""

    path: str
    """Relative to the workspace, with `/`, where it was found; else as written."""
    exists: bool
    change: Change | None = None
    """What the last run that touched it did."""
    runs: int = 0
    """How many runs of the achievement touched it."""


class TestRun(msgspec.Struct, frozen=True):
    """The tests that the output of a run shows."""

    __test__ = False

    run: str
    tests: TestCounts


class Claim(msgspec.Struct, frozen=True):
    """What an EXECUTION_TASK says of itself."""

    document: str
    tests: str
    """What it says about tests; may be empty."""
    boxes_ticked: int
    boxes: int


class LogExcerpt(msgspec.Struct, frozen=True):
    """The end of the output of a run."""

    run: str
    log_file: str
    """Relative to the workspace, with `/`."""
    lines: tuple[str, ...]
    """The last ones, safe to draw."""
    errors: tuple[int, ...]
    """Which of these lines are error lines, counted from 0."""


class ReviewMaterial(msgspec.Struct, frozen=True):
    """What there is to see of an achievement. Names and order of the fields are the public contract."""

    plan: str
    plan_file: str
    achievement: str
    title: str
    status: AchievementStatus
    reason: str
    """Why it has this status."""
    documents: tuple[str, ...]
    """Its SUBPLANs, EXECUTION_TASKs and feedback: paths relative to the workspace."""
    deliverables: tuple[NamedFile, ...]
    other_changes: tuple[str, ...]
    """What its runs changed besides: paths relative to the workspace, the plan's own documents left out."""
    tests: tuple[TestRun, ...]
    """The newest first."""
    claims: tuple[Claim, ...]
    criteria: tuple[str, ...]
    fix: str | None
    """The last FIX."""
    resolution: str | None
    """What answers it."""
    issues: tuple[AnsweredIssue, ...]
    log: LogExcerpt | None
    """Of the last run that is no review itself."""
    difference: Differences

    @property
    def is_open(self) -> bool:
        """Whether a verdict is needed."""
        return self.status is AchievementStatus.AWAITING_REVIEW


def runs_of(runs: Iterable[Run], plan: Plan, achievement_id: str) -> list[Run]:
    """The ended runs of an achievement, the newest first."""
    found = [
        run
        for run in runs
        if run.result is not None and run.record.achievement == achievement_id and is_about(run, plan)
    ]
    return sorted(found, key=lambda run: run.record.requested_at, reverse=True)


async def gather(workspace: Path, plan: Plan, achievement: Achievement, runs: Sequence[Run]) -> ReviewMaterial:
    """The material about an achievement: from its documents, from git, and from its `runs`, as `runs_of` has them."""
    material, paths = await asyncio.to_thread(look, workspace, plan, achievement, runs)
    began = runs[-1].record.started_at if runs else None
    since = began if measures.moment(began) else None
    return msgspec.structs.replace(material, difference=await differences(workspace, paths, since))


def look(
    workspace: Path, plan: Plan, achievement: Achievement, runs: Sequence[Run]
) -> tuple[ReviewMaterial, list[str]]:
    """The material but for the difference, and the paths to compare: the work first, then the plan's own documents."""
    artifacts = achievement.artifacts
    documents = (
        *artifacts.subplans,
        *artifacts.executions,
        # A FIX and what answers it, round by round.
        *sorted((*artifacts.fix, *artifacts.resolutions), key=feedback_round),
        *artifacts.approved,
    )
    texts = {path: _read(workspace, path) for path in documents}
    section = achievement_section(_read(workspace, plan.plan_file), achievement.id)
    subplans = [texts[path] for path in artifacts.subplans]
    changes = _changes(runs)
    deliverables = _deliverables(
        workspace, plan, section, [*subplans, *map(texts.__getitem__, artifacts.executions)], changes
    )
    own = {path for path in changes if path.startswith(f"{plan.path}/")}
    named = {each.path for each in deliverables}
    fix, resolution = last_round(artifacts.fix), last_round(artifacts.resolutions)
    criteria = [each for subplan in subplans for each in success_criteria(subplan)] or section.success
    material = ReviewMaterial(
        plan=plan.name,
        plan_file=plan.plan_file,
        achievement=achievement.id,
        title=achievement.title,
        status=achievement.status,
        reason=achievement_step(achievement, plan).reason,
        documents=documents,
        deliverables=deliverables,
        other_changes=tuple(path for path in changes if path not in named and path not in own),
        tests=tuple(TestRun(run.id, run.result.tests) for run in runs if run.result and run.result.tests.source),
        claims=tuple(
            Claim(path, claimed_tests(texts[path]), *ticked_boxes(texts[path])) for path in artifacts.executions
        ),
        criteria=tuple(dict.fromkeys(criteria)),
        fix=fix,
        resolution=resolution,
        issues=answered_issues(texts[fix], texts.get(resolution or "", "")) if fix else (),
        log=_excerpt(runs),
        difference=Differences(),
    )
    work = [
        path
        for path in dict.fromkeys((*(each.path for each in deliverables if each.exists), *changes))
        if path not in own
    ]
    return material, [*work, *sorted(own)]


def _read(workspace: Path, path: str) -> str:
    try:
        return read_document(workspace, path)
    except OSError:
        return ""


def _changes(runs: Sequence[Run]) -> dict[str, tuple[Change, int]]:
    """What the last run did to each file, and how many runs touched it."""
    found: dict[str, tuple[Change, int]] = {}
    for run in runs:
        for each in run.result.deliverables if run.result else ():
            change, count = found.get(each.path, (each.change, 0))
            found[each.path] = change, count + 1
    return found


def _deliverables(
    workspace: Path,
    plan: Plan,
    section: AchievementSection,
    documents: Sequence[str],
    changes: dict[str, tuple[Change, int]],
) -> tuple[NamedFile, ...]:
    """The files that the documents name; where they name none, those that the PLAN does."""
    written = named_files(*documents) or files_in(section.deliverables)
    folders = ["", f"{plan.path}/", *(f"{path.rpartition('/')[0]}/" for path in written if "/" in path)]
    made = []
    for name in written[:MAX_NAMED]:
        places = [f"{folder}{name}" for folder in dict.fromkeys(folders)]
        places += [path for path in changes if path.endswith(f"/{name}")]
        path = next((place for place in places if _is_file(workspace, place)), None)
        touched = path or next((place for place in places if place in changes), name)
        change, count = changes.get(touched, (None, 0))
        made.append(NamedFile(touched, path is not None, change, count))
    return tuple(dict.fromkeys(made))


def _is_file(workspace: Path, path: str) -> bool:
    try:
        found = (workspace / path).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return False
    return found.is_file() and found.is_relative_to(workspace.resolve())


def _excerpt(runs: Sequence[Run]) -> LogExcerpt | None:
    run = next((run for run in runs if run.record.workflow is not WorkflowType.REVIEW), None)
    if run is None or run.result is None:
        return None
    try:
        data = read_regular(str(run.log_path), LOG_BYTES, from_end=True)
    except OSError:
        return None
    raw = data.removesuffix(b"\n").split(b"\n")
    if len(data) == LOG_BYTES:
        raw = raw[1:]
    lines = tuple(text(line) for line in raw[-LOG_LINES:]) if data else ()
    errors = tuple(number for number, line in enumerate(lines) if ERRORS.pattern.search(line))
    return LogExcerpt(run.id, run.result.log_file, lines, errors)


MAX_NAMED = 60
"""So many named files are looked for."""

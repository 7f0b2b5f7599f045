"""The files beside a plan → the artifacts and the status of its achievements (GRAMMAR.md, sections 4 to 6 and 10).

Evidence is names and texts, never file times: a copy or a clone scrambles those.
"""

import codecs
import datetime
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import msgspec

from llm_dashboard.plans.artifacts import in_round
from llm_dashboard.plans.dates import day
from llm_dashboard.plans.markdown import Fences, fenced_lines, split_lines
from llm_dashboard.plans.models import AchievementStatus, Artifacts, Problem
from llm_dashboard.plans.parser import ID
from llm_dashboard.safe_text import plain

ReadDocument = Callable[[str], bytes]
"""A path as `FileNames` hold it → the document; empty where it cannot be read."""

_HEAD_LINES = 30
_DATE_LENGTH = 200
_HEAD_LENGTH = 16_384
_CLOSING_LINES = 30
_CLOSING_SHARE = 0.2
_STATUS = re.compile(r"Status(?:\*\*[ \t]*:|:[ \t]*\*\*)([^\n]*)")
_FIELD_START = re.compile(r"[\s>*+-]*\*\*(?:EXECUTION[_ ]TASK )?", re.ASCII)
_ACHIEVEMENT_STATUS = re.compile(rf"\n\*\*Achievement ({ID})(?:\*\*[ \t]*:|:[ \t]*\*\*)([^\n]*)")
_COMPLETE = re.compile(r"[^\w\[]*(?:complete|completed|done)\b", re.IGNORECASE | re.ASCII)
_DONE = re.compile(r"[^\w\[]*(?:complete|completed|done)\W*$", re.IGNORECASE | re.ASCII)
_DATE_FIELD = re.compile(
    r"[\s>*+-]*(?:\*\*)?(?P<name>(?:Review |Resolution )?Date)(?:\*\*)?\s*(?:\([^)]*\))?(?:\*\*)?\s*:(?:\*\*)?\s*(?P<value>.*)",
    re.IGNORECASE,
)
_ID_FIELD = re.compile(rf"[\s>*+-]*\*\*Achievement(?: Addressed)?(?:\*\*\s*:|:\s*\*\*)\s*(?:Achievement\s+)?({ID})")
_ID_IN_HEADING = re.compile(rf"\s*#\s.*?\bAchievement\s+({ID})")
_SUBPLAN_ID = re.compile(r"(\d+)(?:_[A-Za-z]\w*)?")
_EXECUTION_ID = re.compile(r"(\d+)_\d+(?:_[\w-]+)?")
_ROUND = re.compile(r"_\d{2,}_(\d{2})(?:_RESOLUTION)?\.md$")
_FEEDBACK = re.compile(r"(APPROVED(?!.*_RESOLUTION)|FIX)_(\d+(?:[._]\d+)*)(_RESOLUTION)?\.md")
"""The verdict, the id, and whether it is a resolution: of a FIX only."""


class FileNames(msgspec.Struct, frozen=True, gc=False):
    """The files beside a plan that may be artifacts, by folder."""

    plan: str
    """The plan's name, which the names of its artifacts repeat."""
    folder: str
    """The plan's own folder: what paths and problems start with."""
    subplans: Sequence[str] = ()
    executions: Sequence[str] = ()
    feedbacks: Sequence[str] = ()


def collect_artifacts(
    names: FileNames, ids: Sequence[str], read: ReadDocument
) -> tuple[dict[str, Artifacts], tuple[Problem, ...]]:
    """The artifacts of each achievement that has some, and the files that belong to none.

    A file belongs to the achievement whose id without dots it names. Only where the plan has no such id, or two, does its
    own `Achievement` field or heading decide: feedback is copied with the heading of another.
    """
    found = _Found(names, ids, read)
    subplans = found.documents("subplans", "SUBPLAN_", names.subplans, _SUBPLAN_ID)
    executions = found.documents("execution", "EXECUTION_TASK_", names.executions, _EXECUTION_ID)
    approved, fix, resolutions = found.feedbacks(names.feedbacks)
    kinds = (subplans, executions, approved, fix, resolutions)
    artifacts = {
        each: Artifacts(*[tuple(paths[each]) if each in paths else () for paths in kinds])
        for each in {**subplans, **executions, **approved, **fix, **resolutions}
    }
    return artifacts, tuple(found.problems)


_Paths = dict[str, list[str]]
"""Paths of files by the id of their achievement."""


class _Found:
    """Finds the achievement of each file, and collects the problems."""

    def __init__(self, names: FileNames, ids: Sequence[str], read: ReadDocument) -> None:
        self.problems: list[Problem] = []
        self._names = names
        self._ids = ids
        self._read = read
        tokens = [each.replace(".", "") for each in ids]
        self._owners = dict(zip(tokens, ids, strict=True))
        """The achievement of each id without dots, where only one has it."""
        if len(self._owners) < len(ids):
            self._owners = {token: self._owners[token] for token, number in Counter(tokens).items() if number == 1}

    def documents(self, folder: str, prefix: str, files: Sequence[str], numbered: re.Pattern[str]) -> _Paths:
        """The SUBPLANs or the EXECUTION_TASKs among files."""
        found: _Paths = {}
        owners = self._owners
        start = f"{prefix}{self._names.plan}_"
        beginning = f"{self._names.folder}/{folder}/"
        for name in files:
            if not name.endswith(".md"):
                continue
            if name.startswith(start):
                match = numbered.fullmatch(name, len(start), len(name) - 3)
                token = match[1] if match else ""
                if token in owners:
                    found.setdefault(owners[token], []).append(beginning + name)
                else:
                    self._place(found, beginning + name, token)
            elif name.startswith(prefix):
                what = f"does not name its plan; call it {start}….md, or move it to its own plan."
                self._report("artifact-plan", beginning + name, what)
        return found

    def feedbacks(self, files: Sequence[str]) -> tuple[_Paths, _Paths, _Paths]:
        """The APPROVED, the FIX and the FIX_…_RESOLUTION among files."""
        approved: _Paths = {}
        fix: _Paths = {}
        resolutions: _Paths = {}
        owners = self._owners
        beginning = f"{self._names.folder}/execution/feedbacks/"
        for name in files:
            if not name.startswith(("APPROVED_", "FIX_")) or not name.endswith(".md"):
                continue
            match = _FEEDBACK.fullmatch(name)
            if match:
                verdict, token, resolution = match.groups()
                found = resolutions if resolution else approved if verdict == "APPROVED" else fix
                if token in owners:
                    found.setdefault(owners[token], []).append(beginning + name)
                else:
                    self._place(found, beginning + name, token)
            else:
                what = "is no name of a feedback; call it APPROVED_11.md or FIX_11.md, with the id's digits."
                self._report("artifact-name", beginning + name, what)
        return approved, fix, resolutions

    def _place(self, found: _Paths, path: str, token: str) -> None:
        """Place a file whose name tells no achievement, or more than one."""
        if token in self._all:
            found.setdefault(token, []).append(path)
            return
        hits = self._sharers.get(token, [])
        written = written_id(_decoded(self._read(path)))
        if written is not None and written in (hits or self._all):
            found.setdefault(written, []).append(path)
        elif hits:
            self._report("artifact-ambiguous", path, f"can belong to {' or '.join(hits)}; name one in its heading.")
        else:
            self._report("artifact-orphan", path, "belongs to no achievement of the plan; rename or remove it.")

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self._ids)

    @cached_property
    def _sharers(self) -> Mapping[str, Sequence[str]]:
        """The achievements of each id without dots that more than one has."""
        sharers: dict[str, list[str]] = {}
        for each in self._ids:
            sharers.setdefault(each.replace(".", ""), []).append(each)
        return sharers

    def _report(self, code: str, path: str, message: str) -> None:
        self.problems.append(Problem(code, plain(f"{path.rpartition('/')[2]} {message}"), plain(path)))


def _decoded(document: bytes) -> str:
    return document.removeprefix(codecs.BOM_UTF8).decode(errors="replace")


def written_id(text: str) -> str | None:
    """The achievement that a document's first lines name: in an `Achievement` field, or in its heading."""
    lines = split_lines(text[:_HEAD_LENGTH])[:_HEAD_LINES]
    matches = [_ID_FIELD.match(line) for line in lines] + [_ID_IN_HEADING.match(line) for line in lines]
    return next((match[1] for match in matches if match), None)


def achievement_status(achievement_id: str, artifacts: Artifacts, read: ReadDocument) -> AchievementStatus:
    """The status that the artifacts of an achievement give it. Reads only documents that decide."""
    if artifacts.fix and not artifacts.approved:
        return AchievementStatus.AWAITING_REVIEW if _is_answered(artifacts) else AchievementStatus.NEEDS_FIX
    if artifacts.fix and (reopened := _reopened(artifacts, read)):
        answers = [review_date(_decoded(read(path))) for path in artifacts.resolutions]
        answered = _is_answered(artifacts) and any(answer is not None and answer >= reopened for answer in answers)
        return AchievementStatus.AWAITING_REVIEW if answered else AchievementStatus.NEEDS_FIX
    if artifacts.approved:
        return AchievementStatus.APPROVED
    if artifacts.executions:
        # As Latin-1, one character a byte, a document is searched several times as quickly.
        complete = all(is_complete(read(path).decode("latin-1"), achievement_id) for path in artifacts.executions)
        return AchievementStatus.AWAITING_REVIEW if complete else AchievementStatus.IN_PROGRESS
    return AchievementStatus.SUBPLAN_READY if artifacts.subplans else AchievementStatus.NOT_STARTED


def feedback_round(path: str) -> int:
    """The round of reviews that a feedback belongs to, counted from 1: `FIX_12_02.md` asks for the second time."""
    match = _ROUND.search(path)
    return int(match[1]) if match else 1


def new_round(first: str, taken: Sequence[str]) -> str:
    """The path of a feedback that is still to be written: `first`, or that of the round after those that are there."""
    return in_round(first, max(map(feedback_round, taken), default=0) + 1)


def last_round(paths: Sequence[str]) -> str | None:
    """The feedback of the last round, or None where there is none."""
    return max(paths, key=lambda path: (feedback_round(path), path), default=None)


def _is_answered(artifacts: Artifacts) -> bool:
    """Whether the last FIX has its RESOLUTION."""
    answered = max(map(feedback_round, artifacts.resolutions), default=0)
    return max(map(feedback_round, artifacts.fix)) <= answered


def _reopened(artifacts: Artifacts, read: ReadDocument) -> datetime.date | None:
    """The day of the last FIX, if it is strictly later than that of every APPROVED; else, or where a day is missing, None."""
    approved = [review_date(_decoded(read(path))) for path in artifacts.approved]
    fixes = [day for path in artifacts.fix if (day := review_date(_decoded(read(path))))]
    last = max(fixes, default=None)
    return last if last and all(each is not None and each < last for each in approved) else None


class StatusLine(msgspec.Struct, frozen=True):
    """A status line of a document."""

    value: str
    """As written."""
    line: int
    """Counted from 1."""


def is_complete(text: str, achievement_id: str) -> bool:
    """Whether an EXECUTION_TASK says so: in its header status, or in its closing one, as the header is often stale.

    A closing line about the achievement itself counts as well: `**Achievement 1.2**: COMPLETE`.
    """
    text = text.rstrip()
    statuses = _statuses(text)
    achievements = [match for match in _ACHIEVEMENT_STATUS.finditer(text) if match[1] == achievement_id][-1:]
    achievements = [match for match in achievements if _DONE.match(match[2])]
    if not achievements and not any(_COMPLETE.match(match[1]) for match in statuses):
        return False
    fences = Fences(text)
    closings = (
        match for match in achievements if match.start() >= _closing_start(text) and match.start(1) not in fences
    )
    return any(match and _COMPLETE.match(match[1]) for match in _ends(text, statuses, fences)) or any(closings)


def says_complete(value: str) -> bool:
    """Whether the value of a status line says that it is done."""
    return _COMPLETE.match(value) is not None


def status_lines(text: str) -> tuple[StatusLine | None, StatusLine | None]:
    """The status in a document's header and the one that closes it; they can be the same line."""
    text = text.rstrip()
    header, closing = (
        match and StatusLine(match[1].strip(), text.count("\n", 0, match.start()) + 1)
        for match in _ends(text, _statuses(text), Fences(text))
    )
    return header, closing


def _statuses(text: str) -> list[re.Match[str]]:
    return [
        match
        for match in _STATUS.finditer(text)
        if _FIELD_START.fullmatch(text, text.rfind("\n", 0, match.start()) + 1, match.start())
    ]


def _ends(
    text: str, statuses: Sequence[re.Match[str]], fences: Fences
) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """The first status, if it stands in the header, and the last one, if it stands at the end."""
    statuses = [match for match in statuses if match.start(1) not in fences]
    if not statuses:
        return None, None
    first, last = statuses[0], statuses[-1]
    return (
        first if first.start() < _line_offset(text, _HEAD_LINES) else None,
        last if last.start() >= _closing_start(text) else None,
    )


def _closing_start(text: str) -> int:
    """Where the last lines start, which close a document."""
    lines = text.count("\n") + 1
    return _line_offset(text, lines - max(_CLOSING_LINES, int(lines * _CLOSING_SHARE)))


def _line_offset(text: str, line: int) -> int:
    """Where a line starts, counted from 0; the end of the text where it has fewer."""
    offset = 0
    for _ in range(line):
        offset = text.find("\n", offset) + 1
        if not offset:
            return len(text)
    return offset


def review_date(text: str) -> datetime.date | None:
    """The day of a feedback: of its first readable `Review Date` (or `Resolution Date`), else of its first `Date`; or None.

    A time of day does not count: it is written with and without zones (GRAMMAR.md, section 6).
    """
    if "date" not in text.lower():
        return None
    lines = split_lines(text)
    fields = [
        (match["name"], match["value"])
        for line, fenced in zip(lines, fenced_lines(lines), strict=True)
        if not fenced and (match := _DATE_FIELD.match(line[:_DATE_LENGTH]))
    ]
    fields.sort(key=lambda field: field[0].lower() == "date")
    return next((found for _, value in fields if (found := day(value))), None)

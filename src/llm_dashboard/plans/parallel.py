"""parallel.json beside a plan → what it says of the plan's achievements (GRAMMAR.md, section 7).

Read is whatever can be, also where it breaks the schema; what cannot be is a problem.
"""

from collections.abc import Mapping, Sequence

import msgspec

from llm_dashboard.plans.dependencies import effort_hours
from llm_dashboard.plans.models import Problem
from llm_dashboard.safe_text import plain

_EFFORT_LENGTH = 60


class ParallelFile(msgspec.Struct, frozen=True):
    """What a parallel.json says."""

    dependencies: Mapping[str, tuple[str, ...]] = {}
    """By id, the ids that must be approved first; of `dependencies`, of others' `blocks`, and across priorities."""
    efforts: Mapping[str, str] = {}
    """By id, the estimate: `4-6 hours`."""
    problems: tuple[Problem, ...] = ()


class _Entry(msgspec.Struct, gc=False):
    achievement_id: str | None = None
    id: str | None = None
    dependencies: list[str] | None = None
    blocks: list[str] | None = None
    estimated_hours: str | int | float | None = None


class _Link(msgspec.Struct, gc=False):
    from_achievement: str
    to_achievement: str


class _Content(msgspec.Struct, gc=False):
    achievements: list[_Entry]
    cross_priority_dependencies: list[_Link] = []


_DECODER = msgspec.json.Decoder(_Content)


def read_parallel(data: bytes, ids: Sequence[str], file: str) -> ParallelFile:
    """Read a parallel.json. `ids` are the plan's, in its order; `file` is the path of parallel.json, for the problems."""
    reader = _Reader(ids, file)
    try:
        reader.read(_DECODER.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            raw: object = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            reader.report(f"is no JSON: {plain(str(error))}; correct or remove it")
        else:
            reader.read(reader.readable(raw))
    dependencies = {each: tuple(others) for each, others in reader.dependencies.items()}
    return ParallelFile(dependencies, reader.efforts, tuple(reader.problems))


class _Reader:
    """What was found so far."""

    def __init__(self, ids: Sequence[str], file: str) -> None:
        self.dependencies: dict[str, list[str]] = {}
        self.efforts: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._ids = frozenset(ids)
        self._unknown: set[str] = set()
        self._file = file

    def report(self, what: str) -> None:
        self.problems.append(Problem("parallel-invalid", f"parallel.json {what}.", self._file))

    def read(self, content: _Content) -> None:
        """Take over what the content says."""
        for number, entry in enumerate(content.achievements, start=1):
            achievement = entry.achievement_id or entry.id
            if achievement is None:
                self.report(f"has no text 'achievement_id' in entry {number}, which is left out; add it")
            elif self._known(achievement):
                for other in entry.dependencies or ():
                    self._waits(achievement, other)
                for other in entry.blocks or ():
                    self._waits(other, achievement)
                if effort := _effort(entry.estimated_hours):
                    self.efforts[achievement] = effort
        for link in content.cross_priority_dependencies:
            self._waits(link.from_achievement, link.to_achievement)

    def readable(self, raw: object) -> _Content:
        """What can be read of content that is not as it should be; the rest is reported."""
        entries = raw.get("achievements") if isinstance(raw, dict) else None
        if not isinstance(raw, dict) or not isinstance(entries, list):
            self.report("has no list 'achievements'; add it or remove the file")
            return _Content([])
        links = raw.get("cross_priority_dependencies") or []
        found = [self._link(each) for each in (links if isinstance(links, list) else [links])]
        return _Content([self._entry(each) for each in entries], [each for each in found if each])

    def _entry(self, raw: object) -> _Entry:
        if not isinstance(raw, dict):
            return _Entry()
        achievement = raw.get("achievement_id", raw.get("id"))
        if not isinstance(achievement, str):
            return _Entry()
        hours = raw.get("estimated_hours")
        return _Entry(
            achievement,
            dependencies=self._listed(raw.get("dependencies"), "dependencies", achievement),
            blocks=self._listed(raw.get("blocks"), "blocks", achievement),
            estimated_hours=hours if isinstance(hours, str | int | float) else None,
        )

    def _listed(self, raw: object, key: str, achievement: str) -> list[str]:
        listed = raw if isinstance(raw, list) else []
        texts = [each for each in listed if isinstance(each, str)]
        if len(texts) < len(listed) or (raw and not listed):
            self.report(f"has '{key}' of {plain(achievement)} that are no list of ids; correct them")
        return texts

    def _link(self, raw: object) -> _Link | None:
        try:
            return msgspec.convert(raw, _Link)
        except msgspec.ValidationError:
            self.report("has a 'cross_priority_dependencies' without 'from_achievement' and 'to_achievement'; add them")
            return None

    def _waits(self, achievement: str, other: str) -> None:
        if self._known(achievement):
            self.dependencies.setdefault(achievement, []).append(plain(other))

    def _known(self, achievement: str) -> bool:
        """Whether the plan has an achievement; a problem, once, where it does not."""
        if achievement in self._ids:
            return True
        if achievement not in self._unknown:
            self._unknown.add(achievement)
            self.report(f"has {plain(achievement)}, which the plan does not have; correct the id")
        return False


def _effort(hours: str | int | float | None) -> str | None:
    """An estimate as plans write it; None where it is none."""
    written = "" if hours is None else f"{hours}"[:_EFFORT_LENGTH]
    effort = f"{written} hours" if written[-1:].isdecimal() else written
    return plain(effort) if effort_hours(effort) else None

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


def read_parallel(data: bytes, ids: Sequence[str], file: str) -> ParallelFile:
    """Read a parallel.json. `ids` are the plan's, in its order; `file` is the path of parallel.json, for the problems."""
    reader = _Reader(ids, file)
    try:
        content: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reader.report(f"is no JSON: {plain(str(error))}; correct or remove it")
    else:
        reader.read(content)
    return ParallelFile(
        {each: tuple(others) for each, others in reader.dependencies.items()}, reader.efforts, tuple(reader.problems)
    )


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

    def read(self, content: object) -> None:
        entries = content.get("achievements") if isinstance(content, dict) else None
        if not isinstance(content, dict) or not isinstance(entries, list):
            self.report("has no list 'achievements'; add it or remove the file")
            return
        for number, entry in enumerate(entries, start=1):
            achievement = entry.get("achievement_id", entry.get("id")) if isinstance(entry, dict) else None
            if isinstance(achievement, str):
                self._entry(plain(achievement), entry)
            else:
                self.report(f"has no text 'achievement_id' in entry {number}, which is left out; add it")
        links = content.get("cross_priority_dependencies") or []
        for link in links if isinstance(links, list) else [links]:
            self._link(link)

    def _entry(self, achievement: str, entry: Mapping[str, object]) -> None:
        self._known(achievement)
        for other in self._listed(entry, "dependencies", achievement):
            self._waits(achievement, other)
        for blocked in self._listed(entry, "blocks", achievement):
            self._waits(blocked, achievement)
        hours = entry.get("estimated_hours")
        if isinstance(hours, str | int | float):
            written = f"{hours}"[:_EFFORT_LENGTH]
            if effort := next((each for each in (written, f"{written} hours") if effort_hours(each)), None):
                self.efforts[achievement] = plain(effort)

    def _listed(self, entry: Mapping[str, object], key: str, achievement: str) -> list[str]:
        listed = entry.get(key) or []
        texts = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
        if not isinstance(listed, list) or len(texts) < len(listed):
            self.report(f"has '{key}' of {achievement} that are no list of ids; correct them")
        return [plain(each) for each in texts]

    def _link(self, link: object) -> None:
        waiting = link.get("from_achievement") if isinstance(link, dict) else None
        awaited = link.get("to_achievement") if isinstance(link, dict) else None
        if isinstance(waiting, str) and isinstance(awaited, str):
            self._waits(plain(waiting), plain(awaited))
        else:
            self.report("has a 'cross_priority_dependencies' without 'from_achievement' and 'to_achievement'; add them")

    def _waits(self, achievement: str, other: str) -> None:
        if self._known(achievement):
            self.dependencies.setdefault(achievement, []).append(other)

    def _known(self, achievement: str) -> bool:
        """Whether the plan has an achievement; a problem, once, where it does not."""
        if achievement not in self._ids and achievement not in self._unknown:
            self._unknown.add(achievement)
            self.report(f"has {achievement}, which the plan does not have; correct the id")
        return achievement not in self._unknown

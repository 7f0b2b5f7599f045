"""The health of a plan: 100 points, less what the plan and the documents' own dates give reason to take away."""

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from llm_dashboard.measures import count
from llm_dashboard.plans.dates import last_day
from llm_dashboard.plans.files import Signature, signature_of
from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan
from llm_dashboard.plans.workspace import read_document

STALE_DAYS = 14
"""Work is stale when no document of it has a later day than so many days ago."""
OPEN_FIX = 8
CONTRADICTION = 5
MOST = {"completion": 30, "open fixes": 25, "stale work": 25, "contradictions": 20}
"""The points that each part can take away."""

_UNDER_WAY = frozenset(AchievementStatus) - {AchievementStatus.APPROVED, AchievementStatus.NOT_STARTED}
_COMPLETE = re.compile(r"\W*(?:complete|completed|done)\b", re.IGNORECASE)


class HealthPart(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    what: str
    """A key of `MOST`."""
    seen: str
    """One clause: the facts that the points rest on."""
    lost: int
    most: int
    """What it can take away."""


class Health(msgspec.Struct, frozen=True):
    """From 0 to 100."""

    score: int
    parts: tuple[HealthPart, ...]


class LastDay(msgspec.Struct, frozen=True):
    """The last day that a document names."""

    signature: Signature
    day: datetime.date | None


def health(plan: Plan, days: Mapping[str, LastDay], today: datetime.date) -> Health | None:
    """The health of a plan; None where it has no achievements. `days` are those of its documents, by path."""
    if not plan.achievements:
        return None
    parts = (_completion(plan), _open_fixes(plan), _stale_work(plan, days, today), _contradictions(plan))
    return Health(100 - sum(part.lost for part in parts), parts)


def read_days(root: Path, plan: Plan, known: Mapping[str, LastDay]) -> dict[str, LastDay]:
    """The last days of the documents of all that is under way, by path; those `known` that have not changed are not read.

    Not to be called on an event loop.
    """
    days = {}
    for path in (path for each in under_way(plan) for path in documents(each)):
        try:
            signature = signature_of((root / path).stat())
            before = known.get(path)
            if before is None or before.signature != signature:
                before = LastDay(signature, last_day(read_document(root, path)))
            days[path] = before
        except OSError:
            continue
    return days


def under_way(plan: Plan) -> list[Achievement]:
    """The achievements that are begun and not approved."""
    return [each for each in plan.achievements if each.status in _UNDER_WAY]


def documents(achievement: Achievement) -> tuple[str, ...]:
    """Every document of an achievement, in the order of the work."""
    found = achievement.artifacts
    return (*found.subplans, *found.executions, *found.fix, *found.resolutions, *found.approved)


def _part(what: str, seen: str, lost: int) -> HealthPart:
    return HealthPart(what, seen, min(lost, MOST[what]), MOST[what])


def _share(what: str, part: int, whole: int) -> int:
    """The points for a part of a whole; at least one for any."""
    return max(1, round(MOST[what] * part / whole)) if part else 0


def _completion(plan: Plan) -> HealthPart:
    total, left = plan.counts.total, plan.counts.total - plan.counts.approved
    seen = f"{left} of {total} not approved" if left else f"all {total} approved"
    return _part("completion", seen, _share("completion", left, total))


def _open_fixes(plan: Plan) -> HealthPart:
    open_fixes = [each.id for each in plan.achievements if each.status is AchievementStatus.NEEDS_FIX]
    return _part("open fixes", f"open for {_listed(open_fixes)}" if open_fixes else "none", OPEN_FIX * len(open_fixes))


def _stale_work(plan: Plan, days: Mapping[str, LastDay], today: datetime.date) -> HealthPart:
    begun = under_way(plan)
    if not begun:
        return _part("stale work", "nothing is under way", 0)
    last = {each.id: _last([days[path].day for path in documents(each) if path in days]) for each in begun}
    stale = [(found, each) for each, found in last.items() if found and (today - found).days > STALE_DAYS]
    seen = f"none of the {len(begun)} under way"
    if stale:
        oldest, which = min(stale)
        seen = f"{len(stale)} of {len(begun)} under way, {which} since {oldest}"
    if undated := sum(found is None for found in last.values()):
        seen += f"; {undated} without a date"
    return _part("stale work", seen, _share("stale work", len(stale), len(begun)))


def _last(days: Sequence[datetime.date | None]) -> datetime.date | None:
    return max((day for day in days if day), default=None)


def _contradictions(plan: Plan) -> HealthPart:
    said = plan.header.get("Status", "")
    counts = plan.counts
    found = [problem.message for problem in plan.problems]
    if said and (_COMPLETE.match(said) is not None) != (counts.approved == counts.total):
        found.insert(0, f"Status is {said!r} with {counts.approved} of {counts.total} approved")
    more = f", and {count(len(found) - 1, 'more problem')}" if len(found) > 1 else ""
    return _part("contradictions", found[0].rstrip(".") + more if found else "none", CONTRADICTION * len(found))


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids[:6]) + (f" and {len(ids) - 6} more" if len(ids) > 6 else "")

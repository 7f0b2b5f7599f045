"""Which achievements wait for which, what can be worked on at once, and the hours that this saves."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan, Problem
from llm_dashboard.plans.parser import Declaration

_SETTLED = (AchievementStatus.APPROVED, AchievementStatus.AWAITING_REVIEW)
_NUMBER = r"(\d{1,5}(?:\.\d{1,3})?)"
_UNIT = r"(h|hrs?|hours?|m|mins?|minutes?)\b"
_HOURS = re.compile(
    rf"\W*{_NUMBER}[ \t]*(?:{_UNIT})?(?:[ \t]*(?:[-\u2010-\u2014]|to)[ \t]*{_NUMBER}[ \t]*(?:{_UNIT})?)?", re.IGNORECASE
)
_MINUTES_MORE = re.compile(rf"[ \t]*(?:and[ \t]+)?{_NUMBER}[ \t]*(?:m|mins?|minutes?)\b", re.IGNORECASE)


class Dependencies(msgspec.Struct, frozen=True):
    """How the achievements of a plan wait for each other. Ids are in plan order; each is in one level or in one cycle."""

    levels: tuple[tuple[str, ...], ...]
    """What waits for none, then what waits only for earlier levels, and so on, whatever is approved already."""
    cycles: tuple[tuple[str, ...], ...]
    """Achievements that wait for each other, or for themselves, and so for ever."""
    ready: tuple[str, ...]
    """What can be worked on now: not approved, not awaiting review, and everything that it waits for is approved."""
    blocked: Mapping[str, tuple[str, ...]]
    """For each achievement that is not approved and waits: for which ids. An id that the plan does not have blocks nothing."""


def dependencies(plan: Plan) -> Dependencies:
    """How the plan's achievements wait for each other."""
    by_id = {each.id: each for each in plan.achievements}
    graph = {each.id: [other for other in each.dependencies if other in by_id] for each in plan.achievements}
    components = _components(graph)
    cycles = _cycles(components, graph)
    in_cycles = {each for cycle in cycles for each in cycle}
    level_of: dict[str, int] = {}
    for component in components:
        waited_for = (level_of[other] for each in component for other in graph[each] if other in level_of)
        level_of.update(dict.fromkeys(component, 1 + max(waited_for, default=-1)))
    by_level: dict[int, list[str]] = {}
    for each in graph:
        if each not in in_cycles:
            by_level.setdefault(level_of[each], []).append(each)
    waiting = {
        each.id: tuple(other for other in graph[each.id] if by_id[other].status is not AchievementStatus.APPROVED)
        for each in plan.achievements
        if each.status is not AchievementStatus.APPROVED
    }
    return Dependencies(
        levels=tuple(tuple(by_level[level]) for level in sorted(by_level)),
        cycles=tuple(cycles),
        ready=tuple(each for each, others in waiting.items() if not others and by_id[each].status not in _SETTLED),
        blocked={each: others for each, others in waiting.items() if others},
    )


def unite(
    declarations: Sequence[Declaration], listed: Mapping[str, Sequence[str]], file: str
) -> tuple[dict[str, tuple[str, ...]], tuple[Problem, ...]]:
    """What each declared achievement waits for, by parallel.json (`listed`), its own field, and what others block.

    Unknown ids and each cycle are problems. `file` is the plan's path.
    """
    if not listed and not any(each.dependencies or each.blocks for each in declarations):
        return {each.id: () for each in declarations}, ()
    graph = {each.id: [*listed.get(each.id, ()), *each.dependencies] for each in declarations}
    unknown = [f"{each} waits for {other}" for each, others in graph.items() for other in others if other not in graph]
    for each in declarations:
        for other in each.blocks:
            if other in graph:
                graph[other].append(each.id)
            else:
                unknown.append(f"{each.id} blocks {other}")
    united = {each: tuple(dict.fromkeys(others)) for each, others in graph.items()}
    problems = [
        Problem("dependency-unknown", f"{what}, which the plan does not have; correct the id.", file)
        for what in dict.fromkeys(unknown)
    ]
    known = {each: [other for other in others if other in graph] for each, others in united.items()}
    if _is_in_order(known):
        return united, tuple(problems)
    for cycle in _cycles(_components(known), known):
        chain = " waits for ".join(_chain(cycle, known))
        problems.append(Problem("dependency-cycle", f"{chain}; remove one of these dependencies.", file))
    return united, tuple(problems)


def _is_in_order(graph: Mapping[str, Sequence[str]]) -> bool:
    """Whether each waits only for what stands before it, as nearly always: then there is no cycle to look for."""
    before: set[str] = set()
    for each, others in graph.items():
        if not before.issuperset(others):
            return False
        before.add(each)
    return True


def _cycles(components: Iterable[Sequence[str]], graph: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The components that wait for themselves, and their ids, in the order of the graph."""
    found = [each for each in components if len(each) > 1 or each[0] in graph[each[0]]]
    order = {each: number for number, each in enumerate(graph)} if found else {}
    return sorted((tuple(sorted(each, key=order.__getitem__)) for each in found), key=lambda each: order[each[0]])


def _chain(cycle: Sequence[str], graph: Mapping[str, Sequence[str]]) -> list[str]:
    """A way round a cycle, from one of its achievements back to it."""
    members = frozenset(cycle)
    seen: dict[str, None] = {}
    each = cycle[0]
    while each not in seen:
        seen[each] = None
        each = next(other for other in graph[each] if other in members)
    way = list(seen)
    return [*way[way.index(each) :], each]


def _components(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The strongly connected components, each after all that it waits for: Tarjan's algorithm, without recursion."""
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_nodes: list[str] = []
    closed: set[str] = set()
    components: list[list[str]] = []
    for root in graph:
        if root in numbers:
            continue
        numbers[root] = lowest[root] = len(numbers)
        open_nodes.append(root)
        path = [(root, iter(graph[root]))]
        while path:
            node, others = path[-1]
            for other in others:
                if other not in numbers:
                    numbers[other] = lowest[other] = len(numbers)
                    open_nodes.append(other)
                    path.append((other, iter(graph[other])))
                    break
                if other not in closed:
                    lowest[node] = min(lowest[node], numbers[other])
            else:
                path.pop()
                if path:
                    parent = path[-1][0]
                    lowest[parent] = min(lowest[parent], lowest[node])
                if lowest[node] == numbers[node]:
                    component: list[str] = []
                    while node not in component[-1:]:
                        component.append(open_nodes.pop())
                    closed.update(component)
                    components.append(component)
    return components


@lru_cache(maxsize=1024)
def effort_hours(text: str) -> tuple[float, float] | None:
    """The lower and the upper hours that an estimate begins with: `2-3 hours`, `30 minutes`, `4-6h`; None for anything else.

    Days and weeks are no hours: nobody says how long theirs are.
    """
    match = _HOURS.match(text[:200])
    if not match:
        return None
    low, low_unit, high, high_unit = match.groups()
    last_unit = high_unit if high else low_unit
    if not last_unit:
        return None
    least = _in_hours(low, low_unit or last_unit)
    most = _in_hours(high, last_unit) if high else least
    if last_unit[0] in "hH" and (more := _MINUTES_MORE.match(text, match.end())):
        most += _in_hours(more[1], "m")
        least = least if high else most
    return min(least, most), max(least, most)


def _in_hours(number: str, unit: str) -> float:
    return float(number) / (60 if unit[0] in "mM" else 1)


def saved_hours(achievements: Iterable[Achievement]) -> float | None:
    """The hours by which working on all at once is shorter than one after the other; None where an estimate is missing.

    An estimate counts by its middle: what is saved is their sum without the longest.
    """
    estimates = [effort_hours(each.effort or "") for each in achievements]
    middles = [sum(estimate) / 2 for estimate in estimates if estimate]
    return None if len(middles) < len(estimates) else sum(middles) - max(middles, default=0.0)

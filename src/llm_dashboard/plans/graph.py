"""The dependencies of a plan as a drawing in text: one line for each achievement, level by level, what waits for none on top.

As in the graph of `git log`, but each lane belongs to one achievement: it runs down from it to the last one that waits for it,
and each that does is joined to it. A line that another one crosses is not joined to it: `─│─`. What is implied is not
drawn: where 3 waits for 2 and 2 waits for 1, no line leads from 1 to 3.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

import msgspec

from llm_dashboard.plans.models import Plan

MAX_NODES = 250
MAX_LANES = 40
"""What is more takes time to draw, and nobody can follow it."""


class PieceKind(StrEnum):
    """What a cell of the drawing is."""

    NOTHING = "nothing"
    LINE = "line"
    NODE = "node"


class Piece(msgspec.Struct, frozen=True):
    """One cell of the drawing."""

    text: str
    """One character; that of a node is to be replaced by the symbol of its status."""
    kind: PieceKind = PieceKind.NOTHING
    ends: frozenset[str] = frozenset()
    """The ids that the line leads to and from here."""


class GraphLine(msgspec.Struct, frozen=True):
    """One line of the drawing: an achievement, or the heading of a level with the lanes that pass it."""

    level: int
    """Counted from 1; 0 for what stands in no level, because it waits for itself."""
    achievement: str | None = None
    """The id; None for a heading."""
    pieces: tuple[Piece, ...] = ()


def draw(plan: Plan, levels: Sequence[Sequence[str]]) -> tuple[GraphLine, ...]:
    """The drawing of a plan. `levels`: the ids of each level, so that all that one waits for stands in an earlier level.

    Ids of the plan that stand in no level follow at the end, without lines. Beyond `MAX_NODES` and `MAX_LANES` none has any.
    """
    drawing = _Drawing(_reduced(plan, levels)) if len(plan.achievements) <= MAX_NODES else None
    lines: list[GraphLine] = []
    for number, level in enumerate(levels, 1):
        lines.append(GraphLine(number, None, drawing.heading() if drawing else ()))
        for each in level:
            lines.append(GraphLine(number, each, drawing.node(each) if drawing else _ALONE))
            if drawing and drawing.lanes > MAX_LANES:
                drawing = None
                lines = [_bare(line) for line in lines]
    placed = {each for level in levels for each in level}
    left = [each.id for each in plan.achievements if each.id not in placed]
    if left:
        lines.append(GraphLine(0))
        lines += (GraphLine(0, each, _ALONE) for each in left)
    return tuple(lines)


def lane_width(lines: Iterable[GraphLine]) -> int:
    """Cells that the lanes of a drawing take."""
    return max((len(line.pieces) for line in lines), default=0)


def _bare(line: GraphLine) -> GraphLine:
    return msgspec.structs.replace(line, pieces=_ALONE if line.achievement else ())


def _reduced(plan: Plan, levels: Sequence[Sequence[str]]) -> dict[str, set[str]]:
    """What each waits for in earlier levels, without what is implied by the rest of it."""
    declared = {each.id: each.dependencies for each in plan.achievements}
    waits: dict[str, set[str]] = {}
    behind: dict[str, set[str]] = {}
    for level in levels:
        earlier = dict(behind)
        for each in level:
            others = {other for other in declared[each] if other in earlier}
            implied = set().union(*(earlier[other] for other in others))
            waits[each], behind[each] = others - implied, others | implied
    return waits


class _Node(NamedTuple):
    """An achievement on its line: its lane, those that it is joined to, and which of these end with it."""

    achievement: str
    own: int
    joined: tuple[int, ...]
    ending: tuple[int, ...]
    first: int
    last: int
    """From which lane to which the line across goes."""


class _Drawing:
    """The lanes as they stand after the lines drawn so far."""

    def __init__(self, waits: Mapping[str, set[str]]) -> None:
        self._waits = waits
        waiting: dict[str, set[str]] = {}
        for each, others in waits.items():
            for other in others:
                waiting.setdefault(other, {other}).add(each)
        self._left = {each: frozenset(others) for each, others in waiting.items()}
        """For each, itself and those that wait for it and are not drawn yet; none for what nothing waits for."""
        self._lanes: list[str] = []
        """Whose line each lane is; empty for a free one."""

    @property
    def lanes(self) -> int:
        """How many there are now."""
        return len(self._lanes)

    def heading(self) -> tuple[Piece, ...]:
        """The lanes that pass."""
        return tuple(chain.from_iterable((self._passing(lane), _BLANK) for lane in range(len(self._lanes))))

    def node(self, achievement: str) -> tuple[Piece, ...]:
        """The line of an achievement, joined to the lanes of all that it waits for."""
        waits = self._waits[achievement]
        joined = tuple(lane for lane, owner in enumerate(self._lanes) if owner in waits)
        ending = tuple(lane for lane in joined if self._left[self._lanes[lane]] == {self._lanes[lane], achievement})
        own = ending[0] if ending else self._nearest_free(joined)
        if own == len(self._lanes):
            self._lanes.append("")
        node = _Node(achievement, own, joined, ending, min((own, *joined)), max((own, *joined)))
        pieces = tuple(
            chain.from_iterable((self._cell(node, lane), self._behind(node, lane)) for lane in range(len(self._lanes)))
        )
        for lane in joined:
            self._left[self._lanes[lane]] -= {achievement}
        for lane in ending:
            self._lanes[lane] = ""
        self._lanes[own] = achievement if achievement in self._left else ""
        while self._lanes and not self._lanes[-1]:
            self._lanes.pop()
        return pieces

    def _nearest_free(self, joined: Sequence[int]) -> int:
        """The free lane that is nearest to those lanes, perhaps a new one; the first one where there are none."""
        free = [lane for lane, owner in enumerate(self._lanes) if not owner] + [len(self._lanes)]
        return min(free, key=lambda lane: min((abs(lane - other) for other in joined), default=0))

    def _passing(self, lane: int) -> Piece:
        owner = self._lanes[lane]
        return Piece("│", PieceKind.LINE, self._left[owner]) if owner else _BLANK

    def _cell(self, node: _Node, lane: int) -> Piece:
        if lane == node.own:
            return Piece("•", PieceKind.NODE, frozenset({node.achievement}))
        if lane in node.joined:
            shape = (lane > node.first, lane < node.last, lane not in node.ending)
            return Piece(_JOINTS[shape], PieceKind.LINE, self._left[self._lanes[lane]])
        is_free = not self._lanes[lane]
        return self._across(node, lane) if is_free and node.first < lane < node.last else self._passing(lane)

    def _behind(self, node: _Node, lane: int) -> Piece:
        """What stands between a lane and the next one."""
        return self._across(node, lane + 0.5) if node.first <= lane < node.last else _BLANK

    def _across(self, node: _Node, where: float) -> Piece:
        """The line across at that place: it leads to the lanes beyond it, seen from the achievement."""
        beyond = (lane for lane in node.joined if (lane < where < node.own) or (node.own < where < lane))
        return Piece("─", PieceKind.LINE, frozenset({node.achievement, *(self._lanes[lane] for lane in beyond)}))


_BLANK = Piece(" ")
_ALONE = (Piece("•", PieceKind.NODE), _BLANK)

_JOINTS = {
    (False, True, True): "├",
    (False, True, False): "╰",
    (True, False, True): "┤",
    (True, False, False): "╯",
    (True, True, True): "┼",
    (True, True, False): "┴",
}
"""By whether the line goes on to the left, to the right, downwards; upwards it does."""

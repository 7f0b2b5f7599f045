"""The dependencies of a plan as a drawing in text: one line for each achievement, level by level, the oldest on top.

As in the graph of `git log`, but each lane belongs to one achievement: it runs down from it to the last one that waits for it,
and each that does is joined to it. A line that another one crosses is not joined to it: `─│─`. What is implied is not
drawn: where 3 waits for 2 and 2 waits for 1, no line leads from 1 to 3.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import chain

import msgspec

from llm_dashboard.plans.models import Plan


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

    Ids of the plan that stand in no level follow at the end, without lines.
    """
    place = {each: number for number, level in enumerate(levels) for each in level}
    waits = {
        each.id: {
            other for other in each.dependencies if place.get(other, place.get(each.id, 0)) < place.get(each.id, 0)
        }
        for each in plan.achievements
    }
    drawing = _Drawing(_reduced(waits, [each for level in levels for each in level]))
    lines: list[GraphLine] = []
    for number, level in enumerate(levels, 1):
        lines.append(GraphLine(number, None, drawing.heading()))
        lines += (GraphLine(number, each, drawing.node(each)) for each in level)
    left = [each.id for each in plan.achievements if each.id not in place]
    if left:
        lines.append(GraphLine(0))
        lines += (GraphLine(0, each, (Piece("•", PieceKind.NODE),)) for each in left)
    return tuple(lines)


def lane_width(lines: Iterable[GraphLine]) -> int:
    """Cells that the lanes of a drawing take."""
    return max((len(line.pieces) for line in lines), default=0)


def _reduced(waits: Mapping[str, set[str]], order: Sequence[str]) -> dict[str, set[str]]:
    """What each waits for, without what is implied by the rest of it."""
    behind: dict[str, set[str]] = {}
    for each in order:
        behind[each] = waits[each].union(*(behind[other] for other in waits[each]))
    return {each: waits[each].difference(*(behind[other] for other in waits[each])) for each in order}


class _Drawing:
    """The lanes as they stand after the lines drawn so far."""

    def __init__(self, waits: Mapping[str, set[str]]) -> None:
        self._waits = waits
        self._left: dict[str, set[str]] = {}
        """Those that wait for each, and are not drawn yet."""
        for each, others in waits.items():
            for other in others:
                self._left.setdefault(other, set()).add(each)
        self._lanes: list[str | None] = []
        """Whose line each lane is; None for a free one."""

    def heading(self) -> tuple[Piece, ...]:
        """The lanes that pass."""
        return tuple(chain.from_iterable((self._passing(lane), Piece(" ")) for lane in range(len(self._lanes))))

    def node(self, achievement: str) -> tuple[Piece, ...]:
        """The line of an achievement, joined to the lanes of all that it waits for."""
        joined = [lane for lane, owner in enumerate(self._lanes) if owner in self._waits[achievement]]
        ending = [lane for lane in joined if self._left[self._lanes[lane] or ""] == {achievement}]
        own = ending[0] if ending else self._nearest_free(joined)
        if own == len(self._lanes):
            self._lanes.append(None)
        pieces: list[Piece] = []
        for lane in range(len(self._lanes)):
            pieces.append(self._cell(achievement, lane, own, joined, ending))
            pieces.append(self._connection(achievement, lane, own, joined))
        for lane in joined:
            self._left[self._lanes[lane] or ""].discard(achievement)
        for lane in ending:
            self._lanes[lane] = None
        self._lanes[own] = achievement if self._left.get(achievement) else None
        while self._lanes and self._lanes[-1] is None:
            self._lanes.pop()
        return tuple(pieces)

    def _nearest_free(self, joined: Sequence[int]) -> int:
        """The free lane that is nearest to those lanes, perhaps a new one; the first one where there are none."""
        free = [lane for lane, owner in enumerate(self._lanes) if owner is None] + [len(self._lanes)]
        return min(free, key=lambda lane: min((abs(lane - other) for other in joined), default=0))

    def _passing(self, lane: int) -> Piece:
        owner = self._lanes[lane]
        return Piece("│", PieceKind.LINE, self._ends(owner)) if owner else Piece(" ")

    def _ends(self, owner: str | None) -> frozenset[str]:
        return frozenset({owner, *self._left[owner]}) if owner else frozenset()

    def _cell(self, achievement: str, lane: int, own: int, joined: Sequence[int], ending: Sequence[int]) -> Piece:
        if lane == own:
            return Piece("•", PieceKind.NODE, frozenset({achievement}))
        if lane not in joined:
            inside = min([own, *joined]) < lane < max([own, *joined])
            if self._lanes[lane] is None and inside:
                return Piece("─", PieceKind.LINE, self._across(achievement, lane, own, joined))
            return self._passing(lane)
        # Whether the line goes on: to the left, to the right, downwards.
        shape = (lane > min([own, *joined]), lane < max([own, *joined]), lane not in ending)
        return Piece(_JOINTS[shape], PieceKind.LINE, self._ends(self._lanes[lane]) | {achievement})

    def _connection(self, achievement: str, lane: int, own: int, joined: Sequence[int]) -> Piece:
        """What stands between a lane and the next one."""
        if min([own, *joined]) <= lane < max([own, *joined]):
            return Piece("─", PieceKind.LINE, self._across(achievement, lane + 0.5, own, joined))
        return Piece(" ")

    def _across(self, achievement: str, where: float, own: int, joined: Sequence[int]) -> frozenset[str]:
        """Whom the line across leads to at that place: the lanes beyond it, seen from the achievement."""
        beyond = (lane for lane in joined if (lane < where < own) or (own < where < lane))
        return frozenset({achievement, *(owner for lane in beyond if (owner := self._lanes[lane]))})


_JOINTS = {
    (False, True, True): "├",
    (False, True, False): "╰",
    (True, False, True): "┤",
    (True, False, False): "╯",
    (True, True, True): "┼",
    (True, True, False): "┴",
}

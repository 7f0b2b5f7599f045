"""What the line below a log says: how much there is, whether it is followed, what was found in it."""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from rich.cells import cell_len

from llm_dashboard import measures
from llm_dashboard.runs.log_search import Search
from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.widgets.log_view import LogView

Part = tuple[str, str] | str
"""Plain text, or text and its tone."""
GAP = "   "
LONGEST_TEXT = 30
"""Cells of what was looked for."""


class Weight(IntEnum):
    """How much a fact matters where there is no room for all."""

    SIZE = 0
    NEW = 1
    USED = 2
    LINES = 3
    PLACE = 4
    ERRORS = 5
    SOUGHT = 6
    """What the reader has asked for just now, or must know."""


class Fact(NamedTuple):
    """Something that is shown whole or not at all."""

    weight: Weight
    parts: tuple[Part, ...]

    @property
    def width(self) -> int:
        """Cells."""
        return sum(cell_len(part if isinstance(part, str) else part[0]) for part in self.parts)


def fitted(facts: Sequence[Fact], width: int) -> tuple[Part, ...]:
    """The facts beside each other in at most `width` cells: those that matter least are left out, but never all."""
    kept = list(facts)
    while len(kept) > 1 and sum(fact.width for fact in kept) + len(GAP) * (len(kept) - 1) > width:
        kept.remove(min(kept, key=lambda fact: fact.weight))
    return tuple(part for number, fact in enumerate(kept) for part in ((GAP,) if number else ()) + fact.parts)


def facts(view: LogView, only: str, looked_for: str, *, has_size: bool = True) -> list[Fact]:
    """The facts about the log, with the texts of its filter and of its search; its size where that says anything."""
    reader = view.reader
    lines = measures.count(len(view.file), "line")
    found = [Fact(Weight.LINES, (f"{reader.rows:,} of {lines}" if reader.only else lines,))]
    if has_size:
        found.append(Fact(Weight.SIZE, ((measures.size(view.file.size), "dim"),)))
    if view.following:
        found.append(Fact(Weight.PLACE, (("following", "live"),)))
    else:
        place = f"{measures.count(view.below, 'line')} below" if view.below else "not following"
        found.append(Fact(Weight.PLACE, ((place, "wait"),)))
        if view.new:
            found.append(Fact(Weight.NEW, ((f"+{view.new:,} new", "live"),)))
    if view.selected:
        found.append(Fact(Weight.SOUGHT, ((f"{measures.count(len(view.selected), 'line')} selected", "accent"),)))
    for weight, sign, text, search in (
        (Weight.SOUGHT, "&", only, reader.only),
        (Weight.SOUGHT, "/", looked_for, reader.search),
        (Weight.ERRORS, "]", "errors", reader.errors),
    ):
        if search is not None:
            short = fit(text, min(cell_len(text), LONGEST_TEXT))
            found.append(Fact(weight, ((f"{sign} ", "key"), f"{short} ", tally(search, view))))
    return found


def tally(search: Search, view: LogView) -> tuple[str, str]:
    """How many hits there are, as far as the search has come, and which of them the current line is, with its tone."""
    if search.problem:
        return search.problem, "bad"
    hits = len(search.hits)
    if not hits:
        return ("no hits", "wait") if search.is_done else ("searching …", "dim")
    so_far = "" if search.is_done else " so far"
    if view.current is not None and not view.following and search.is_hit(view.current):
        return f"{search.rank(view.current) + 1:,} of {hits:,}{so_far}", "live"
    return f"{measures.count(hits, 'hit')}{so_far}", "live"

"""The dependencies of a plan as a drawing: a line for each achievement, with the lanes of all that others wait for."""

from typing import NamedTuple

from rich.text import Text

from llm_dashboard.measures import count
from llm_dashboard.plans.dependencies import Dependencies, saved_hours
from llm_dashboard.plans.graph import GraphLine, PieceKind, draw, lane_width
from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan
from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.marks import STATUS
from llm_dashboard.ui.widgets.achievement_table import STEP_WORDS
from llm_dashboard.ui.widgets.row_list import RowList

TITLE = 20
"""Cells that a title needs: where the lanes leave it less, they are not drawn."""


class GraphRow(NamedTuple):
    """A line of the drawing, with what stands beside it."""

    line: GraphLine
    achievement: Achievement | None
    text: str
    """What an achievement waits for or needs next; the name of a level."""
    facts: tuple[str, ...] = ()
    """Of a level: how many there are, and what is saved; the longest text first."""


class GraphList(RowList[GraphRow]):
    """Achievements level by level, each joined to those that it waits for. The lines of the selected one are marked."""

    lanes = 0
    """Cells of the lanes."""

    def load(self, plan: Plan, dependencies: Dependencies) -> None:
        """Show that plan."""
        by_id = {each.id: each for each in plan.achievements}
        levels: dict[int, list[Achievement]] = {}
        lines = draw(plan, dependencies.levels)
        for line in lines:
            if line.achievement:
                levels.setdefault(line.level, []).append(by_id[line.achievement])
        rows = []
        for line in lines:
            if line.achievement is None:
                name = f"Level {line.level}" if line.level else "In no level: they wait for themselves"
                rows.append(GraphRow(line, None, name, _facts(levels[line.level])))
            else:
                achievement = by_id[line.achievement]
                waits = dependencies.blocked.get(achievement.id)
                text = f"waits for {', '.join(waits)}" if waits else STEP_WORDS[achievement.status]
                rows.append(GraphRow(line, achievement, text))
        self.lanes = lane_width(lines)
        self.show(rows)

    @property
    def achievement(self) -> Achievement | None:
        """The achievement under the cursor."""
        return None if self.selected is None else self.selected.achievement

    def identity(self, row: GraphRow) -> str:
        """The id, or the level."""
        return row.achievement.id if row.achievement else row.text

    def selectable(self, row: GraphRow) -> bool:
        """Levels are not."""
        return row.achievement is not None

    def draw(self, row: GraphRow, width: int) -> Text:
        """One line: lanes, id, title, and what it waits for."""
        waits = 26 if width >= 100 else 20
        lanes = self.lanes if 3 + self.lanes + 7 + TITLE + waits <= width else 2
        text = self.phrase(" ", *self._drawn(row, lanes))
        if row.achievement is None:
            room = width - 2 - lanes - len(row.text)
            facts = next((f"  {each} " for each in row.facts if len(each) + 3 <= room), "")
            text.append_text(self.phrase((fit(row.text, width - 1 - lanes - len(facts)), "strong"), (facts, "dim")))
            return text
        each, mark = row.achievement, STATUS[row.achievement.status]
        done = each.status is AchievementStatus.APPROVED
        is_related = self._is_related(each)
        title = max(0, width - 1 - lanes - 7 - waits - 2)
        is_waiting = row.text.startswith("waits")
        text.append_text(
            self.phrase(
                (fit(each.id, 7), "key" if is_related else "dim" if done else "strong"),
                (fit(each.title, title), "dim" if done else "normal"),
                "  ",
                (fit(row.text, waits), "dim" if is_waiting else "normal" if mark.tone == "dim" else mark.tone),
            )
        )
        return text

    def _drawn(self, row: GraphRow, lanes: int) -> list[tuple[str, str] | str]:
        pieces = row.line.pieces if lanes == self.lanes else [each for each in row.line.pieces if each.kind is _NODE]
        chosen = self.achievement.id if self.achievement else ""
        parts: list[tuple[str, str] | str] = []
        for piece in pieces:
            if piece.kind is _NODE and row.achievement:
                mark = STATUS[row.achievement.status]
                parts.append((mark.symbol, mark.tone))
            else:
                parts.append((piece.text, "key" if chosen in piece.ends else "dim"))
        return [*parts, " " * (lanes - len(parts))]

    def _is_related(self, each: Achievement) -> bool:
        """Whether it waits for the selected one, or the other way round."""
        chosen = self.achievement
        return chosen is not None and (each.id in chosen.dependencies or chosen.id in each.dependencies)


_NODE = PieceKind.NODE
_SETTLED = (AchievementStatus.APPROVED, AchievementStatus.AWAITING_REVIEW)


def _facts(achievements: list[Achievement]) -> tuple[str, ...]:
    still_open = [each for each in achievements if each.status not in _SETTLED]
    if not still_open:
        return (count(len(achievements), "achievement"),)
    facts = f"{len(still_open)} of {len(achievements)} open"
    saved = saved_hours(still_open) if len(still_open) > 1 else None
    if not saved:
        return (facts,)
    saving = f"saves about {saved:.3g} h by the plan's estimates"
    return f"{facts}, at once {saving}", f"{len(still_open)} open, {saving}", facts

"""The achievements of a plan, group by group."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rich.text import Text

from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan
from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.marks import RUN, STATUS, plan_mark
from llm_dashboard.ui.matching import Pattern
from llm_dashboard.ui.widgets.row_list import RowList

STEP_WORDS = {
    AchievementStatus.NOT_STARTED: "subplan",
    AchievementStatus.SUBPLAN_READY: "execution",
    AchievementStatus.IN_PROGRESS: "continue",
    AchievementStatus.AWAITING_REVIEW: "review",
    AchievementStatus.NEEDS_FIX: "fix",
    AchievementStatus.APPROVED: "",
}


PLAN_ROW = "\n"
"""The identity of the row of the plan itself: no id and no group is called so."""


class AchievementRow(NamedTuple):
    """An achievement, or the group above it, or the plan above all."""

    achievement: Achievement | None
    group: str = ""
    approved: int = 0
    total: int = 0
    plan: Plan | None = None


class AchievementTable(RowList[AchievementRow]):
    """The plan, then its achievements with their status and what each needs next."""

    live: Mapping[str, WorkflowState] = {}
    """The states of live runs, by the ids of their achievements."""

    def load(
        self, achievements: Iterable[Achievement], plan: Plan | None = None, pattern: Pattern | None = None
    ) -> None:
        """Show those achievements, in their order, below the plan; they were found with that pattern."""
        groups: dict[str, list[Achievement]] = {}
        for achievement in achievements:
            groups.setdefault(achievement.group, []).append(achievement)
        rows = [AchievementRow(None, plan=plan)] if plan else []
        for group, members in groups.items():
            if group:
                approved = sum(each.status is AchievementStatus.APPROVED for each in members)
                rows.append(AchievementRow(None, group, approved, len(members)))
            rows.extend(AchievementRow(each) for each in members)
        self.show(rows, pattern)

    def show_live(self, live: Mapping[str, WorkflowState]) -> None:
        """Draw what is at work, by the ids of the achievements."""
        if live != self.live:
            self.live = live
            self.refresh()

    @property
    def achievement(self) -> Achievement | None:
        """The achievement under the cursor."""
        return None if self.selected is None else self.selected.achievement

    def identity(self, row: AchievementRow) -> str:
        """The id, or the group's text."""
        if row.plan:
            return PLAN_ROW
        return row.achievement.id if row.achievement else row.group

    def selectable(self, row: AchievementRow) -> bool:
        """Groups are not."""
        return row.achievement is not None or row.plan is not None

    def draw(self, row: AchievementRow, width: int) -> Text:
        """One line: symbol, id, title, next step."""
        if row.plan:
            counts, mark = row.plan.counts, plan_mark(row.plan)
            done = f"{counts.approved}/{counts.total} " if counts.total else ""
            name = fit(f" {row.plan.title or row.plan.name}", max(0, width - len(done) - 4))
            return self.phrase(" ", (mark.symbol, mark.tone), (name, "strong"), (f"  {done}"[-len(done) - 2 :], "dim"))
        if row.achievement is None:
            done = f"{row.approved}/{row.total} "
            return self.phrase((fit(f" {row.group}", width - len(done) - 1), "strong"), (f" {done}", "dim"))
        each = row.achievement
        mark, step = STATUS[each.status], STEP_WORDS[each.status]
        if each.id in self.live:
            mark = RUN[self.live[each.id]]
            step = mark.word
        following = f"  {step} " if step else " "
        title = width - 5 - 7 - len(following)
        return self.phrase(
            "   ",
            (mark.symbol, mark.tone),
            " ",
            self.marked(fit(each.id, 7), "dim" if each.status is AchievementStatus.APPROVED else "strong"),
            self.marked(fit(each.title, title), "dim" if each.status is AchievementStatus.APPROVED else "normal"),
            (following, mark.tone if mark.tone != "dim" else "normal"),
        )

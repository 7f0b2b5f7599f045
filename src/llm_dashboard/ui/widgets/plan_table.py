"""The table of plans."""

from collections.abc import Mapping
from typing import NamedTuple

from rich.text import Text

from llm_dashboard.measures import count
from llm_dashboard.plans.models import Plan, StepKind
from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.ui.arrangement import PlanGroup
from llm_dashboard.ui.cells import bar, fit, fit_middle, fit_right
from llm_dashboard.ui.marks import RUN, plan_mark
from llm_dashboard.ui.widgets.row_list import RowList

NEXT = 14
"""Cells for `continue 10.2`."""


class PlanTable(RowList[Plan | PlanGroup]):
    """Plans with their progress, their next step and their state, and a line above each group of them."""

    live: Mapping[str, WorkflowState] = {}
    """The states of live runs, by the files of their plans."""
    arranged = ""
    """How the plans are arranged, for the heading."""

    @property
    def plan(self) -> Plan | None:
        """The plan under the cursor."""
        return self.selected if isinstance(self.selected, Plan) else None

    def show_live(self, live: Mapping[str, WorkflowState]) -> None:
        """Draw what is at work, by the files of the plans."""
        if live != self.live:
            self.live = live
            self.refresh()

    def identity(self, row: Plan | PlanGroup) -> str:
        """The plan's file, or the group's name."""
        return row.plan_file if isinstance(row, Plan) else row.name

    def selectable(self, row: Plan | PlanGroup) -> bool:
        """Groups are not."""
        return isinstance(row, Plan)

    def draw(self, row: Plan | PlanGroup, width: int) -> Text:
        """One line: name, progress, last approved, next step, state."""
        columns = _columns(width)
        if isinstance(row, PlanGroup):
            members = count(row.members, "plan")
            name = row.name or "in no container"
            return self.phrase((fit(f" {name}", width - 14), "strong"), (fit_right(members, 13), "dim"))
        plan = row
        mark = RUN[self.live[plan.plan_file]] if plan.plan_file in self.live else plan_mark(plan)
        counts = plan.counts
        done, left = bar(counts.approved, counts.total, columns.bar)
        last = plan.last_approved
        step = plan.next
        following = "–" if step.workflow is StepKind.NONE else f"{step.workflow} {step.achievement}"
        number = f"{counts.approved}/{counts.total}" if counts.total else "–"
        return self.phrase(
            "   ",
            self.marked(fit_middle(plan.name, columns.name)),
            "  ",
            (done, "good" if counts.approved == counts.total else "accent"),
            (left, "rule"),
            (fit_right(number, 6), "normal"),
            "  ",
            (fit(last.id if last else "–", columns.last), "dim"),
            (fit(following, NEXT), "normal" if step.workflow is not StepKind.NONE else "dim"),
            (f"{mark.symbol} ", mark.tone),
            (fit(mark.word, columns.state - 2), mark.tone),
        )

    def heading(self, width: int) -> Text:
        """The names of the columns, and how the plans are arranged."""
        columns = _columns(width)
        names = (
            fit(f"Plan {self.arranged}", columns.name),
            "  ",
            fit("Progress", columns.bar + 6),
            "  ",
            fit("Last", columns.last),
            fit("Next", NEXT),
            "State",
        )
        return self.phrase((fit("   " + "".join(names), width), "dim"))


class _Columns(NamedTuple):
    name: int
    bar: int
    last: int
    state: int


def _columns(width: int) -> _Columns:
    wide = width >= 100
    progress, last, state = (18, 7, 16) if wide else (6, 6, 15)
    return _Columns(max(12, width - 3 - 2 - progress - 6 - 2 - last - NEXT - state), progress, last, state)

"""The table of plans."""

from collections.abc import Iterable
from typing import NamedTuple

from rich.text import Text

from llm_dashboard.measures import count
from llm_dashboard.plans.models import Plan, StepKind
from llm_dashboard.ui.cells import bar, fit, fit_middle, fit_right
from llm_dashboard.ui.marks import plan_mark
from llm_dashboard.ui.widgets.row_list import RowList

NEXT = 14
"""Cells for `continue 10.2`."""


class PlanRow(NamedTuple):
    """A plan, or the container above its plans."""

    plan: Plan | None
    container: str = ""
    members: int = 0


class PlanTable(RowList[PlanRow]):
    """Plans with their progress, their next step and their state, container by container."""

    def load(self, plans: Iterable[Plan]) -> None:
        """Show those plans, in their order."""
        groups: dict[str, list[Plan]] = {}
        for plan in plans:
            groups.setdefault(plan.container, []).append(plan)
        rows = []
        for container, members in groups.items():
            if container:
                rows.append(PlanRow(None, container, len(members)))
            rows.extend(PlanRow(plan) for plan in members)
        self.show(rows)

    @property
    def plan(self) -> Plan | None:
        """The plan under the cursor."""
        return None if self.selected is None else self.selected.plan

    def identity(self, row: PlanRow) -> str:
        """The plan's file, or the container's path."""
        return row.plan.plan_file if row.plan else row.container

    def selectable(self, row: PlanRow) -> bool:
        """Containers are not."""
        return row.plan is not None

    def draw(self, row: PlanRow, width: int) -> Text:
        """One line: name, progress, last approved, next step, state."""
        columns = _columns(width)
        if row.plan is None:
            members = count(row.members, "plan")
            return self.phrase((fit(f" {row.container}", width - 14), "strong"), (fit_right(members, 13), "dim"))
        plan, mark = row.plan, plan_mark(row.plan)
        counts = plan.counts
        done, left = bar(counts.approved, counts.total, columns.bar)
        last = plan.last_approved
        step = plan.next
        following = "–" if step.workflow is StepKind.NONE else f"{step.workflow} {step.achievement}"
        number = f"{counts.approved}/{counts.total}" if counts.total else "–"
        return self.phrase(
            "   ",
            fit_middle(plan.name, columns.name),
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
        """The names of the columns, for a line above the table."""
        columns = _columns(width)
        names = (
            "   "
            + fit("Plan", columns.name)
            + "  "
            + fit("Progress", columns.bar + 6)
            + "  "
            + fit("Last", columns.last)
            + fit("Next", NEXT)
            + "State"
        )
        return self.phrase((fit(names, width), "dim"))


class _Columns(NamedTuple):
    name: int
    bar: int
    last: int
    state: int


def _columns(width: int) -> _Columns:
    wide = width >= 100
    progress, last, state = (18, 7, 16) if wide else (6, 5, 15)
    return _Columns(max(12, width - 3 - 2 - progress - 6 - 2 - last - NEXT - state), progress, last, state)

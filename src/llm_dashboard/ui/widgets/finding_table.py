"""The table of findings."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.text import Text

from llm_dashboard.measures import count
from llm_dashboard.plans.checks.models import Finding, Severity
from llm_dashboard.ui.cells import fit, fit_middle, fit_right
from llm_dashboard.ui.marks import Mark
from llm_dashboard.ui.widgets.row_list import RowList

SEVERITIES = {
    Severity.ERROR: Mark("✗", "error", "bad"),
    Severity.WARNING: Mark("!", "warning", "wait"),
    Severity.NOTE: Mark("·", "note", "dim"),
}
FILE = 22
"""Cells for `EXECUTION_TASK_11_01`."""


class FindingRow(NamedTuple):
    """A finding, or the plan above its findings."""

    finding: Finding | None
    group: str = ""
    members: int = 0


class FindingTable(RowList[FindingRow]):
    """Findings with their severity and their document, plan by plan."""

    def load(self, groups: Iterable[tuple[str, Sequence[Finding]]]) -> None:
        """Show those findings, each group below its name."""
        rows = []
        for group, members in groups:
            rows.append(FindingRow(None, group, len(members)))
            rows.extend(FindingRow(each, group) for each in members)
        self.show(rows)

    @property
    def finding(self) -> Finding | None:
        """The finding under the cursor."""
        return None if self.selected is None else self.selected.finding

    def identity(self, row: FindingRow) -> str:
        """What was found, and where."""
        found = row.finding
        return f"{found.code} {found.file} {found.line} {found.sentence}" if found else row.group

    def selectable(self, row: FindingRow) -> bool:
        """Plans are not."""
        return row.finding is not None

    def draw(self, row: FindingRow, width: int) -> Text:
        """One line: severity, document, what was seen."""
        found = row.finding
        if found is None:
            members = count(row.members, "problem")
            return self.phrase((fit(f" {row.group}", width - 15), "strong"), (fit_right(members, 14), "dim"))
        mark = SEVERITIES[found.severity]
        return self.phrase(
            "   ",
            (mark.symbol, mark.tone),
            " ",
            (fit_middle(document_name(found), FILE), "normal"),
            "  ",
            (fit(found.sentence, width - 5 - FILE - 3), "dim" if found.severity is Severity.NOTE else "normal"),
        )


def document_name(found: Finding) -> str:
    """The name of its document in short: without the plan's, which stands above, and without `.md`."""
    name = (found.file or "").rpartition("/")[2].removesuffix(".md")
    return name.replace(f"_{found.plan}", "", 1) if found.plan else name

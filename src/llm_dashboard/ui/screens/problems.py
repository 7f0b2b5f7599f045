"""What is wrong with the documents: the list at the left, the place and the cure at the right."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.plans.checks.check import Checked, check
from llm_dashboard.plans.checks.models import Severity
from llm_dashboard.plans.models import Plan, WorkspaceState
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.messages import WorkspaceChanged
from llm_dashboard.ui.outside import edit_document
from llm_dashboard.ui.screens.base import ListScreen
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.filter import Filter
from llm_dashboard.ui.widgets.finding_place import FindingPlace
from llm_dashboard.ui.widgets.finding_table import SEVERITIES, FindingTable
from llm_dashboard.ui.widgets.hint import Hint

BESIDE = "beside the plans"
"""The name above what belongs to no plan."""
SHOWN_EVERY = 0.2
"""Seconds between two looks at a list that grows."""


class ProblemsScreen(ListScreen):
    """The findings in all plans, or in one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("open-place", "filter", "step-back", "place", "refresh", "back", "help", "quit")
    ]

    def __init__(self, root: Path, plans_root: str, state: WorkspaceState, plan: Plan | None) -> None:
        super().__init__()
        self.root = root
        self.plans_root = plans_root
        self.state = state
        self.plan = plan
        self.steps: list[Checked] = []
        """What the last check gave, as far as it has come."""
        self.checking = True
        self._wanted = asyncio.Event()

    def body(self) -> Iterable[Widget]:
        """The two panes, and what is cut in the list below it."""
        with Horizontal(id="panes"):
            yield FindingTable()
            yield FindingPlace(id="details")
        yield Rule(id="above-hint")
        yield Filter("words of a code, a plan, a file, a sentence: error status")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        """Check."""
        self.query_one(FindingTable).focus()
        self._wanted.set()
        self._check()
        self.load()

    @on(WorkspaceChanged)
    def _workspace_changed(self, message: WorkspaceChanged) -> None:
        """Check again: at once, or as soon as the check that goes on has come to its end."""
        self.state = message.state
        if self.plan is not None:
            wanted = self.plan.plan_file
            self.plan = next((plan for plan in message.state.plans if plan.plan_file == wanted), self.plan)
        self._wanted.set()

    @work(exclusive=True, group="check")
    async def _check(self) -> None:
        while await self._wanted.wait():
            self._wanted.clear()
            self.checking = True
            steps: list[Checked] = []
            first = not self.steps
            shown = monotonic()
            known = {step.plan.plan_file: step for step in self.steps if step.plan}
            checks = check(self.root, self.plans_root, self.state, self.plan, known)
            while (step := await asyncio.to_thread(next, checks, None)) is not None:
                steps.append(step)
                if monotonic() - shown > SHOWN_EVERY:
                    self._progress(len(steps))
                    if first:
                        self.steps = list(steps)
                        self.load()
                    shown = monotonic()
            self.steps, self.checking = steps, False
            self.load()

    @on(FindingTable.Moved)
    def _moved(self) -> None:
        self._hint()
        self._show_place()
        self.refresh_bindings()

    @on(FindingTable.Opened)
    def action_open(self) -> None:
        """Open the place in $EDITOR; where it is not in sight yet, show it first."""
        if self.has_class("-narrow") and not self.query_one(FindingPlace).has_focus:
            self.action_switch_pane()
            return
        found = self.query_one(FindingTable).finding
        if found is None or found.file is None:
            return
        if problem := edit_document(self.app, self.root, found.file, found.line):
            self.notify(problem, severity="warning", markup=False)
        self.run_worker(self.run_action("app.refresh_plans"))

    def action_switch_pane(self) -> None:
        """From the list to the place and back."""
        if self.query_one(FindingPlace).has_focus:
            self._to_list()
        elif self.query_one(FindingTable).finding:
            self.add_class("-details")
            self.query_one(FindingPlace).focus()

    def action_back(self) -> None:
        """From the place to the list, from the list to where it was opened."""
        if self.query_one(FindingPlace).has_focus:
            self._to_list()
        else:
            super().action_back()

    def action_filter(self) -> None:
        """Type to filter the list."""
        self.remove_class("-details")
        super().action_filter()

    def the_list(self) -> Widget:
        """The findings."""
        return self.query_one(FindingTable)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a finding there is no place."""
        if action in ("open", "switch_pane"):
            return (self.is_mounted and self.query_one(FindingTable).finding is not None) or None
        return super().check_action(action, parameters)

    def load(self) -> None:
        """Show the findings that fit the filter, plan by plan."""
        groups = []
        for step in self.steps:
            name = step.plan.name if step.plan else BESIDE
            fitting = [
                each
                for each in step.findings
                if self.filter.fits(each.severity, each.code, name, each.file or "", each.sentence)
            ]
            if fitting:
                groups.append((name, fitting))
        self.query_one(FindingTable).load(groups)
        self._title()
        self._hint()

    def _progress(self, done: int) -> None:
        total = 1 if self.plan else len(self.state.plans)
        self._title(f"checking {min(done + 1, total):,} of {count(total, 'plan')}")

    def _title(self, progress: str = "checking") -> None:
        crumbs = (self.state.name, *([self.plan.name] if self.plan else []), "problems")
        counts = Counter(each.severity for step in self.steps for each in step.findings)
        facts = [(progress, "live")] if self.checking else []
        for severity in Severity:
            if number := counts[severity]:
                mark = SEVERITIES[severity]
                facts.append((f"{mark.symbol} {count(number, mark.word)}", mark.tone))
        self.title_line(crumbs, *facts)

    def _hint(self) -> None:
        """What the list cuts; where there is nothing in the list, why."""
        found = self.query_one(FindingTable).finding
        hint = self.query_one(Hint)
        self.set_class(found is not None and not self.filter.is_on, "-found")
        if found is not None:
            hint.say(found.sentence, ("\n" + found.cure, "accent"))
        elif self.checking:
            hint.say(("Reading the documents …", "dim"))
        elif any(step.findings for step in self.steps):
            hint.say(("Nothing matches. Escape shows all.", "dim"))
        else:
            documents = sum(step.documents for step in self.steps)
            hint.say(("✓ ", "good"), f"No problems in {count(documents, 'document')}.")

    @work(exclusive=True, group="place")
    async def _show_place(self) -> None:
        await self.query_one(FindingPlace).show(self.root, self.query_one(FindingTable).finding)

    def _to_list(self) -> None:
        self.remove_class("-details")
        self.query_one(FindingTable).focus()

"""A review: the work against its criteria, what changed, and the verdict."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from llm_dashboard.plans.files import Signature, signature_at
from llm_dashboard.plans.models import Achievement, AchievementStatus, CheckedCriterion, Plan
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.runs.models import Run
from llm_dashboard.runs.review_material import ReviewMaterial, gather, runs_of
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.copyables import Copyable, of_achievement
from llm_dashboard.ui.marks import STATUS
from llm_dashboard.ui.messages import (
    ResolutionRequested,
    RunChanged,
    RunOpened,
    VerdictRequested,
    WorkflowRequested,
    WorkspaceChanged,
)
from llm_dashboard.ui.openables import Openable, openables_of_achievement
from llm_dashboard.ui.review_pages import Page, review_pages
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.widgets.review_list import ReviewList, review_rows
from llm_dashboard.ui.widgets.tabs import Tabs
from llm_dashboard.ui.widgets.text_pane import TextPane
from llm_dashboard.workflows.models import WorkflowType

OVERVIEW = "Review"


class ReviewScreen(DashboardScreen):
    """The list to go through at the left, what can be read at the right; one of them where it is narrow."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            "approve",
            "fix",
            "resolve",
            "tick",
            "next-pane",
            "difference",
            "whole-log",
            "reviewer-prompt",
            "previous-pane",
            "runs",
            "open-file",
            "copy-menu",
            "back",
            "step-back",
            "help",
            "quit",
        )
    ]

    def __init__(self, workspace: Path, plan: Plan, achievement: Achievement, runs: dict[str, Run]) -> None:
        super().__init__()
        self.workspace = workspace
        self.plan = plan
        self.achievement = achievement
        self.runs = runs
        self.material: ReviewMaterial | None = None
        self.pages: tuple[Page, ...] = ()
        self.page = 0
        """Which of the pages is shown."""
        self.ticks: set[str] = set()
        """The criteria that the reviewer saw hold."""
        self._is_reading = self._is_stale = False
        self._seen: list[Signature | None] = []
        """What the documents looked like when they were read."""

    @property
    def plan_at_hand(self) -> Plan | None:
        """The plan that it is about."""
        return self.plan

    def body(self) -> Iterable[Widget]:
        """The names of all that there is, and the two panes."""
        yield Tabs()
        with Horizontal(id="review"):
            yield ReviewList()
            yield TextPane(id="page")

    def on_mount(self) -> None:
        """Say what it is; the rest is read off the event loop."""
        self.query_one(ReviewList).focus()
        self._title()
        self._read()

    @on(WorkspaceChanged)
    def _workspace_changed(self, message: WorkspaceChanged) -> None:
        plan = next((plan for plan in message.state.plans if plan.plan_file == self.plan.plan_file), None)
        achievement = plan.achievement(self.achievement.id) if plan else None
        if plan and achievement:
            self.plan, self.achievement = plan, achievement
            if message.is_news:
                self._read()
            else:
                self._look_at_documents()

    @on(RunChanged)
    def _run_changed(self, message: RunChanged) -> None:
        if message.run.state.is_final and message.run.record.achievement == self.achievement.id:
            self._read()

    @work(exclusive=True, group="look")
    async def _look_at_documents(self) -> None:
        """Read all anew where a document has changed: git is not asked every second for nothing."""
        if await asyncio.to_thread(self._signatures) != self._seen:
            self._read()

    def _signatures(self) -> list[Signature | None]:
        """What changes when one of the documents does."""
        found = self.achievement.artifacts
        paths = (*found.subplans, *found.executions, *found.fix, *found.resolutions, *found.approved)
        return [signature_at(self.workspace / path) for path in (self.plan.plan_file, *paths)]

    def _read(self) -> None:
        """Read all anew; what changes meanwhile is read after that, however often it changes."""
        self._is_stale = True
        if not self._is_reading:
            self._is_reading = True
            self._read_while_stale()

    @work
    async def _read_while_stale(self) -> None:
        while self._is_stale:
            self._is_stale = False
            await self._read_once()
        self._is_reading = False

    async def _read_once(self) -> None:
        self._seen = await asyncio.to_thread(self._signatures)
        found = runs_of(self.runs.values(), self.plan, self.achievement.id)
        material = await gather(self.workspace, self.plan, self.achievement, found)
        self.pages = await asyncio.to_thread(_pages, self.workspace, material)
        self.material = material
        self.ticks.intersection_update(material.criteria)
        self.page = min(self.page, len(self.pages) - 1)
        self._fill()
        self._turn_to(self.page, keep=True)

    def action_tick(self) -> None:
        """Tick the criterion under the cursor, or take the tick back."""
        row = self.query_one(ReviewList).selected
        if row is not None and row.criterion is not None:
            self.ticks ^= {row.criterion}
            self._fill()
        else:
            self.notify("Go to a success criterion to tick it.", timeout=3, markup=False)

    @on(ReviewList.Opened)
    def _opened(self) -> None:
        """Tick a criterion; read what differs in a file."""
        row = self.query_one(ReviewList).selected
        if row is None or row.file is None:
            self.action_tick()
        elif self.pages and row.file in self.pages[0].files:
            self._turn_to(0, line=self.pages[0].files[row.file])
            self._focus_page()
        else:
            self.notify(f"{row.file} does not differ, or git does not tell.", timeout=3, markup=False)

    def action_pane(self, step: int) -> None:
        """From the list through the pages and back."""
        start = -1 if step > 0 else len(self.pages)
        page = (self.page if self.has_class("-page") else start) + step
        if 0 <= page < len(self.pages):
            self._turn_to(page)
            self._focus_page()
        else:
            self._focus_list()

    @on(Tabs.Picked)
    def _tab_picked(self, message: Tabs.Picked) -> None:
        if message.number == 0:
            self._focus_list()
        elif message.number <= len(self.pages):
            self._turn_to(message.number - 1)
            self._focus_page()

    def action_difference(self) -> None:
        """To what git says has changed."""
        if self.pages:
            self._turn_to(0)
            self._focus_page()

    def action_log(self) -> None:
        """The whole log of the last run."""
        if self.material and self.material.log:
            self.post_message(RunOpened(self.material.log.run, log=True))

    def action_prompt(self) -> None:
        """Make the prompt for an assistant that reviews."""
        self.post_message(WorkflowRequested(WorkflowType.REVIEW, self.plan.plan_file, self.achievement.id))

    def copyables(self) -> Sequence[Copyable]:
        """Of the achievement."""
        return of_achievement(self.workspace, self.plan, self.achievement)

    def openables(self) -> Sequence[Openable]:
        """Of the achievement."""
        return openables_of_achievement(self.plan, self.achievement)

    def action_judge(self, verdict: str) -> None:
        """Ask for the notes of a verdict. A checklist that nobody used is left out."""
        criteria = self.material.criteria if self.material and self.ticks else ()
        checked = tuple(CheckedCriterion(text.partition("\n")[0], text in self.ticks) for text in criteria)
        approves = verdict == "approve"
        self.post_message(VerdictRequested(self.plan.plan_file, self.achievement.id, approves, checked))

    def action_resolve(self) -> None:
        """Say what was done about the issues."""
        self.post_message(ResolutionRequested(self.plan.plan_file, self.achievement.id))

    def action_back(self) -> None:
        """From a page to the list, from the list to where one came from."""
        if self.has_class("-page"):
            self._focus_list()
        else:
            super().action_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is approved is not judged; only an open FIX is answered; only what is there is shown."""
        status = self.achievement.status
        match action:
            case "judge":
                return status is not AchievementStatus.APPROVED and not (
                    parameters[0] == "fix" and status is AchievementStatus.NEEDS_FIX
                )
            case "resolve":
                return status is AchievementStatus.NEEDS_FIX
            case "tick":
                return bool(self.material and self.material.criteria) and not self.has_class("-page")
            case "log":
                return bool(self.material and self.material.log)
            case _:
                return True

    def on_descendant_focus(self) -> None:
        """A click goes to a pane as well."""
        self.set_class(self.query_one(TextPane).has_focus, "-page")
        self._tabs()

    def _focus_page(self) -> None:
        self.add_class("-page")
        self.query_one(TextPane).focus()
        self._tabs()

    def _focus_list(self) -> None:
        self.remove_class("-page")
        self.query_one(ReviewList).focus()
        self._tabs()

    def _turn_to(self, page: int, *, line: int = 0, keep: bool = False) -> None:
        pane = self.query_one(TextPane)
        self.page = page
        pane.show(self.pages[page].lines, top=pane.top if keep else line)
        self._tabs()

    def _tabs(self) -> None:
        is_page = self.has_class("-page")
        names = (OVERVIEW, *(page.name for page in self.pages))
        self.query_one(Tabs).show(names, self.page + 1 if is_page else 0, self.page + 1)
        self.refresh_bindings()

    @on(ReviewList.Resized)
    def _fill(self) -> None:
        pane = self.query_one(ReviewList)
        width = pane.scrollable_content_region.width
        if self.material is not None and width > 0:
            pane.show(review_rows(self.material, self.ticks, width))
        self._title()
        self.refresh_bindings()

    def _title(self) -> None:
        mark = STATUS[self.achievement.status]
        facts = [(f"{mark.symbol} {mark.word}", mark.tone)]
        if self.material is None:
            facts.insert(0, ("reading …", "dim"))
        elif self.material.criteria:
            facts.insert(0, (f"{len(self.ticks)} of {len(self.material.criteria)} ticked", "normal"))
        self.title_line((*self.workspace_crumb, self.plan.name, f"review {self.achievement.id}"), *facts)


def _pages(workspace: Path, material: ReviewMaterial) -> tuple[Page, ...]:
    texts = {}
    for path in material.documents:
        try:
            texts[path] = read_document(workspace, path)
        except OSError:
            continue
    return review_pages(material, texts)

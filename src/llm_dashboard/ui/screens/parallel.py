"""Which achievements at once? Those that are ready, to be ticked; what needs a person is shown and cannot be."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.marks import STATUS
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import Block
from llm_dashboard.ui.widgets.row_list import RowList
from llm_dashboard.workflows.parallel import Candidate

STEP = 12
"""Cells of the step."""


class CandidateList(RowList[Candidate]):
    """The achievements that are ready, each ticked or not."""

    def __init__(self) -> None:
        super().__init__()
        self.ticked: set[str] = set()
        """By id."""

    def identity(self, row: Candidate) -> str:
        """The id."""
        return row.achievement.id

    def draw(self, row: Candidate, width: int) -> Text:
        """Tick, symbol, id, title, step."""
        each, mark = row.achievement, STATUS[row.achievement.status]
        tick = ("  ", "dim") if row.needs_person else ("● ", "key") if each.id in self.ticked else ("○ ", "dim")
        tone = "dim" if row.needs_person else "normal"
        return self.phrase(
            " ",
            tick,
            (f"{mark.symbol} ", mark.tone),
            (fit(each.id, 7), tone if row.needs_person else "strong"),
            (fit(each.title, max(0, width - 5 - 7 - STEP)), tone),
            (fit(f"  {row.step.workflow}", STEP), tone),
        )


class ParallelDialog(Dialog[tuple[str, ...] | None]):
    """Asks which achievements to work on at once; answers their ids in document order, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", key_display="Space"),
        Binding("a", "tick_all", "All"),
        Binding("enter", "accept", "Go on", key_display="⏎"),
        Binding("escape", "cancel", "Cancel", key_display="Esc"),
    ]

    def __init__(self, plan: str, candidates: Sequence[Candidate]) -> None:
        super().__init__()
        self.heading = f" Execute parallel · {plan} "
        self.candidates = candidates

    def body(self) -> Iterable[Widget]:
        """The choices, and a word about the one under the cursor."""
        yield CandidateList()
        yield Block()

    def on_mount(self) -> None:
        """Show all, the cursor on the first that can be ticked."""
        choices = self.query_one(CandidateList)
        choices.show(self.candidates)
        first = next((each.achievement.id for each in self.candidates if not each.needs_person), None)
        if first:
            choices.select(first)
        choices.focus()

    @on(CandidateList.Moved)
    def _moved(self) -> None:
        self._say()

    def action_tick(self) -> None:
        """Tick the one under the cursor, or take its tick away."""
        choices = self.query_one(CandidateList)
        if (choice := choices.selected) and not choice.needs_person:
            choices.ticked ^= {choice.achievement.id}
            choices.refresh()
        self._say()

    def action_tick_all(self) -> None:
        """Tick all; where all are, none."""
        choices = self.query_one(CandidateList)
        everything = {each.achievement.id for each in self.candidates if not each.needs_person}
        choices.ticked = set() if choices.ticked == everything else everything
        choices.refresh()
        self._say()

    @on(CandidateList.Opened)
    def action_accept(self) -> None:
        """Take what is ticked."""
        ticked = self.query_one(CandidateList).ticked
        chosen = tuple(each.achievement.id for each in self.candidates if each.achievement.id in ticked)
        if chosen:
            self.dismiss(chosen)
        else:
            self._say("Tick what to run: Space the one under the cursor, a all.")

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def _say(self, wrong: str = "") -> None:
        choices = self.query_one(CandidateList)
        choice = choices.selected
        ready = sum(not each.needs_person for each in self.candidates)
        number = f"{len(choices.ticked)} of {ready} ticked"
        reason = ""
        if choice:
            reason = f"{choice.step.workflow} {choice.achievement.id}: {choice.step.reason}"
            reason += "; a person decides that" if choice.needs_person else ""
        self.query_one(Block).say((), (reason,), ((wrong, "bad") if wrong else (number, "dim"),))

"""Which workflow? The built-in ones and the workspace's own, with what the chosen one runs."""

import shlex
from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from llm_dashboard.settings import FILE_NAME
from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import NO_MARK, Block
from llm_dashboard.ui.widgets.row_list import RowList
from llm_dashboard.workflows.models import WorkflowEntry

LONGEST_NAME = 24
"""Columns of a name, at most."""
LONGEST_TEXT = 400
"""Characters of a summary and of a command, at most; before it runs, a command is shown whole."""
ORIGIN = 14
"""Columns of where a workflow comes from."""


class WorkflowList(RowList[WorkflowEntry], can_focus=False):
    """The workflows that fit what was typed."""

    def identity(self, row: WorkflowEntry) -> str:
        """The name."""
        return row.name

    def draw(self, row: WorkflowEntry, width: int) -> Text:
        """Name, summary, and where it comes from."""
        name = min(LONGEST_NAME, max(len(each.name) for each in self.rows)) + 2
        summary = max(0, width - name - ORIGIN - 1)
        origin = "built-in" if row.built_in else FILE_NAME
        return self.phrase(
            " ", (fit(row.name, name), "strong"), fit(row.summary, summary), (fit(f" {origin}", ORIGIN), "dim")
        )


class WorkflowDialog(Dialog[str | None]):
    """Asks for a workflow; answers its name, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Take it", key_display="⏎"),
        Binding("down", "cursor(1)", "Choose", key_display="↑↓"),
        Binding("up", "cursor(-1)", "Choose", show=False),
        Binding("escape", "cancel", "Cancel", key_display="Esc"),
    ]

    def __init__(self, workflows: Sequence[WorkflowEntry], plan: str) -> None:
        super().__init__()
        self.heading = f" Run a workflow · {plan} "
        self.workflows = workflows

    def body(self) -> Iterable[Widget]:
        """The filter, the choices, and what the chosen one is."""
        yield Input(placeholder="part of the name or of the summary", compact=True)
        yield WorkflowList()
        yield Block()

    def on_mount(self) -> None:
        """Show all, the cursor on the first."""
        self.query_one(WorkflowList).show(self.workflows)
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        text = message.value.strip().casefold()
        by_name = [each for each in self.workflows if each.name.startswith(text)]
        others = [each for each in self.workflows if text in f"{each.name} {each.summary}".casefold()]
        choices = self.query_one(WorkflowList)
        choices.show([*by_name, *(each for each in others if each not in by_name)])
        if text and by_name:
            choices.select(by_name[0].name)

    @on(WorkflowList.Moved)
    def _moved(self) -> None:
        chosen = self.query_one(WorkflowList).selected
        block = self.query_one(Block)
        if chosen is None:
            block.say((), (("No workflow is called that.", "bad"),))
            return
        runs = shlex.join(chosen.argv) if chosen.argv else "the workflow of that step"
        needs = "an achievement" if chosen.needs_achievement else "a plan"
        fields = (("Runs", NO_MARK, (_short(runs),)), ("Needs", NO_MARK, (needs,)))
        block.say((), (_short(chosen.summary),), fields=fields)

    @on(WorkflowList.Opened)
    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Take the one under the cursor."""
        if chosen := self.query_one(WorkflowList).selected:
            self.dismiss(chosen.name)

    def action_cursor(self, step: int) -> None:
        """Choose."""
        self.query_one(WorkflowList).action_cursor(step)

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"

"""Which achievement? Starts with the selected one; typing replaces it; the plan completes it."""

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.plans.schedule import nearest_ids
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.marks import STATUS
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import Block
from llm_dashboard.ui.widgets.row_list import RowList


class ChoiceList(RowList[Achievement], can_focus=False):
    """The achievements that fit what was typed."""

    def identity(self, row: Achievement) -> str:
        """The id."""
        return row.id

    def draw(self, row: Achievement, width: int) -> Text:
        """Symbol, id, title, word."""
        mark = STATUS[row.status]
        return self.phrase(
            (f" {mark.symbol} ", mark.tone),
            (fit(row.id, 7), "strong"),
            fit(row.title, width - 25),
            (fit(f" {mark.word}", 15), mark.tone),
        )


class AchievementDialog(Dialog[str | None]):
    """Asks for an achievement of a plan; answers its id, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Take it", key_display="⏎"),
        Binding("down", "cursor(1)", "Choose", key_display="↑↓"),
        Binding("up", "cursor(-1)", "Choose", show=False),
        Binding("tab", "complete", "Complete", key_display="⇥", priority=True),
        Binding("escape", "cancel", "Cancel", key_display="Esc"),
    ]

    def __init__(self, purpose: str, plan: Plan, start: str | None) -> None:
        super().__init__()
        self.heading = f" {purpose} · {plan.name} "
        self.plan = plan
        self.start = start or ""

    def body(self) -> Iterable[Widget]:
        """The id, the choices, and a word about what is wrong."""
        yield Input(self.start, placeholder="id or part of the title", select_on_focus=True, compact=True)
        yield ChoiceList()
        yield Block()

    def on_mount(self) -> None:
        """Show all, the cursor on the one to start with."""
        choices = self.query_one(ChoiceList)
        choices.show(self.plan.achievements)
        choices.select(self.start)
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        text = message.value.strip().casefold()
        choices = self.query_one(ChoiceList)
        if text == self.start.casefold():
            choices.show(self.plan.achievements)
            choices.select(self.start)
        else:
            by_id = [each for each in self.plan.achievements if each.id.startswith(text)]
            by_title = [each for each in self.plan.achievements if each not in by_id and text in each.title.casefold()]
            choices.show(by_id + by_title)
            if any(each.id == text for each in by_id):
                choices.select(text)
        nothing = "Nothing matches: no id begins like that, and no title has it in it."
        self.query_one(Block).say(*([] if choices.rows else [((nothing, "dim"),)]))

    @on(ChoiceList.Picked)
    def action_complete(self) -> None:
        """Complete what was typed to the choice under the cursor."""
        if choice := self.query_one(ChoiceList).selected:
            box = self.query_one(Input)
            with box.prevent(Input.Changed):
                box.value = choice.id
            box.cursor_position = len(choice.id)
            self.query_one(Block).say()

    @on(ChoiceList.Opened)
    def _opened(self) -> None:
        self.action_complete()
        self.action_accept()

    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Take the id as typed; else the choice under the cursor; else say what is wrong."""
        typed = self.query_one(Input).value.strip()
        choice = self.query_one(ChoiceList).selected
        if self.plan.achievement(typed):
            self.dismiss(typed)
        elif choice is not None and typed and not _looks_like_id(typed):
            self.dismiss(choice.id)
        else:
            near = ", ".join(nearest_ids(self.plan, typed))
            wrong = (
                f"The plan has no achievement {plain(typed)!r}."
                if typed
                else "Type an id, or choose one and press Tab."
            )
            self.query_one(Block).say(((wrong, "bad"), f" The nearest: {near}." if near else ""))

    def action_cursor(self, step: int) -> None:
        """Choose; the input shows what is chosen."""
        choices = self.query_one(ChoiceList)
        choices.action_cursor(step)
        self.action_complete()

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


def _looks_like_id(text: str) -> bool:
    return text.replace(".", "").isdigit()

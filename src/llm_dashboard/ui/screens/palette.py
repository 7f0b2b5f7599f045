"""Type to find what to do, or where to go."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.matching import STEP, Pattern, Search, found
from llm_dashboard.ui.palette import Kind, PaletteRow
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.screens.sliced import SlicedWork
from llm_dashboard.ui.slices import Steps
from llm_dashboard.ui.widgets.block import Block
from llm_dashboard.ui.widgets.row_list import RowList

KEY, KIND = 7, 13
"""Columns."""
SHOWN = 200
"""So many of what is found are shown."""


class PaletteList(RowList[PaletteRow], can_focus=False):
    """What fits what was typed."""

    def identity(self, row: PaletteRow) -> str:
        """Its kind and its target."""
        return row.identity

    def draw(self, row: PaletteRow, width: int) -> Text:
        """Key, what it is, where it belongs to, and its kind."""
        room = max(0, width - KEY - KIND - 1)
        more = "" if row.kind is Kind.ACTION else row.more
        text = self.marked(fit(row.text, room), "rule" if row.why_not else "normal")
        left = room - len(row.text) - 2
        if more and left > 3 and row.text.isascii():
            text = self.phrase(self.marked(f"{row.text}  "), self.marked(fit(more, left), "dim"))
        return self.phrase(
            (fit(f" {row.key}", KEY), "rule" if row.why_not else "key"),
            text,
            " ",
            (fit(f"{row.word:>{KIND}}", KIND), "dim"),
        )


class PaletteDialog(Dialog[PaletteRow | None], SlicedWork):
    """Answers what was chosen, or None."""

    heading = " Find "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Do it, or go there", key_display="⏎"),
        Binding("down", "cursor(1)", "Choose", key_display="↑↓"),
        Binding("up", "cursor(-1)", "Choose", show=False),
        Binding("pagedown", "page(1)", "Choose", show=False),
        Binding("pageup", "page(-1)", "Choose", show=False),
        Binding("escape,ctrl+p", "cancel", "Close", key_display="Esc"),
    ]

    def __init__(self, actions: Sequence[PaletteRow], places: Iterator[PaletteRow]) -> None:
        super().__init__()
        self.actions = actions
        self._places = places
        self._rows: list[PaletteRow] = []
        """The places that were looked at."""
        self._search: Search[PaletteRow] | None = None
        """None until all places are known."""

    def body(self) -> Iterable[Widget]:
        """What is typed, what fits, and a word about the one under the cursor."""
        yield Input(placeholder="an action, a plan, an achievement, a run, a document", compact=True)
        yield PaletteList()
        yield Block()

    def on_mount(self) -> None:
        """Show what can be done here."""
        self.query_one(Input).focus()
        self._typed()

    @on(Input.Changed)
    def _typed(self) -> None:
        self.work_through(self._find(Pattern(self.query_one(Input).value)))

    def _find(self, pattern: Pattern) -> Steps:
        choices = self.query_one(PaletteList)
        if not pattern.words:
            choices.show(self.actions)
            return
        here = found(self.actions, _texts, pattern)
        # What has only the letters stands below all that has the words. Shown before the places are looked through, it would
        # be what Enter takes.
        choices.show([row for row in here if not pattern.is_scattered(row.texts)], pattern)
        if self._search is None:
            for row in self._places:
                self._rows.append(row)
                if len(self._rows) % STEP == 0:
                    yield
            self._search = Search(self._rows, _texts)
        there = yield from self._search.steps(pattern)
        shown = [*here, *there[:SHOWN]]
        choices.show(sorted(shown, key=lambda row: pattern.is_scattered(row.texts)), pattern)
        self._say(is_all=True)

    @on(PaletteList.Moved)
    def _moved(self) -> None:
        self._say(is_all=not self.is_loading)

    def _say(self, *, is_all: bool) -> None:
        row = self.query_one(PaletteList).selected
        if row is None:
            said = ("Nothing matches.", "bad") if is_all else ("Looking …", "dim")
        elif row.why_not:
            said = (row.why_not, "wait")
        else:
            what = {Kind.ACTION: f"{row.more} · {row.target}", Kind.DOCUMENT: row.target}.get(row.kind, row.more)
            said = (what, "dim")
        self.query_one(Block).say((said,))

    @on(PaletteList.Opened)
    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Take the one under the cursor, if it can be done."""
        row = self.query_one(PaletteList).selected
        if row is not None and not row.why_not:
            self.dismiss(row)

    def action_cursor(self, step: int) -> None:
        """Choose."""
        self.query_one(PaletteList).action_cursor(step)

    def action_page(self, step: int) -> None:
        """Choose further on."""
        self.query_one(PaletteList).action_page(step)

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


def _texts(row: PaletteRow) -> tuple[str, ...]:
    return row.texts

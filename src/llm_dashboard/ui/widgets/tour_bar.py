"""What the tour says, in two lines above the keys; there only while there is a tour."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from llm_dashboard.ui.cells import fit, fit_right
from llm_dashboard.ui.tour import STOPS, Stage
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.toned import Toned

LABEL = 10
"""Cells."""


class TourLines(Toned):
    """What is to be seen, and what to press."""

    stage: reactive[Stage | None] = reactive(None)

    def render(self) -> Text:
        """The two lines."""
        if self.stage is None:
            return Text()
        width, stop = self.content_size.width, STOPS[self.stage]
        room = width - LABEL
        press = self.phrase(*stop.press)
        press.truncate(room - len(stop.way_out) - 1, overflow="ellipsis", pad=True)
        return Text("\n").join(
            (
                self.phrase((fit(stop.label, LABEL), "accent"), fit(stop.what, room)),
                self.phrase(" " * LABEL, press, (fit_right(stop.way_out, room - press.cell_len), "dim")),
            )
        )


class TourBar(Vertical):
    """The lines, and a rule below them."""

    def compose(self) -> ComposeResult:
        """Lines and rule."""
        yield TourLines()
        yield Rule()

    def on_mount(self) -> None:
        """Follow the tour of the app."""
        self.watch(self.app, "tour", self._show)

    def _show(self, stage: Stage | None) -> None:
        self.display = stage is not None
        self.query_one(TourLines).stage = stage

"""What the tour says, in two lines above the keys; there only while there is a tour, and room for it."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.tour import STOPS, Stage, parts
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
        stop, shown = STOPS[self.stage], key_map_of(self).shown
        room = self.content_size.width - LABEL
        what, press = (self.phrase(*parts(text, shown)) for text in (stop.what, stop.press))
        way_out = self.phrase(("".join(map(_words, parts(stop.way_out, shown))), "dim"))
        what.truncate(room, overflow="ellipsis")
        press.truncate(room - way_out.cell_len - 1, overflow="ellipsis", pad=True)
        return Text("\n").join(
            (
                self.phrase((fit(stop.label, LABEL), "accent"), what),
                self.phrase(" " * LABEL, press, " ", way_out),
            )
        )


def _words(part: tuple[str, str] | str) -> str:
    return part if isinstance(part, str) else part[0]


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
        self.set_class(stage is not None, "-on")
        self.query_one(TourLines).stage = stage

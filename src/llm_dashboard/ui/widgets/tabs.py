"""The names of several panes, in one line: which there are, and where one is."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message

from llm_dashboard.ui.widgets.toned import Toned


class Tabs(Toned):
    """The names; a sign stands before the one that has the keys. Where there is no room, those around it are shown."""

    names: Sequence[str] = ()
    current = 0
    shown = 0
    _ends: Sequence[tuple[int, int]] = ()
    """Where each name that is drawn ends, in cells, and its number."""

    @dataclass
    class Picked(Message):
        """A name was clicked."""

        number: int
        """Counted from 0."""

    def show(self, names: Sequence[str], current: int, shown: int) -> None:
        """Show those names: `current` has the keys, `shown` is to be seen beside it; both counted from 0."""
        self.names, self.current, self.shown = names, current, shown
        self.refresh()

    def render(self) -> Text:
        """The line."""
        first, width = 0, self.content_size.width
        while first < self.current and sum(cell_len(name) + 4 for name in self.names[first : self.current + 1]) > width:
            first += 1
        ends = []
        text = Text(no_wrap=True, end="", overflow="ellipsis")
        for number, name in enumerate(self.names[first:], first):
            if number == self.current:
                text.append_text(self.phrase((f"› {name}  ", "key")))
            else:
                text.append_text(self.phrase((f"  {name}  ", "strong" if number == self.shown else "dim")))
            ends.append((text.cell_len, number))
        self._ends = ends
        return text

    def on_click(self, event: events.Click) -> None:
        """A click on a name is the way there."""
        x = event.x - self.gutter.left
        number = next((number for end, number in self._ends if x < end), None)
        if number is not None:
            self.post_message(self.Picked(number))

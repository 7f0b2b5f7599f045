"""Panes that scroll: by letters, too, and by rows."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


class Scroll(VerticalScroll, can_focus=True):
    """What is too long for its place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("G", "scroll_end", "Last line", show=False),
    ]


class RowsView(ScrollView):
    """A pane of rows, whose number may change at any moment."""

    def extend_to(self, size: Size) -> None:
        """Be of that virtual size.

        To set `virtual_size` lays out the whole screen and draws all of it, for each line of a log; only a pane that is as high
        as its rows needs that, and a scrollbar that comes or goes, which asks for it itself.
        """
        if self.styles.auto_dimensions:
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)

"""A list of rows of one line each, drawn only where visible: as quick with ten thousand rows as with ten."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from llm_dashboard.ui.matching import Pattern
from llm_dashboard.ui.widgets.toned import Toned

RowT = TypeVar("RowT")


class RowList(ScrollView, Toned, Generic[RowT], can_focus=True):
    """Rows with a cursor. A subclass says how a row is drawn, what identifies it, and whether it can be selected."""

    DEFAULT_CSS = "RowList { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", show=False),
        Binding("down,j", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(-1)", "First", show=False),
        Binding("end,G", "edge(1)", "Last", show=False),
        Binding("enter", "open", "Open", show=False),
    ]

    class Moved(Message):
        """The cursor stands on another row."""

    class Picked(Message):
        """The cursor was put on a row by a click."""

    class Opened(Message):
        """Enter or a click on the row under the cursor."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.rows: Sequence[RowT] = ()
        self.cursor = -1
        self.pattern = Pattern("")
        """What the rows were found with; `marked` marks it."""

    @abstractmethod
    def draw(self, row: RowT, width: int) -> Text:
        """The row in at most `width` cells. The first cell is blank: the mark of the cursor goes there."""

    @abstractmethod
    def identity(self, row: RowT) -> str:
        """What stays the same of a row when the rows are replaced."""

    def selectable(self, row: RowT) -> bool:
        """Whether the cursor can stand on the row."""
        return True

    def heading(self, width: int) -> Text:
        """The names of the columns, in at most `width` cells, for a line above the list; empty where it has none."""
        return Text()

    @property
    def selected(self) -> RowT | None:
        """The row under the cursor, or None where there is none."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def marked(self, text: str, tone: str = "normal") -> Text:
        """The text in that tone, with the letters that were typed in the filter."""
        drawn = self.phrase((text, tone))
        for place in self.pattern.places(text):
            drawn.stylize(self.tone("found"), place, place + 1)
        return drawn

    def show(self, rows: Sequence[RowT], pattern: Pattern | None = None) -> None:
        """Replace the rows, which were found with that pattern.

        The cursor stays on the row of the same identity, on the same line of the screen, else near it. Where another pattern
        is wanted than before, it goes to the first row, which is the best.
        """
        before = None if self.selected is None else self.identity(self.selected)
        place = self.cursor
        self.rows = rows
        self.virtual_size = Size(self.size.width, len(rows))
        pattern = pattern or Pattern("")
        narrowed, self.pattern = pattern.words and pattern.words != self.pattern.words, pattern
        if narrowed:
            where, place = None, 0
        else:
            where = next(
                (n for n, row in enumerate(rows) if self.identity(row) == before and self.selectable(row)), None
            )
        if where is None:
            where = self._nearest(max(place, 0), 1)
        elif where != place:
            self.scroll_to(y=self.scroll_offset.y + where - place, animate=False, force=True)
        self.cursor = -1 if where is None else where
        self.refresh()
        self._keep_visible()
        self.post_message(self.Moved())

    def select(self, identity: str) -> None:
        """Put the cursor on the row of that identity, if there is one."""
        for number, row in enumerate(self.rows):
            if self.selectable(row) and self.identity(row) == identity:
                self._move(number)
                return

    def render_line(self, y: int) -> Strip:
        """One line of the viewport."""
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if number >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        text = self.draw(self.rows[number], width)
        strip = Strip(text.render(self.app.console), None).adjust_cell_length(width)
        if number != self.cursor:
            return strip.apply_style(self.rich_style)
        mark, ground = self.cursor_look(active=self.has_focus or not self.can_focus)
        return Strip.join([mark, strip.crop(1)]).apply_style(self.rich_style + ground)

    def action_cursor(self, step: int) -> None:
        """Move by one selectable row."""
        where = self._nearest(self.cursor + step, step)
        if where is None or (where - self.cursor) * step <= 0:
            if step < 0:
                self.scroll_to(y=0, animate=False)
            return
        self._move(where)

    def action_page(self, step: int) -> None:
        """Move by a screenful."""
        where = self._nearest(self.cursor + step * max(1, self.size.height - 1), step)
        self._move(self.cursor if where is None else where)

    def action_edge(self, step: int) -> None:
        """Move to the first or the last row."""
        where = self._nearest(len(self.rows) - 1 if step > 0 else 0, -step)
        self._move(self.cursor if where is None else where)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.selected is not None:
            self.post_message(self.Opened())

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self.size.width, len(self.rows))
        self._keep_visible()

    def on_focus(self) -> None:
        """The cursor is drawn otherwise with the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is drawn otherwise without the focus."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a second one opens."""
        number = event.y + self.scroll_offset.y
        if number >= len(self.rows) or not self.selectable(self.rows[number]):
            return
        if event.chain > 1:
            self.action_open()
        else:
            self._move(number)
            self.post_message(self.Picked())

    def _nearest(self, start: int, step: int) -> int | None:
        """The selectable row at `start`, or the next one in the direction of `step`, or else in the other one."""
        start = min(max(start, 0), len(self.rows) - 1)
        direction = 1 if step >= 0 else -1
        for way in (
            range(start, len(self.rows) if direction > 0 else -1, direction),
            range(start, -1 if direction > 0 else len(self.rows), -direction),
        ):
            for number in way:
                if 0 <= number < len(self.rows) and self.selectable(self.rows[number]):
                    return number
        return None

    def _move(self, number: int) -> None:
        if number == self.cursor or not self.rows:
            return
        old, self.cursor = self.cursor, number
        self.refresh_line(old)
        self.refresh_line(number)
        self._keep_visible()
        self.post_message(self.Moved())

    def _keep_visible(self) -> None:
        height = self.scrollable_content_region.height
        if self.cursor < 0 or height <= 0:
            return
        top = self.scroll_offset.y
        first = self.cursor
        while first > 0 and not self.selectable(self.rows[first - 1]):
            first -= 1
        if first < top:
            self.scroll_to(y=first, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

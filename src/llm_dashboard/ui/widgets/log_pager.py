"""Rows of a log in a viewport: where the reader is, how it moves, what is followed. It reads no more than it shows."""

from typing import ClassVar, NamedTuple

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.log_reader import LogReader
from llm_dashboard.ui.widgets.log_lines import Mark
from llm_dashboard.ui.widgets.log_painter import LogPainter, Look, Piece
from llm_dashboard.ui.widgets.scroll import RowsView
from llm_dashboard.ui.widgets.toned import Toned

SIDEWAYS = 8
"""Columns that an arrow key scrolls."""
REVERSE = Style(reverse=True)


class Place(NamedTuple):
    """Where a reader is."""

    following: bool
    line: int
    """The current line."""
    above: int
    """Rows of the view above it."""


class LogPager(RowsView, Toned, can_focus=True):
    """Follows the end of the log until the reader moves away from it; End takes it up again.

    Lines are numbers, counted from 0; rows are the lines that are shown. While the view does not follow, one line is the
    current one. Where lines wrap it scrolls by lines all the same: nothing needs to be known of those out of sight.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("home", "top", show=False),
        Binding("end,G", "follow", show=False),
        Binding("left", "sideways(-1)", show=False),
        Binding("right", "sideways(1)", show=False),
    ]

    class Changed(Message):
        """Lines were added or found, the reader has moved, or following began or ended."""

        def can_replace(self, message: Message) -> bool:
            """Only the newest state matters."""
            return isinstance(message, LogPager.Changed)

    def __init__(self, log: RunLog) -> None:
        super().__init__()
        self.file = log
        self.reader = LogReader(log)
        self.painter = self._a_painter()
        self.following = True
        self.wraps = False
        self.numbers = True
        self.controls = False
        """Whether control sequences are visible."""
        self.began: int | None = None
        """The line where a selection of whole lines began."""
        self._line = 0
        self._lines_then = 0
        """Lines when the view stopped to follow."""
        self._top = 0
        """The line at the top."""
        self._hidden = 0
        """Rows of the screen that the line at the top takes above it, where lines wrap."""
        self._is_moving = False
        self._room = Size()
        self._pieces: tuple[tuple[int, ...], list[Piece]] = ((), [])

    @property
    def current(self) -> int | None:
        """The current line: the last one while the view follows. None where there is none."""
        rows = self.reader.rows
        if not rows:
            return None
        return self.reader.line(rows - 1) if self.following else min(self._line, len(self.file) - 1)

    @property
    def below(self) -> int:
        """How many rows are below the last visible one."""
        pieces = self._visible()
        return max(0, self.reader.rows - self.reader.row(pieces[-1].line) - 1) if pieces else 0

    @property
    def new(self) -> int:
        """How many rows have come since the view stopped to follow."""
        return 0 if self.following else max(0, self.reader.rows - self.reader.row(self._lines_then))

    @property
    def selected(self) -> range:
        """The rows of a selection of whole lines."""
        if self.began is None or self.current is None:
            return range(0)
        first, last = sorted((self.reader.row(self.began), self.reader.row(self.current)))
        return range(first, min(last + 1, self.reader.rows))

    @property
    def place(self) -> Place:
        """Where the reader is."""
        line = self.current or 0
        return Place(self.following, line, self.reader.row(line) - self.scroll_offset.y)

    def go_to(self, place: Place) -> None:
        """To a place, or near it where it is not shown."""
        if place.following:
            self.action_follow()
        elif self.reader.rows:
            self._release()
            row = self.reader.row(place.line)
            self._scroll_rows(row - place.above)
            self._stand(row)

    def action_follow(self) -> None:
        """To the end, and stay there."""
        self.following = True
        self.began = None
        self._to_end()
        self._tell()

    def action_move(self, step: int) -> None:
        """To another row."""
        if self.reader.rows:
            self._release()
            self._stand(self.reader.row(self._line) + step)

    def action_page(self, step: int) -> None:
        """By a screenful; at the edge to the first or the last row."""
        if not self.reader.rows:
            return
        self._release()
        top, row = self.scroll_offset.y, self.reader.row(self._line)
        screenful = max(1, len({piece.line for piece in self._visible()}) - 1)
        self._scroll_rows(top + step * screenful)
        moved = self.scroll_offset.y - top
        self._stand(row + (moved or step * self.reader.rows))

    def action_top(self) -> None:
        """To the first row."""
        if self.reader.rows:
            self._release()
            self._stand(0)

    def action_sideways(self, step: int) -> None:
        """By some columns."""
        self.scroll_to(x=self.scroll_offset.x + step * SIDEWAYS, animate=False)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The viewport; what is the same for all of its rows is fixed first."""
        self._prepare()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One row of the viewport."""
        pieces = self._visible()
        if y >= len(pieces):
            return Strip.blank(self.scrollable_content_region.width, self.rich_style)
        piece = pieces[y]
        marks = self._marks(piece.line)
        row = None
        if not self.following and piece.line == self.current:
            marks = (*self.painter.found(piece.line, self.tone("key") + REVERSE), *marks)
            row = self.tone("cursor" if self.has_focus else "cursor-idle")
        elif self.began is not None and self.reader.row(piece.line) in self.selected:
            row = self.tone("cursor-idle")
        strip = self.painter.strip(piece, marks, row)
        if not self.wraps and self.painter.widest + self.painter.gutter > self.virtual_size.width:
            self.call_later(self._resize)
        return strip

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """A scroll away from the end releases it, a scroll to the end takes it up."""
        super().watch_scroll_y(old_value, new_value)
        if self._is_moving or round(old_value) == round(new_value) or not self.reader.rows:
            return
        self._hidden = 0
        self._top = self.reader.line(min(self.scroll_offset.y, self.reader.rows - 1))
        if round(new_value) >= self.max_scroll_y:
            # A view that has become higher is at the end without having been scrolled there.
            is_scroll = new_value > old_value and self.began is None and not self.text_selection
            self.following = self.following or is_scroll
        else:
            self._release()
            pieces = self._visible()
            self._line = min(max(self._line, pieces[0].line), pieces[-1].line)
        self._tell()

    def on_resize(self) -> None:
        """Stay at the end."""
        self._stay()

    def _marks(self, line: int) -> tuple[Mark, ...]:
        """What to lay over the characters of a line."""
        return ()

    def _a_painter(self) -> LogPainter:
        """What draws the lines."""
        return LogPainter(self.file)

    def _gutter(self) -> int:
        """Columns before a line."""
        return max(4, len(str(len(self.file)))) + 3 if self.numbers else 0

    def _prepare(self) -> None:
        """Fix how lines are drawn, for one frame."""
        width = self.scrollable_content_region.width
        gutter = min(width, self._gutter())
        search = self.reader.search
        self.painter.prepare(
            Look(
                style=self.rich_style,
                dim=self.tone("dim"),
                found=self.tone("wait") + REVERSE,
                left=0 if self.wraps else self.scroll_offset.x,
                width=width - gutter,
                gutter=gutter,
                wraps=self.wraps,
                controls=self.controls,
                matcher=search.matchers[0] if search else None,
            )
        )
        self._pieces = ((), [])
        # It changes with the scrollbars as well, which is told by no event.
        if self._room != self.scrollable_content_region.size:
            self._room = self.scrollable_content_region.size
            self.call_later(self._stay)

    def _stay(self) -> None:
        """At the end while it is followed."""
        if self.following:
            self._to_end()
        else:
            self._resize()
        # How much is below the last visible row has changed too.
        self._tell()

    def _visible(self) -> list[Piece]:
        """What is in the viewport, from its top."""
        top, height, rows = self.scroll_offset.y, self.scrollable_content_region.height, self.reader.rows
        key = (top, self._hidden, height, rows, self.wraps, self.file.generation)
        if self._pieces[0] != key:
            if self.painter.look is None:
                self._prepare()
            pieces: list[Piece] = []
            row = top
            while row < rows and len(pieces) < height + self._hidden:
                line = self.reader.line(row)
                pieces += [Piece(line, part) for part in range(len(self.painter.windows(line)) if self.wraps else 1)]
                row += 1
            self._pieces = key, pieces[self._hidden :][:height]
        return self._pieces[1]

    def _above(self, row: int) -> tuple[int, int]:
        """The row at the top where that row is the last one, and how much of the line in it is hidden above."""
        height = max(1, self.scrollable_content_region.height)
        if not self.wraps:
            return max(0, row - height + 1), 0
        top, taken = row + 1, 0
        while top > 0 and taken < height:
            top -= 1
            taken += len(self.painter.windows(self.reader.line(top)))
        return top, max(0, taken - height)

    def _resize(self) -> None:
        rows = self.reader.rows
        if self.painter.look is None:
            self._prepare()
        if self.wraps:
            self.extend_to(Size(1, self._above(rows - 1)[0] + self.scrollable_content_region.height))
        else:
            self.extend_to(Size(max(self.painter.widest + self.painter.gutter, 1), rows))

    def _to_end(self) -> None:
        self._resize()
        self._scroll_rows(*self._above(self.reader.rows - 1))

    def _release(self) -> None:
        """Do not follow."""
        if self.following and self.reader.rows:
            self._line = self.reader.line(self.reader.rows - 1)
            self._lines_then = len(self.file)
            self.following = False

    def _stand(self, row: int, *, apart: bool = False) -> None:
        """Make a row the current one and scroll to it; to the middle of the view if it stands `apart` from what is visible."""
        row = min(max(row, 0), self.reader.rows - 1)
        self._line = self.reader.line(row)
        if apart and self._line not in {piece.line for piece in self._visible()}:
            self._scroll_rows(row - self.scrollable_content_region.height // 2)
        at, lowest = (self.scroll_offset.y, self._hidden), self._above(row)
        if (row, 0) < at:
            self._scroll_rows(row)
        elif lowest > at:
            self._scroll_rows(*lowest)
        self.refresh()
        self._tell()

    def _scroll_rows(self, top: int, hidden: int = 0) -> None:
        top = max(0, top)
        self._is_moving = True
        self.scroll_to(y=top, animate=False, force=True)
        self._is_moving = False
        self._hidden = hidden if self.scroll_offset.y == top else 0
        if self.reader.rows:
            self._top = self.reader.line(min(self.scroll_offset.y, self.reader.rows - 1))
        self.refresh()

    def _tell(self) -> None:
        self.post_message(self.Changed())

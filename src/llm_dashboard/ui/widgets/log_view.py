"""The output of a run, drawn straight from its log file: only the visible lines are ever read."""

from collections import OrderedDict
from collections.abc import Iterable
from time import monotonic
from typing import ClassVar, Protocol

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from llm_dashboard.runs.ansi import segments
from llm_dashboard.ui.widgets.toned import Toned

FRAME = 1 / 15
"""Seconds between two repaints while output streams."""
READ_BYTES = 256 * 1024
"""How much is indexed in one go before keys are looked at again."""
KEPT_LINES = 2000


class LogFile(Protocol):
    """A growing file of lines; `RunLog` is one."""

    size: int

    def __len__(self) -> int: ...

    def catch_up(self, budget: int = ...) -> bool:
        """Index what was appended, at most `budget` bytes; True where there was something."""

    def line(self, number: int) -> bytes:
        """One line, counted from 0, without its line feed."""

    def close(self) -> None:
        """Let go of the file."""


class LogView(ScrollView, Toned, can_focus=True):
    """Follows the end of the log until the reader scrolls away from it; `End` takes it up again."""

    DEFAULT_CSS = "LogView { height: 1fr; scrollbar-size: 1 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("g", "scroll_home", "First line", show=False),
    ]

    class Changed(Message):
        """Lines were added, or following began or ended."""

    def __init__(self, log: LogFile, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.file = log
        self.following = True
        self._strips: OrderedDict[int, Strip] = OrderedDict()
        self._pending = False
        self._drawn_at = 0.0
        self._widest = 0

    def on_mount(self) -> None:
        """Show what is there."""
        self.catch_up()

    def on_unmount(self) -> None:
        """Let go of the file."""
        self.file.close()

    def catch_up(self) -> None:
        """Show what was written since; many calls in a short time are one repaint."""
        if self._pending:
            return
        self._pending = True
        wait = FRAME - (monotonic() - self._drawn_at)
        if wait <= 0:
            self.call_later(self._update)
        else:
            self.set_timer(wait, self._update)

    @property
    def below(self) -> int:
        """How many lines are below the last visible one."""
        return max(0, len(self.file) - round(self.scroll_y) - self.scrollable_content_region.height)

    def follow(self) -> None:
        """Jump to the end, and stay there."""
        self.following = True
        self._to_end()
        self.post_message(self.Changed())

    def render_line(self, y: int) -> Strip:
        """One line of the viewport."""
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        gutter = max(4, len(str(len(self.file)))) + 2
        if number >= len(self.file):
            return Strip.blank(width, self.rich_style)
        strip = self._strips.get(number)
        if strip is None:
            strip = Strip(segments(self.file.line(number)))
            if number < len(self.file) - 1:
                self._strips[number] = strip
                if len(self._strips) > KEPT_LINES:
                    self._strips.popitem(last=False)
        length = strip.cell_length
        if length + gutter > self._widest:
            self._widest = length + gutter
            self.call_later(self._resize)
        left = self.scroll_offset.x
        margin = Segment(f"{number + 1:>{gutter - 2}}  ", self.tone("dim"))
        body = strip.crop(left, left + max(0, width - gutter))
        return Strip([margin, *body]).adjust_cell_length(width).apply_style(self.rich_style)

    def _update(self) -> None:
        self._pending = False
        if not self.is_attached:
            return
        before = len(self.file)
        more = self.file.catch_up(READ_BYTES)
        if len(self.file) < before:
            self._strips.clear()
        self._drawn_at = monotonic()
        self._resize()
        self.refresh()
        self.post_message(self.Changed())
        if more:
            self._pending = True
            self.call_later(self._update)

    def _resize(self) -> None:
        self.virtual_size = Size(max(self._widest, 1), len(self.file))
        if self.following:
            self._to_end()

    def _to_end(self) -> None:
        self.scroll_to(y=self.max_scroll_y, animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """A scroll away from the end releases it, a scroll to the end takes it up."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.following = round(new_value) >= self.max_scroll_y
            self.post_message(self.Changed())

    def on_resize(self, event: events.Resize) -> None:
        """Stay at the end."""
        if self.following:
            self.call_after_refresh(self._to_end)


def plain_lines(log: LogFile, first: int, last: int) -> Iterable[str]:
    """Lines `first` to `last` (counted from 0, the last one not included) as safe plain text."""
    for number in range(first, min(last, len(log))):
        yield "".join(segment.text for segment in segments(log.line(number)))

"""The whole of one line of a log, in as many rows as it takes."""

from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from llm_dashboard.measures import size
from llm_dashboard.runs.ansi import segments
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.log_search import Matcher
from llm_dashboard.ui.widgets.log_lines import Mark, Window, cut, fold
from llm_dashboard.ui.widgets.log_pager import REVERSE
from llm_dashboard.ui.widgets.toned import Toned

WHOLE_BYTES = 256 * 1024
"""Bytes of a line that the pane shows at most."""
HIGHEST = 12
"""Rows that the pane takes at most."""


class LinePane(ScrollView, Toned, can_focus=True):
    """Shows one line, folded; nothing is shown of it until it is asked for."""

    DEFAULT_CSS = """
    LinePane { display: none; height: 3; max-height: 50%; scrollbar-size: 1 1; padding: 0 1; }
    LinePane.-on { display: block; }
    """

    def __init__(self, log: RunLog) -> None:
        super().__init__()
        self.log_file = log
        self.line: int | None = None
        self._raw = b""
        self._matcher: Matcher | None = None
        self._controls = False
        self._segments: list[Segment] = []
        self._text = ""
        self._windows: list[Window] = []

    @property
    def is_on(self) -> bool:
        """Whether a line is shown."""
        return self.has_class("-on")

    def show(self, line: int | None, matcher: Matcher | None, *, controls: bool) -> None:
        """Show that line, counted from 0, with what matches in it; nothing for None."""
        raw = b"" if line is None else self.log_file.whole_line(line, WHOLE_BYTES)
        if self.is_on and (line, raw, matcher, controls) == (self.line, self._raw, self._matcher, self._controls):
            return
        if line != self.line:
            self.scroll_to(y=0, animate=False)
        self.line, self._raw, self._matcher, self._controls = line, raw, matcher, controls
        self._segments = segments(raw, controls=controls, limit=WHOLE_BYTES)
        self._text = "".join(segment.text for segment in self._segments)
        self.add_class("-on")
        self._fold()

    def hide(self) -> None:
        """Show nothing."""
        self.remove_class("-on")

    def on_resize(self) -> None:
        """Fold anew."""
        self._fold()

    def render_line(self, y: int) -> Strip:
        """One row: first what is shown, then the line."""
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y - 1
        if row >= len(self._windows):
            return Strip.blank(width, self.rich_style)
        if row < 0:
            number = 0 if self.line is None else self.line + 1
            kept = " or more" if len(self._raw) >= WHOLE_BYTES else ""
            heading = f"line {number:,}   {size(len(self._raw))}{kept}"
            strip = Strip([Segment(heading, self.tone("dim"))]).adjust_cell_length(width)
            return strip.apply_style(self.rich_style)
        window = self._windows[row]
        found = self._matcher.spans(self._text) if self._matcher else []
        style = self.tone("wait") + REVERSE
        marks = [Mark(first, last, style) for first, last in found if first < window.last and last > window.first]
        body = Strip(cut(self._segments, window, marks)).adjust_cell_length(width)
        return body.apply_offsets(window.first, row).apply_style(self.rich_style)

    def _fold(self) -> None:
        # Before its first layout a widget has no width; it will have nearly that of the screen.
        width = self.scrollable_content_region.width or self.screen.size.width - 2
        self._windows = fold(self._text, max(2, width))
        rows = len(self._windows) + 1
        self.virtual_size = Size(1, rows)
        self.styles.height = min(rows, HIGHEST) + 1
        self.refresh()

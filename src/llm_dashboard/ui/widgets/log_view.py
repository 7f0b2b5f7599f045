"""The output of a run, drawn straight from its log file while it grows, searched, filtered and copied."""

import asyncio
from time import monotonic

from textual import events, work
from textual.message import Message
from textual.selection import Selection

from llm_dashboard.runs.ansi import text
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.log_search import Matcher, Search
from llm_dashboard.ui.widgets.log_lines import Mark
from llm_dashboard.ui.widgets.log_pager import LogPager, Place

FRAME = 1 / 15
"""Seconds between two repaints while output streams or a search goes on."""
FLOOD_FRAME = 1 / 4
"""The same where more than a screenful has come since the last one: nobody can read that, and painting it slows the child."""
READ_BYTES = 256 * 1024
"""How much is indexed in one go before keys are looked at again."""
COPY_BYTES = 500_000
"""What is copied at most: few terminals take more."""


class LogView(LogPager):
    """Reads on when it is told that there is more, in pieces that leave the loop free."""

    DEFAULT_CSS = "LogView { height: 1fr; scrollbar-size: 1 1; }"

    class Opened(Message):
        """A double click on the current line."""

    def __init__(self, log: RunLog) -> None:
        super().__init__(log)
        self._awaited: Place | None = None
        """Where to go as soon as the filter has come there."""
        self._is_wanted = self._is_reading = self._is_closed = False
        self._drawn_at = 0.0
        self._drawn_lines = 0

    def on_mount(self) -> None:
        """Show what is there."""
        self.catch_up()

    def on_unmount(self) -> None:
        """Let go of the file."""
        self._is_closed = True
        self.file.close()

    def on_mouse_down(self) -> None:
        """What the mouse points at stands still."""
        if self.reader.rows:
            self._release()

    def on_click(self, event: events.Click) -> None:
        """A click makes the line the current one; a second one opens it."""
        event.prevent_default()
        pieces = self._visible()
        if event.y < len(pieces):
            self._release()
            self._stand(self.reader.row(pieces[event.y].line))
            if event.chain == 2:
                self.post_message(self.Opened())

    def catch_up(self) -> None:
        """Show what was written since, and search on; many calls in a short time are one repaint."""
        self._is_wanted = True
        if not self._is_reading and not self._is_closed:
            self._is_reading = True
            self._read()

    def look_for(self, wanted: Matcher | None, place: Place) -> None:
        """Mark what matches and go to the line nearest to the place: from it down, or from the end up where it follows."""
        self.reader.look_for(wanted)
        self.go_to(place)
        if place.following:
            self._set_out(self.reader.search, len(self.file), -1)
        else:
            self._set_out(self.reader.search, place.line - 1, 1)

    def show_only(self, wanted: Matcher | None, place: Place) -> None:
        """Show only the lines that match, from near the place; all of them for None."""
        self.reader.show_only(wanted)
        self._resize()
        self.go_to(place)
        self._awaited = None if wanted is None else place
        self._tell()
        self.catch_up()

    def next_found(self, step: int) -> None:
        """To the next line that matches, or to the previous one for a negative step."""
        self._set_out(self.reader.search, self.current or 0, step)

    def next_error(self, step: int) -> None:
        """To the next error line, or to the previous one."""
        self.reader.look_for_errors()
        self._set_out(self.reader.errors, self.current or 0, step)

    def select(self) -> None:
        """Begin a selection of whole lines at the current one, or end it."""
        self._release()
        self.began = self.current if self.began is None else None
        self.refresh()
        self._tell()

    def switch(self, *, wraps: bool | None = None, numbers: bool | None = None, controls: bool | None = None) -> None:
        """Draw otherwise. The reader stays at the same place."""
        place = self.place
        self.wraps = self.wraps if wraps is None else wraps
        self.numbers = self.numbers if numbers is None else numbers
        self.controls = self.controls if controls is None else controls
        if self.wraps:
            self.scroll_to(x=0, animate=False)
        self._prepare()
        self._resize()
        self.go_to(place)
        self.refresh()

    @property
    def chosen(self) -> tuple[range, Selection]:
        """The rows to copy and what of them: what the mouse has selected, or whole lines, or the current line."""
        whole = Selection(None, None)
        mouse = self.text_selection
        if mouse is None:
            current = self.current
            alone = range(0) if current is None else range(self.reader.row(current), self.reader.row(current) + 1)
            return self.selected or alone, whole
        pieces = self._visible()
        if not pieces:
            return range(0), whole
        first = self.reader.row(mouse.start.y) if mouse.start else 0
        last = self.reader.row(mouse.end.y if mouse.end else pieces[-1].line)
        return range(first, min(last + 1, self.reader.rows)), mouse

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that the mouse has selected, where it is not too much to copy."""
        rows, mouse = self.chosen
        raw = self.reader.raw(rows, COPY_BYTES)
        return None if raw is None else (copied(raw, mouse, controls=self.controls), "\n")

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw what the mouse has selected."""
        self.refresh()
        self._tell()

    def _marks(self, line: int) -> tuple[Mark, ...]:
        """What to lay over the characters of a line."""
        span = self.text_selection.get_span(line) if self.text_selection else None
        if span is None:
            return ()
        style = self.screen.get_component_rich_style("screen--selection")
        return (Mark(span[0], span[1] if span[1] >= 0 else 1 << 30, style),)

    def _release(self) -> None:
        super()._release()
        self._awaited = None

    def _set_out(self, search: Search | None, origin: int, step: int) -> None:
        self.reader.go(search, origin, step)
        self._arrive()
        self.refresh()
        self._tell()
        self.catch_up()

    def _arrive(self) -> bool:
        """Go to what was looked for, where it is found by now."""
        line = self.reader.arrival()
        if line is None:
            return False
        self._resize()
        self._release()
        self._stand(self.reader.row(line), apart=True)
        column = self.painter.first_found(line)
        if column is not None and not self.wraps:
            left, width = self.scroll_offset.x, self.scrollable_content_region.width - self.painter.gutter
            if not left <= column < left + width:
                self.scroll_to(x=max(0, column - width // 2), animate=False, force=True)
        return True

    @work
    async def _read(self) -> None:
        while self._is_wanted and not self._is_closed:
            self._is_wanted = False
            while not self._is_closed and self.reader.step(READ_BYTES):
                if self._arrive() or self._is_due_in() <= 0:
                    self._draw()
                await asyncio.sleep(0)
            has_arrived = self._arrive()
            if not has_arrived:
                await asyncio.sleep(min(FRAME, self._is_due_in()))
            is_due = has_arrived or not self._is_wanted or self._is_due_in() <= 0
            if is_due and not self._is_closed:
                self._draw()
        self._is_reading = False

    def _is_due_in(self) -> float:
        """Seconds until the next repaint."""
        is_flood = len(self.file) - self._drawn_lines > self.size.height
        return max(0.0, self._drawn_at + (FLOOD_FRAME if is_flood else FRAME) - monotonic())

    def _draw(self) -> None:
        """Show what is there by now; rows may have come above as well."""
        self._drawn_at, self._drawn_lines = monotonic(), len(self.file)
        self._prepare()
        self._resize()
        if self.following:
            self._to_end()
        elif self._awaited is not None:
            awaited = self._awaited
            self.go_to(awaited)
            is_there = self.reader.only is None or self.reader.only.is_done
            self._awaited = None if is_there else awaited
        elif self.reader.only is not None:
            self._scroll_rows(self.reader.row(self._top), self._hidden)
        self.refresh()
        self._tell()


def copied(raw: bytes, selection: Selection, *, controls: bool) -> str:
    """Lines as text, from the first to the last character of the selection; whole ones where it has no ends."""
    lines = [text(line, controls=controls, limit=len(line)) for line in raw.split(b"\n")]
    if selection.end:
        lines[-1] = lines[-1][: selection.end.x]
    if selection.start:
        lines[0] = lines[0][max(0, selection.start.x) :]
    return "\n".join(lines)

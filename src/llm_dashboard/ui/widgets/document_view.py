"""A document of the workspace, rendered: it scrolls, keeps its place when it changes, and can be searched."""

import asyncio
import re
from bisect import bisect_left
from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual import events, work
from textual.message import Message

from llm_dashboard.ui.markdown import Row, markdown_rows
from llm_dashboard.ui.widgets.text_rows import TextRows

REVERSE = Style(reverse=True)


class DocumentView(TextRows):
    """Laid out in a thread, and again when the width, the theme or the text is another one."""

    class Changed(Message):
        """Something else is shown or found."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.rows: Sequence[Row] = ()
        self.found: Sequence[int] = ()
        """The lines that match, counted from 1."""
        self.at = 0
        """The line that the search stands at; 0 for none."""
        self._wanted: re.Pattern[str] | None = None
        self._goal: int | None = None

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._lay_out())

    def on_resize(self) -> None:
        """Lay out for the new width."""
        self._lay_out()

    async def on_key(self, event: events.Key) -> None:
        """What is typed right after the key that begins a search belongs to it."""
        if event.key == "slash":
            event.stop()
            event.prevent_default()
            await self.screen.run_action("search")

    @property
    def top_line(self) -> int:
        """The line at the top of the view, counted from 1."""
        return self.rows[min(self.scroll_offset.y, len(self.rows) - 1)].line if self.rows else 1

    def row(self, number: int) -> Text:
        """A row, with what was found marked; within a row, for a wrap can part it."""
        text = self.texts[number]
        if self._wanted:
            text = text.copy()
            text.highlight_regex(self._wanted, self.tone("wait") + REVERSE)
        return text

    def load(self, text: str, line: int | None = None) -> None:
        """Show that text, from that line on; without one, from the line that is at the top now."""
        self.text = text
        self._goal = line
        self._lay_out()

    def look_for(self, wanted: str, line: int) -> None:
        """Mark what matches, in any case of letters, and go to the first such line from `line` on, or else to the first."""
        self._wanted = re.compile(re.escape(wanted), re.IGNORECASE) if wanted else None
        self._search()
        self.at = 0
        if self.found:
            self._stand(bisect_left(self.found, line) % len(self.found))
        elif self.rows:
            self._scroll_to_line(line)
        self._tell()

    def next_found(self, step: int) -> None:
        """To the next line that matches, round the end."""
        if self.found:
            place = bisect_left(self.found, self.at or self.top_line)
            beyond = step if self.at or step < 0 else 0
            self._stand((place + beyond) % len(self.found))
            self._tell()

    @work(exclusive=True, group="layout")
    async def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if not width:
            return
        rows = await asyncio.to_thread(markdown_rows, self.text, width, self.palette)
        top, self._goal = self._goal or self.top_line, None
        self.rows = rows
        self.set_rows([row.text for row in rows])
        self._search()
        self._scroll_to_line(top)
        self._tell()

    def _search(self) -> None:
        lines: dict[int, str] = {}
        wanted = self._wanted
        for row in self.rows if wanted else ():
            before = lines.get(row.line)
            lines[row.line] = row.text.plain if before is None else f"{before} {row.text.plain.lstrip()}"
        self.found = [line for line, text in lines.items() if wanted and wanted.search(text)]

    def _stand(self, place: int) -> None:
        self.at = self.found[place]
        row = self._row_of(self.at)
        height = self.scrollable_content_region.height
        if not self.scroll_offset.y <= row < self.scroll_offset.y + height:
            self.scroll_to(y=max(0, row - height // 3), animate=False, force=True)

    def _row_of(self, line: int) -> int:
        return bisect_left(self.rows, line, key=lambda row: row.line)

    def _scroll_to_line(self, line: int) -> None:
        self.scroll_to(y=self._row_of(line) if line > 1 else 0, animate=False, force=True)

    def _tell(self) -> None:
        self.refresh()
        self.post_message(self.Changed())

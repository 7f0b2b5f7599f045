"""The pane of the run that belongs to what is selected: how it stands, and the end of its log as it grows."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.strip import Strip
from textual.timer import Timer

from llm_dashboard import measures
from llm_dashboard.agents.models import OutputKind
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.marks import RUN
from llm_dashboard.ui.messages import RunOpened
from llm_dashboard.ui.widgets.block import Line
from llm_dashboard.ui.widgets.log_lines import cut, fold, fold_words
from llm_dashboard.ui.widgets.toned import Toned

TAIL_BYTES = 16 * 1024
"""So much of a log is read at most: more than there is room for."""
BETWEEN_READINGS = 0.25
"""Seconds, while a log grows."""
HEAD_ROWS = 3
GAP = 3
"""Cells between two facts."""


class RunPane(Toned):
    """It reads only where it is on the screen and the log has grown: a run that is silent costs nothing."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now
        self.run_shown: Run | None = None
        self.lines: Sequence[Sequence[Segment]] = ()
        """The last lines of the log."""
        self._is_unread = self._is_reading = False
        self._rows: list[Strip] = []
        self._clock: Timer | None = None

    def on_mount(self) -> None:
        """Be ready to count the seconds of a run that lives, and follow the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.catch_up())
        self._clock = self.set_interval(1.0, self.refresh, pause=True)
        self._set_clock()

    def show(self, run: Run | None) -> None:
        """Show that run; None where there is none."""
        is_other = (run and run.id) != (self.run_shown and self.run_shown.id)
        if run is self.run_shown:
            return
        self.run_shown = run
        if is_other:
            self.lines, self._rows = (), []
        self.refresh()
        self.catch_up()
        self._set_clock()

    def wrote(self, run: Run) -> None:
        """A run has written; the pane reads on if it is this one."""
        if self.run_shown and self.run_shown.id == run.id:
            self.catch_up()

    def catch_up(self) -> None:
        """Read what the log has got; many calls in a short time are one reading."""
        self._is_unread = True
        if self.size and not self._is_reading and self.run_shown:
            self._is_reading = True
            self._read()

    def on_resize(self) -> None:
        """Lay out for the new size, and read as much as there is room for now."""
        self._lay_out()
        self._set_clock()
        self.catch_up()

    def on_click(self, event: events.Click) -> None:
        """A click opens the run."""
        if self.run_shown:
            self.post_message(RunOpened(self.run_shown.id))

    def render_line(self, y: int) -> Strip:
        """How the run stands, then the end of its log."""
        width = self.content_size.width
        rows = self._rows
        if y < HEAD_ROWS:
            text = self.phrase(*self._head()[y])
            text.truncate(width, overflow="ellipsis")
            strip = Strip(text.render(self.app.console))
        elif y - HEAD_ROWS < len(rows):
            strip = rows[y - HEAD_ROWS]
        else:
            return Strip.blank(width, self.rich_style)
        return strip.adjust_cell_length(width).apply_style(self.rich_style)

    def _head(self) -> Sequence[Line]:
        run = self.run_shown
        shown = key_map_of(self).shown
        if run is None:
            return [(), (), ()]
        record, mark = run.record, RUN[run.state]
        if run.result:
            time = measures.duration(run.result.duration)
        elif began := measures.moment(record.started_at):
            time = measures.clock((self.now() - began).total_seconds())
        else:
            time = ""
        its_log: tuple[tuple[str, str], ...] = ((shown("whole-log"), "key"), (" its log", "dim"))
        what = f"{record.label} {record.achievement or ''}".strip()
        if run.state is WorkflowState.PENDING:
            where: Line = (("waits until another run has ended", "dim"),)
        elif run.result and run.result.failure:
            room = self.content_size.width - sum(cell_len(text) for text, _ in its_log) - GAP
            where = (fit(run.result.failure.message, room).rstrip(), " " * GAP, *its_log)
        elif run.state.is_final:
            where = ((measures.date_and_time(record.started_at), "dim"), " " * GAP, *its_log)
        else:
            where = (("following", "live"), " " * GAP, *its_log)
        return [((f"{mark.symbol} {mark.word}", mark.tone), f"   {time}   ", (what, "strong")), where, ()]

    def _set_clock(self) -> None:
        if self._clock and self.size and self.run_shown and not self.run_shown.state.is_final:
            self._clock.resume()
        elif self._clock:
            self._clock.pause()

    @work
    async def _read(self) -> None:
        while self._is_unread and self.run_shown:
            self._is_unread = False
            run = self.run_shown
            if run.record.output is OutputKind.TEXT:
                lines = await asyncio.to_thread(_last_lines, run.log_path, self.size.height)
            else:
                lines = await asyncio.to_thread(_last_told, run, self.size.height, self.palette)
            shown: Run | None = self.run_shown
            if shown and shown.id == run.id:
                self.lines = lines
                self._lay_out()
                await asyncio.sleep(BETWEEN_READINGS if not run.state.is_final else 0)
        self._is_reading = False

    def _lay_out(self) -> None:
        """Fold the lines, and keep those rows that there is room for."""
        width, height = self.content_size.width, self.content_size.height - HEAD_ROWS
        rows: list[Strip] = []
        is_log = self.run_shown is None or self.run_shown.record.output is OutputKind.TEXT
        folded = fold if is_log else fold_words
        if width > 1 and height > 0:
            for line in self.lines:
                rows += [Strip(cut(line, part)) for part in folded("".join(piece.text for piece in line), width)]
        self._rows = rows[-height:] if height > 0 else []
        self.refresh()


def _last_lines(path: Path, most: int) -> Sequence[Sequence[Segment]]:
    """The last lines of a log, made safe; none where it cannot be read."""
    # Imported here, in the thread: the first screen does not wait for it.
    from llm_dashboard.runs.ansi import segments
    from llm_dashboard.runs.records import read_last

    lines = read_last(str(path), TAIL_BYTES).removesuffix(b"\n").split(b"\n")
    return [segments(line) for line in lines[-most:]] if most > 0 and lines != [b""] else ()


def _last_told(run: Run, most: int, palette: Mapping[str, Style]) -> Sequence[Sequence[Segment]]:
    """The last lines of what an agent says and does, as the conversation shows them."""
    from llm_dashboard.runs.last_told import last_told
    from llm_dashboard.ui.widgets.conversation_painter import TONES, sign_of

    lines: list[Sequence[Segment]] = []
    for line in last_told(run, most):
        style = palette[TONES[line.tone][1]]
        lines.append([Segment(f"{sign_of(line.tone, line.part) or ' '} ", style), Segment(line.text, style)])
    return lines

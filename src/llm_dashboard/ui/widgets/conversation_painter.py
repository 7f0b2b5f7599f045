"""Draws a conversation: each line in its tone, with a sign before it, folded between words; a folded answer in one row."""

from collections.abc import Mapping

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from llm_dashboard.agents.transcript import Part, Tone
from llm_dashboard.measures import count
from llm_dashboard.runs.ansi import MAX_DRAWN, segments
from llm_dashboard.runs.transcript_log import TranscriptLog
from llm_dashboard.ui.widgets.log_lines import Window, fold_words, window
from llm_dashboard.ui.widgets.log_painter import LogPainter

SIGN = 3
"""Columns of the sign before a line."""
TONES = {
    Tone.TEXT: ("", "normal"),
    Tone.THINKING: ("·", "dim"),
    Tone.CALL: ("▶", "strong"),
    Tone.RESULT: ("", "dim"),
    Tone.ERROR: ("✗", "bad"),
    Tone.NOTE: ("›", "dim"),
    Tone.RAW: ("?", "normal"),
}
"""The sign and the tone of each kind of line."""


def sign_of(tone: Tone, part: Part) -> str:
    """The sign before a line; empty for none."""
    if part is Part.MORE:
        return "│"
    return "✓" if part is Part.FIRST and tone is Tone.RESULT else TONES[tone][0]


class ConversationPainter(LogPainter):
    """The numbers of the lines stand before the signs, where they are wanted."""

    log: TranscriptLog

    def __init__(self, log: TranscriptLog) -> None:
        super().__init__(log)
        self.palette: Mapping[str, Style] = {}
        """The style of each tone of the app; it changes together with the look."""

    def forget(self) -> None:
        """Other lines are folded than before."""
        self.look = None

    def _margin(self, line: int) -> list[Segment]:
        assert self.look
        tone, head = self.log.tone(line), self.log.folds.head(line)
        sign = sign_of(tone, Part.NONE if head is None else Part.FIRST if head == line else Part.MORE)
        look = "good" if sign == "✓" else TONES[tone][1]
        number = f"{line + 1:>{self.look.gutter - SIGN - 2}}  " if self.look.gutter > SIGN else ""
        return [Segment(number, self.look.dim), Segment(f" {sign or ' '} "[: self.look.gutter], self.palette.get(look))]

    def _made(self, line: int) -> list[Segment]:
        assert self.look
        style = self.palette.get(TONES[self.log.tone(line)][1])
        folds = self.log.folds
        if folds.head(line) != line or folds.is_open(line):
            return [Segment(text, style) for text, _, _ in segments(self.log.line(line))]
        text = self.log.line(line)[:MAX_DRAWN].decode(errors="replace")
        below = folds.below(line)
        more = f"   … {count(below, 'more line')}" if below else ""
        room = max(2, self.look.width - cell_len(more))
        shown = window(text, 0, room).last
        if shown < len(text):
            text = f"{text[: window(text, 0, room - 1).last]}…"
        return [Segment(text, style), Segment(more, self.look.dim)]

    def _fold(self, text: str, width: int) -> list[Window]:
        return fold_words(text, width)

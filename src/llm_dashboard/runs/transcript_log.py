"""What an agent says and does as a log of its own, made of its output as that grows."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from llm_dashboard.agents.conversation import Listener
from llm_dashboard.agents.events import AgentEvent
from llm_dashboard.agents.models import Meters, OutputKind
from llm_dashboard.agents.streams.parser import StreamParser
from llm_dashboard.agents.transcript import Part, Tone, Transcript, TranscriptLine
from llm_dashboard.runs.folds import Folds
from llm_dashboard.runs.log import RunLog

PIECE = 16 * 1024
"""Bytes of output that are understood between two looks at the clock."""
LINES = 1 << 20
"""Bytes of the conversation that are indexed in one go: more than come of one piece, but for very dense ones."""
SLICE = 0.004
"""Seconds that are taken in one go, about."""
_TONES = tuple(Tone)


class TranscriptLog(RunLog):
    """It is read like the log of a run, and has a tone for each line; the answers of tools are folded.

    The lines are in a file without a name that is gone with this: memory holds a few bytes for each. They are plain text,
    safe to draw. The output itself is in `raw`, and only read.
    """

    folds: Folds

    def __init__(self, raw: RunLog, kind: OutputKind) -> None:
        super().__init__(raw.path)
        self.raw = raw
        self.kind = kind
        self.is_final = False
        """Whether nothing more will be written: then a last line without an end is told as well."""
        self.problem = ""
        """Why there is no conversation to read; empty where there is one."""
        self.folds = Folds()
        self._begin()

    @property
    def meters(self) -> Meters:
        """What the agent has used, as far as it was read."""
        return self._listener.meters

    @property
    def has_last_word(self) -> bool:
        """Whether the agent has said that it has come to its end."""
        return self._listener.final is not None

    @property
    def done(self) -> float:
        """How much of the output was read, from 0 to 1."""
        if not self.is_behind:
            return 1.0
        with suppress(OSError):
            return min(1.0, self._heard / max(1, self.raw.path.stat().st_size))
        return 1.0

    def tone(self, line: int) -> Tone:
        """What a line is, counted from 0."""
        return _TONES[self._tones[line]] if line < len(self._tones) else Tone.RAW

    def catch_up(self, budget: int = 256 * 1024) -> bool:
        """Understand what was written since, for some milliseconds; True where there are more lines, or other ones.

        `budget`: bytes of the output that are indexed in one go.
        """
        self.is_behind = False
        if self.problem:
            return False
        try:
            if self._descriptor < 0:
                self._descriptor = _file_without_a_name(self.path.parent)
            self._hear(budget)
            self._write()
        except OSError as error:
            self.problem = f"No conversation can be kept: {error.strerror or error}."
            self._begin()
        has_changed = super().catch_up(LINES)
        while self.is_behind:
            super().catch_up(LINES)
        self.is_behind = not self.problem and (self.raw.is_behind or self._heard < self.raw.size)
        return has_changed

    def close(self) -> None:
        """Let go of both files; what was understood is forgotten."""
        super().close()
        self.raw.close()

    def _open(self) -> bool:
        return self._descriptor >= 0

    def _begin(self) -> None:
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        self._generation = self.raw.generation
        self._parser = StreamParser(self.kind)
        self._transcript = Transcript()
        self._listener = Listener()
        self._heard = 0
        """Bytes of the output that were understood."""
        self._tones = bytearray()
        self._unwritten = bytearray()
        self._told = 0
        """Characters of the line that is being said that were written."""
        self._has_ended = False
        self.folds.forget()

    def _hear(self, budget: int) -> None:
        self.raw.catch_up(budget)
        if self.raw.generation != self._generation:
            self._begin()
        end = monotonic() + SLICE
        while self._heard < self.raw.size:
            piece = self.raw.read(self._heard, min(PIECE, self.raw.size - self._heard))
            self._heard += len(piece)
            self._take(self._parser.feed(piece))
            if not piece or monotonic() >= end:
                break
        is_over = self.is_final and self._heard == self.raw.size and not self.raw.is_behind
        if is_over and not self._has_ended:
            self._has_ended = True
            self._take(self._parser.close())
            self._add(self._transcript.close())
        if (begun := self._transcript.begun) and len(begun.text) > self._told:
            if not self._told:
                self._begin_line(begun)
            self._unwritten += begun.text[self._told :].encode(errors="replace")
            self._told = len(begun.text)

    def _take(self, events: Iterable[AgentEvent]) -> None:
        for event in events:
            self._listener.hear(event)
            self._add(self._transcript.hear(event))

    def _add(self, lines: Iterable[TranscriptLine]) -> None:
        for line in lines:
            if not self._told:
                self._begin_line(line)
            self._unwritten += line.text[self._told :].encode(errors="replace") + b"\n"
            self._told = 0

    def _begin_line(self, line: TranscriptLine) -> None:
        self._tones.append(_TONES.index(line.tone))
        self.folds.add(is_head=line.part is Part.FIRST, is_below=line.part is Part.MORE)

    def _write(self) -> None:
        while self._unwritten:
            del self._unwritten[: os.write(self._descriptor, self._unwritten)]


def _file_without_a_name(folder: Path) -> int:
    """A descriptor of a new file that is nowhere to be seen, beside the log, or else in the folder for temporary files."""
    try:
        with tempfile.TemporaryFile(dir=folder) as made:
            return os.dup(made.fileno())
    except OSError:
        with tempfile.TemporaryFile() as made:
            return os.dup(made.fileno())

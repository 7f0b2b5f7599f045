"""An agent's run as it is told in text: the conversation, not the lines of its log."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from llm_dashboard.agents.models import OutputKind
from llm_dashboard.agents.streams.parser import StreamParser
from llm_dashboard.agents.transcript import Tone, Transcript, TranscriptLine
from llm_dashboard.runs.records import open_regular

PIECE = 1 << 20
"""Bytes that are read in one go."""
SHORT = 10
"""Lines of a tool's answer that are printed; the log has all."""


class ConversationPrinter:
    """Prints what an agent says and does, as its log grows."""

    def __init__(self, log: Path, kind: OutputKind) -> None:
        self._log = log
        self._parser = StreamParser(kind)
        self._transcript = Transcript()
        self._read = 0
        self._answered = 0

    def print_new(self, *, last: bool) -> None:
        """Print what is new; with `last` also what was begun and not ended."""
        for line in self._new(last):
            self._print(line)
        self._print_left_out()
        sys.stdout.flush()

    def _new(self, last: bool) -> Iterator[TranscriptLine]:
        try:
            log = open_regular(self._log)
        except OSError:
            return
        try:
            while piece := os.pread(log, PIECE, self._read):
                self._read += len(piece)
                for event in self._parser.feed(piece):
                    yield from self._transcript.hear(event)
        finally:
            os.close(log)
        if last:
            for event in self._parser.close():
                yield from self._transcript.hear(event)
            yield from self._transcript.close()

    def _print(self, line: TranscriptLine) -> None:
        if line.tone is Tone.RESULT:
            self._answered += 1
            if self._answered > SHORT:
                return
        else:
            self._print_left_out()
        print(f"{_MARKS[line.tone]}{line.text}")

    def _print_left_out(self) -> None:
        if self._answered > SHORT:
            print(f"{_MARKS[Tone.RESULT]}\u2026 ({self._answered - SHORT:,} more lines in the log)")
        self._answered = 0


_MARKS = {
    Tone.TEXT: "",
    Tone.THINKING: "\u00b7 ",
    Tone.CALL: "> ",
    Tone.RESULT: "  ",
    Tone.ERROR: "! ",
    Tone.NOTE: "- ",
    Tone.RAW: "",
}

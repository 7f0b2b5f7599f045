"""Bytes as they come, in pieces of any size, into events: the same ones however they were cut."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from llm_dashboard.agents.events import AgentEvent, Raw
from llm_dashboard.agents.models import OutputKind
from llm_dashboard.agents.streams.acp import AcpLines
from llm_dashboard.agents.streams.claude import ClaudeStream
from llm_dashboard.agents.streams.codex import CodexLines
from llm_dashboard.agents.streams.fields import Table, block
from llm_dashboard.agents.streams.gemini import GeminiStream
from llm_dashboard.agents.streams.opencode import OpencodeLines
from llm_dashboard.agents.streams.text import text_events

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes of a line that are kept; the log has all."""


class LineFormat(Protocol):
    """One kind of output in JSON, a value a line."""

    def events(self, value: Table) -> Iterable[AgentEvent] | None:
        """What the value says, which may be nothing to show; None where it is not understood."""


class StreamParser:
    """Reads the output of one run. It keeps the line that has not ended, and no more than `LONGEST_LINE` of that."""

    def __init__(self, kind: OutputKind) -> None:
        make = _FORMATS.get(kind)
        self._format = make() if make else None
        self._line = bytearray()
        self._left_out = 0

    def feed(self, chunk: bytes) -> list[AgentEvent]:
        """The events of all lines that this piece ends."""
        found: list[AgentEvent] = []
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            self._take(chunk[start:end])
            found += self._end_line(is_ended=True)
            start = end + 1
        self._take(chunk[start:])
        return found

    def close(self) -> list[AgentEvent]:
        """The events of a last line without an end. Nothing may be fed after it."""
        return self._end_line(is_ended=False) if self._line else []

    def _take(self, piece: bytes) -> None:
        room = LONGEST_LINE - len(self._line)
        self._line += piece[:room]
        self._left_out += max(0, len(piece) - room)

    def _end_line(self, *, is_ended: bool) -> list[AgentEvent]:
        line, left_out = bytes(self._line).removesuffix(b"\r"), self._left_out
        self._line.clear()
        self._left_out = 0
        if self._format is None:
            return text_events(line, left_out, is_ended=is_ended)
        if left_out:
            return [Raw(f"{block(line.decode(errors='replace'))}\n\u2026 ({left_out:,} more bytes in the log)")]
        if not line.strip():
            return []
        events = self._understood(self._format, line)
        return [Raw(block(line.decode(errors="replace")))] if events is None else events

    def _understood(self, lines: LineFormat, line: bytes) -> list[AgentEvent] | None:
        try:
            value = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        found = lines.events(value) if isinstance(value, dict) else None
        return None if found is None else list(found)


_FORMATS: dict[OutputKind, type[LineFormat]] = {
    OutputKind.CLAUDE_STREAM: ClaudeStream,
    OutputKind.CODEX_JSONL: CodexLines,
    OutputKind.GEMINI_STREAM: GeminiStream,
    OutputKind.OPENCODE_JSON: OpencodeLines,
    OutputKind.ACP: AcpLines,
}

"""A conversation as lines to read: what the agent says, what it does, and what came of it."""

from enum import StrEnum

import msgspec

from llm_dashboard.agents.events import (
    AgentEvent,
    ErrorSaid,
    Final,
    PermissionAnswered,
    PermissionAsked,
    PlanTold,
    Raw,
    SessionStarted,
    TextPart,
    Thinking,
    ToolCall,
    ToolResult,
    Usage,
)


class Tone(StrEnum):
    """What a line is."""

    TEXT = "text"
    THINKING = "thinking"
    CALL = "call"
    """A tool, and the argument that tells most."""
    RESULT = "result"
    """What a tool answered, below its call."""
    ERROR = "error"
    NOTE = "note"
    RAW = "raw"
    """Not understood: as it is in the log."""


class TranscriptLine(msgspec.Struct, frozen=True):
    """One line, safe to draw."""

    tone: Tone
    text: str


class Transcript:
    """Makes lines of events as they come; of a line that is still being said it waits for the end."""

    def __init__(self) -> None:
        self._begun = ""
        self._tone = Tone.TEXT

    def hear(self, event: AgentEvent) -> list[TranscriptLine]:
        """The lines that are whole now."""
        match event:
            case TextPart():
                return self._say(Tone.TEXT, event.text)
            case Thinking():
                return self._say(Tone.THINKING, event.text)
            case Usage():
                return []
        return [*self.close(), *_whole(event)]

    def close(self) -> list[TranscriptLine]:
        """A last line that was not ended."""
        begun, self._begun = self._begun, ""
        return [TranscriptLine(self._tone, begun)] if begun else []

    def _say(self, tone: Tone, text: str) -> list[TranscriptLine]:
        ended = self.close() if tone is not self._tone else []
        self._tone = tone
        *lines, self._begun = (self._begun + text).split("\n")
        return ended + [TranscriptLine(tone, line) for line in lines]


def _whole(event: AgentEvent) -> list[TranscriptLine]:
    """The lines of an event that is no piece of another one."""
    match event:
        case SessionStarted():
            return _lines(Tone.NOTE, " ".join(filter(None, ("session", event.session, event.model))))
        case ToolCall():
            return _lines(Tone.CALL, f"{event.tool} {event.argument}".strip())
        case ToolResult(is_refused=True):
            return _lines(Tone.ERROR, f"not allowed: {event.text}")
        case ToolResult():
            return _lines(Tone.ERROR if event.is_error else Tone.RESULT, event.text)
        case ErrorSaid():
            return _lines(Tone.NOTE if event.is_retried or event.is_warning else Tone.ERROR, event.text)
        case PlanTold():
            return _lines(Tone.NOTE, "\n".join(("plan", *event.steps)))
        case PermissionAsked():
            return _lines(Tone.NOTE, f"asks: {event.tool} {event.argument}".rstrip())
        case PermissionAnswered(is_withdrawn=True):
            return _lines(Tone.NOTE, "nobody answered before the end")
        case PermissionAnswered():
            tone, word = (Tone.NOTE, "allowed") if event.is_allowed else (Tone.ERROR, "rejected")
            return _lines(tone, f"{word}: {event.answer}" if event.answer else word)
        case Final(is_error=True):
            return _lines(Tone.ERROR, event.text)
        case Raw():
            return _lines(Tone.RAW, event.text)
    return []


def _lines(tone: Tone, text: str) -> list[TranscriptLine]:
    return [TranscriptLine(tone, line) for line in text.rstrip("\n").split("\n")] if text.strip() else []

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

MAX_OPEN = 100
"""Calls whose answer is waited for, at most."""


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


class Part(StrEnum):
    """What a line is of the answer of a tool."""

    NONE = "none"
    FIRST = "first"
    MORE = "more"
    """Below the first one, with which it can be folded."""


class TranscriptLine(msgspec.Struct, frozen=True):
    """One line, safe to draw."""

    tone: Tone
    text: str
    part: Part = Part.NONE


class Transcript:
    """Makes lines of events as they come; of a line that is still being said it waits for the end."""

    def __init__(self) -> None:
        self._begun = ""
        self._tone = Tone.TEXT
        self._calls: dict[str, str] = {}
        """The tools whose answer is waited for, by their calls."""
        self._called = ""
        """The call that was told last."""
        self._error = ""
        """The error that was told last."""

    @property
    def begun(self) -> TranscriptLine | None:
        """The line that is being said; it comes again, with what follows, once it is whole."""
        return TranscriptLine(self._tone, self._begun) if self._begun else None

    def hear(self, event: AgentEvent) -> list[TranscriptLine]:
        """The lines that are whole now."""
        match event:
            case TextPart():
                return self._say(Tone.TEXT, event.text)
            case Thinking():
                return self._say(Tone.THINKING, event.text)
            case Usage():
                return []
            case ToolCall():
                self._calls[event.call] = event.tool
                self._called = event.call
                if len(self._calls) > MAX_OPEN:
                    del self._calls[next(iter(self._calls))]
            case ToolResult():
                return [*self.close(), *_answer(event, self._answered(event))]
            case ErrorSaid():
                self._error = event.text
            case Final(is_error=True) if event.text == self._error:
                # Its last word says once more why.
                return self.close()
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

    def _answered(self, result: ToolResult) -> str:
        """The tool that answers, where that is not clear because others were called since."""
        tool = self._calls.pop(result.call, "")
        return "" if result.call == self._called else tool


def _answer(result: ToolResult, tool: str) -> list[TranscriptLine]:
    """What a tool has answered, its first line with how that came out."""
    if result.is_refused:
        # With the word that errors are looked for by.
        tone, how = Tone.ERROR, "failed, not allowed"
    elif result.is_error:
        tone, how = Tone.ERROR, "failed"
    else:
        tone, how = Tone.RESULT, ""
    first, *more = result.text.strip("\n").split("\n")
    head = ": ".join(filter(None, (tool, how, first))) or "done"
    return [TranscriptLine(tone, head, Part.FIRST), *(TranscriptLine(tone, line, Part.MORE) for line in more)]


def _whole(event: AgentEvent) -> list[TranscriptLine]:
    """The lines of an event that is no piece of another one."""
    match event:
        case SessionStarted():
            again = "taken up again" if event.is_resumed else ""
            return _lines(Tone.NOTE, " ".join(filter(None, ("session", event.session, event.model, again))))
        case ToolCall():
            return _lines(Tone.CALL, f"{event.tool} {event.argument}".strip())
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

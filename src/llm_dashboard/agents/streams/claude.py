"""`claude -p --output-format stream-json --verbose`, with or without partial messages."""

import re
from collections.abc import Iterable, Iterator

from llm_dashboard.agents.events import (
    AgentEvent,
    Denial,
    ErrorSaid,
    Final,
    Raw,
    SessionStarted,
    TextPart,
    Thinking,
    ToolCall,
    ToolResult,
    Usage,
)
from llm_dashboard.agents.streams import fields
from llm_dashboard.agents.streams.fields import Table


class ClaudeStream:
    """What comes in pieces comes again as a whole message: it is told once."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        """The kinds of content of which pieces were told, and not yet the whole."""
        self._block = ""
        """The kind of content that comes in pieces."""
        self._message = ""

    def events(self, value: Table) -> Iterable[AgentEvent] | None:
        """What the line says; None where it is not understood."""
        match value.get("type"):
            case "system":
                return self._system(value)
            case "assistant":
                return self._assistant(value)
            case "user":
                return _user(fields.table(value, "message"))
            case "stream_event":
                return self._piece(fields.table(value, "event"))
            case "result":
                return _result(value)
            case "rate_limit_event" | "tool_progress":
                return ()
        return None

    def _system(self, value: Table) -> Iterable[AgentEvent] | None:
        subtype = value.get("subtype")
        if subtype == "init":
            return (SessionStarted(fields.word(value, "session_id"), fields.word(value, "model")),)
        return () if subtype in _SILENT else None

    def _assistant(self, value: Table) -> Iterator[AgentEvent]:
        message = fields.table(value, "message")
        for part in fields.tables(message, "content"):
            kind = part.get("type")
            if kind in ("text", "thinking"):
                told = str(kind) in self._told
                self._told.discard(str(kind))
                text = fields.text(part, str(kind))
                if isinstance(value.get("error"), str):
                    yield ErrorSaid(text)
                elif not told and text:
                    yield TextPart(f"{text}\n") if kind == "text" else Thinking(f"{text}\n")
            elif kind == "tool_use":
                yield ToolCall(fields.word(part, "id"), fields.word(part, "name"), fields.argument(part.get("input")))
            elif kind != "redacted_thinking":
                yield Raw(fields.as_json(part))
        if fields.table(message, "usage"):
            yield _usage(fields.table(message, "usage"), None, fields.word(message, "id"))

    def _piece(self, event: Table) -> Iterable[AgentEvent] | None:
        match event.get("type"):
            case "message_start":
                message = fields.table(event, "message")
                self._told.clear()
                self._message = fields.word(message, "id")
                return (_usage(fields.table(message, "usage"), None, self._message),)
            case "content_block_start":
                self._block = fields.word(fields.table(event, "content_block"), "type")
                return ()
            case "content_block_delta":
                return self._delta(fields.table(event, "delta"))
            case "content_block_stop":
                ended, self._block = self._block, ""
                return (TextPart("\n"),) if ended == "text" else (Thinking("\n"),) if ended == "thinking" else ()
            case "message_delta" | "message_stop" | "ping":
                return ()
        return None

    def _delta(self, delta: Table) -> Iterable[AgentEvent] | None:
        match delta.get("type"):
            case "text_delta":
                self._told.add("text")
                return (TextPart(fields.text(delta, "text")),)
            case "thinking_delta":
                self._told.add("thinking")
                return (Thinking(fields.text(delta, "thinking")),)
            case "input_json_delta" | "signature_delta" | "citations_delta":
                return ()
        return None


def _user(message: Table) -> Iterator[AgentEvent]:
    for part in fields.tables(message, "content"):
        if part.get("type") == "tool_result":
            text = fields.content(part, "content")
            is_error = part.get("is_error") is True
            is_refused = is_error and _REFUSED.search(text[:1000]) is not None
            yield ToolResult(fields.word(part, "tool_use_id"), text, is_error, is_refused)
        elif part.get("type") == "text" and (text := fields.text(part, "text")):
            yield Raw(text)


def _result(value: Table) -> Iterator[AgentEvent]:
    yield _usage(fields.table(value, "usage"), fields.money(value, "total_cost_usd"), None)
    denials = tuple(
        Denial(fields.word(each, "tool_name"), fields.argument(each.get("tool_input")))
        for each in fields.tables(value, "permission_denials")
    )
    text, is_error = fields.text(value, "result"), value.get("is_error") is not False
    if is_error and not text:
        errors = value.get("errors")
        first = next((each for each in errors if isinstance(each, str)), "") if isinstance(errors, list) else ""
        text = fields.word(value, "subtype").replace("_", " ") + (f": {fields.block(first)}" if first else "")
    # `subtype` says success also of errors.
    yield Final(text, is_error, denials)


def _usage(usage: Table, cost: float | None, step: str | None) -> Usage:
    cached = fields.whole(usage, "cache_read_input_tokens")
    return Usage(
        input_tokens=fields.whole(usage, "input_tokens") + fields.whole(usage, "cache_creation_input_tokens") + cached,
        output_tokens=fields.whole(usage, "output_tokens"),
        cached_tokens=cached,
        cost=cost,
        step=step,
    )


_SILENT = (
    "status",
    "task_started",
    "task_progress",
    "task_notification",
    "task_updated",
    "hook_started",
    "hook_response",
)
_REFUSED = re.compile(
    r"requested permissions? to|Permission to use .{1,80} denied|was blocked\. For security",
    re.IGNORECASE,
)

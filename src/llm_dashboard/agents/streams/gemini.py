"""`gemini -o stream-json`."""

from collections.abc import Iterable, Iterator

from llm_dashboard.agents.events import (
    AgentEvent,
    ErrorSaid,
    Final,
    SessionStarted,
    TextPart,
    ToolCall,
    ToolResult,
    Usage,
)
from llm_dashboard.agents.streams import fields
from llm_dashboard.agents.streams.fields import Table

REFUSALS = ("tool_not_registered", "policy_violation", "permission_denied", "tool_denied", "execution_denied")
"""Errors of a tool that was not run for want of permission. Without a terminal some tools are not even registered."""


class GeminiStream:
    """Text comes in pieces."""

    def events(self, value: Table) -> Iterable[AgentEvent] | None:
        """What the line says; None where it is not understood."""
        match value.get("type"):
            case "init":
                return (SessionStarted(fields.word(value, "session_id"), fields.word(value, "model")),)
            case "message":
                return _message(value)
            case "tool_use":
                tool, arguments = fields.word(value, "tool_name"), fields.argument(value.get("parameters"))
                return (ToolCall(fields.word(value, "tool_id"), tool, arguments),)
            case "tool_result":
                return (_tool_result(value),)
            case "error":
                return (ErrorSaid(fields.text(value, "message"), is_warning=value.get("severity") == "warning"),)
            case "result":
                return _result(value)
        return None


def _message(value: Table) -> Iterable[AgentEvent] | None:
    if value.get("role") != "assistant":
        return () if value.get("role") == "user" else None
    text = fields.text(value, "content")
    return (TextPart(text if value.get("delta") is True else f"{text}\n"),)


def _tool_result(value: Table) -> ToolResult:
    error = fields.table(value, "error")
    return ToolResult(
        fields.word(value, "tool_id"),
        fields.text(value, "output") or fields.text(error, "message"),
        is_error=value.get("status") != "success",
        is_refused=error.get("type") in REFUSALS,
    )


def _result(value: Table) -> Iterator[AgentEvent]:
    stats = fields.table(value, "stats")
    yield Usage(
        input_tokens=fields.whole(stats, "input_tokens"),
        output_tokens=fields.whole(stats, "output_tokens"),
        cached_tokens=fields.whole(stats, "cached"),
    )
    is_error = value.get("status") != "success"
    yield Final(fields.text(fields.table(value, "error"), "message"), is_error)

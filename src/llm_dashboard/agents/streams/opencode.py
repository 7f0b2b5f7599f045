"""`opencode run --format json`: the parts of messages, step by step."""

import re
from collections.abc import Iterable, Iterator

from llm_dashboard.agents.events import (
    AgentEvent,
    ErrorSaid,
    Final,
    SessionStarted,
    TextPart,
    Thinking,
    ToolCall,
    ToolResult,
    Usage,
)
from llm_dashboard.agents.streams import fields
from llm_dashboard.agents.streams.fields import Table


class OpencodeLines:
    """Each line holds one part; the session is in all of them."""

    def __init__(self) -> None:
        self._has_started = False
        self._said = ""

    def events(self, value: Table) -> Iterable[AgentEvent] | None:
        """What the line says; None where it is not understood."""
        part = fields.table(value, "part")
        match value.get("type"):
            case "step_start":
                started, self._has_started = self._has_started, True
                return () if started else (SessionStarted(fields.word(value, "sessionID")),)
            case "text":
                self._said = fields.text(part, "text")
                return (TextPart(f"{self._said}\n"),)
            case "reasoning":
                return (Thinking(f"{fields.text(part, 'text')}\n"),)
            case "tool_use":
                return _tool(part)
            case "step_finish":
                return self._finish(part)
            case "error":
                return (ErrorSaid(_error(fields.table(value, "error"))),)
        return None

    def _finish(self, part: Table) -> Iterator[AgentEvent]:
        tokens = fields.table(part, "tokens")
        cache = fields.table(tokens, "cache")
        cached = fields.whole(cache, "read")
        entered = fields.whole(tokens, "input") + cached + fields.whole(cache, "write")
        total = fields.whole(tokens, "total")
        left = total - entered if total else fields.whole(tokens, "output") + fields.whole(tokens, "reasoning")
        yield Usage(entered, max(0, left), cached, fields.money(part, "cost"), step=fields.word(part, "id"))
        reason = fields.word(part, "reason")
        if reason == "stop":
            yield Final(self._said)
        elif reason != "tool-calls":
            yield Final(f"it stopped: {reason or 'no reason given'}", is_error=True)


def _tool(part: Table) -> Iterator[AgentEvent]:
    state, call = fields.table(part, "state"), fields.word(part, "callID")
    yield ToolCall(call, fields.word(part, "tool"), fields.argument(state.get("input")))
    error = fields.text(state, "error")
    exit_code = fields.table(state, "metadata").get("exit")
    is_error = state.get("status") != "completed" or exit_code not in (0, None)
    is_refused = state.get("status") == "error" and _REFUSED.search(error[:1000]) is not None
    yield ToolResult(call, fields.text(state, "output") or error, is_error, is_refused)


def _error(error: Table) -> str:
    said = fields.text(fields.table(error, "data"), "message") or fields.text(error, "message")
    return said or fields.word(error, "name") or "an error without a text"


_REFUSED = re.compile(
    r"rejected permission|permission .{0,80}(?:denied|rejected)|prevents? .{0,40}tool call", re.IGNORECASE
)

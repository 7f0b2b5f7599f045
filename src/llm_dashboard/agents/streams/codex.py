"""`codex exec --json`: threads, turns, items."""

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

MAX_OPEN = 1000
"""Tool calls whose end is waited for, at most."""


class CodexLines:
    """An item may be told at its beginning and at its end, or at its end alone."""

    def __init__(self) -> None:
        self._open: set[str] = set()
        self._said = ""

    def events(self, value: Table) -> Iterable[AgentEvent] | None:
        """What the line says; None where it is not understood."""
        match value.get("type"):
            case "thread.started":
                return (SessionStarted(fields.word(value, "thread_id")),)
            case "turn.started":
                return ()
            case "item.started" | "item.updated":
                return self._item(fields.table(value, "item"), is_ended=False)
            case "item.completed":
                return self._item(fields.table(value, "item"), is_ended=True)
            case "turn.completed":
                return (_usage(fields.table(value, "usage")), Final(self._said))
            case "turn.failed":
                said = fields.text(fields.table(value, "error"), "message")
                return (Final(said or "the turn failed", is_error=True),)
            case "error":
                said = fields.text(value, "message")
                return (ErrorSaid(said, is_retried=said.startswith("Reconnecting")),)
        return None

    def _item(self, item: Table, *, is_ended: bool) -> Iterable[AgentEvent] | None:
        match item.get("type"):
            case "agent_message":
                return self._message(item) if is_ended else ()
            case "reasoning":
                return (Thinking(f"{fields.text(item, 'text')}\n"),) if is_ended else ()
            case "todo_list":
                return (Thinking(_todo(item)),) if is_ended else ()
            case "error":
                return (ErrorSaid(fields.text(item, "message"), is_warning=True),) if is_ended else ()
            case "command_execution":
                return self._call(item, "shell", fields.word(item, "command"), is_ended)
            case "file_change":
                paths = ", ".join(filter(None, (fields.word(each, "path") for each in fields.tables(item, "changes"))))
                return self._call(item, "edit", paths, is_ended)
            case "mcp_tool_call":
                tool = f"{fields.word(item, 'server')}.{fields.word(item, 'tool')}"
                return self._call(item, tool, fields.argument(item.get("arguments")), is_ended)
            case "web_search":
                return self._call(item, "web search", fields.word(item, "query"), is_ended)
        return None

    def _message(self, item: Table) -> Iterator[AgentEvent]:
        self._said = fields.text(item, "text")
        yield TextPart(f"{self._said}\n")

    def _call(self, item: Table, tool: str, argument: str, is_ended: bool) -> Iterator[AgentEvent]:
        call = fields.word(item, "id")
        if call not in self._open:
            if len(self._open) < MAX_OPEN:
                self._open.add(call)
            yield ToolCall(call, tool, argument)
        if is_ended:
            self._open.discard(call)
            status = item.get("status")
            output = fields.text(item, "aggregated_output") or fields.text(fields.table(item, "error"), "message")
            is_error = status in ("failed", "declined") or item.get("exit_code") not in (0, None)
            yield ToolResult(call, output, is_error, is_refused=status == "declined")


def _todo(item: Table) -> str:
    lines = (f"[{'x' if each.get('completed') is True else ' '}] {fields.word(each, 'text')}" for each in _items(item))
    return "".join(f"{line}\n" for line in lines)


def _items(item: Table) -> Iterator[Table]:
    return fields.tables(item, "items")


def _usage(usage: Table) -> Usage:
    return Usage(
        input_tokens=fields.whole(usage, "input_tokens"),
        output_tokens=fields.whole(usage, "output_tokens"),
        cached_tokens=fields.whole(usage, "cached_input_tokens"),
    )

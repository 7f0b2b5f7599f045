"""What `agents.acp` writes of an agent that speaks the Agent Client Protocol: updates as they came, the rest in our words."""

import re
from collections.abc import Iterable, Iterator
from difflib import unified_diff

import msgspec

from llm_dashboard.agents.events import (
    AgentEvent,
    ErrorSaid,
    Final,
    OptionKind,
    PermissionAnswered,
    PermissionAsked,
    PermissionOption,
    PlanTold,
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

MAX_CALLS = 200
"""Tool calls that are remembered until they end."""
MAX_DIFF = 500
"""Lines of a file whose change is shown as a difference; of a longer one the new text."""
SILENT = (
    "user_message_chunk",
    "available_commands_update",
    "current_mode_update",
    "config_option_update",
)
"""Updates that say nothing to show."""
STOPPED = {
    "max_tokens": "it stopped: the answer became too long (max_tokens)",
    "max_turn_requests": "it stopped: it asked its model too often (max_turn_requests)",
    "refusal": "its model refuses to go on",
    "cancelled": "it was cancelled",
}


class _Call(msgspec.Struct):
    """A tool call as far as it is known: it is told piece by piece."""

    name: str = ""
    """Of the tool, where the first title is one word."""
    kind: str = ""
    title: str = ""
    """What it does, in words: the protocol has no field for the name."""
    arguments: object = None
    place: str = ""
    content: str = ""
    is_told: bool = False

    @property
    def argument(self) -> str:
        """What tells most; empty where the name says it already."""
        title = "" if self.title == self.tool else self.title
        return fields.telling(self.arguments) or title or self.place or fields.argument(self.arguments)

    @property
    def tool(self) -> str:
        """The name of the tool, or what kind of tool it is, or what it does."""
        return self.name or self.kind or self.title or "a tool"


class AcpLines:
    """A session has one prompt, and ends with a `stop`."""

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}
        self._said = ""
        self._is_mute = True
        """Whether nothing was said yet, nor any tool wanted."""
        self._cost: float | None = None
        self._cost_before = 0.0
        """Of the runs before, where the session is an earlier one."""
        self._options: dict[str, tuple[PermissionOption, ...]] = {}

    def events(self, value: Table) -> Iterable[AgentEvent] | None:
        """What the line says; None where it is not understood."""
        match value.get("type"):
            case "session":
                self._cost_before = fields.money(value, "cost") or 0.0
                is_resumed = value.get("resumed") is True
                return (SessionStarted(fields.word(value, "id"), fields.word(value, "agent"), is_resumed),)
            case "update":
                return self._update(fields.table(value, "update"))
            case "permission":
                return self._asked(value)
            case "answer":
                return self._answered(value)
            case "stop":
                return self._stop(value)
            case "error":
                return (ErrorSaid(fields.text(value, "text")),)
            case "warning":
                return (ErrorSaid(fields.text(value, "text"), is_warning=True),)
            case "stderr":
                return (Raw(fields.text(value, "text")),)
        return None

    def _update(self, update: Table) -> Iterable[AgentEvent] | None:
        kind = update.get("sessionUpdate")
        match kind:
            case "agent_message_chunk":
                found = _content(fields.table(update, "content"))
                self._is_mute = self._is_mute and not found.strip()
                self._said = (self._said + found)[-fields.LONGEST_ARGUMENT :]
                return (TextPart(found),)
            case "agent_thought_chunk":
                return (Thinking(_content(fields.table(update, "content"))),)
            case "tool_call" | "tool_call_update":
                return self._tool(update)
            case "plan":
                steps = (
                    f"[{_STEPS.get(fields.word(each, 'status'), ' ')}] {fields.word(each, 'content')}"
                    for each in fields.tables(update, "entries")
                )
                return (PlanTold(tuple(steps)),)
            case "usage_update":
                return self._usage(update)
            case "session_info_update":
                # Beside the protocol, under its own name: so codex says that it does not reach its model.
                own = fields.table(update, "_meta").values()
                return tuple(filter(None, (_retried(fields.table(each, "error")) for each in own)))
        return () if kind in SILENT else None

    def _known(self, told: Table) -> tuple[str, _Call]:
        """The id of a tool call, and what is known of it with what is told now."""
        self._is_mute = False
        call_id = fields.word(told, "toolCallId")
        call = self._calls.setdefault(call_id, _Call())
        title = fields.word(told, "title")
        if title and not call.title and _NAME.fullmatch(title):
            call.name = title
        call.title = title or call.title
        call.kind = fields.word(told, "kind") or call.kind
        call.arguments = told.get("rawInput") or call.arguments
        call.place = next((fields.word(each, "path") for each in fields.tables(told, "locations")), "") or call.place
        call.content = "\n".join(filter(None, map(_part, fields.tables(told, "content")))) or call.content
        if len(self._calls) > MAX_CALLS:
            del self._calls[next(iter(self._calls))]
        return call_id, call

    def _tool(self, update: Table) -> Iterator[AgentEvent]:
        call_id, call = self._known(update)
        status = update.get("status")
        is_over = status in ("completed", "failed")
        # What it is about is often told only when it begins.
        if not call.is_told and (is_over or status == "in_progress" or fields.telling(call.arguments)):
            call.is_told = True
            yield ToolCall(call_id, call.tool, call.argument)
        if is_over:
            output = update.get("rawOutput")
            text = call.content or (fields.block(output) if isinstance(output, str) else "")
            if not text and output:
                text = fields.as_json(output)
            yield ToolResult(call_id, text, is_error=status == "failed")
            self._calls.pop(call_id, None)

    def _asked(self, value: Table) -> Iterator[AgentEvent]:
        call_id, call = self._known(fields.table(value, "toolCall"))
        if not call.is_told:
            call.is_told = True
            yield ToolCall(call_id, call.tool, call.argument)
        question = fields.word(value, "id")
        options = self._options[question] = tuple(_options(value))
        if len(self._options) > MAX_CALLS:
            del self._options[next(iter(self._options))]
        yield PermissionAsked(question, call.tool, call.argument, _detail(call), options)

    def _answered(self, value: Table) -> Iterator[AgentEvent]:
        question, chosen = fields.word(value, "id"), value.get("option")
        option = next((each for each in self._options.pop(question, ()) if each.id == chosen), None)
        is_allowed = option is not None and option.kind.allows
        yield PermissionAnswered(question, option.name if option else "", is_allowed, value.get("withdrawn") is True)

    def _usage(self, update: Table) -> Iterator[AgentEvent]:
        cost = fields.table(update, "cost")
        if cost.get("currency") == "USD":
            told = fields.money(cost, "amount")
            self._cost = None if told is None else max(0.0, told - self._cost_before)
            yield Usage(cost=self._cost, step="session")

    def _stop(self, value: Table) -> Iterator[AgentEvent]:
        if usage := fields.table(value, "usage"):
            cached = fields.whole(usage, "cachedReadTokens")
            entered = fields.whole(usage, "inputTokens") + cached + fields.whole(usage, "cachedWriteTokens")
            left = fields.whole(usage, "outputTokens") + fields.whole(usage, "thoughtTokens")
            yield Usage(entered, left, cached, self._cost)
        reason = fields.word(value, "reason")
        if reason == "end_turn" and not self._is_mute:
            yield Final(self._said)
        elif reason == "end_turn":
            yield Final("it ended its turn without a word", is_error=True)
        else:
            yield Final(STOPPED.get(reason, f"it stopped: {reason or 'no reason given'}"), is_error=True)


def _retried(error: Table) -> ErrorSaid | None:
    """What went wrong and is tried again; None where nothing is."""
    said = ": ".join(filter(None, (fields.word(error, "message"), fields.word(error, "additionalDetails"))))
    return ErrorSaid(said, is_retried=True) if error.get("willRetry") is True and said else None


def _content(content: Table) -> str:
    """A piece of content as text."""
    kind = fields.word(content, "type")
    if kind in ("", "text"):
        return fields.text(content, "text")
    name = fields.word(content, "uri") or fields.word(fields.table(content, "resource"), "uri")
    return f"({kind}{f' {name}' if name else ''})\n"


def _part(part: Table) -> str:
    """What a tool call brings: text, or the change of a file."""
    match part.get("type"):
        case "diff":
            return _difference(part)
        case "terminal":
            return f"(terminal {fields.word(part, 'terminalId')})"
    return _content(fields.table(part, "content"))


def _difference(part: Table) -> str:
    path = fields.word(part, "path")
    before, after = (fields.text(part, name).splitlines() for name in ("oldText", "newText"))
    if max(len(before), len(after)) > MAX_DIFF:
        lines = [f"the new text of {path}, {len(after):,} lines", *after]
    else:
        is_new = not isinstance(part.get("oldText"), str)
        lines = [*unified_diff(before, after, "/dev/null" if is_new else path, path, lineterm="")]
    return fields.block("\n".join(lines))


def _detail(call: _Call) -> str:
    """All that is known of what the tool would do."""
    lines: list[str] = []
    if isinstance(call.arguments, dict):
        for name, value in call.arguments.items():
            if name == "diff" and call.content:
                continue
            text = value if isinstance(value, str) else fields.as_json(value)
            lines.append(f"{name}: {text}" if "\n" not in text else f"{name}:\n{text}")
    elif call.arguments:
        lines.append(call.arguments if isinstance(call.arguments, str) else fields.as_json(call.arguments))
    elif call.place:
        lines.append(call.place)
    return fields.block("\n".join(filter(None, (*lines, call.content))))


def _options(value: Table) -> Iterator[PermissionOption]:
    for each in fields.tables(value, "options"):
        option, kind = each.get("optionId"), each.get("kind")
        if isinstance(option, str) and kind in tuple(OptionKind):
            yield PermissionOption(option, fields.word(each, "name") or str(kind), OptionKind(str(kind)))


_NAME = re.compile(r"[\w.-]{1,60}")
_STEPS = {"completed": "x", "in_progress": ">"}

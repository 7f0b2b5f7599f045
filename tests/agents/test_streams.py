"""The formats of agents: what their lines say, and that neither pieces nor nonsense change it."""

import itertools
import json

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llm_dashboard.agents.events import (
    AgentEvent,
    ErrorSaid,
    Final,
    Raw,
    SessionStarted,
    TextPart,
    Thinking,
    ToolCall,
    ToolResult,
)
from llm_dashboard.agents.models import OutputKind
from llm_dashboard.agents.streams import fields, parser
from llm_dashboard.agents.streams.parser import StreamParser
from tests.agents.outputs import OUTPUTS, Output


def events(kind: OutputKind, *pieces: bytes) -> list[AgentEvent]:
    reader = StreamParser(kind)
    found = [event for piece in pieces for event in reader.feed(piece)]
    return found + reader.close()


def line(kind: OutputKind, value: object) -> list[AgentEvent]:
    return events(kind, json.dumps(value).encode() + b"\n")


def shown(output: Output) -> list[AgentEvent]:
    return [event for event in events(output.kind, output.data) if type(event).__name__ != "Usage"]


BY_NAME = {output.name: output for output in OUTPUTS}


def test_a_conversation_is_read() -> None:
    assert shown(BY_NAME["claude done"]) == [
        SessionStarted("s-1", "big-model"),
        ToolCall("t-1", "Bash", "ls"),
        ToolResult("t-1", "a"),
        TextPart("Done.\n"),
        Final("Done."),
    ]
    assert shown(BY_NAME["claude in pieces"])[1:-1] == [TextPart("Do"), TextPart("ne."), TextPart("\n")]
    assert shown(BY_NAME["codex done"]) == [
        SessionStarted("th-1"),
        ErrorSaid("no metadata", is_warning=True),
        ToolCall("i-1", "shell", "make test"),
        ToolResult("i-1", "ok\n"),
        TextPart("Done.\n"),
        Final("Done."),
    ]
    assert shown(BY_NAME["gemini refused"])[-2:] == [ToolResult("c-1", "no", True, True), Final("")]
    assert shown(BY_NAME["opencode done"]) == [
        SessionStarted("ses-1"),
        ToolCall("c-1", "bash", "ls"),
        ToolResult("c-1", "a\n"),
        TextPart("Done.\n"),
        Final("Done."),
    ]


def claude(part: object, kind: str = "assistant") -> dict[str, object]:
    return {"type": kind, "message": {"content": [part]}}


def codex(**item: object) -> dict[str, object]:
    return {"type": "item.completed", "item": item}


ANSWER = {"type": "tool_result", "tool_use_id": "t", "content": [{"text": "a"}, {"text": "b"}]}
CLAUDE, CODEX, OPENCODE = OutputKind.CLAUDE_STREAM, OutputKind.CODEX_JSONL, OutputKind.OPENCODE_JSON


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (CLAUDE, claude({"type": "thinking", "thinking": "hm"}), [Thinking("hm\n")]),
        (CLAUDE, claude({"type": "news"}), [Raw('{"type":"news"}')]),
        (CLAUDE, claude(ANSWER, "user"), [ToolResult("t", "a\nb")]),
        (CODEX, codex(type="reasoning", text="hm"), [Thinking("hm\n")]),
        (
            CODEX,
            codex(type="todo_list", items=[{"text": "a", "completed": True}, {"text": "b"}]),
            [Thinking("[x] a\n[ ] b\n")],
        ),
        (
            CODEX,
            codex(id="i", type="file_change", changes=[{"path": "a.py"}, {"path": "b.py"}]),
            [ToolCall("i", "edit", "a.py, b.py"), ToolResult("i", "")],
        ),
        (
            CODEX,
            codex(id="i", type="mcp_tool_call", server="s", tool="t", arguments={"n": 1}),
            [ToolCall("i", "s.t", '{"n":1}'), ToolResult("i", "")],
        ),
        (OPENCODE, {"type": "step_finish", "part": {"reason": "length"}}, [Final("it stopped: length", is_error=True)]),
        (
            OutputKind.GEMINI_STREAM,
            {"type": "error", "severity": "warning", "message": "slow"},
            [ErrorSaid("slow", is_warning=True)],
        ),
    ],
)
def test_a_line(kind: OutputKind, value: object, expected: list[AgentEvent]) -> None:
    assert [event for event in line(kind, value) if type(event).__name__ != "Usage"] == expected


JSON_KINDS = [kind for kind in OutputKind if kind is not OutputKind.TEXT]


@pytest.mark.parametrize("kind", JSON_KINDS)
@pytest.mark.parametrize(
    "text", ['{"type": "news of tomorrow"}', "warning: be careful", '{"type": ', "[1, 2]", "[" * 5000, '{"type": {}}']
)
def test_what_is_not_understood_is_shown_as_it_is(kind: OutputKind, text: str) -> None:
    assert events(kind, text.encode()) == [Raw(text)]


@pytest.mark.parametrize("kind", OutputKind)
def test_nothing_reaches_the_terminal(kind: OutputKind) -> None:
    evil = "\x1b]52;c;AAAA\x07\x1b[2J\u202e\x00"
    call = {"type": "tool_use", "id": evil, "name": evil, "input": {evil: evil}}
    command = {"id": evil, "type": "command_execution", "command": evil, "aggregated_output": evil}
    values = [
        evil,
        {"type": "assistant", "message": {"content": [{"type": "text", "text": evil}, call]}},
        {"type": "item.completed", "item": command},
        {"type": "message", "role": "assistant", "content": evil},
        {"type": "tool_use", "part": {"tool": evil, "state": {"input": evil, "output": evil}}},
        {"type": evil},
    ]
    data = "".join(f"{value if isinstance(value, str) else json.dumps(value)}\n" for value in values).encode()
    texts = [text for event in events(kind, data) for text in msgspec.structs.astuple(event) if isinstance(text, str)]
    assert texts
    assert not any(character in "".join(texts) for character in "\x1b\x07\x00\u202e")


def test_long_lines_and_texts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "LONGEST_LINE", 100)
    assert events(CODEX, b"x" * 60, b"x" * 60, b"\n{}\n") == [
        Raw(f"{'x' * 100}\n\u2026 (20 more bytes in the log)"),
        Raw("{}"),
    ]
    assert events(OutputKind.TEXT, b"x" * 101) == [TextPart(f"{'x' * 100} \u2026 (1 more bytes in the log)")]
    monkeypatch.undo()
    text = "y" * (fields.LONGEST_TEXT + 5)
    found = line(CODEX, {"type": "item.completed", "item": {"type": "reasoning", "text": text}})
    assert found == [Thinking(f"{text[:-5]}\n\u2026 (5 more characters in the log)\n")]


WORDS = [
    "type",
    "message",
    "content",
    "text",
    "item",
    "id",
    "part",
    "state",
    "usage",
    "event",
    "delta",
    "error",
    "result",
]
TYPES = [
    *("system", "assistant", "user", "stream_event", "result", "init", "message", "tool_use", "tool_result", "error"),
    *(
        "item.started",
        "item.completed",
        "turn.completed",
        "turn.failed",
        "command_execution",
        "file_change",
        "todo_list",
    ),
    *("step_start", "step_finish", "text", "content_block_delta", "content_block_start", "message_start", "text_delta"),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(TYPES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=5)
LINES = st.binary(max_size=40) | st.builds(
    lambda value, kind: json.dumps({**value, "type": kind}).encode(), OBJECTS, st.sampled_from(TYPES)
)


@given(st.sampled_from(list(OutputKind)), st.lists(LINES, max_size=5), st.lists(st.integers(0, 400), max_size=6))
@example(CLAUDE, [OUTPUTS[1].data], [1, 2, 3, 50, 200])
@settings(max_examples=120, deadline=None)
def test_any_bytes_cut_anywhere_say_the_same(kind: OutputKind, lines: list[bytes], cuts: list[int]) -> None:
    data = b"\n".join(lines)
    places = [0, *sorted(cuts), len(data)]
    pieces = [data[start:end] for start, end in itertools.pairwise(places)]
    assert events(kind, *pieces) == events(kind, data)

"""What agents write, in the shapes of their formats: made by hand, small, one way to end each."""

import json
from collections.abc import Sequence

import msgspec

from llm_dashboard.agents.models import OutputKind
from llm_dashboard.agents.verdict import ProcessEnd, Stop, Word


class Output(msgspec.Struct, frozen=True):
    """The output of one run, how its process ends, and what must become of it."""

    name: str
    agent: str
    kind: OutputKind
    lines: tuple[object, ...]
    """Values, each a line of JSON; a string is a line as it is."""
    end: ProcessEnd
    word: Word
    sentence: str
    """A part of it."""
    cure: str = ""
    """A part of it."""
    tokens: tuple[int, int, int] = (0, 0, 0)
    """In, out, cached."""
    cost: float | None = None

    @property
    def data(self) -> bytes:
        """The bytes."""
        texts = (line if isinstance(line, str) else json.dumps(line) for line in self.lines)
        return "".join(f"{text}\n" for text in texts).encode()


def _claude_start() -> dict[str, object]:
    return {"type": "system", "subtype": "init", "session_id": "s-1", "model": "big-model", "tools": ["Bash"]}


def _claude_says(*content: dict[str, object], error: str | None = None, message: str = "m-1") -> dict[str, object]:
    usage = {"input_tokens": 900, "output_tokens": 2, "cache_read_input_tokens": 100}
    value: dict[str, object] = {
        "type": "assistant",
        "message": {"id": message, "role": "assistant", "content": list(content), "usage": usage},
    }
    return value | ({"error": error} if error else {})


def _claude_end(text: str | None, *, is_error: bool = False, cost: float = 0.02, **more: object) -> dict[str, object]:
    value: dict[str, object] = {
        "type": "result",
        "subtype": "success",
        "is_error": is_error,
        "total_cost_usd": cost,
        "usage": {"input_tokens": 1500, "output_tokens": 60, "cache_read_input_tokens": 500},
        "permission_denials": [],
    }
    return value | ({} if text is None else {"result": text}) | more


def _claude_call(command: str) -> dict[str, object]:
    return {"type": "tool_use", "id": "t-1", "name": "Bash", "input": {"command": command, "description": "Look"}}


def _claude_result(text: str, *, is_error: bool = False) -> dict[str, object]:
    part = {"type": "tool_result", "tool_use_id": "t-1", "content": text, "is_error": is_error}
    return {"type": "user", "message": {"role": "user", "content": [part]}}


def _claude_delta(kind: str, text: str) -> dict[str, object]:
    delta = {"type": f"{kind}_delta", kind: text}
    return {"type": "stream_event", "event": {"type": "content_block_delta", "index": 0, "delta": delta}}


def _event(kind: str, **more: object) -> dict[str, object]:
    return {"type": "stream_event", "event": {"type": kind, **more}}


def _text(text: str) -> dict[str, object]:
    return {"type": "text", "text": text}


def _codex_item(state: str, **item: object) -> dict[str, object]:
    return {"type": f"item.{state}", "item": item}


def _codex_command(state: str, status: str, code: int | None = None, output: str = "") -> dict[str, object]:
    fields = {"command": "make test", "aggregated_output": output, "exit_code": code, "status": status}
    return _codex_item(state, id="i-1", type="command_execution", **fields)


def _gemini_result(status: str, **more: object) -> dict[str, object]:
    stats = {"total_tokens": 350, "input_tokens": 300, "output_tokens": 50, "cached": 20}
    return {"type": "result", "status": status, "stats": stats, **more}


def _opencode(kind: str, **part: object) -> dict[str, object]:
    return {"type": kind, "sessionID": "ses-1", "part": part}


def _opencode_finish(id_: str, reason: str, cost: float) -> dict[str, object]:
    tokens = {"total": 150, "input": 100, "output": 10, "reasoning": 0, "cache": {"read": 30, "write": 10}}
    return _opencode("step_finish", id=id_, reason=reason, tokens=tokens, cost=cost)


def _acp(kind: str, **update: object) -> dict[str, object]:
    return {"type": "update", "update": {"sessionUpdate": kind, **update}}


def _acp_asks(call: str, command: str) -> dict[str, object]:
    options = [
        {"optionId": "yes", "name": "Yes", "kind": "allow_once"},
        {"optionId": "no", "name": "No", "kind": "reject_once"},
    ]
    wanted = {"toolCallId": call, "title": command, "kind": "execute", "rawInput": {"command": command}}
    return {"type": "permission", "id": "1", "toolCall": wanted, "options": options}


_ACP_START: object = {"type": "session", "id": "a-1", "agent": "Agent 1"}
_CODEX_START: Sequence[object] = ({"type": "thread.started", "thread_id": "th-1"}, {"type": "turn.started"})
_GEMINI_START: Sequence[object] = (
    {"type": "init", "session_id": "g-1", "model": "g-model"},
    {"type": "message", "role": "user", "content": "do it"},
)
_GEMINI_CALL: Sequence[object] = (
    {"type": "tool_use", "tool_name": "run_shell_command", "tool_id": "c-1", "parameters": {"command": "make test"}},
)
_OPENCODE_TOOL = {"status": "completed", "input": {"command": "ls"}, "output": "a\n", "metadata": {"exit": 0}}

CLAUDE, CODEX = OutputKind.CLAUDE_STREAM, OutputKind.CODEX_JSONL
GEMINI, OPENCODE, ACP = OutputKind.GEMINI_STREAM, OutputKind.OPENCODE_JSON, OutputKind.ACP
OK, FAILED = ProcessEnd(0), ProcessEnd(1)

OUTPUTS = (
    Output(
        "claude done", "claude", CLAUDE,
        (
            _claude_start(), _claude_says(_claude_call("ls")), _claude_result("a"), _claude_says(_text("Done.")),
            _claude_end("Done."),
        ),
        OK, Word.CLAIMED, "Claude Code says that it is done", "", (2000, 60, 500), 0.02,
    ),
    Output(
        "claude in pieces", "claude", CLAUDE,
        (
            _claude_start(), {"type": "system", "subtype": "status"}, _event("message_start", message={"id": "m-1"}),
            _event("content_block_start", content_block={"type": "text"}), _claude_delta("text", "Do"),
            _claude_delta("text", "ne."), _claude_says(_text("Done.")), _event("content_block_stop"), _event("message_stop"),
            _claude_end("Done."),
        ),
        OK, Word.CLAIMED, "says that it is done", "", (2000, 60, 500), 0.02,
    ),
    Output(
        "claude refused", "claude", CLAUDE,
        (
            _claude_start(), _claude_says(_claude_call("rm -r build")),
            _claude_result("Claude requested permissions to use Bash, but you haven't granted it yet.", is_error=True),
            _claude_end("Done.", permission_denials=[{"tool_name": "Bash", "tool_input": {"command": "rm -r build"}}]),
        ),
        OK, Word.REFUSED, "was not allowed Bash rm -r build", '"Bash(rm *)"', (2000, 60, 500), 0.02,
    ),
    Output(
        "claude without an answer", "claude", CLAUDE,
        (_claude_start(), _claude_says(_text("API Error: 529"), error="unknown"), _claude_end("API Error: 529", is_error=True)),
        FAILED, Word.FAILED, "Claude Code says: API Error: 529", "", (2000, 60, 500), 0.02,
    ),
    Output(
        "claude not logged in", "claude", CLAUDE,
        (_claude_start(), _claude_end("Not logged in \u00b7 Please run /login", is_error=True, cost=0)),
        FAILED, Word.FAILED, "Not logged in", "/login", (2000, 60, 500), 0.0,
    ),
    Output(
        "claude stopped", "claude", CLAUDE,
        (_claude_start(), _claude_says(_claude_call("sleep 9")), _claude_end(None, is_error=True)),
        ProcessEnd(1, stop=Stop.CANCELLED), Word.STOPPED, "on request", "", (2000, 60, 500), 0.02,
    ),
    Output(
        "claude terminated, with fine words", "claude", CLAUDE,
        (_claude_start(), _claude_says(_text("All done: 3 passed."))),
        ProcessEnd(143), Word.FAILED, "ended by SIGTERM before it was done", "", (1000, 2, 100),
    ),
    Output(
        "claude killed", "claude", CLAUDE, (_claude_start(), _claude_says(_claude_call("sleep 9"))),
        ProcessEnd(signal=9), Word.FAILED, "ended by SIGKILL", "", (1000, 2, 100),
    ),
    Output(
        "claude does not go", "claude", CLAUDE, (_claude_start(), _claude_end("Done.")),
        ProcessEnd(signal=2, was_done=True), Word.CLAIMED, "says that it is done", "", (2000, 60, 500), 0.02,
    ),
    Output(
        "claude without an end", "claude", CLAUDE, (_claude_start(), _claude_says(_text("Done."))),
        OK, Word.UNFINISHED, "without saying that it is done", "", (1000, 2, 100),
    ),
    Output(
        "claude as root", "claude", CLAUDE, ("--dangerously-skip-permissions cannot be used with root/sudo privileges",),
        FAILED, Word.FAILED, "status 1: --dangerously", "another user than root",
    ),
    Output(
        "codex done", "codex", CODEX,
        (
            *_CODEX_START, _codex_item("completed", id="i-0", type="error", message="no metadata"),
            _codex_command("started", "in_progress"), _codex_command("completed", "completed", 0, "ok\n"),
            _codex_item("completed", id="i-2", type="agent_message", text="Done."),
            {"type": "turn.completed", "usage": {"input_tokens": 200, "cached_input_tokens": 80, "output_tokens": 40}},
        ),
        OK, Word.CLAIMED, "Codex says that it is done", "", (200, 40, 80),
    ),
    Output(
        "codex declined", "codex", CODEX,
        (*_CODEX_START, _codex_command("completed", "declined"), {"type": "turn.completed", "usage": {"input_tokens": 5}}),
        OK, Word.REFUSED, "was not allowed shell make test", 'permission = "all"', (5, 0, 0),
    ),
    Output(
        "codex without a network", "codex", CODEX,
        (*_CODEX_START, *({"type": "error", "message": f"Reconnecting... {n}/5 (no name)"} for n in range(2, 6))),
        ProcessEnd(signal=2, stop=Stop.IDLE_LIMIT), Word.STOPPED, "did not reach its model: Reconnecting... 5/5", "codex login",
    ),
    Output(
        "codex failed", "codex", CODEX, (*_CODEX_START, {"type": "turn.failed", "error": {"message": "401 Unauthorized"}}),
        FAILED, Word.FAILED, "Codex says: 401 Unauthorized", "codex login",
    ),
    Output(
        "codex stopped", "codex", CODEX, (*_CODEX_START, _codex_command("started", "in_progress")),
        ProcessEnd(1, stop=Stop.TIME_LIMIT), Word.STOPPED, "by its time limit",
    ),
    Output(
        "gemini done", "gemini", GEMINI,
        (
            *_GEMINI_START, *_GEMINI_CALL, {"type": "tool_result", "tool_id": "c-1", "status": "success", "output": "ok"},
            {"type": "message", "role": "assistant", "content": "Do", "delta": True},
            {"type": "message", "role": "assistant", "content": "ne.", "delta": True}, _gemini_result("success"),
        ),
        OK, Word.CLAIMED, "Gemini CLI says that it is done", "", (300, 50, 20),
    ),
    Output(
        "gemini refused", "gemini", GEMINI,
        (
            *_GEMINI_START, *_GEMINI_CALL,
            {"type": "tool_result", "tool_id": "c-1", "status": "error",
             "error": {"type": "tool_not_registered", "message": "no"}},
            _gemini_result("success"),
        ),
        OK, Word.REFUSED, "was not allowed run_shell_command make test", 'permission = "all"', (300, 50, 20),
    ),
    Output(
        "gemini not logged in", "gemini", GEMINI, ("Please set an Auth method in your settings.json",),
        ProcessEnd(41), Word.FAILED, "status 41: it is not logged in", "GEMINI_API_KEY",
    ),
    Output(
        "opencode done", "opencode", OPENCODE,
        (
            _opencode("step_start"), _opencode("tool_use", tool="bash", callID="c-1", state=_OPENCODE_TOOL),
            _opencode_finish("p-1", "tool-calls", 0.001), _opencode("step_start"), _opencode("text", text="Done."),
            _opencode_finish("p-2", "stop", 0.002),
        ),
        OK, Word.CLAIMED, "opencode says that it is done", "", (280, 20, 60), 0.003,
    ),
    Output(
        "opencode fails", "opencode", OPENCODE,
        ({"type": "error", "error": {"name": "ProviderAuthError", "data": {"message": "API key is missing"}}},),
        OK, Word.FAILED, "without saying that it is done: API key is missing", "opencode auth login",
    ),
    Output(
        "opencode without a network", "opencode", OPENCODE, (), ProcessEnd(signal=2, stop=Stop.IDLE_LIMIT), Word.STOPPED,
        "it said nothing for too long", "look at the network, and at its login: log in with",
    ),
    Output(
        "acp done", "opencode-acp", ACP,
        (
            _ACP_START, _acp("agent_thought_chunk", content=_text("Hm.")), _acp("plan", entries=[{"content": "Look"}]),
            _acp("tool_call", toolCallId="c-1", title="bash", rawInput={}), _acp_asks("c-1", "make test"),
            {"type": "answer", "id": "1", "option": "yes"}, _acp("tool_call_update", toolCallId="c-1", status="completed"),
            _acp("usage_update", used=9, size=99, cost={"amount": 0.01, "currency": "USD"}),
            _acp("agent_message_chunk", content=_text("Done.")),
            {"type": "stop", "reason": "end_turn", "usage": {"inputTokens": 90, "outputTokens": 8, "cachedReadTokens": 10}},
        ),
        OK, Word.CLAIMED, "opencode (ACP) says that it is done", "", (100, 8, 10), 0.01,
    ),
    Output(
        "acp rejected", "opencode-acp", ACP,
        (_ACP_START, _acp("tool_call", toolCallId="c-1", title="bash", rawInput={"cwd": "/"}), _acp_asks("c-1", "make test"),
         {"type": "answer", "id": "1", "option": "no"}, {"type": "stop", "reason": "end_turn"}),
        OK, Word.REFUSED, "was not allowed bash make test", "allow bash when it asks",
    ),
    Output(
        "acp not logged in", "gemini-acp", ACP, ({"type": "error", "text": "Authentication required"},),
        FAILED, Word.FAILED, "status 1: Authentication required", "GEMINI_API_KEY",
    ),
    Output(
        "acp without a word", "opencode-acp", ACP, (_ACP_START, {"type": "stop", "reason": "end_turn"}),
        OK, Word.FAILED, "it ended its turn without a word",
    ),
    Output(
        "acp stopped", "opencode-acp", ACP,
        (_ACP_START, _acp("agent_message_chunk", content=_text("Well.")), {"type": "stop", "reason": "cancelled"}),
        ProcessEnd(1, stop=Stop.TIME_LIMIT), Word.STOPPED, "by its time limit",
    ),
    Output(
        "acp without a network", "codex-acp", ACP,
        (
            _ACP_START, _acp("session_info_update", title="Work"),
            *(_acp("session_info_update", _meta={"codex": {"error": {
                "message": f"Reconnecting... {n}/5", "additionalDetails": "no name", "willRetry": True}}}) for n in (4, 5)),
        ),
        ProcessEnd(signal=2, stop=Stop.IDLE_LIMIT), Word.STOPPED, "did not reach its model: Reconnecting... 5/5: no name",
        "codex login",
    ),
    Output(
        "acp silent", "opencode-acp", ACP, (_ACP_START, {"type": "stop", "reason": "cancelled"}),
        ProcessEnd(signal=2, stop=Stop.IDLE_LIMIT), Word.STOPPED, "it said nothing for too long", "look at the network",
    ),
    Output(
        "acp refuses", "opencode-acp", ACP, (_ACP_START, {"type": "stop", "reason": "refusal"}),
        FAILED, Word.FAILED, "its model refuses",
    ),
    Output(
        "text", "llm", OutputKind.TEXT, ("It is done.",), OK, Word.CLAIMED, "llm ended without an error",
    ),
    Output("no text", "llm", OutputKind.TEXT, (), OK, Word.UNFINISHED, "without a word"),
    Output(
        "text of an error", "llm", OutputKind.TEXT, ("Error: No key found - add one",),
        FAILED, Word.FAILED, "status 1: Error: No key found", "llm keys set",
    ),
)  # fmt: skip
"""Every way to end, of every format."""

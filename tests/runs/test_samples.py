"""True outputs of agents, replayed through real processes: which verdict, which meters and which view each must give.

They are data that lies beside the repository, and is not part of it.
"""

from pathlib import Path

import msgspec
import pytest

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.verdict import ProcessEnd, Stop, Word
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.workflows.models import FailureKind
from tests.agents.outputs import Output
from tests.runs.agents import conversation, replay
from tests.runs.conftest import finished, started, until_said

FOLDER = Path(__file__).parents[3] / "shared" / "samples" / "agents"
AGENTS = load_agents().agents
SUCCESS, FAILED, CANCELLED = WorkflowState.SUCCESS, WorkflowState.FAILED, WorkflowState.CANCELLED
OK, ERROR, TERMINATED, KILLED = ProcessEnd(0), ProcessEnd(1), ProcessEnd(143), ProcessEnd(signal=9)
STOPPED, SILENT = ProcessEnd(1, stop=Stop.CANCELLED), ProcessEnd(1, stop=Stop.IDLE_LIMIT)


class Sample(msgspec.Struct, frozen=True):
    """An output, how its process ends, and what must become of it. Its name begins with that of its agent."""

    name: str
    end: ProcessEnd
    state: WorkflowState
    kind: FailureKind | None
    word: Word
    sentence: str
    """A part of it; of the cure likewise."""
    cure: str
    tokens: tuple[int, int, int]
    """In, out, cached."""
    cost: float | None
    view: tuple[tuple[str, str], ...]
    """Lines that a person reads, in their order: the tone, and how they begin."""


DONE = ("text", "All done: 3 passed.")
AGENT_FAILED, REFUSED = FailureKind.AGENT_FAILED, FailureKind.TOOLS_REFUSED
HI = (("call", "Bash echo hi"), ("result", "hi"), DONE)
SLEEP = ("call", "Bash sleep 777")
CODEX_SLEEP = (("note", "Model metadata"), ("call", "shell /bin/bash -lc 'sleep 777'"))
LOG_IN = "log in with /login"

SAMPLES = (
    Sample("claude_ok", OK, SUCCESS, None, Word.CLAIMED, "says that it is done", "", (2400, 42, 0), 0.01305, HI),
    Sample("claude_partial", OK, SUCCESS, None, Word.CLAIMED, "says that it is done", "", (1200, 12, 0), 0.0063, (DONE,)),
    Sample(
        "claude_deny", OK, FAILED, REFUSED, Word.REFUSED, "was not allowed Bash echo hi > out.txt", '"Bash(echo *)"',
        (2400, 42, 0), 0.01305, (("call", "Bash echo hi > out.txt"), ("error", "failed, not allowed: Output redir"), DONE),
    ),
    Sample(
        "claude_err", ERROR, FAILED, AGENT_FAILED, Word.FAILED, "Claude Code says: API Error: 400", "", (0, 0, 0), 0.0,
        (("error", "API Error: 400"),),
    ),
    Sample(
        "claude_noauth", ERROR, FAILED, AGENT_FAILED, Word.FAILED, "Claude Code says: Not logged in", LOG_IN, (0, 0, 0), 0.0,
        (("error", "Not logged in"),),
    ),
    Sample(
        "claude_sig_INT", STOPPED, CANCELLED, FailureKind.CANCELLED, Word.STOPPED, "was stopped on request", "",
        (1200, 30, 0), 0.00675, (SLEEP, ("error", "failed: The user"), ("error", "error during execution")),
    ),
    Sample(
        "claude_sig_TERM", TERMINATED, FAILED, AGENT_FAILED, Word.FAILED, "was ended by SIGTERM", "", (1200, 1, 0), None,
        (SLEEP, ("error", "failed: Exit code 137"), DONE),
    ),
    Sample(
        "claude_sig_KILL", KILLED, FAILED, AGENT_FAILED, Word.FAILED, "was ended by SIGKILL", "", (1200, 1, 0), None, (SLEEP,)
    ),
    Sample(
        "codex_ok", OK, SUCCESS, None, Word.CLAIMED, "Codex says that it is done", "", (200, 40, 80), None,
        (("note", "Model metadata"), ("call", "shell /bin/bash -lc 'echo hi'"), ("result", "hi"), DONE),
    ),
    Sample(
        "codex_noauth", SILENT, WorkflowState.TIMED_OUT, FailureKind.IDLE_LIMIT, Word.STOPPED,
        "did not reach its model: Reconnecting", "codex login", (0, 0, 0), None,
        (("note", "Reconnecting... 2/5"), ("note", "Falling back"), ("note", "Reconnecting... waiting")),
    ),
    Sample(
        "codex_sig_INT", STOPPED, CANCELLED, FailureKind.CANCELLED, Word.STOPPED, "was stopped on request", "", (0, 0, 0), None,
        CODEX_SLEEP,
    ),
    Sample(
        "codex_sig_TERM", TERMINATED, FAILED, AGENT_FAILED, Word.FAILED, "was ended by SIGTERM", "", (0, 0, 0), None,
        CODEX_SLEEP,
    ),
    Sample(
        "codex_sig_KILL", KILLED, FAILED, AGENT_FAILED, Word.FAILED, "was ended by SIGKILL", "", (0, 0, 0), None, CODEX_SLEEP
    ),
    Sample(
        "gemini_ok", OK, SUCCESS, None, Word.CLAIMED, "Gemini CLI says that it is done", "", (200, 24, 0), None,
        (("call", "run_shell_command echo hi"), ("result", "hi"), DONE),
    ),
    Sample(
        "gemini_deny", OK, FAILED, REFUSED, Word.REFUSED, "was not allowed run_shell_command echo hi", 'permission = "all"',
        (200, 24, 0), None, (("call", "run_shell_command echo hi"), ("error", "failed, not allowed: Tool"), DONE),
    ),
    Sample(
        "opencode_ok", OK, SUCCESS, None, Word.CLAIMED, "opencode says that it is done", "", (220, 22, 0), 0.000264,
        (("call", "bash echo hi"), ("result", "hi"), DONE),
    ),
)  # fmt: skip

needs_samples = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs shared/samples/agents beside the repository")


@needs_samples
def test_none_is_left_out() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == {sample.name for sample in SAMPLES}


@needs_samples
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
async def test_a_sample(sample: Sample, executor: WorkflowExecutor, workspace: Path, tmp_path: Path) -> None:
    data = (FOLDER / f"{sample.name}.jsonl").read_bytes()
    agent = AGENTS[sample.name.partition("_")[0]]
    lines = tuple(data.decode().removesuffix("\n").split("\n"))
    output = Output(sample.name, agent.name, agent.output, lines, sample.end, sample.word, sample.sentence)
    run = await started(executor, replay(output, tmp_path / "agent", workspace))
    if sample.end.stop is Stop.CANCELLED:
        await until_said(executor, run, lines[-1])
        await executor.stop(run.id)
    result = await finished(executor, run)
    assert (result.state, result.failure and result.failure.kind) == (sample.state, sample.kind)
    found = result.agent
    assert found is not None
    assert (found.word, sample.sentence in found.sentence) == (sample.word, True), found.sentence
    settings = " ".join(each.setting for each in found.denials)
    assert sample.cure in f"{found.cure} {settings}"
    meters = found.meters
    assert (meters.input_tokens, meters.output_tokens, meters.cached_tokens) == sample.tokens
    assert meters.cost == (None if sample.cost is None else pytest.approx(sample.cost))
    assert not result.ended_processes
    assert run.log_path.read_bytes() == data
    read = iter(conversation(agent.output, data))
    for tone, start in sample.view:
        assert any(each == tone and text.startswith(start) for each, text in read), (tone, start)

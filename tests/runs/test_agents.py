"""Runs of agents, as real processes: the prompt goes in, the stream is heard, and the word is held against the disk."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.models import OutputKind, PromptWay
from llm_dashboard.agents.task import Budget, Proposal
from llm_dashboard.agents.verdict import Stop, Word
from llm_dashboard.runs import agent_supervision, agent_watch
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import AgentReport, CheckState, ExecutionResult, WorkflowState
from llm_dashboard.workflows.models import Failure, FailureKind, Limits
from tests.agents.outputs import OUTPUTS, Output
from tests.runs.agents import replay, replayed
from tests.runs.conftest import Supervise, finished, result_of, started, until_said

AGENTS = load_agents().agents
BY_NAME = {output.name: output for output in OUTPUTS}
STATES = {
    Word.CLAIMED: (WorkflowState.SUCCESS, None),
    Word.REFUSED: (WorkflowState.FAILED, FailureKind.TOOLS_REFUSED),
    Word.FAILED: (WorkflowState.FAILED, FailureKind.AGENT_FAILED),
    Word.UNFINISHED: (WorkflowState.FAILED, FailureKind.AGENT_FAILED),
}
STOPPED = {
    Stop.CANCELLED: (WorkflowState.CANCELLED, FailureKind.CANCELLED),
    Stop.IDLE_LIMIT: (WorkflowState.TIMED_OUT, FailureKind.IDLE_LIMIT),
    Stop.TIME_LIMIT: (WorkflowState.TIMED_OUT, FailureKind.TIME_LIMIT),
}


def report(result: ExecutionResult) -> AgentReport:
    assert result.agent is not None, result
    return result.agent


def failure(result: ExecutionResult) -> Failure:
    assert result.failure is not None, result
    return result.failure


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.01)


@pytest.mark.parametrize(
    "output", [output for output in OUTPUTS if not output.end.was_done], ids=lambda output: output.name
)
async def test_every_way_to_end(output: Output, executor: WorkflowExecutor, workspace: Path, tmp_path: Path) -> None:
    run = await started(executor, replay(output, tmp_path / "agent", workspace))
    if output.end.stop is Stop.CANCELLED:
        await until_said(executor, run, "sleep 9")
        await executor.stop(run.id)
    result = await finished(executor, run)
    state, kind = STOPPED[output.end.stop] if output.end.stop else STATES[output.word]
    assert (result.state, result.failure and result.failure.kind) == (state, kind)
    found = report(result)
    assert (found.word, output.sentence in found.sentence, output.cure in found.cure) == (output.word, True, True)
    meters = found.meters
    assert (meters.input_tokens, meters.output_tokens, meters.cached_tokens) == output.tokens
    assert meters.cost == (None if output.cost is None else pytest.approx(output.cost))
    assert run.log_path.read_bytes() == output.data
    assert (tmp_path / "agent" / "prompt").read_text() == "Do it.\n"
    if kind:
        assert failure(result).message == found.sentence


def test_an_agent_that_does_not_go_is_ended_and_counts_as_done(
    supervise: Supervise, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_watch, "DONE_GRACE", 0.2)
    result = supervise(replay(BY_NAME["claude does not go"], tmp_path / "agent", workspace))
    assert (result.state, report(result).word, result.failure) == (WorkflowState.SUCCESS, Word.CLAIMED, None)


async def test_trying_again_does_not_keep_a_run_alive(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    output = BY_NAME["codex without a network"]
    command = replay(output, tmp_path / "agent", workspace)
    line = json.dumps({"type": "error", "message": "Reconnecting... waiting for network"})
    (tmp_path / "agent" / "work.py").write_text(f"while True:\n    print({line!r}, flush=True)\n    time.sleep(0.05)\n")
    result = await result_of(executor, command)
    assert (failure(result).kind, report(result).cure[:19]) == (FailureKind.IDLE_LIMIT, "look at the network")


@pytest.mark.parametrize(
    ("budget", "is_spent"), [(Budget(tokens=999), True), (Budget(dollars=0.01), True), (Budget(tokens=99_999), False)]
)
async def test_a_spent_budget_ends_the_run(
    budget: Budget, is_spent: bool, executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    data = BY_NAME["opencode done"].data * 4
    if is_spent:
        # It has taken up work again.
        data += b"".join(data.splitlines(keepends=True)[:2])
    end = "wait1" if is_spent else "0"
    result = await result_of(
        executor,
        replayed(tmp_path / "agent", AGENTS["opencode"], data, end, workspace, budget=budget),
    )
    if not is_spent:
        assert result.success
        return
    assert (result.state, failure(result).kind) == (WorkflowState.TIMED_OUT, FailureKind.BUDGET)
    assert failure(result).message.endswith("its budget was spent")
    meters = report(result).meters
    assert meters.tokens == 1200
    assert meters.cost == pytest.approx(0.012)


async def test_what_has_had_its_last_word_is_not_stopped_by_its_budget(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    command = replayed(tmp_path / "agent", AGENTS["claude"], DONE, "0", workspace, budget=Budget(tokens=1))
    (tmp_path / "agent" / "work.py").write_text("time.sleep(0.5)")
    result = await result_of(executor, command)
    assert (report(result).word, report(result).meters.tokens > 1, result.success) == (Word.CLAIMED, True, True)


@pytest.mark.parametrize("way", PromptWay)
async def test_each_way_that_a_prompt_goes_in(
    way: PromptWay, executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    from msgspec.structs import replace

    agent = replace(AGENTS["llm"], prompt=way, drop=("LANG",), environment={"KEY": "secret"})
    command = replayed(tmp_path / "agent", agent, b"ok\n", "0", workspace, prompt="--evil {prompt_file}\n")
    command = replace(command, environment={"KEY": "secret"})
    result = await result_of(executor, command)
    assert result.success
    run = executor.run(result.run)
    said = (tmp_path / "agent" / "prompt").read_text()
    expected = {
        PromptWay.STDIN: "--evil {prompt_file}\n",
        PromptWay.ARGUMENT: " --evil {prompt_file}\n",
        PromptWay.FILE: f"-f{run.folder}/prompt.md",
    }
    assert said == expected[way]
    assert run.prompt_path.read_text() == "--evil {prompt_file}\n"
    assert "secret" not in (run.folder / "run.json").read_text()
    assert result.argv == command.argv


TASK = "work-space/plans/DEMO/execution/EXECUTION_TASK_DEMO_11_01.md"
DONE = BY_NAME["claude done"].data
OPEN_TASK, COMPLETE_TASK = (
    "# EXECUTION_TASK: x\n\n**Status**: In Progress\n",
    "# EXECUTION_TASK: x\n\n**Status**: Complete\n",
)
PYTEST = (sys.executable, "-c", "print('=== 3 passed in 0.1s ===')")
BREAKS = (sys.executable, "-c", "print('E  nothing works'); print('=== 1 failed in 0.1s ==='); raise SystemExit(2)")


@pytest.mark.parametrize(
    ("work", "verify", "data", "word", "sentence", "kind"),
    [
        ("all", (PYTEST,), DONE, Word.VERIFIED, "Claude Code is done, and what was checked is so", None),
        ("all", (PYTEST,), BY_NAME["claude refused"].data, Word.VERIFIED, "is done", None),
        ("all", (), DONE, Word.CLAIMED, "not verified: there is no command that verifies it", None),
        ("all", (PYTEST, BREAKS), DONE, Word.CLAIMED, "ended with status 2", FailureKind.NOT_VERIFIED),
        ("all", (("no-such-program",),), DONE, Word.CLAIMED, "cannot be started", FailureKind.NOT_VERIFIED),
        ("nothing", (PYTEST,), DONE, Word.CLAIMED, "but new.py is not there", FailureKind.NOT_VERIFIED),
        ("touched", (PYTEST,), DONE, Word.CLAIMED, "verified: old.py is as it was before", None),
        ("no status", (PYTEST,), DONE, Word.CLAIMED, "does not say that it is complete", None),
        ("nothing", (PYTEST,), BY_NAME["claude refused"].data, Word.REFUSED, "not allowed Bash", FailureKind.TOOLS_REFUSED),
    ],
)  # fmt: skip
async def test_the_word_is_held_against_what_is_there(
    work: str,
    verify: tuple[tuple[str, ...], ...],
    data: bytes,
    word: Word,
    sentence: str,
    kind: FailureKind | None,
    executor: WorkflowExecutor,
    workspace: Path,
    tmp_path: Path,
) -> None:
    for path, text in ((TASK, OPEN_TASK), ("station/old.py", "old")):
        (workspace / path).parent.mkdir(parents=True, exist_ok=True)
        (workspace / path).write_text(text)
    named: dict[str, object] = {"deliverables": ("station/old.py", "new.py"), "execution": TASK, "verify": verify}
    command = replayed(tmp_path / "agent", AGENTS["claude"], data, "0", workspace, None, **named)
    does = {"station/new.py": "new", "station/old.py": "newer", TASK: COMPLETE_TASK}
    if work == "nothing":
        does = {}
    elif work == "touched":
        does["station/old.py"] = "old"
    elif work == "no status":
        del does[TASK]
    source = f"for path, text in {does!r}.items():\n    pathlib.Path(path).write_text(text)\n"
    (tmp_path / "agent" / "work.py").write_text(source)
    result = await result_of(executor, command)
    found = report(result)
    assert (found.word, result.failure and result.failure.kind) == (word, kind)
    assert sentence in found.sentence
    assert result.success is (kind is None)
    states = {check.subject.rpartition("/")[2]: check.state for check in found.checks}
    if work == "all":
        assert {states["new.py"], states["old.py"], states["EXECUTION_TASK_DEMO_11_01.md"]} == {CheckState.PASSED}
    for check in found.checks:
        assert check.log_file is None or (workspace / check.log_file).is_file() or verify == (("no-such-program",),)
    if verify == (PYTEST, BREAKS):
        assert "E  nothing works" in failure(result).evidence
        assert (result.tests.passed, result.tests.failed) == (0, 1)
    elif verify == (PYTEST,):
        assert (result.tests.passed, result.tests.source) == (3, "pytest")


async def test_files_that_were_not_looked_for_keep_work_from_being_verified(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    names = tuple(f"part-{number}.py" for number in range(62))
    command = replayed(
        tmp_path / "agent", AGENTS["claude"], DONE, "0", workspace, deliverables=names, verify=(("true",),)
    )
    (tmp_path / "agent" / "work.py").write_text(f"for name in {names!r}:\n    pathlib.Path(name).write_text('new')\n")
    found = report(await result_of(executor, command))
    assert found.word is Word.CLAIMED
    assert found.sentence.endswith("not verified: the rest of the named files (2) was not looked for")


async def test_what_an_agent_puts_in_the_way_of_a_log_is_not_followed(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    command = replayed(tmp_path / "agent", AGENTS["claude"], DONE, "0", workspace, verify=(PYTEST, PYTEST))
    (tmp_path / "agent" / "work.py").write_text(
        "(run,) = pathlib.Path('.llm-dash/runs').iterdir()\n"
        f"(run / 'verify-1.log').symlink_to({str(victim)!r})\n(run / 'verify-2.log').mkdir()\n"
    )
    result = await result_of(executor, command)
    assert victim.read_text() == "mine"
    assert [check.state for check in report(result).checks] == [CheckState.PASSED, CheckState.FAILED]


async def test_a_stop_while_it_is_verified(executor: WorkflowExecutor, workspace: Path, tmp_path: Path) -> None:
    sleeps = (sys.executable, "-c", "open('verifying', 'w'); import time; time.sleep(60)")
    command = replayed(tmp_path / "agent", AGENTS["claude"], DONE, "0", workspace, verify=(sleeps, PYTEST))
    run = await started(executor, command)
    await asyncio.to_thread(wait_for, workspace / "verifying")
    await executor.stop(run.id)
    result = await finished(executor, run)
    assert result.state is WorkflowState.CANCELLED
    assert [check.sentence for check in report(result).checks] == ["was stopped", "was not run"]


FLOODS = (sys.executable, "-c", "open('flooding', 'w')\nwhile True: print('x' * 100_000)")
NOT_RUN = "was not run: what was run before it took all the time or space of the run"
SLEEPS = (sys.executable, "-c", "import time; time.sleep(60)")


async def test_a_verification_is_within_the_limits_of_the_run(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    limits = Limits(wall=20.0, idle=30.0, grace=(0.4, 0.4), log_bytes=1_000_000)
    command = replayed(tmp_path / "agent", AGENTS["claude"], DONE, "0", workspace, limits, verify=(FLOODS, PYTEST))
    result = await result_of(executor, command)
    sentences = [check.sentence for check in report(result).checks]
    assert sentences == ["was stopped: it writes more than a log may hold", NOT_RUN]


def test_a_verification_has_what_is_left_of_the_time_of_the_run(
    supervise: Supervise, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_supervision, "LEAST_SECONDS", 0.5)
    limits = Limits(wall=2.0, idle=30.0, grace=(0.4, 0.4))
    verify = (SLEEPS, *[PYTEST] * 25)
    command = replayed(tmp_path / "agent", AGENTS["claude"], DONE, "0", workspace, limits, verify=verify)
    result = supervise(command)
    sentences = [check.sentence for check in report(result).checks]
    assert sentences[0].startswith("was stopped after ")
    assert sentences[1:] == [NOT_RUN] * 25
    assert result.duration >= 2.0


def test_more_time_counts_while_it_is_verified(
    supervise: Supervise, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_supervision, "LEAST_SECONDS", 0.5)
    control = tmp_path / "control"
    os.mkfifo(control)
    # It asks for more time, and takes longer than it had.
    asks = (sys.executable, "-c", f"import time; open({str(control)!r}, 'w').write('wall 20'+chr(10)); time.sleep(4)")
    limits = Limits(wall=3.0, idle=30.0, grace=(0.4, 0.4))
    command = replayed(tmp_path / "agent", AGENTS["claude"], DONE, "0", workspace, limits, verify=(asks,))
    descriptor = os.open(control, os.O_RDWR | os.O_NONBLOCK)
    try:
        result = supervise(command, descriptor)
    finally:
        os.close(descriptor)
    assert (report(result).word, result.success) == (Word.VERIFIED, True)
    (run,) = (workspace / ".llm-dash/runs").iterdir()
    assert json.loads((run / "run.json").read_bytes())["limits"]["wall"] == 20.0


async def test_an_agent_that_is_not_there(executor: WorkflowExecutor, workspace: Path, tmp_path: Path) -> None:
    from msgspec.structs import replace

    command = replayed(tmp_path / "agent", AGENTS["llm"], b"", "0", workspace)
    found = await executor.start(replace(command, argv=("no-such-agent",)))
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.COMMAND_NOT_FOUND


def test_every_format_has_an_agent_and_every_word_an_output() -> None:
    assert {output.kind for output in OUTPUTS} == {*OutputKind}
    assert {output.word for output in OUTPUTS} | {Word.VERIFIED} == {*Word}


@pytest.mark.parametrize("method", ["look", "conclude"])
def test_a_fault_of_ours_is_no_success(
    method: str, supervise: Supervise, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr(agent_watch.AgentWatch, method, fails)
    result = supervise(replay(BY_NAME["claude done"], tmp_path / "agent", workspace))
    assert (result.state, failure(result).kind) == (WorkflowState.FAILED, FailureKind.INTERNAL)
    assert "a fault" in failure(result).evidence


async def test_what_nobody_has_allowed_is_not_run_and_said(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    proposal = Proposal("plans/SUBPLAN_DEMO_11.md", (("touch", "evil"),), ("make | tee x",), 3)
    command = replayed(
        tmp_path / "agent", AGENTS["claude"], DONE, "0", workspace, verify=(PYTEST,), proposals=(proposal,)
    )
    result = await result_of(executor, command)
    assert report(result).word is Word.CLAIMED
    assert "touch evil was not run: SUBPLAN_DEMO_11.md wants it" in report(result).sentence
    assert [check.state for check in report(result).checks] == [CheckState.PASSED, *[CheckState.OPEN] * 3]
    assert report(result).checks[-1].subject == "the rest of its commands (3)"
    assert not (workspace / "evil").exists()


async def test_an_agent_that_writes_more_than_is_heard_at_once_keeps_its_limits(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    output = BY_NAME["claude done"]
    noise = b"".join(b'{"type": "tool_progress", "n": "%s"}\n' % (b"x" * 1000) for _ in range(9000))
    command = replayed(tmp_path / "agent", AGENTS["claude"], noise + output.data, "0", workspace)
    result = await result_of(executor, command)
    assert (result.state, report(result).word) == (WorkflowState.SUCCESS, Word.CLAIMED)

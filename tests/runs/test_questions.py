"""Agents that speak the Agent Client Protocol, as real processes over stdio: what they say, what they ask, how they end."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.agents.events import OptionKind
from llm_dashboard.agents.invocation import invocation
from llm_dashboard.agents.models import Agent, OutputKind
from llm_dashboard.agents.task import AgentTask
from llm_dashboard.agents.verdict import Word
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.runs.agent_watch import AgentWatch
from llm_dashboard.runs.attempts import next_attempt
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.runs.questions import QuestionReader, answer, asks, rejection
from llm_dashboard.workflows.models import Command, Limits, WorkflowType
from tests.runs.agents import conversation
from tests.runs.conftest import finished, started

pytest.importorskip("acp", reason="needs the package agent-client-protocol")

AGENT = Path(__file__).parents[1] / "agents" / "acp_agent.py"
EMPTY = """
import json, sys
for line in sys.stdin:
    print(json.dumps({"jsonrpc": "2.0", "id": json.loads(line)["id"], "result": None}), flush=True)
"""


def asking(workspace: Path, *steps: str, argv: Sequence[str] = ()) -> Command:
    """The command of an agent that goes through those steps."""
    agent = Agent(
        name="scripted",
        title="Scripted",
        argv=tuple(argv) or (sys.executable, str(AGENT), *steps),
        output=OutputKind.ACP,
        tells_session_cost=True,
    )
    return Command(
        workflow=WorkflowType.CONTINUE,
        requested=WorkflowType.NEXT,
        argv=invocation(agent),
        cwd=workspace,
        summary="an agent of the tests",
        plan="DEMO",
        achievement="1.1",
        limits=Limits(wall=60.0, idle=30.0, grace=(5.0, 0.5)),
        task=AgentTask(agent, prompt="Do it.\n"),
    )


async def asked(executor: WorkflowExecutor, run: Run, number: int = 1) -> QuestionReader:
    """Wait until so many questions are open."""
    reader = QuestionReader(run.log_path)
    async for _ in executor.follow(run.id):
        if len(reader.catch_up()) == number:
            return reader
    pytest.fail("it ended before it asked")


async def test_a_conversation_with_two_questions(executor: WorkflowExecutor, workspace: Path) -> None:
    run = await started(executor, asking(workspace, "ask-twice", "say Done:"))
    assert asks(run)
    reader = await asked(executor, run, 2)
    test, clean = reader.catch_up()
    assert (test.tool, test.argument) == ("bash", "make test")
    lines = test.detail.split("\n")
    assert lines[0] == "command: make test"
    assert lines[-3:] == ["-warm", "+cold", " wet"]
    assert "\x1b" not in test.detail
    assert [option.kind for option in test.options] == [
        OptionKind.ALLOW_ONCE,
        OptionKind.ALLOW_ALWAYS,
        OptionKind.REJECT_ONCE,
    ]
    # Waiting for a person is not being idle.
    log = os.open(run.log_path, os.O_RDONLY)
    watch = AgentWatch(msgspec.to_builtins(run.record.task), log, now=0.0)
    assert [watch.look(now=now) or watch.progress for now in (1.0, 1000.0)] == [1.0, 1000.0]
    os.close(log)
    answer(run, test, test.options[1])
    answer(run, clean, rejection(clean))
    result = await finished(executor, run)
    assert (workspace / "station.txt").read_text() == "make test always\n"
    assert result.agent is not None
    assert (result.agent.word, result.agent.denied) == (Word.REFUSED, 1)
    assert "not allowed bash make clean" in result.agent.sentence
    assert (result.agent.session, result.agent.model) == ("s-1", "Scripted 1")
    meters = result.agent.meters
    assert (meters.input_tokens, meters.output_tokens, meters.cached_tokens) == (110, 20, 10)
    assert result.agent.said == "Done: Do it."
    assert not (run.folder / "answers").exists()
    with pytest.raises(OSError, match="answers"):
        answer(run, test, None)


@pytest.mark.parametrize(
    ("steps", "argv", "word", "sentence"),
    [
        (("say Done:",), (), Word.CLAIMED, "says that it is done"),
        (("error",), (), Word.FAILED, "Authentication required: API key is missing"),
        (("error",), ("sh", "-c", f"{sys.executable} {AGENT} error; exit 7"), Word.FAILED, "API key is missing"),
        # What it leaves behind holds its streams.
        (
            ("error",),
            ("sh", "-c", f"setsid sleep 60 & {sys.executable} {AGENT} error"),
            Word.FAILED,
            "API key is missing",
        ),
        (("crash",), (), Word.FAILED, "the agent ended with status 3"),
        # A line that is not of the protocol, and answers without what belongs into them.
        (
            (),
            ("sh", "-c", f"echo Welcome; exec {sys.executable} {AGENT} 'say Done:'"),
            Word.CLAIMED,
            "says that it is done",
        ),
        ((), (sys.executable, "-c", EMPTY), Word.FAILED, "the agent began no session"),
        (("stop refusal",), (), Word.FAILED, "its model refuses to go on"),
        ((), ("no-such-agent-at-all",), Word.FAILED, "no-such-agent-at-all cannot be started"),
    ],
)
async def test_every_way_to_end(
    steps: Sequence[str], argv: Sequence[str], word: Word, sentence: str, executor: WorkflowExecutor, workspace: Path
) -> None:
    run = await started(executor, asking(workspace, *steps, argv=argv))
    result = await finished(executor, run)
    assert "Traceback" not in run.log_path.read_text(encoding="utf-8")
    assert result.agent is not None
    assert (result.agent.word, sentence in result.agent.sentence) == (word, True), result.agent


async def test_a_run_that_is_stopped_withdraws_its_question(executor: WorkflowExecutor, workspace: Path) -> None:
    run = await started(executor, asking(workspace, "ask make test", "wait"))
    reader = await asked(executor, run)
    await executor.stop(run.id)
    result = await finished(executor, run)
    assert (result.state, reader.catch_up()) == (WorkflowState.CANCELLED, ())
    assert b'"withdrawn": true' in run.log_path.read_bytes()
    assert b'"reason": "cancelled"' in run.log_path.read_bytes()
    assert not result.ended_processes
    assert not (workspace / "station.txt").exists()


@pytest.mark.parametrize(
    ("able", "session", "said", "dollars"),
    [
        (("loads",), "earlier", "session earlier Scripted 1 taken up again", 0.25),
        (("resumes", "loads"), "earlier", "session earlier Scripted 1 taken up again", 0.25),
        (("loads", "forgets"), "s-1", "the earlier session cannot be taken up, a new one begins: ", 0.75),
        ((), "s-1", "the agent cannot take up the earlier session: a new one begins", 0.75),
    ],
    ids=["loads", "resumes", "forgets", "cannot"],
)
async def test_an_earlier_session_is_taken_up_where_the_agent_can(
    able: Sequence[str], session: str, said: str, dollars: float, executor: WorkflowExecutor, workspace: Path
) -> None:
    command = asking(workspace, *able, "cost 0.75", "say Done:")
    assert command.task is not None
    argv = invocation(command.task.agent, "earlier", 0.5)
    run = await started(executor, msgspec.structs.replace(command, argv=argv))
    result = await finished(executor, run)
    assert result.agent is not None
    assert (result.agent.word, result.agent.session, result.agent.said) == (Word.CLAIMED, session, "Done: Do it.")
    assert result.agent.meters.cost == pytest.approx(dollars)
    assert any(said in text for _, text in conversation(OutputKind.ACP, run.log_path.read_bytes()))


async def test_a_further_attempt_goes_on_in_the_session_and_is_told_all(
    executor: WorkflowExecutor, workspace: Path
) -> None:
    command = asking(workspace, "loads", "write told", "cost 0.5", "say Done:")
    assert command.task is not None
    task = msgspec.structs.replace(command.task, verify=(("false",),), fix_attempts=2)
    command = msgspec.structs.replace(command, task=task)
    run = await started(executor, command)
    await finished(executor, run)
    following = next_attempt(command, executor.run(run.id))
    assert isinstance(following, Command)
    assert following.argv[5:7] == ("--session=s-1", "--cost=0.5")
    again = await started(executor, following)
    result = await finished(executor, again)
    assert result.agent is not None
    assert result.agent.session == "s-1"
    assert '"resumed": true' in again.log_path.read_text(encoding="utf-8")
    told = (workspace / "told").read_text(encoding="utf-8")
    assert told.startswith("What you did was checked")
    assert told.endswith("Do it.\n")
    # What the session has cost is counted once: the second attempt added nothing.
    assert result.agent.meters.cost == 0.0
    third = next_attempt(following, executor.run(again.id))
    assert isinstance(third, Command)
    assert "--cost=0.5" in third.argv


def test_without_a_person_it_is_rejected_and_said(workspace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from llm_dashboard.verbs.run import _run

    status = asyncio.run(_run(workspace, asking(workspace, "ask make test", "say Done:"), "json"))
    told = capfd.readouterr()
    assert status == ExitStatus.FAILED
    assert "bash make test was rejected: nobody is there to answer" in told.err
    assert '"denied":1' in told.out.replace(" ", "")

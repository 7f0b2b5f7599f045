"""What was found wrong goes back to the agent, in a run of its own each."""

import asyncio
import sys
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.models import PromptWay
from llm_dashboard.agents.task import Budget
from llm_dashboard.agents.verdict import Word
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.runs.attempts import next_attempt, unfollowed
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.verbs.run import _run
from llm_dashboard.workflows.models import Command
from tests.agents.outputs import OUTPUTS
from tests.runs.agents import replayed
from tests.runs.conftest import finished, gone, started

DONE = next(output.data for output in OUTPUTS if output.name == "claude done")
CLAUDE = load_agents().agents["claude"]
VERIFY = (sys.executable, "-c", "import os; print('E  it is dark'); raise SystemExit(not os.path.exists('lamp'))")
MENDS = """
if not pathlib.Path("new.py").exists():
    pathlib.Path("new.py").write_text("new")
elif "it is dark" in (folder / "prompt").read_text():
    pathlib.Path("lamp").write_text("on")
"""
USELESS = "pathlib.Path('new.py').write_text('new')"


def command(workspace: Path, folder: Path, attempts: int, *, resume: bool, work: str) -> Command:
    """An agent that has to light a lamp."""
    agent = msgspec.structs.replace(CLAUDE, resume=("--resume", "{session}") if resume else ())
    made = replayed(
        folder, agent, DONE, "0", workspace, deliverables=("new.py",), verify=(VERIFY,), fix_attempts=attempts
    )
    (folder / "work.py").write_text(work, encoding="utf-8")
    assert made.task is not None
    own = msgspec.structs.replace(made.task.agent, argv=(*made.argv, "{resume}"))
    return msgspec.structs.replace(made, task=msgspec.structs.replace(made.task, agent=own))


@pytest.mark.parametrize("resume", [True, False])
async def test_the_next_attempt_gets_what_was_wrong(
    resume: bool, executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    first = command(workspace, tmp_path / "agent", 2, resume=resume, work=MENDS)
    run = await started(executor, first)
    await finished(executor, run)
    second = next_attempt(first, executor.run(run.id))
    assert isinstance(second, Command)
    again = await started(executor, second)
    result = await finished(executor, again)
    assert result.agent is not None
    assert (result.success, result.agent.word) == (True, Word.VERIFIED)
    assert [check.sentence for check in result.agent.checks] == ["was written by an earlier attempt", "succeeded"]
    record = executor.run(again.id).record
    assert (record.attempt, record.attempt_of) == (2, run.id)
    prompt = (tmp_path / "agent" / "prompt").read_text(encoding="utf-8")
    assert "ended with status 1" in prompt
    assert f".llm-dash/runs/{run.id}/verify-1.log" in prompt
    assert ("Do it." in prompt) is not resume
    assert ("--resume|" in prompt) is resume
    assert next_attempt(second, executor.run(again.id)) is None


async def test_there_is_an_end(executor: WorkflowExecutor, workspace: Path, tmp_path: Path) -> None:
    wanted: Command | str | None = command(workspace, tmp_path / "agent", 1, resume=False, work=USELESS)
    ids = []
    while isinstance(wanted, Command):
        run = await started(executor, wanted)
        assert not (await finished(executor, run)).success
        ids.append(run.id)
        wanted = next_attempt(wanted, executor.run(run.id))
    assert wanted is None
    assert len(ids) == 2
    assert unfollowed(executor.run(ids[1])) == "it was the last one"
    # What started the first one, this process, may still start another.
    first = executor.run(ids[0])
    assert unfollowed(first) == ""
    orphan = msgspec.structs.replace(first, record=msgspec.structs.replace(first.record, owner=gone()))
    assert unfollowed(orphan) == "none was started, and what started this one has ended"
    assert executor.run(ids[1]).record.attempt_of == ids[0]


async def test_what_was_stopped_is_not_tried_again(executor: WorkflowExecutor, workspace: Path, tmp_path: Path) -> None:
    stopped = command(workspace, tmp_path / "agent", 1, resume=False, work="time.sleep(60)")
    run = await started(executor, stopped)
    await executor.stop(run.id, now=True)
    assert (await finished(executor, run)).state is WorkflowState.CANCELLED
    assert next_attempt(stopped, executor.run(run.id)) is None
    assert unfollowed(executor.run(run.id)) == ""


async def test_why_there_can_be_no_further_attempt_is_said(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    first = command(workspace, tmp_path / "agent", 1, resume=False, work=USELESS)
    assert first.task is not None
    run = await started(executor, first)
    await finished(executor, run)
    by_argument = msgspec.structs.replace(first.task.agent, prompt=PromptWay.ARGUMENT)
    task = msgspec.structs.replace(first.task, agent=by_argument, first_prompt="long " * 40_000)
    found = next_attempt(msgspec.structs.replace(first, task=task), executor.run(run.id))
    assert found == "the prompt is too long to be an argument of Claude Code (more than 120 KiB)"


def test_headless_it_is_said_why_no_further_attempt_follows(
    workspace: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spends = command(workspace, tmp_path / "agent", 1, resume=False, work=USELESS)
    assert spends.task is not None
    task = msgspec.structs.replace(spends.task, budget=Budget(plan_tokens=2060))
    status = asyncio.run(_run(workspace, msgspec.structs.replace(spends, task=task), "json"))
    told = capfd.readouterr().err
    assert status == ExitStatus.FAILED
    assert "no further attempt:\nthe budget of DEMO is spent: 1 run, 0 min, 2,060 tokens" in told

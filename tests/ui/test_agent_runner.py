"""The conversation of an agent's run by keys: as it comes, folded, searched, raw, with its meters."""

import asyncio
import errno
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.task import AgentTask, Budget
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import OutputAppended, Run, WorkflowState, advance
from llm_dashboard.ui.agent_facts import live_meters
from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.messages import RunChanged, RunsChanged, RunWritten
from llm_dashboard.ui.screens.agent_runner import AgentRunnerScreen
from llm_dashboard.ui.widgets.log_facts import Fact, Weight
from llm_dashboard.workflows.models import Limits
from tests.runs.agents import replayed
from tests.ui.conftest import running, screen_text, until
from tests.ui.test_pictures import NOW, a_run
from tests.ui.test_type_ahead import burst


def line(kind: str, **more: object) -> bytes:
    """A line of a stream."""
    return json.dumps({"type": kind, **more}).encode() + b"\n"


def says(*parts: dict[str, object], message: str = "m-1") -> bytes:
    """A message of the assistant, with what it used."""
    usage = {"input_tokens": 11000, "output_tokens": 803, "cache_read_input_tokens": 1402}
    return line("assistant", message={"id": message, "role": "assistant", "content": list(parts), "usage": usage})


def calls(call: str, tool: str, **arguments: object) -> dict[str, object]:
    """A call of a tool."""
    return {"type": "tool_use", "id": call, "name": tool, "input": arguments}


def answers(call: str, text: str, *, is_error: bool = False) -> bytes:
    """The answer of a tool."""
    part = {"type": "tool_result", "tool_use_id": call, "content": text, "is_error": is_error}
    return line("user", message={"role": "user", "content": [part]})


SUBPLAN = "# SUBPLAN: Append-Only Reading Store\n\n" + "".join(f"- rule {n} of the store\n" for n in range(40))
STREAM = b"".join(
    (
        line("system", subtype="init", session_id="4f1c", model="claude-sonnet"),
        says({"type": "thinking", "thinking": "The SUBPLAN says what the store must keep. I read it before I write."}),
        says({"type": "text", "text": "I read the SUBPLAN first, then I look at what is there already, and only then at the "
              "tests, because a store that tears its records is worse than none."}),
        says(calls("t-1", "Read", file_path="work-space/plans/WEATHER-STATION/subplans/SUBPLAN_WEATHER-STATION_11.md")),
        answers("t-1", SUBPLAN),
        says(calls("t-2", "Bash", command="pytest -q tests/test_store.py"), calls("t-3", "Write", file_path="/etc/x")),
        answers("t-2", "F.\ntest_torn_record\n1 failed, 1 passed", is_error=True),
        answers("t-3", "Claude requested permissions to write to /etc/x, but you haven't granted it yet.", is_error=True),
        b"warning: \x1b[31mno\x1b[0m JSON \x1b]0;title\x07at all\n",
        says({"type": "text", "text": "A torn record hides all later ones:\n  1. read back to the last line feed\n"
              "  2. 長い名前の記録 are kept"}),
    )
)  # fmt: skip
END = line(
    "result",
    subtype="success",
    is_error=False,
    result="Done.",
    total_cost_usd=0.0432,
    usage={"input_tokens": 11000, "output_tokens": 903, "cache_read_input_tokens": 1402},
)
CLAUDE = load_agents().agents["claude"]


def an_agent_run(root: Path, data: bytes) -> Run:
    """A live run of an agent with that output."""
    run = a_run(root)
    run.log_path.write_bytes(data)
    task = AgentTask(CLAUDE, budget=Budget(tokens=20_000, dollars=1.0))
    return msgspec.structs.replace(run, record=msgspec.structs.replace(run.record, task=task))


@asynccontextmanager
async def listening(
    root: Path, data: bytes, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[AgentRunnerScreen, Pilot[None]]]:
    """The runner on a live run of an agent with that output."""
    async with running(root, size) as (app, pilot):
        run = an_agent_run(root, data)
        screen = AgentRunnerScreen(run, RunLog(run.log_path), lambda: NOW, {run.id: run})
        app.push_screen(screen)
        await until(pilot, lambda: screen.is_mounted and screen.conversation.raw.size == len(data))
        await until(pilot, lambda: not screen.conversation.is_behind)
        yield screen, pilot


def shown(screen: AgentRunnerScreen) -> list[str]:
    """The lines that the conversation shows."""
    reader = screen.conversation_view.reader
    return [reader.log.line(reader.line(row)).decode() for row in range(reader.rows)]


async def test_a_conversation_is_folded_searched_copied_and_raw(workspace: Path) -> None:
    async with listening(workspace, STREAM) as (screen, pilot):
        app, view = screen.app, screen.conversation_view
        assert isinstance(app, DashboardApp)
        await pilot.resize_terminal(80, 24)
        assert "12,402 in + 803 out of 20,000 tokens" in screen_text(app)
        assert "warning: no JSON at all" in shown(screen)

        folded = len(shown(screen))
        burst(app, "home", *["down"] * 4, "enter")
        await until(pilot, lambda: "│ - rule 3 of" in screen_text(app))
        assert len(shown(screen)) == folded + SUBPLAN.rstrip().count("\n")
        burst(app, "down", "down", "space")
        await until(pilot, lambda: "… 41 more lines" in screen_text(app))
        assert (len(shown(screen)), view.current) == (folded, 4)
        # What is no answer has nothing to unfold: all of it is shown below.
        burst(app, "up", "space")
        await until(pilot, lambda: screen.pane.is_on and "line 4 " in screen_text(app))
        burst(app, "escape", "home")

        # What is found in an answer is unfolded.
        burst(app, "slash", *"e 31", "enter")
        await until(pilot, lambda: "│ - rule 31 of the store" in screen_text(app) and "1 of 1" in screen_text(app))
        burst(app, "ampersand", *"failed", "enter")
        await until(pilot, lambda: shown(screen)[:2] == ["Bash: failed: F.", "1 failed, 1 passed"])
        assert [line[:20] for line in shown(screen)[2:]] == ["failed, not allowed:"]
        burst(app, "escape", "Y")
        await until(pilot, lambda: bool(app.clipboard))
        copied = app.clipboard.split("\n")
        assert copied == shown(screen)
        assert "- rule 31 of the store" in copied
        assert "test_torn_record" not in copied

        burst(app, "v")
        await until(pilot, lambda: '{"type": "system"' in screen_text(app) and "no hits" not in screen_text(app))
        with screen.log_file.path.open("ab") as log:
            log.write(END)
        screen.catch_up()
        await until(pilot, lambda: "903 out of" in screen_text(app) and "$0.04 of $1.00" in screen_text(app))
        burst(app, "V", "up")
        await until(pilot, lambda: "2 lines selected" in screen_text(app))
        burst(app, "v", "f")
        await until(
            pilot, lambda: "2. 長い名前の記録 are kept" in screen_text(app) and "/ e 31 1 hit" in screen_text(app)
        )


async def test_it_says_when_the_work_is_checked(workspace: Path) -> None:
    async with running(workspace, (120, 36)) as (app, pilot):
        run = an_agent_run(workspace, STREAM)
        task = run.record.task
        assert task
        checked = msgspec.structs.replace(task, verify=(("make", "test"),))
        run = msgspec.structs.replace(run, record=msgspec.structs.replace(run.record, task=checked))
        screen = AgentRunnerScreen(run, RunLog(run.log_path), lambda: NOW, {run.id: run})
        app.push_screen(screen)
        await until(pilot, lambda: "are kept" in screen_text(app))
        assert "its work is checked" not in screen_text(app)
        with run.log_path.open("ab") as log:
            log.write(END)
        screen.catch_up()
        await until(pilot, lambda: "its last word is said, its work is checked" in screen_text(app))


async def test_an_agent_that_works_is_heard_to_its_end(workspace: Path, tmp_path: Path) -> None:
    """A real process, which is held until what it has said is on the screen; its last line has no end."""
    go = tmp_path / "go"
    command = replayed(tmp_path / "agent", CLAUDE, b"", "0", workspace, Limits(wall=60.0))
    pieces = [
        line("stream_event", event={"type": "content_block_start", "content_block": {"type": "text"}}),
        line("stream_event", event={"type": "content_block_delta", "delta": {"type": "text_delta", "text": "I am ab"}}),
        line("stream_event", event={"type": "content_block_delta", "delta": {"type": "text_delta", "text": "out to"}}),
        b'{"type": "resu',
    ]
    (tmp_path / "agent" / "work.py").write_text(
        f"for number, piece in enumerate({pieces!r}):\n"
        "    os.write(1, piece)\n"
        f"    while number >= 1 and not os.path.exists('{go}-' + str(number)):\n"
        "        time.sleep(0.01)\n"
    )
    async with running(workspace, (80, 24)) as (app, pilot):
        executor = WorkflowExecutor(workspace, 1)
        run = await executor.start(command)
        assert isinstance(run, Run)
        screen = AgentRunnerScreen(run, executor.log(run.id), app.now, {run.id: run}, stay=True)
        app.push_screen(screen)

        async def follow(run: Run) -> Run:
            async for event in executor.follow(run.id):
                run = advance(run, event)
                screen.post_message(RunWritten(run) if isinstance(event, OutputAppended) else RunChanged(run))
            return run

        following = asyncio.create_task(follow(run))
        for number, said in ((1, "   I am ab\n"), (2, "   I am about to\n")):
            await until(pilot, lambda said=said: said in screen_text(app))  # type: ignore[misc]
            go.with_name(f"go-{number}").touch()
        go.with_name("go-3").touch()
        ended = await following
        await until(pilot, lambda: '? {"type": "resu' in screen_text(app))
        assert ended.state is WorkflowState.FAILED
        assert ended.log_path.read_bytes() == b"".join(pieces)
        await executor.close()


async def test_without_a_place_for_it_there_is_no_conversation_but_the_output(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with running(workspace, (80, 24)) as (app, pilot):
        run = an_agent_run(workspace, STREAM)
        screen = AgentRunnerScreen(run, RunLog(run.log_path), lambda: NOW, {run.id: run})
        monkeypatch.setattr("llm_dashboard.runs.transcript_log.os.write", full)
        app.push_screen(screen)
        await until(pilot, lambda: "No conversation can be kept: No space left on device." in screen_text(app))
        monkeypatch.undo()
        assert "v shows the raw output" in screen_text(app)
        burst(app, "v")
        await until(pilot, lambda: '{"type": "system"' in screen_text(app))


async def test_beside_a_plan_stands_what_the_agent_said_last(workspace: Path) -> None:
    async with running(workspace, (160, 45)) as (app, pilot):
        run = app.runs["x"] = an_agent_run(workspace, b" " * 300_000 + b"\n" + STREAM)
        app.tell(RunsChanged())
        await until(pilot, lambda: "2. 長い名前の記録 are kept" in screen_text(app))
        assert "✓ # SUBPLAN: Append-Only" in screen_text(app)
        assert "rule 0" not in screen_text(app)
        with run.log_path.open("ab") as log:
            log.write(b"{not JSON\n")
        app.tell(RunWritten(run))
        await until(pilot, lambda: "? {not JSON" in screen_text(app))


def test_meters() -> None:
    assert live_meters(Meters(), Budget(tokens=5)) == []
    assert live_meters(Meters(1200, 30), Budget()) == [Fact(Weight.USED, (("1,200 in + 30 out tokens", "dim"),))]
    near = live_meters(Meters(700, 100, cost=0.5), Budget(tokens=1000, dollars=1.0))
    assert near == [
        Fact(Weight.SOUGHT, (("700 in + 100 out of 1,000 tokens", "wait"),)),
        Fact(Weight.USED, (("$0.50 of $1.00", "dim"),)),
    ]

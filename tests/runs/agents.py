"""Runs of agents that are not there: a program says what they would have said, and ends as they would have ended."""

import sys
from pathlib import Path

import msgspec

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.models import Agent, Meters, OutputKind, PromptWay
from llm_dashboard.agents.streams.parser import StreamParser
from llm_dashboard.agents.task import AgentTask
from llm_dashboard.agents.transcript import Transcript
from llm_dashboard.agents.verdict import Stop, Word
from llm_dashboard.runs import folders
from llm_dashboard.runs.models import AgentReport
from llm_dashboard.runs.results import Ending, Evidence, judge
from llm_dashboard.workflows.models import Command, Limits, WorkflowType
from tests.agents.outputs import Output

REPLAY = """
import os, pathlib, signal, sys, time
folder, end = pathlib.Path(sys.argv[1]), sys.argv[2]
(folder / "prompt").write_text(sys.stdin.read() + "|".join(sys.argv[3:]))
os.write(1, (folder / "output").read_bytes())
work = folder / "work.py"
if work.exists():
    exec(work.read_text())
if end.startswith("signal"):
    os.kill(os.getpid(), int(end[6:]))
if end.startswith("wait"):
    signal.signal(signal.SIGINT, lambda *_: sys.exit(int(end[4:])))
    while True:
        time.sleep(1)
sys.exit(int(end))
"""


def conversation(kind: OutputKind, data: bytes) -> list[tuple[str, str]]:
    """What a person reads of that output: the lines with their tones."""
    parser, transcript = StreamParser(kind), Transcript()
    events = [*parser.feed(data), *parser.close()]
    lines = [line for event in events for line in transcript.hear(event)] + transcript.close()
    return [(line.tone.value, line.text) for line in lines]


def replayed(
    folder: Path, agent: Agent, data: bytes, end: str, workspace: Path, limits: Limits | None = None, **task: object
) -> Command:
    """The command of an agent that writes those bytes; `end` is a status, `signal9`, or `wait1` to wait for SIGINT."""
    folder.mkdir()
    (folder / "output").write_bytes(data)
    (folder / "replay.py").write_text(REPLAY)
    stand_ins = {PromptWay.STDIN: (), PromptWay.ARGUMENT: ("{prompt}",), PromptWay.FILE: ("-f{prompt_file}",)}
    argv = (sys.executable, str(folder / "replay.py"), str(folder), end, *stand_ins[agent.prompt])
    agent = msgspec.structs.replace(agent, argv=argv)
    values: dict[str, object] = {"prompt": "Do it.\n", **task}
    return Command(
        workflow=WorkflowType.CONTINUE,
        requested=WorkflowType.NEXT,
        argv=agent.argv,
        cwd=workspace,
        summary="an agent of the tests",
        plan="DEMO",
        achievement="1.1",
        limits=limits or Limits(wall=30.0, idle=30.0, grace=(1.0, 0.5)),
        task=AgentTask(agent, **values),  # type: ignore[arg-type]
    )


def replay(output: Output, folder: Path, workspace: Path) -> Command:
    """The command that replays one of the outputs of the tests."""
    wall, idle = 30.0, 30.0
    if output.end.stop is Stop.IDLE_LIMIT:
        idle = 0.4
    elif output.end.stop is Stop.TIME_LIMIT:
        wall = 0.4
    end = str(output.end.exit_code or 0)
    if output.end.stop or output.end.was_done:
        end = f"wait{output.end.exit_code or 0}"
    elif output.end.signal:
        end = f"signal{output.end.signal}"
    limits = Limits(wall=wall, idle=idle, grace=(1.0, 0.5))
    return replayed(folder, load_agents().agents[output.agent], output.data, end, workspace, limits)


def worked(workspace: Path, command: Command, meters: Meters, seconds: float = 60.0) -> None:
    """A run of the command that has ended."""
    folder, record = folders.create(workspace, command)
    report = AgentReport("claude", "Claude Code", Word.CLAIMED, "done", meters=meters)
    result = judge(record, Ending(0, duration=seconds), Evidence(agent=report))
    (folder / "result.json").write_bytes(msgspec.json.encode(result))

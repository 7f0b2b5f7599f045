"""How the verbs say what became of a run: its output, its result, and the exit status that goes with it."""

import sys
from pathlib import Path
from typing import TextIO

import msgspec

from llm_dashboard import measures
from llm_dashboard.agents.meters import used
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import AgentReport, ExecutionResult, Run, WorkflowState
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.models import Failure, FailureKind

MISSING = (FailureKind.PREREQUISITE_MISSING, FailureKind.NOT_ALLOWED, FailureKind.COMMAND_NOT_FOUND)
"""What no run is made for."""
LIMITS = (FailureKind.TIME_LIMIT, FailureKind.IDLE_LIMIT, FailureKind.LOG_LIMIT, FailureKind.BUDGET)


def exit_status(result: ExecutionResult, *, needs_verdict: bool) -> ExitStatus:
    """What a result means for the shell."""
    if result.success:
        return ExitStatus.VERDICT_NEEDED if needs_verdict else ExitStatus.DONE
    if result.state is WorkflowState.CANCELLED:
        return ExitStatus.CANCELLED
    kind = result.failure.kind if result.failure else None
    # A program that is there and cannot be started has had its run, which has failed.
    if kind in MISSING and kind is not FailureKind.COMMAND_NOT_FOUND:
        return ExitStatus.PREREQUISITE_MISSING
    return ExitStatus.LIMIT if kind in LIMITS else ExitStatus.FAILED


def print_json(value: object) -> None:
    """One object, on one line of stdout."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def print_lines(log: RunLog, printed: int, *, last: bool) -> int:
    """Print the whole lines from number `printed` on, safe for a terminal; an unterminated one only if it is the `last`.

    How many lines are printed now.
    """
    from llm_dashboard.runs.ansi import text

    while log.catch_up():
        pass
    end = len(log) if last or log.is_terminated else max(printed, len(log) - 1)
    for number in range(printed, end):
        print(text(log.line(number)))
    sys.stdout.flush()
    return end


def print_result(root: Path, run: Run, result: ExecutionResult, to: TextIO = sys.stderr) -> None:
    """The result in a few lines: how it ended, what changed, what to look at."""
    lines = [
        f"{'✓' if result.success else '✗'} {result.state.replace('_', ' ')} in {measures.duration(result.duration)}"
    ]
    lines += [f"  {each.change:8} {plain(each.path)}" for each in result.deliverables]
    lines += [f"  claimed  {plain(path)}: the output names it, it is not there" for path in result.claimed]
    if result.tests.source:
        lines.append(f"  tests    {result.tests.passed} of {result.tests.total} passed ({result.tests.source})")
    lines += _agent_lines(result.agent) if result.agent else []
    lines += [f"  ended    {plain(name)}: it was left behind" for name in result.ended_processes]
    lines += [f"  note     {plain(note)}" for note in result.notes]
    if result.success and run.prompt_path.is_file():
        lines.append(f"  prompt   {run.prompt_path.relative_to(root)}")
    lines.append(f"  log      {result.log_file}  {measures.size(result.log_bytes)}")
    print("\n".join(lines), file=to)
    if result.failure:
        print_failure(result.failure, to)


def _agent_lines(agent: AgentReport) -> list[str]:
    """What an agent's word is worth, what it used, what was refused, and what was checked."""
    calls = measures.count(agent.tool_calls, "tool call")
    lines = [f"  agent    {agent.word}: {agent.sentence}", f"  used     {used(agent.meters)}, {calls}"]
    lines += [f"  refused  {each.tool} {each.argument}" for each in agent.denials]
    lines += [
        f"           allow it: {text}" for text in dict.fromkeys(each.setting for each in agent.denials if each.setting)
    ]
    lines += [f"  {each.state:8} {each.subject} {each.sentence}" for each in agent.checks]
    return lines + ([f"  do       {agent.cure}"] if agent.cure and not agent.denials else [])


def print_failure(failure: Failure, to: TextIO | None = None) -> None:
    """Why it was not done, and what proves it; to standard error output, unless `to` is another."""
    to = to or sys.stderr
    print(failure.message, file=to)
    for line in failure.evidence.split("\n") if failure.evidence else ():
        print(f"  {line}", file=to)

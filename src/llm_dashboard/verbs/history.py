"""`runs`, `logs`, `stop`, `result` and `prune`: the runs of a workspace, without a screen."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

import msgspec

from llm_dashboard import measures
from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.verdict import Word
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.runs import history
from llm_dashboard.runs.budgets import said, spent_in
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import Run, RunFinished, WorkflowState
from llm_dashboard.runs.records import open_regular
from llm_dashboard.safe_text import plain
from llm_dashboard.verbs.report import exit_status, print_json, print_lines, print_result

SYMBOLS = {
    WorkflowState.PENDING: "·",
    WorkflowState.RUNNING: "▶",
    WorkflowState.SUCCESS: "✓",
    WorkflowState.FAILED: "✗",
    WorkflowState.TIMED_OUT: "✗",
    WorkflowState.CANCELLED: "✗",
    WorkflowState.LOST: "?",
}
LAST = "last"
"""Names the newest run."""


class _RunReport(msgspec.Struct, omit_defaults=False):
    """A run as `runs --json` prints it."""

    run: str
    workflow: str
    plan: str | None
    achievement: str | None
    state: WorkflowState
    started_at: str | None
    duration: float | None
    log_file: str
    agent: "_AgentReport | None"
    attempt: int
    attempt_of: str | None


class _AgentReport(msgspec.Struct):
    """What became of the work that a run gave to an agent."""

    name: str
    word: Word
    meters: Meters


def list_runs(
    root: Path, *, plan: str | None, workflow: str | None, state: str | None, limit: int, as_json: bool
) -> int:
    """Print the runs, live ones first, then the newest; the exit status. A `limit` of 0 is none."""
    found = [
        run
        for run in history.list_runs(root)
        if (plan is None or run.record.plan == plan)
        and (workflow is None or workflow in (run.record.label, run.record.requested))
        and (state is None or run.state == state)
    ]
    shown = found[:limit] if limit else found
    if as_json:
        print_json([_report(root, run) for run in shown])
        return ExitStatus.DONE
    width = max((len(_what(run)) for run in shown), default=0)
    for run in shown:
        record = run.record
        began = measures.date_and_time(record.started_at or record.requested_at)
        took = measures.duration(run.result.duration) if run.result else "–"
        state_text = f"{SYMBOLS[run.state]} {run.state.replace('_', ' ')}"
        print(f"{state_text:11}  {began}  {took:>8}  {_what(run):{width}}  {record.plan or record.summary}  {run.id}")
    # Of all that fit, so that what a plan has used does not depend on how many are listed.
    spent = spent_in(found)
    if spent.runs:
        print(f"agents: {said(spent)}", file=sys.stderr)
    if not found:
        fitting = " that fits" if plan or workflow or state else ""
        print(f"llm-dash: there is no run{fitting}", file=sys.stderr)
    if len(found) > len(shown):
        print(f"and {len(found) - len(shown)} more: --limit 0 shows all", file=sys.stderr)
    return ExitStatus.DONE


def show_log(root: Path, wanted: str, *, follow: bool) -> int:
    """Print the output of a run, and with `follow` what is still to come; the exit status.

    To a terminal it is made safe, elsewhere it goes byte for byte.
    """
    run = _find(root, wanted)
    if run is None:
        return ExitStatus.USAGE
    if not follow:
        _print_log(run.log_path)
        return ExitStatus.DONE
    return asyncio.run(_follow_log(root, run))


def stop(root: Path, wanted: str, *, now: bool) -> int:
    """Stop a run and wait for its end; the exit status."""
    run = _find(root, wanted)
    if run is None:
        return ExitStatus.USAGE
    if run.state.is_final:
        print(f"llm-dash: {run.id} has ended already: {run.state.replace('_', ' ')}", file=sys.stderr)
        return ExitStatus.DONE
    return asyncio.run(_stop(root, run, now=now))


def show_result(root: Path, wanted: str, *, as_json: bool) -> int:
    """Print how a run ended; the exit status is that of the run."""
    run = _find(root, wanted)
    if run is None:
        return ExitStatus.USAGE
    if run.result is None:
        print(f"llm-dash: {run.id} has not ended: {run.state.replace('_', ' ')}", file=sys.stderr)
        return ExitStatus.FAILED
    if as_json:
        print_json(run.result)
    else:
        print_result(root, run, run.result, sys.stdout)
    return exit_status(run.result, needs_verdict=run.record.needs_verdict)


def prune(root: Path, *, keep: int | None, days: float | None) -> int:
    """Delete ended runs: all but the newest `keep`, those older than `days`; the exit status."""
    if keep is None and days is None:
        print("llm-dash: say which runs: --keep N, --older-than DAYS, or both", file=sys.stderr)
        return ExitStatus.USAGE
    older_than = None if days is None else timedelta(days=days)
    gone = history.prune(root, keep=keep, older_than=older_than)
    print(f"{measures.count(len(gone), 'run')} deleted")
    return ExitStatus.DONE


def _what(run: Run) -> str:
    """The workflow, its achievement, and which attempt at it where it is not the first."""
    record = run.record
    words = f"{record.label} {record.achievement or ''}".strip()
    return f"{words} · attempt {record.attempt}" if record.attempt_of else words


def _report(root: Path, run: Run) -> _RunReport:
    record = run.record
    duration = run.result.duration if run.result else None
    log_file = run.log_path.relative_to(root).as_posix()
    report = run.result.agent if run.result else None
    agent = _AgentReport(report.name, report.word, report.meters) if report else None
    return _RunReport(
        run.id,
        record.label,
        record.plan,
        record.achievement,
        run.state,
        record.started_at,
        duration,
        log_file,
        agent,
        record.attempt,
        record.attempt_of or None,
    )


def _find(root: Path, wanted: str) -> Run | None:
    """The run of that id, of that part of an id, or the last one; None after saying what is wrong."""
    runs = sorted(history.list_runs(root), key=lambda run: run.record.requested_at, reverse=True)
    fitting = runs[:1] if wanted == LAST else [run for run in runs if run.id == wanted]
    fitting = fitting or [run for run in runs if wanted in run.id]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        print(f"llm-dash: there is no run {plain(wanted)}; `llm-dash runs` lists them", file=sys.stderr)
    else:
        names = ", ".join(run.id for run in fitting[:3])
        print(f"llm-dash: {plain(wanted)} is in the names of {len(fitting)} runs: {names} …", file=sys.stderr)
    return None


def _print_log(path: Path) -> None:
    if not sys.stdout.isatty():
        _copy_bytes(path, 0)
        return
    log = RunLog(path)
    print_lines(log, 0, last=True)
    log.close()


async def _follow_log(root: Path, run: Run) -> int:
    executor = WorkflowExecutor(root)
    log = executor.log(run.id)
    printed = 0
    try:
        async for event in executor.follow(run.id):
            if sys.stdout.isatty():
                printed = print_lines(log, printed, last=isinstance(event, RunFinished))
            else:
                printed = _copy_bytes(run.log_path, printed)
            if isinstance(event, RunFinished):
                return exit_status(event.result, needs_verdict=run.record.needs_verdict)
    finally:
        log.close()
        await executor.close()
    return ExitStatus.FAILED


def _copy_bytes(path: Path, offset: int) -> int:
    """Copy what the log holds beyond `offset` to stdout; the new offset."""
    try:
        descriptor = open_regular(path)
    except OSError:
        return offset
    try:
        while data := os.pread(descriptor, 1 << 16, offset):
            sys.stdout.buffer.write(data)
            offset += len(data)
        sys.stdout.buffer.flush()
    finally:
        os.close(descriptor)
    return offset


async def _stop(root: Path, run: Run, *, now: bool) -> int:
    executor = WorkflowExecutor(root)
    try:
        await executor.stop(run.id, now=now)
        async for event in executor.follow(run.id):
            if isinstance(event, RunFinished):
                print(f"{run.id}: {event.result.state.replace('_', ' ')}", file=sys.stderr)
                return ExitStatus.DONE
    finally:
        await executor.close()
    return ExitStatus.FAILED

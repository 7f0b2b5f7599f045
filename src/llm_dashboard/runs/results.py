"""How a run is judged: by its end and by what is on disk, never by what it says of itself.

`conclude` gathers what is to be seen once the processes are gone, `judge` makes the result of it. It runs in the supervisor
after the end of the child, and its imports are the greater part of what a run costs: nothing heavy.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from llm_dashboard.agents.verdict import Word
from llm_dashboard.atomic import destination
from llm_dashboard.runs import claims, recovery
from llm_dashboard.runs.changes import Snapshot, changes
from llm_dashboard.runs.concurrent import concurrent
from llm_dashboard.runs.models import (
    AgentReport,
    Change,
    CheckState,
    Deliverable,
    ExecutionResult,
    RunRecord,
    TestCounts,
    WorkflowState,
)
from llm_dashboard.runs.records import read_regular
from llm_dashboard.runs.test_summaries import count_tests
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.models import Failure, FailureKind, Judgement

if TYPE_CHECKING:
    from llm_dashboard.runs.agent_supervision import AgentOutcome

HEAD_BYTES = 16 * 1024
TAIL_BYTES = 128 * 1024
GLANCE_BYTES = 8 * 1024
MAX_NAMED = 4
"""Other runs that are named."""
BUILT_IN_SCRIPTS = "llm_dashboard.workflows.scripts"
SCRIPT_REFUSED = 4
"""Their exit status where a prerequisite is missing."""
EVIDENCE_LINES = 8
EVIDENCE_WIDTH = 300


class Ending(msgspec.Struct, frozen=True):
    """How the processes of a run ended, as its supervisor saw it."""

    exit_code: int | None = None
    signal: int | None = None
    cause: FailureKind | None = None
    """Why the supervisor ended it; None where it ended by itself."""
    error: str | None = None
    """Why it could not be started."""
    duration: float = 0.0
    log_bytes: int = 0
    ended_processes: tuple[str, ...] = ()
    survivors: tuple[str, ...] = ()
    """What could not be ended: `name (pid)`."""
    notes: tuple[str, ...] = ()


class Evidence(msgspec.Struct, frozen=True):
    """What there is to see after a run."""

    deliverables: tuple[Deliverable, ...] = ()
    missing: tuple[str, ...] = ()
    """What it had to create and did not."""
    claimed: tuple[str, ...] = ()
    tests: TestCounts = TestCounts()
    refusal: str | None = None
    """The sentence with which a workspace script refused."""
    last_lines: str = ""
    """The last lines of the output that say something, safe to draw."""
    agent: AgentReport | None = None
    notes: tuple[str, ...] = ()


def judge(record: RunRecord, ending: Ending, evidence: Evidence) -> ExecutionResult:
    """The result. Exit status, signal and limits decide; then the deliverables that the command had to make."""
    state, failure = _verdict(record, ending, evidence)
    survivors = tuple(f"still running, could not be ended: {plain(name)}" for name in ending.survivors)
    return ExecutionResult(
        run=record.run,
        workflow=record.label,
        plan=record.plan,
        achievement=record.achievement,
        argv=record.argv,
        state=state,
        success=state is WorkflowState.SUCCESS,
        exit_code=ending.exit_code,
        signal=ending.signal,
        failure=failure,
        deliverables=evidence.deliverables,
        claimed=tuple(path for path in evidence.claimed if not _is_made(path, evidence.deliverables)),
        tests=evidence.tests,
        ended_processes=tuple(plain(name) for name in ending.ended_processes),
        started_at=record.started_at,
        duration=ending.duration,
        log_file=log_file(record.run),
        log_bytes=ending.log_bytes,
        notes=(*ending.notes, *survivors, *evidence.notes),
        agent=evidence.agent,
    )


def not_run(record: RunRecord, kind: FailureKind, message: str, evidence: str = "") -> ExecutionResult:
    """The result of a run that was asked for and never began."""
    state = _STOPPED.get(kind, WorkflowState.FAILED)
    return _unjudged(record, state, recovery.failure(record, kind, message, evidence), Ending())


def lost(
    record: RunRecord, log_bytes: int, message: str, *, living: Sequence[str] = (), ended: Sequence[str] = ()
) -> ExecutionResult:
    """The result of a run whose supervisor is gone. `living`, `ended`: what was left of it, as `name (pid)`."""
    alive = [plain(name) for name in living]
    evidence = f"still running: {', '.join(alive)}" if alive else "nothing was found that still runs"
    notes = ("which files it changed was not seen", "a process that hid itself may live on")
    ending = Ending(log_bytes=log_bytes, ended_processes=tuple(ended), notes=notes)
    return _unjudged(record, WorkflowState.LOST, recovery.lost(record, message, evidence, is_alive=bool(alive)), ending)


def _unjudged(record: RunRecord, state: WorkflowState, failure: Failure, ending: Ending) -> ExecutionResult:
    result = judge(record, ending, Evidence())
    return msgspec.structs.replace(result, state=state, success=False, failure=failure)


def _is_made(path: str, deliverables: Iterable[Deliverable]) -> bool:
    """Whether a claim is a deliverable, named from a folder of its own."""
    return any(each.path == path or each.path.endswith(f"/{path}") for each in deliverables)


def log_file(run: str) -> str:
    """Where the output of a run is, relative to its workspace."""
    return f".llm-dash/runs/{run}/output.log"


def _verdict(record: RunRecord, ending: Ending, evidence: Evidence) -> tuple[WorkflowState, Failure | None]:
    def failed(kind: FailureKind, message: str, proof: str = evidence.last_lines) -> tuple[WorkflowState, Failure]:
        return WorkflowState.FAILED, recovery.failure(record, kind, message, proof)

    seconds = ending.duration
    report = evidence.agent
    if ending.cause:
        message = report.sentence if report else recovery.stop_message(record, ending.cause, seconds)
        failure = recovery.failure(record, ending.cause, message, evidence.last_lines)
        return _STOPPED.get(ending.cause, WorkflowState.FAILED), failure
    if ending.error is not None:
        message = recovery.start_message(plain(record.argv[0]))
        return failed(FailureKind.COMMAND_NOT_FOUND, message, plain(ending.error))
    if report:
        return _agent_verdict(record, report, evidence.last_lines)
    if ending.signal is not None:
        return failed(FailureKind.SIGNAL, recovery.signal_message(ending.signal, seconds))
    if ending.exit_code is None:
        return failed(FailureKind.INTERNAL, "it is not known how its main process ended")
    if ending.exit_code == SCRIPT_REFUSED and BUILT_IN_SCRIPTS in record.argv:
        reason = evidence.last_lines.rpartition("\n")[2] or "its prerequisites are missing"
        return failed(FailureKind.PREREQUISITE_MISSING, reason)
    if ending.exit_code != 0:
        return failed(FailureKind.EXIT_STATUS, recovery.exit_message(ending.exit_code, seconds))
    if evidence.refusal:
        return failed(FailureKind.REFUSED, evidence.refusal)
    if evidence.missing:
        proof = "\n".join(f"no new file {path}" for path in evidence.missing)
        return failed(FailureKind.NO_DELIVERABLE, "exit status 0, but what it had to create is not there", proof)
    if record.judgement is Judgement.WORKSPACE_SCRIPT and not evidence.last_lines:
        return failed(FailureKind.NO_DELIVERABLE, "exit status 0, but it printed no prompt", "the output says nothing")
    return WorkflowState.SUCCESS, None


def _agent_verdict(record: RunRecord, report: AgentReport, said: str) -> tuple[WorkflowState, Failure | None]:
    """Of an agent's run that nobody ended: its word, and what was checked, decide; its process is a part of that."""
    failed = [each for each in report.checks if each.state is CheckState.FAILED]
    if report.word is Word.VERIFIED or (report.word is Word.CLAIMED and not failed):
        return WorkflowState.SUCCESS, None
    kind, proof = FailureKind.AGENT_FAILED, [report.cure, said]
    if report.word is Word.REFUSED:
        kind, proof = (
            FailureKind.TOOLS_REFUSED,
            [f"{each.tool} {each.argument}: {each.setting}" for each in report.denials],
        )
    elif report.word is Word.CLAIMED:
        kind, proof = FailureKind.NOT_VERIFIED, [f"{each.subject} {each.sentence}\n{each.evidence}" for each in failed]
    evidence = "\n".join(line for text in proof for line in text.split("\n") if line.strip())
    return WorkflowState.FAILED, recovery.failure(record, kind, report.sentence, evidence)


_STOPPED = {
    FailureKind.CANCELLED: WorkflowState.CANCELLED,
    FailureKind.TIME_LIMIT: WorkflowState.TIMED_OUT,
    FailureKind.IDLE_LIMIT: WorkflowState.TIMED_OUT,
    FailureKind.BUDGET: WorkflowState.TIMED_OUT,
}


def conclude(
    record_values: Mapping[str, object],
    workspace: str,
    ending_values: Mapping[str, object],
    before: Snapshot,
    since: int,
    outcome: "AgentOutcome | None" = None,
) -> bytes:
    """`result.json` of a run that has ended. `since`: the change time (ns) from which on a file is the run's work.

    The record is the supervisor's own, for the file may have been changed by the run. Raises msgspec.ValidationError.
    """
    record = msgspec.convert(record_values, RunRecord)
    ending = msgspec.convert(ending_values, Ending)
    return msgspec.json.encode(judge(record, ending, _gather(record, Path(workspace), before, since, outcome)))


def _gather(
    record: RunRecord, workspace: Path, before: Snapshot, since: int, outcome: "AgentOutcome | None"
) -> Evidence:
    log = workspace / log_file(record.run)
    found = outcome.found if outcome else changes(str(workspace), before, since)
    others = concurrent(str(log.parent), since)
    theirs = {path for each in others for path in each.creates}.difference(record.creates)
    deliverables = [
        Deliverable(plain(path), change)
        for change, paths in (
            (Change.CREATED, found.created),
            (Change.CHANGED, found.changed),
            (Change.DELETED, found.deleted),
        )
        for path in paths
        if destination(path) not in theirs
    ]
    missing = [path for path in record.creates if not _is_new(workspace / path, since)]
    # A required file may lie where the look around does not go: behind a symbolic link, beyond its bounds.
    listed = {each.path for each in deliverables}
    outside = [plain(path) for path in record.creates if path not in missing and plain(path) not in listed]
    deliverables += [Deliverable(path, Change.CREATED) for path in outside]
    if record.creates_prompt and not log.with_name("prompt.md").is_file():
        missing.append("prompt.md in the folder of the run")
    head, tail = _ends_of(log) if outcome is None else ("", outcome.report.said)
    return Evidence(
        deliverables=tuple(sorted(deliverables, key=lambda each: each.path)),
        missing=tuple(plain(path) for path in missing),
        claimed=claims.absent(claims.claimed_files(tail), workspace, Path(record.cwd)),
        tests=_tests(record, workspace, outcome.verification if outcome else tail, [*found.created, *found.changed]),
        refusal=_refusal(head) if record.judgement is Judgement.WORKSPACE_SCRIPT else None,
        last_lines=last_lines(tail),
        agent=outcome.report if outcome else None,
        notes=tuple(_notes(found.complete, others)),
    )


def _notes(is_complete: bool, others: Sequence[RunRecord]) -> Iterator[str]:
    if not is_complete:
        yield "the workspace is too large to see all that changed in it"
    if others:
        names = [f"{each.label} {each.achievement or ''}".strip() for each in others]
        more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
        its = "its" if len(names) == 1 else "their"
        yield f"{', '.join(names[:MAX_NAMED])}{more} ran at the same time: some of what changed may be {its} work"


def _is_new(path: Path, since: int) -> bool:
    try:
        return path.stat().st_ctime_ns >= since
    except OSError:
        return False


def _tests(record: RunRecord, workspace: Path, output: str, changed: Sequence[str]) -> TestCounts:
    """Reports on disk are believed before what is printed: where there are any, they alone count."""
    if record.tests == "none":
        return TestCounts()
    is_auto = record.tests == "auto"
    if not is_auto or any(path.endswith(".xml") for path in changed):
        from llm_dashboard.runs import junit

        pattern = "**/*.xml" if is_auto else record.tests
        counts = junit.count_tests(workspace / path for path in changed if junit.matches(path, pattern))
        if counts.source or not is_auto:
            return counts
    return count_tests(output)


def _refusal(output: str) -> str | None:
    from llm_dashboard.workflows.refusals import refusal

    return refusal(output)


def _ends_of(log: Path) -> tuple[str, str]:
    """The beginning and the end of the output, colours removed."""
    try:
        head = read_regular(str(log), HEAD_BYTES)
        tail = read_regular(str(log), TAIL_BYTES, from_end=True)
    except OSError:
        return "", ""
    return uncoloured(head), uncoloured(tail)


def uncoloured(raw: bytes) -> str:
    """The text of an output, without its colours."""
    return _COLOUR.sub(b"", raw).decode(errors="replace")


def last_lines(output: str) -> str:
    """The last lines that hold more than rules and space, safe to draw: what a person would look at first."""
    found: list[str] = []
    for raw in reversed(output.split("\n")):
        drawn = next((part for part in reversed(raw.split("\r")) if part.strip()), "")
        line = plain(drawn[: 4 * EVIDENCE_WIDTH])[:EVIDENCE_WIDTH].rstrip()
        if any(map(str.isalnum, line)):
            found.append(line)
            if len(found) == EVIDENCE_LINES:
                break
    return "\n".join(reversed(found))


def last_said(log: Path) -> str:
    """The `last_lines` of an output that may still grow; nothing where it cannot be read."""
    try:
        return last_lines(uncoloured(read_regular(str(log), GLANCE_BYTES, from_end=True)))
    except OSError:
        return ""


_COLOUR = re.compile(rb"\x1b\[[0-9;:]*[mK]")

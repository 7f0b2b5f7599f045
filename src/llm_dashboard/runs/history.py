"""The folder of runs: making one, reading one, listing all. What it says of a run is worked out, never written back."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from llm_dashboard import atomic
from llm_dashboard.runs import processes, results
from llm_dashboard.runs.models import ExecutionResult, ProcessId, Run, RunRecord, WorkflowState
from llm_dashboard.safe_text import TOKENS, plain_block
from llm_dashboard.workflows.models import Command

_T = TypeVar("_T")

START_TIME = timedelta(seconds=10)
"""How long a supervisor may take to write down that it is there."""


def runs_folder(workspace: Path) -> Path:
    """Where the runs of a workspace are."""
    return workspace / ".llm-dash" / "runs"


def create(workspace: Path, command: Command) -> tuple[Path, RunRecord]:
    """A new folder for a run of the command, with its `run.json`.

    Raises OSError where it cannot be written, UnicodeEncodeError where the command is not text; no folder is then left.
    """
    parent = runs_folder(workspace)
    parent.mkdir(parents=True, exist_ok=True)
    _ignore(parent.parent)
    now = datetime.now(UTC)
    folder = _new_folder(parent, now, command)
    try:
        record = _record(folder.name, now, command)
        atomic.write_new(folder / "run.json", msgspec.json.encode(record))
    except BaseException:
        discard(folder)
        raise
    return folder, record


def discard(folder: Path) -> None:
    """Take back the folder of a run that has not begun."""
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
    folder.rmdir()


def read(folder: Path) -> Run | None:
    """The run in that folder as it stands now; None where the folder holds none that can be read.

    A run without a result whose supervisor is gone is LOST. Its processes are left alone.
    """
    record = _load(folder / "run.json", RunRecord)
    if record is None or record.run != folder.name:
        return None
    # In this order: a supervisor that ends while we look has written its result before.
    is_live = _is_live(record)
    result = _load(folder / "result.json", ExecutionResult)
    if result is not None:
        return Run(record, folder, result.state, log_bytes=result.log_bytes, result=result)
    if is_live:
        state = WorkflowState.RUNNING if record.started_at else WorkflowState.PENDING
        return Run(record, folder, state, log_bytes=_log_bytes(folder))
    return lost(record, folder)


def lost(record: RunRecord, folder: Path) -> Run:
    """The run, without a supervisor and without a result."""
    result = results.lost(record, _what_lives(record), _log_bytes(folder))
    return Run(record, folder, result.state, log_bytes=result.log_bytes, result=result)


def supervisor_lives(record: RunRecord) -> bool:
    """Whether the supervisor that the record names is alive: that very process, not another one with its id."""
    return _lives(record, record.supervisor)


def list_runs(workspace: Path) -> tuple[Run, ...]:
    """All runs of a workspace: live ones first, then by time, the newest first. Foreign and broken folders are left out."""
    try:
        folders = sorted(runs_folder(workspace).iterdir(), reverse=True)
    except OSError:
        return ()
    runs = [run for folder in folders if (run := read(folder))]
    return tuple(sorted(runs, key=lambda run: run.state.is_final))


def _new_folder(parent: Path, now: datetime, command: Command) -> Path:
    about = [command.requested.value] + ([command.achievement] if command.achievement else [])
    stem = "-".join([now.strftime("%Y%m%dT%H%M%S"), *("".join(filter(_is_tame, text)) for text in about)])
    while True:
        folder = parent / f"{stem}-{''.join(secrets.choice(_ALPHABET) for _ in range(3))}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder


def _is_tame(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in "._")


_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without what is taken for something else: l and 1, o and 0."""


def _ignore(folder: Path) -> None:
    """Keep the folder out of version control."""
    try:
        atomic.write_new(folder / ".gitignore", b"*\n")
    except FileExistsError:
        pass


def _record(run: str, now: datetime, command: Command) -> RunRecord:
    return RunRecord(
        run=run,
        workflow=command.workflow,
        requested=command.requested,
        plan=command.plan,
        achievement=command.achievement,
        argv=command.argv,
        cwd=str(command.cwd.absolute()),
        summary=command.summary,
        environment=tuple(sorted(command.environment)),
        limits=command.limits,
        creates=command.creates,
        creates_prompt=command.creates_prompt,
        judgement=command.judgement,
        stdin=None if command.stdin is None else str(command.stdin.absolute()),
        needs_verdict=command.needs_verdict,
        requested_at=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def _is_live(record: RunRecord) -> bool:
    """Whether the supervisor of the run is at work, or may still be about to say so."""
    if record.supervisor:
        return supervisor_lives(record)
    try:
        return abs(datetime.now(UTC) - datetime.fromisoformat(record.requested_at)) < START_TIME
    except (ValueError, TypeError):
        return False


def _lives(record: RunRecord, process: ProcessId | None) -> bool:
    return (
        process is not None and record.boot_id == processes.boot_id() and processes.is_alive(process.pid, process.start)
    )


def _what_lives(record: RunRecord) -> str:
    """What is left of a lost run, as far as can be told without doubt."""
    if record.process and _lives(record, record.process):
        return f"its main process is still running: {record.process.pid}"
    return "its main process is gone; what that started may live on"


def _log_bytes(folder: Path) -> int:
    try:
        return (folder / "output.log").stat().st_size
    except OSError:
        return 0


def _load(path: Path, kind: type[_T]) -> _T | None:
    """A file of JSON as a value whose every string is safe to draw; None where it cannot be read."""
    try:
        value = msgspec.json.decode(path.read_bytes())
        return msgspec.convert(_tamed(value), kind)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError):
        return None


def _tamed(value: object) -> object:
    """A folder of runs may come with a repository, so that its strings are no safer than those of a plan."""
    if isinstance(value, str):
        return plain_block(value) if TOKENS.search(value.replace("\n", "")) else value
    if isinstance(value, list):
        return [_tamed(each) for each in value]
    if isinstance(value, dict):
        return {key: _tamed(each) for key, each in value.items()}
    return value

"""The runs of a workspace: reading one, listing and pruning all, and writing down what no supervisor will.

What is said of a run that has no result is worked out and not written: only one that never began, and a lost one whose
leftovers were ended, get their result here, once.
"""

import os
import shutil
from collections.abc import Callable, Container, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from time import time

import msgspec

from llm_dashboard import atomic
from llm_dashboard.plans.models import Plan
from llm_dashboard.runs import leftovers, processes, results
from llm_dashboard.runs.about import is_about
from llm_dashboard.runs.folders import runs_folder
from llm_dashboard.runs.leftovers import Sight
from llm_dashboard.runs.models import ExecutionResult, ProcessId, Run, RunRecord, WorkflowState
from llm_dashboard.runs.moments import iso
from llm_dashboard.runs.records import load
from llm_dashboard.runs.reserved import CONTROL, release
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.models import FailureKind, SuggestedAction

START_TIME = 10.0
"""Seconds that a supervisor may take to write down that it is there."""

STILL_WAITING = "was still waiting when llm-dash ended"
"""Why a run never began."""

_GONE = ".gone-"
"""What the name of a folder begins with that is being deleted."""


def read(folder: Path, look: Callable[[], Sight] = leftovers.look) -> Run | None:
    """The run in that folder as it stands now; None where the folder holds none that can be read.

    A run without a result whose supervisor is gone is LOST. Its processes are left alone; `look` is how they are seen.
    """
    record = load(f"{folder}/run.json", RunRecord)
    return None if record is None or record.run != folder.name else stand(record, folder, look)


def stand(record: RunRecord, folder: Path, look: Callable[[], Sight] = leftovers.look) -> Run:
    """The run of that record as it stands now."""
    path = str(folder)
    result = _result(path, record)
    # In this order: a supervisor that ends while we look has written its result before.
    if result is None and _is_live(record, path):
        state = WorkflowState.RUNNING if record.started_at else WorkflowState.PENDING
        size, changed = _log(path)
        return Run(record, folder, state, log_bytes=size, output_at=changed)
    result = result or _result(path, record)
    if result is None:
        return _never_began(record, folder) if _waits(record, path) else lost(record, folder, look)
    return Run(record, folder, result.state, log_bytes=result.log_bytes, result=result)


def lost(record: RunRecord, folder: Path, look: Callable[[], Sight] = leftovers.look) -> Run:
    """The run, without a supervisor and without a result."""
    living = leftovers.names(leftovers.living(record, os.path.realpath(folder), look))
    size, changed = _log(str(folder))
    result = results.lost(record, size, _why_lost(folder), living=living)
    return Run(record, folder, result.state, log_bytes=size, output_at=changed, result=result)


def supervisor_lives(record: RunRecord) -> bool:
    """Whether the supervisor that the record names is alive: that very process, not another one with its id."""
    return _lives(record, record.supervisor)


def owner_lives(record: RunRecord) -> bool:
    """Whether the app, or the command, that asked for the run is alive."""
    return _lives(record, record.owner)


def is_waiting(run: Run) -> bool:
    """Whether the run waits for its turn: its supervisor has not been started."""
    return run.state is WorkflowState.PENDING and _waits(run.record, str(run.folder))


def ids(workspace: Path) -> frozenset[str]:
    """The names of all folders of runs, foreign and broken ones among them."""
    return frozenset(_names(str(runs_folder(workspace))))


def batches(workspace: Path, size: int = 200, known: Container[str] = ()) -> Iterator[tuple[Run, ...]]:
    """All runs of a workspace in batches: first those without a result, live ones among them, then the newest.

    Foreign and broken folders are left out, and the runs whose ids are `known`. Each batch is read when it is asked for: in
    a thread, where there is a loop.
    """
    root = str(runs_folder(workspace))
    names = sorted((name for name in _names(root) if name not in known), reverse=True)
    has_result = {name: os.path.exists(f"{root}/{name}/result.json") for name in names}  # noqa: PTH110
    names.sort(key=has_result.__getitem__)
    for start in range(0, len(names), size):
        look = cache(leftovers.look)
        found = [run for name in names[start : start + size] if (run := read(Path(root, name), look))]
        # The names tell the second, the records the rest.
        found.sort(key=lambda run: (not has_result[run.id], run.record.requested_at), reverse=True)
        yield tuple(found)


def list_runs(workspace: Path) -> tuple[Run, ...]:
    """All runs of a workspace: live ones first, then by time, the newest first."""
    runs = sorted(chain.from_iterable(batches(workspace)), key=lambda run: run.record.requested_at, reverse=True)
    return tuple(sorted(runs, key=lambda run: run.state.is_final))


def live_run_of(workspace: Path, plan: Plan) -> Run | None:
    """A run of the plan that has not ended, waiting ones among them; None where there is none."""
    runs = chain.from_iterable(batches(workspace))
    return next((run for run in runs if not run.state.is_final and is_about(run, plan)), None)


def settle(folder: Path, result: ExecutionResult) -> None:
    """Write the result of a run that no supervisor will write. One that is there and can be read is kept.

    Where it cannot be written the run stays as it was: what is said of it is then worked out as before.
    """
    if not folder.is_dir():
        return
    # On a full disk this makes room for the result.
    release(str(folder))
    path, data = folder / "result.json", msgspec.json.encode(result)
    is_broken = path.exists() and load(str(path), ExecutionResult) is None
    try:
        (atomic.replace if is_broken else atomic.write_new)(path, data)
    except OSError:
        pass


def end_lost(run: Run) -> tuple[str, ...]:
    """End what lives of a lost run and write that it is lost; what was ended, as `name (pid)`. It blocks.

    Where something could not be ended nothing is written, so that it can be tried again.
    """
    if run.state is not WorkflowState.LOST or _result(str(run.folder), run.record):
        return ()
    end = leftovers.end(run.record, os.path.realpath(run.folder))
    ended = tuple(map(plain, end.ended))
    if not end.survivors:
        size, _ = _log(str(run.folder))
        settle(run.folder, results.lost(run.record, size, _why_lost(run.folder), ended=ended))
    return ended


def prune(workspace: Path, *, keep: int | None = None, older_than: timedelta | None = None) -> tuple[str, ...]:
    """Delete ended runs: their ids. With `keep` the newest so many stay; with `older_than` those that are younger stay.

    What runs or waits stays, and a lost run of which something lives. What cannot be deleted is left out.
    """
    if keep is None and older_than is None:
        return ()
    root = runs_folder(workspace)
    for path in root.glob(f"{_GONE}*"):
        shutil.rmtree(path, ignore_errors=True)
    ended = [run for run in list_runs(workspace) if run.state.is_final]
    chosen = [run for run in ended[keep or 0 :] if older_than is None or _age(run) > older_than]
    return tuple(run.id for run in chosen if _is_over(run) and _delete(root, run.folder))


def _names(root: str) -> list[str]:
    try:
        return [name for name in os.listdir(root) if not name.startswith(".")]  # noqa: PTH208
    except OSError:
        return []


def _delete(root: Path, folder: Path) -> bool:
    """A folder that goes is not seen half: it is renamed first."""
    if folder.is_symlink():
        return False
    try:
        gone = folder.rename(root / f"{_GONE}{folder.name}")
    except OSError:
        return False
    shutil.rmtree(gone, ignore_errors=True)
    return True


def _is_over(run: Run) -> bool:
    """Whether nothing of the run is left that is known to live."""
    offered = run.result.failure.suggestions if run.result and run.result.failure else ()
    is_alive = any(each.action is SuggestedAction.END_LEFTOVERS for each in offered)
    return not is_alive and not supervisor_lives(run.record)


def _age(run: Run) -> timedelta:
    """How long ago it was asked for; nothing where its record does not tell."""
    try:
        return datetime.now(UTC) - datetime.fromisoformat(run.record.requested_at)
    except (ValueError, TypeError):
        return timedelta(0)


def _never_began(record: RunRecord, folder: Path) -> Run:
    result = results.not_run(record, FailureKind.CANCELLED, STILL_WAITING)
    return Run(record, folder, result.state, result=result)


def _why_lost(folder: Path) -> str:
    if not folder.is_dir():
        return "its folder is gone"
    if (folder / "result.json").exists():
        return "its supervisor is gone, and its result.json cannot be read"
    return "its supervisor is gone and left no result"


def _is_live(record: RunRecord, path: str) -> bool:
    """Whether the supervisor of the run is at work, or still to come."""
    if record.supervisor:
        return supervisor_lives(record)
    try:
        return abs(time() - os.stat(f"{path}/{CONTROL}").st_mtime) < START_TIME  # noqa: PTH116
    except OSError:
        return _waits(record, path) and owner_lives(record)


def _waits(record: RunRecord, path: str) -> bool:
    """Whether no supervisor was started for it."""
    return record.supervisor is None and os.path.isdir(path) and not os.path.exists(f"{path}/{CONTROL}")  # noqa: PTH110, PTH112


def _lives(record: RunRecord, process: ProcessId | None) -> bool:
    return (
        process is not None and record.boot_id == processes.boot_id() and processes.is_alive(process.pid, process.start)
    )


def _result(path: str, record: RunRecord) -> ExecutionResult | None:
    result = load(f"{path}/result.json", ExecutionResult)
    return result if result and result.run == record.run else None


def _log(path: str) -> tuple[int, str | None]:
    """The size of the log, and when it last changed; None where it is empty."""
    try:
        found = os.stat(f"{path}/output.log")  # noqa: PTH116
    except OSError:
        return 0, None
    return found.st_size, iso(found.st_mtime) if found.st_size else None

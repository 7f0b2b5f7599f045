"""What an agent's word is held against on disk: the files that it was to write, and what its EXECUTION_TASK says now."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from llm_dashboard.agents.task import AgentTask
from llm_dashboard.plans.status import is_complete
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.runs.models import Check, CheckState
from llm_dashboard.safe_text import plain

MAX_NAMED = 60
"""So many named files are looked for."""
LARGEST = 64 * 1024 * 1024
"""In bytes: of a larger file size and time tell whether it changed."""
PIECE = 1 << 20


def fingerprints(workspace: Path, task: AgentTask) -> dict[str, str]:
    """Of each file that the task names and that is there: what changes with its content."""
    return {
        path: mark
        for name in (*task.creates, *task.deliverables[:MAX_NAMED])
        for path in _places(name, task)
        if (mark := _fingerprint(workspace, path))
    }


def check_files(
    workspace: Path, task: AgentTask, achievement: str, before: Mapping[str, str], touched: Iterable[str]
) -> Iterator[Check]:
    """What became of what the task names. `before`: the `fingerprints` before it; `touched`: the files that changed."""
    if task.execution:
        yield _check_execution(workspace, task.execution, achievement)
    paths = list(touched)
    for name in dict.fromkeys((*task.creates, *task.deliverables[:MAX_NAMED])):
        places = [*_places(name, task), *(path for path in paths if path.endswith(f"/{name}"))]
        there = [place for place in places if _fingerprint(workspace, place)]
        written = next((place for place in there if _fingerprint(workspace, place) != before.get(place)), None)
        if written:
            yield Check(plain(written), CheckState.PASSED, "was written")
        elif there and plain(there[0]) in task.written:
            yield Check(plain(there[0]), CheckState.PASSED, "was written by an earlier attempt")
        elif there:
            yield Check(plain(there[0]), CheckState.OPEN, "is as it was before")
        else:
            yield Check(plain(name), CheckState.FAILED, "is not there")
    if more := len(task.deliverables[MAX_NAMED:]):
        yield Check(f"the rest of the named files ({more})", CheckState.OPEN, "was not looked for")


def _check_execution(workspace: Path, path: str, achievement: str) -> Check:
    try:
        says = is_complete(read_document(workspace, path), achievement)
    except OSError:
        return Check(plain(path), CheckState.FAILED, "cannot be read any more")
    if says:
        return Check(plain(path), CheckState.PASSED, "says that it is complete")
    return Check(plain(path), CheckState.OPEN, "does not say that it is complete")


def _places(name: str, task: AgentTask) -> list[str]:
    """Where a named file may be: as it is written, or in the folder of another one."""
    folders = ("", *(f"{each.rpartition('/')[0]}/" for each in task.deliverables[:MAX_NAMED] if "/" in each))
    return [f"{folder}{name}" for folder in dict.fromkeys(folders)] if "/" not in name else [name]


def _fingerprint(workspace: Path, path: str) -> str:
    """What changes with the content of a file of the workspace; empty where there is none."""
    try:
        found = (workspace / path).resolve(strict=True)
        if not found.is_relative_to(workspace.resolve()) or not found.is_file():
            return ""
        status = found.stat()
        if status.st_size > LARGEST:
            return f"{status.st_size} {status.st_mtime_ns}"
        digest = hashlib.sha256()
        with open(found, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
        return digest.hexdigest()
    except (OSError, RuntimeError, ValueError):
        return ""

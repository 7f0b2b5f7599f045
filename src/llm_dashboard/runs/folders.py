"""The folder of a run: making one, with all that it takes to start the run."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from llm_dashboard import atomic
from llm_dashboard.agents.models import PromptWay
from llm_dashboard.runs import processes
from llm_dashboard.runs.models import ProcessId, RunRecord
from llm_dashboard.runs.moments import iso
from llm_dashboard.runs.reserved import reserve
from llm_dashboard.workflows.models import Command

OWN_FOLDER = ".llm-dash"
"""The folder of a workspace that holds what is no plan: runs, pictures, what is known of a crash."""
PROMPT = "prompt.md"
"""What an agent is given, or a person is to give it."""


def runs_folder(workspace: Path) -> Path:
    """Where the runs of a workspace are."""
    return workspace / OWN_FOLDER / "runs"


def make_own_folder(workspace: Path, name: str) -> Path:
    """A folder of that name in the workspace's own one, made where it is missing, and kept out of version control.

    Raises OSError where it cannot be made, or leads out of the workspace.
    """
    folder = workspace / OWN_FOLDER / name
    if not folder.resolve().is_relative_to(workspace.resolve()):
        raise OSError(f"{folder} leads out of the workspace")
    folder.mkdir(parents=True, exist_ok=True)
    _ignore(workspace / OWN_FOLDER)
    return folder


def create(workspace: Path, command: Command) -> tuple[Path, RunRecord]:
    """A new folder for a run of the command, with its `run.json` and the space for what will be written of it.

    Raises OSError where it cannot be written, UnicodeEncodeError where the command is not text; no folder is then left.
    """
    parent = make_own_folder(workspace, "runs")
    now = datetime.now(UTC)
    folder = _new_folder(parent, now, command)
    try:
        record = _record(folder, now, command)
        if command.task:
            atomic.write_new(folder / PROMPT, command.task.prompt.encode())
        atomic.write_new(folder / "run.json", msgspec.json.encode(record))
        reserve(str(folder))
    except BaseException:
        discard(folder)
        raise
    return folder, record


def discard(folder: Path) -> None:
    """Take back the folder of a run that has not begun."""
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
    folder.rmdir()


def _new_folder(parent: Path, now: datetime, command: Command) -> Path:
    about = [command.name or command.requested.value, *([command.achievement] if command.achievement else [])]
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


def _record(folder: Path, now: datetime, command: Command) -> RunRecord:
    task, stdin = command.task, command.stdin
    if task:
        stdin = folder / PROMPT if task.agent.prompt is PromptWay.STDIN else None
        task = msgspec.structs.replace(
            task, prompt="", first_prompt="", agent=msgspec.structs.replace(task.agent, environment={})
        )
    return RunRecord(
        run=folder.name,
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
        stdin=None if stdin is None else str(stdin.absolute()),
        needs_verdict=command.needs_verdict,
        requested_at=iso(now.timestamp()),
        name=command.name,
        tests=command.tests,
        task=task,
        attempt=command.attempt,
        attempt_of=command.attempt_of,
        owner=ProcessId(os.getpid(), processes.start_time(os.getpid())),
        boot_id=processes.boot_id(),
    )

"""From a command to a run that lives: its folder, its supervisor, and what is asked of that. All of it may wait for a disk."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from llm_dashboard import atomic
from llm_dashboard.runs import budgets, folders, history, leftovers, recovery, results, supervisor
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.runs.reserved import CONTROL
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.models import Command, Failure, FailureKind

NOT_STARTED = "the run could not be started"
BUDGET_SETTING = "the setting is [budget]"


def make(workspace: Path, command: Command, *, at_once: bool) -> tuple[Run, int | None] | Failure:
    """A run of the command, and its supervisor's process id, if it is to start `at_once`. Of a failure nothing is left."""
    absent = _absent_program(command)
    if absent:
        kind, message = FailureKind.COMMAND_NOT_FOUND, f"command not found: {plain(command.argv[0])}"
        return recovery.failure(command, kind, message, plain(absent))
    try:
        within = budgets.within_plan(command, workspace)
        if isinstance(within, str):
            return recovery.failure(command, FailureKind.BUDGET, within, BUDGET_SETTING)
        command = within
        folder, record = folders.create(workspace, command)
        try:
            return Run(record, folder, WorkflowState.PENDING), _start(folder, command) if at_once else None
        except BaseException:
            folders.discard(folder)
            raise
    except (OSError, ValueError) as error:
        return recovery.failure(command, FailureKind.INTERNAL, NOT_STARTED, plain(supervisor.reason(error)))


def _start(folder: Path, command: Command) -> int:
    dropped = command.task.agent.drop if command.task else ()
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    environment = {**kept, **command.environment, leftovers.MARKER: str(folder)}
    return supervisor.start(str(folder), environment)


def start_waiting(workspace: Path, run: Run, command: Command) -> int | None:
    """Start the supervisor of a run that had to wait; None where another app has ended it, or it ends here."""
    if (run.folder / "result.json").exists():
        return None
    try:
        # While it waited others have used something, and a person may have given it other limits.
        command = msgspec.structs.replace(command, limits=run.record.limits)
        within = budgets.within_plan(command, workspace)
        if isinstance(within, str):
            history.settle(run.folder, results.not_run(run.record, FailureKind.BUDGET, within, BUDGET_SETTING))
            return None
        if within.task and run.record.task:
            task = msgspec.structs.replace(run.record.task, budget=within.task.budget)
            record = msgspec.structs.replace(run.record, limits=within.limits, task=task)
            atomic.replace(run.folder / "run.json", msgspec.json.encode(record))
        return _start(run.folder, command)
    except (OSError, ValueError) as error:
        reason = plain(supervisor.reason(error))
        history.settle(run.folder, results.not_run(run.record, FailureKind.INTERNAL, NOT_STARTED, reason))
        return None


def cancel(run: Run, message: str) -> None:
    """End a run that waits."""
    history.settle(run.folder, results.not_run(run.record, FailureKind.CANCELLED, message))


def ask(folder: Path, limits: Mapping[str, float]) -> None:
    """Ask the supervisor of the run in that folder for other limits: seconds by name, 0 for none.

    Raises OSError where there is no supervisor that could follow them.
    """
    descriptor = os.open(folder / CONTROL, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        os.write(descriptor, "".join(f"{name} {seconds!r}\n" for name, seconds in limits.items()).encode())
    finally:
        os.close(descriptor)


def _absent_program(command: Command) -> str | None:
    """What was looked for in vain; None where the program is there."""
    program = command.argv[0]
    environment = {**os.environ, **command.environment}
    if os.sep in program:
        path = command.cwd / program
        return None if path.is_file() and os.access(path, os.X_OK) else f"no executable file {path}"
    return None if shutil.which(program, path=environment.get("PATH")) else f"no program {program} on PATH"

"""From why a run had no success to a sentence that says it, and to what a person can do about it."""

import signal

from llm_dashboard.measures import duration, size
from llm_dashboard.runs.models import RunRecord
from llm_dashboard.workflows.models import Command, Failure, FailureKind, SuggestedAction, Suggestion, WorkflowType

LONGER = 3
"""By what a limit is multiplied when a run is tried again with more time."""


def failure(record: RunRecord | Command, kind: FailureKind, message: str, evidence: str = "") -> Failure:
    """The failure of a run, or of a command that did not become one, with the suggestions that fit."""
    return Failure(kind, message, evidence, suggestions(record, kind, message))


def lost(record: RunRecord, message: str, evidence: str, *, is_alive: bool) -> Failure:
    """The failure of a run whose supervisor is gone; `is_alive` where something of it still lives."""
    found = failure(record, FailureKind.LOST, message, evidence)
    if not is_alive:
        return found
    end = Suggestion("end what is left of it", SuggestedAction.END_LEFTOVERS)
    return Failure(found.kind, message, evidence, (end, *found.suggestions))


def exit_message(code: int, seconds: float) -> str:
    """Why an exit status other than 0 is a failure."""
    return f"exit status {code} after {duration(seconds)}"


def signal_message(number: int, seconds: float) -> str:
    """That a signal nobody asked for ended the run."""
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return f"ended by {name} after {duration(seconds)}"


def stop_message(record: RunRecord, cause: FailureKind, seconds: float) -> str:
    """Why the run was stopped."""
    limits = record.limits
    match cause:
        case FailureKind.TIME_LIMIT:
            return f"stopped after its limit of {duration(limits.wall or 0)}"
        case FailureKind.IDLE_LIMIT:
            return f"stopped after {duration(limits.idle or 0)} without output"
        case FailureKind.LOG_LIMIT:
            return f"stopped because its log passed the limit of {size(limits.log_bytes or 0)}"
        case _:
            return f"stopped on request after {duration(seconds)}"


def start_message(program: str) -> str:
    """That the program could not be started."""
    return f"{program} cannot be started"


def suggestions(record: RunRecord | Command, kind: FailureKind, message: str = "") -> tuple[Suggestion, ...]:
    """What can be done after a run that had no success, or a command that did not become a run; the best first."""
    retry = Suggestion("run it again", SuggestedAction.RETRY)
    read = Suggestion("read the log", SuggestedAction.OPEN_LOG)
    back = Suggestion("back to the plan" if record.plan else "back", SuggestedAction.BACK)
    if isinstance(record, Command):
        return (retry, back)
    match kind:
        case FailureKind.TIME_LIMIT | FailureKind.IDLE_LIMIT:
            return (*_longer(record, kind), read, retry, back)
        case FailureKind.REFUSED:
            return (*_instead(record, message), read, back)
        case FailureKind.CANCELLED | FailureKind.LOST:
            return (retry, read, back)
        case _:
            return (read, retry, back)


def _longer(record: RunRecord, kind: FailureKind) -> tuple[Suggestion, ...]:
    name, limit = ("wall", record.limits.wall) if kind is FailureKind.TIME_LIMIT else ("idle", record.limits.idle)
    if not limit:
        return ()
    seconds = limit * LONGER
    text = f"run it again with a limit of {duration(seconds)}"
    return (Suggestion(text, SuggestedAction.RETRY_LONGER, {name: f"{seconds:g}"}),)


def _instead(record: RunRecord, message: str) -> tuple[Suggestion, ...]:
    """The workspace's script has said why it did not do it: do what comes first, or something else."""
    choose = Suggestion("choose another achievement", SuggestedAction.CHOOSE_ACHIEVEMENT)
    if record.achievement is None or record.workflow is WorkflowType.EXEC:
        return () if record.plan is None else (choose,)
    if record.workflow is not WorkflowType.SUBPLAN and "SUBPLAN" in message:
        text = f"create the SUBPLAN for {record.achievement}"
        subplan = Suggestion(text, SuggestedAction.CREATE_SUBPLAN, {"achievement": record.achievement})
        return (subplan, choose)
    return (choose,)

"""A run once more by nothing but its record, where no plan says what it would run."""

import shlex
from pathlib import Path

from llm_dashboard.runs import processes
from llm_dashboard.runs.models import RunRecord
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.models import (
    UNBUFFERED,
    Command,
    Failure,
    FailureKind,
    SuggestedAction,
    Suggestion,
    WorkflowType,
)


def command_again(record: RunRecord) -> Command | Failure:
    """The command of a run that `llm-dash exec` made since this machine's last start; a Failure for any other record.

    A folder of runs may come with a repository. It cannot know what the machine calls the time since its start.
    """
    if record.workflow is not WorkflowType.EXEC or record.task:
        missing = f"its plan {plain(record.plan)} is not there" if record.plan else "it names no plan"
        return _refused(
            f"{plain(record.label)} cannot be run again: {missing}", "what it would run is made from its plan"
        )
    if record.boot_id is None or record.boot_id != processes.boot_id():
        return _refused(
            "this command is not known to be yours: it was not run since this machine's last start",
            f"if it is, run it yourself: llm-dash exec -- {plain(shlex.join(record.argv))}",
        )
    return Command(
        workflow=record.workflow,
        requested=record.requested,
        argv=record.argv,
        cwd=Path(record.cwd),
        summary=record.summary,
        limits=record.limits,
        creates=record.creates,
        stdin=Path(record.stdin) if record.stdin else None,
        environment={name: value for name, value in UNBUFFERED.items() if name in record.environment},
        tests=record.tests,
    )


def _refused(message: str, evidence: str) -> Failure:
    back = Suggestion("back", SuggestedAction.BACK)
    return Failure(FailureKind.PREREQUISITE_MISSING, message, evidence, (back,))

"""What a record alone may have run once more."""

from pathlib import Path

import msgspec
import pytest

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.task import AgentTask
from llm_dashboard.runs import folders
from llm_dashboard.runs.again import command_again
from llm_dashboard.runs.models import RunRecord
from llm_dashboard.workflows.models import UNBUFFERED, Command, Failure, Limits, WorkflowType


@pytest.fixture
def made(tmp_path: Path) -> tuple[Command, RunRecord]:
    """A command as `llm-dash exec` makes it, and its record."""
    command = Command(
        workflow=WorkflowType.EXEC,
        requested=WorkflowType.EXEC,
        argv=("make", "test"),
        cwd=tmp_path,
        summary="make test",
        limits=Limits(wall=9),
        creates=("out.txt",),
        stdin=tmp_path / "words",
        environment=UNBUFFERED,
        tests="none",
    )
    return command, folders.create(tmp_path, command)[1]


def test_a_command_of_this_machine_runs_as_it_ran(made: tuple[Command, RunRecord]) -> None:
    command, record = made
    assert command_again(record) == command


def test_what_anybody_could_have_written_does_not(made: tuple[Command, RunRecord]) -> None:
    task = AgentTask(agent=load_agents().agents["claude"], prompt="")
    for changed, sentence in (
        ({"boot_id": None}, "not known to be yours"),
        ({"boot_id": "another"}, "not known to be yours"),
        ({"workflow": WorkflowType.CUSTOM, "name": "mine", "plan": "P"}, "mine cannot be run again: its plan P is not"),
        ({"workflow": WorkflowType.NEXT}, "next cannot be run again: it names no plan"),
        ({"task": task}, "exec cannot be run again"),
    ):
        refused = command_again(msgspec.structs.replace(made[1], **changed))
        assert isinstance(refused, Failure)
        assert sentence in refused.message

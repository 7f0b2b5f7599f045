"""Which plan a run is about, where two have one name; and which of its runs live."""

from pathlib import Path

import msgspec
import pytest

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.task import AgentTask
from llm_dashboard.runs import folders
from llm_dashboard.runs.about import is_about
from llm_dashboard.runs.history import live_run_of
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.workflows.models import Command, WorkflowType
from tests.runs.test_needs import plan
from tests.runs.test_results import RECORD


@pytest.mark.parametrize(
    ("name", "argv", "expected"),
    [
        ("DEMO", (), True),
        ("OTHER", (), False),
        ("DEMO", ("do", "DEMO/PLAN_DEMO.md"), True),
        ("DEMO", ("do", "/work/DEMO/PLAN_DEMO.md"), True),
        ("DEMO", ("do", "paused/DEMO/PLAN_DEMO.md"), False),
        ("DEMO", ("do", "paused/DEMO/PLAN_DEMO.md", "DEMO/PLAN_DEMO.md"), True),
        ("DEMO", ("do", "DEMO/PLAN_DEMO.md.txt"), True),
    ],
)
def test_a_run_is_about_the_plan_that_it_names(name: str, argv: tuple[str, ...], expected: bool) -> None:
    record = msgspec.structs.replace(RECORD, plan=name, argv=argv)
    assert is_about(Run(record, Path("/nowhere"), WorkflowState.RUNNING), plan()) is expected


@pytest.mark.parametrize(("plan_file", "expected"), [("DEMO/PLAN_DEMO.md", True), ("paused/DEMO/PLAN_DEMO.md", False)])
def test_an_agents_run_is_about_the_plan_of_its_task(plan_file: str, expected: bool) -> None:
    task = AgentTask(load_agents().agents["claude"], plan_file=plan_file)
    record = msgspec.structs.replace(RECORD, plan="DEMO", task=task)
    assert is_about(Run(record, Path("/nowhere"), WorkflowState.RUNNING), plan()) is expected


def test_a_run_of_another_plan_of_that_name_does_not_count_as_live(workspace: Path) -> None:
    argv = ("do", "paused/DEMO/PLAN_DEMO.md")
    folders.create(workspace, Command(WorkflowType.NEXT, WorkflowType.NEXT, argv, workspace, "a run", plan="DEMO"))
    assert live_run_of(workspace, plan()) is None
    assert live_run_of(workspace, plan(container="paused/")) is not None

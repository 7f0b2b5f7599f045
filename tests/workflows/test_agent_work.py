"""The work of an EXECUTION_TASK or a FIX as an agent's command."""

from pathlib import Path

import msgspec
import pytest

from llm_dashboard.agents.models import PromptWay
from llm_dashboard.agents.task import AgentTask
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import BudgetSettings, ScriptSource, Settings, WorkflowLimits
from llm_dashboard.workflows import catalog, document_commands
from llm_dashboard.workflows.models import Command, Failure, FailureKind, Limits, WorkflowRequest, WorkflowType
from tests.workflows.plans import write_workspace

SUBPLAN = "# SUBPLAN: x\n\n## Deliverables\n\n- `lamps/mount.py`\n- `wiring.md`\n"
OPEN = "# EXECUTION_TASK: x\n\n**Status**: In Progress\n\n## Deliverables\n\n- `lamps/extra.py`, for PLAN_PIER.md\n"
FIX = "# FIX: 1.1\n\n**Review Date**: 2026-11-01\n\n## Critical Issues\n\n1. It is dark\n"
DOCUMENTS = (("subplans/SUBPLAN_PIER_11.md", SUBPLAN), ("execution/EXECUTION_TASK_PIER_11_01.md", OPEN))
MINE: dict[str, object] = {"argv": ["sh", "-c", "cat", "{options}"], "title": "Mine", "environment": {"A": "b"}}
SETTINGS = Settings(
    agent="mine", agents={"mine": MINE}, verify=(("make", "test"),), budget=BudgetSettings(tokens=9, plan_dollars=2.5)
)


def answer(root: Path, settings: Settings, workflow: WorkflowType = WorkflowType.NEXT) -> Command | Failure:
    plan = Workspace(root).load().plans[0]
    return catalog.command(WorkflowRequest(workflow, plan, "1.1"), root, settings)


def made(root: Path, settings: Settings) -> tuple[Command, AgentTask]:
    command = answer(root, settings)
    assert isinstance(command, Command), command
    assert command.task is not None
    return command, command.task


def failed(root: Path, settings: Settings) -> Failure:
    failure = answer(root, settings)
    assert isinstance(failure, Failure)
    return failure


def test_an_execution_task_is_given_to_the_agent(tmp_path: Path) -> None:
    write_workspace(tmp_path, DOCUMENTS)
    command, task = made(tmp_path, SETTINGS)
    assert command.argv == ("sh", "-c", "cat")
    assert (command.workflow, command.requested) == (WorkflowType.CONTINUE, WorkflowType.NEXT)
    assert command.summary == "Mine does what the EXECUTION_TASK says: 1.1 Lamps are mounted."
    assert command.environment == {"PYTHONUNBUFFERED": "1", "A": "b"}
    assert command.limits == Limits(wall=3600.0, idle=600.0)
    assert (command.creates, command.creates_prompt) == ((), False)
    assert task.prompt.startswith("# Continue Achievement 1.1: Lamps are mounted\n")
    assert task.execution == "work-space/plans/PIER/execution/EXECUTION_TASK_PIER_11_01.md"
    assert task.deliverables == ("lamps/mount.py", "wiring.md", "lamps/extra.py")
    assert task.verify == (("make", "test"),)
    assert (task.budget.tokens, task.budget.plan_dollars) == (9, 2.5)


def test_a_fix_must_be_answered(tmp_path: Path) -> None:
    complete = OPEN.replace("In Progress", "Complete")
    write_workspace(tmp_path, (DOCUMENTS[0], (DOCUMENTS[1][0], complete), ("execution/feedbacks/FIX_11.md", FIX)))
    command, task = made(tmp_path, SETTINGS)
    assert command.workflow is WorkflowType.FIX
    assert "It is dark" in task.prompt
    assert task.creates == ("work-space/plans/PIER/execution/feedbacks/FIX_11_RESOLUTION.md",)
    assert task.execution == ""


def test_documents_are_made_without_an_agent(tmp_path: Path) -> None:
    write_workspace(tmp_path)
    command = answer(tmp_path, SETTINGS)
    assert isinstance(command, Command)
    assert (command.workflow, command.task) == (WorkflowType.SUBPLAN, None)


@pytest.mark.parametrize(
    ("own", "minutes", "wall", "idle"),
    [
        (WorkflowLimits(wall=50, idle=5), 0, 50.0, 5.0),
        (WorkflowLimits(wall=50, idle=0), 0.5, 30.0, None),
        (WorkflowLimits(wall=0), 0.5, 30.0, 600.0),
        (WorkflowLimits(), 0, None, 600.0),
    ],
)
def test_the_limits_of_the_workflow_are_within_the_budget(
    own: WorkflowLimits, minutes: float, wall: float | None, idle: float | None, tmp_path: Path
) -> None:
    write_workspace(tmp_path, DOCUMENTS)
    settings = msgspec.structs.replace(SETTINGS, workflows={"continue": own}, budget=BudgetSettings(minutes=minutes))
    limits = made(tmp_path, settings)[0].limits
    assert (limits.wall, limits.idle) == (wall, idle)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"agent": "nobody"}, "there is no agent 'nobody'; there are claude, "),
        ({"agent": "no", "agents": {"no-more": 1}}, "there is no agent 'no'; there are claude, "),
        ({"agent": "claude", "agents": {"claude": "claude -p"}}, "agents.claude is 'claude -p'; a table is allowed"),
        ({"agents": {"mine": {**MINE, "prompt": "smoke"}}}, "agents.mine.prompt is 'smoke'; allowed is stdin"),
        ({"agents": {"mine": {**MINE, "argv": ["no-such-agent"]}}}, "Mine cannot work here: no program no-such-agent"),
        ({"agents": {"mine": {**MINE, "needs_git": True}}}, "Mine cannot work here: it works in a git repository only"),
    ],
)
def test_why_there_is_no_command(changes: dict[str, object], message: str, tmp_path: Path) -> None:
    write_workspace(tmp_path, DOCUMENTS)
    failure = failed(tmp_path, msgspec.structs.replace(SETTINGS, **changes))
    assert (failure.kind, failure.message[: len(message)]) == (FailureKind.PREREQUISITE_MISSING, message)


def test_a_broken_template_is_said(tmp_path: Path) -> None:
    write_workspace(tmp_path, DOCUMENTS)
    (tmp_path / "work-space/templates").mkdir()
    (tmp_path / "work-space/templates/continue-prompt.md.j2").write_text("{{ nothing }}")
    failure = failed(tmp_path, SETTINGS)
    assert failure.message == "the prompt for Mine cannot be made"
    assert "continue-prompt.md.j2" in failure.evidence


@pytest.mark.parametrize("key", ["agent", "agents.mine", "agents.other", "verify", "budget.tokens"])
def test_what_nobody_has_allowed_is_refused(key: str, tmp_path: Path) -> None:
    write_workspace(tmp_path, DOCUMENTS)
    failure = failed(tmp_path, msgspec.structs.replace(SETTINGS, unallowed=(key,)))
    assert (failure.kind, f"({key})" in failure.message) == (FailureKind.NOT_ALLOWED, True)


def test_what_has_nothing_to_do_with_it_is_not_asked_for(tmp_path: Path) -> None:
    write_workspace(tmp_path, DOCUMENTS)
    settings = msgspec.structs.replace(SETTINGS, unallowed=("workflows.mine",), scripts=ScriptSource.WORKSPACE)
    assert made(tmp_path, settings)[1].agent.prompt is PromptWay.STDIN
    without = answer(tmp_path, Settings(unallowed=("agents.mine", "workflows.mine")))
    assert isinstance(without, Command)
    assert without.task is None


def test_what_documents_want_to_be_run_is_allowed_first(tmp_path: Path) -> None:
    wants = "\n**Verify**:\n\n- `make lint`\n- `make a | tee b`\n\n```sh\nsh -c true\nno-such-program here\n```\n"
    execution = (DOCUMENTS[1][0], f"{OPEN}{wants}")
    write_workspace(tmp_path, (DOCUMENTS[0], execution))
    _, task = made(tmp_path, SETTINGS)
    assert task.verify == (("make", "test"),)
    (proposal,) = task.proposals
    assert proposal.document.endswith(DOCUMENTS[1][0])
    assert proposal.commands == (("make", "lint"), ("sh", "-c", "true"))
    assert proposal.left_out == ("make a | tee b",)
    document_commands.allow(tmp_path, task.proposals)
    _, task = made(tmp_path, SETTINGS)
    assert task.verify == (("make", "test"), ("make", "lint"), ("sh", "-c", "true"))
    assert [each.commands for each in task.proposals] == [()]
    (tmp_path / proposal.document).write_text(f"{OPEN}{wants}- `make more`\n", encoding="utf-8")
    _, task = made(tmp_path, SETTINGS)
    assert task.verify == (("make", "test"),)


def test_how_many_commands_of_a_document_are_not_run_is_said(tmp_path: Path) -> None:
    wants = "".join(f"- `make part-{number}`\n" for number in range(23))
    write_workspace(tmp_path, (DOCUMENTS[0], (DOCUMENTS[1][0], f"{OPEN}\n**Verify**:\n\n{wants}")))
    _, task = made(tmp_path, SETTINGS)
    (proposal,) = task.proposals
    assert (len(proposal.commands), proposal.commands[-1], proposal.more) == (20, ("make", "part-19"), 3)
    assert document_commands.not_run(proposal) == ("3 further commands: of a document 20 are run",)
    document_commands.allow(tmp_path, task.proposals)
    _, task = made(tmp_path, SETTINGS)
    assert (len(task.verify), [(each.commands, each.more) for each in task.proposals]) == (21, [((), 3)])

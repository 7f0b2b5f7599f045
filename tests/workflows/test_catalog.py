import sys
from pathlib import Path

import pytest

from llm_dashboard.plans.models import Achievement, Artifacts, NextStep, StepKind
from llm_dashboard.settings import CustomWorkflow, LimitSettings, ScriptSource, Settings, WorkflowLimits
from llm_dashboard.workflows.catalog import WORKSPACE_SCRIPTS, command, find_workflow, workflows
from llm_dashboard.workflows.models import (
    Command,
    Failure,
    FailureKind,
    Judgement,
    Limits,
    SuggestedAction,
    WorkflowEntry,
    WorkflowRequest,
    WorkflowType,
)
from tests.workflows.plans import achievement, plan

FOLDER = "work-space/plans/DEMO"
ALL = Artifacts(
    subplans=(f"{FOLDER}/subplans/SUBPLAN_DEMO_11.md",),
    executions=(f"{FOLDER}/execution/EXECUTION_TASK_DEMO_11_01.md", f"{FOLDER}/execution/EXECUTION_TASK_DEMO_11_02.md"),
    fix=(f"{FOLDER}/execution/feedbacks/FIX_11.md",),
)
NONE = Artifacts()


def subject(workflow: WorkflowType) -> Achievement:
    return achievement("1.1", artifacts=NONE if workflow is WorkflowType.SUBPLAN else ALL)


def made(workflow: WorkflowType, workspace: Path, settings: Settings | None = None) -> Command:
    request = WorkflowRequest(workflow, plan(subject(workflow)), "1.1")
    result = command(request, workspace, settings or Settings())
    assert isinstance(result, Command)
    return result


@pytest.mark.parametrize(
    ("workflow", "creates"),
    [
        (WorkflowType.SUBPLAN, (f"{FOLDER}/subplans/SUBPLAN_DEMO_11.md",)),
        (WorkflowType.EXECUTION, (f"{FOLDER}/execution/EXECUTION_TASK_DEMO_11_01.md",)),
        (WorkflowType.CONTINUE, ()),
        (WorkflowType.FIX, ()),
        (WorkflowType.REVIEW, ()),
    ],
)
def test_built_in_commands(workflow: WorkflowType, creates: tuple[str, ...], tmp_path: Path) -> None:
    result = made(workflow, tmp_path)
    assert result.argv == (
        *(sys.executable, "-P", "-m", "llm_dashboard.workflows.scripts", workflow.value),
        *("--workspace", ".", "--plan", f"{FOLDER}/PLAN_DEMO.md", "--achievement", "1.1"),
    )
    assert (result.workflow, result.requested, result.cwd) == (workflow, workflow, tmp_path)
    assert (result.plan, result.achievement) == ("DEMO", "1.1")
    assert (result.creates, result.creates_prompt) == (creates, True)
    assert result.judgement is Judgement.EXIT_STATUS
    assert result.environment == {"PYTHONUNBUFFERED": "1"}
    assert result.needs_verdict is (workflow is WorkflowType.REVIEW)
    assert "1.1 Title of 1.1" in result.summary
    assert all(path.rpartition("/")[2] in result.summary for path in creates)


@pytest.mark.parametrize(
    ("workflow", "arguments"),
    [
        (WorkflowType.SUBPLAN, ("generate_subplan_prompt.py", "create", f"{FOLDER}/PLAN_DEMO.md", "--achievement", "1.1")),
        (WorkflowType.EXECUTION, ("generate_execution_prompt.py", "create", ALL.subplans[0], "--execution", "04")),
        (WorkflowType.CONTINUE, ("generate_execution_prompt.py", "continue", ALL.executions[1])),
        (WorkflowType.FIX, ("generate_fix_prompt.py", f"{FOLDER}/PLAN_DEMO.md", "1.1", "--no-clipboard")),
        (WorkflowType.REVIEW, ("generate_feedback_prompt.py", "review", f"{FOLDER}/PLAN_DEMO.md", "--achievement", "1.1")),
    ],
)  # fmt: skip
def test_commands_of_the_workspace(workflow: WorkflowType, arguments: tuple[str, ...], tmp_path: Path) -> None:
    name, *rest = arguments
    script = tmp_path / WORKSPACE_SCRIPTS / name
    script.parent.mkdir(parents=True)
    script.touch()
    execution = tmp_path / FOLDER / "execution/EXECUTION_TASK_DEMO_11_03_V2.md"
    execution.parent.mkdir(parents=True)
    execution.touch()
    result = made(workflow, tmp_path, Settings(scripts=ScriptSource.WORKSPACE))
    assert result.argv == (sys.executable, f"{WORKSPACE_SCRIPTS}/{name}", *rest)
    assert (result.creates, result.creates_prompt) == ((), False)
    assert result.judgement is Judgement.WORKSPACE_SCRIPT
    assert result.environment == {"PYTHONUNBUFFERED": "1"}
    assert result.needs_verdict is (workflow is WorkflowType.REVIEW)
    assert name in result.summary


def test_a_missing_script_of_the_workspace_names_the_setting(tmp_path: Path) -> None:
    request = WorkflowRequest(WorkflowType.SUBPLAN, plan(achievement("1.1")), "1.1")
    result = command(request, tmp_path, Settings(scripts=ScriptSource.WORKSPACE))
    assert isinstance(result, Failure)
    assert result.kind is FailureKind.PREREQUISITE_MISSING
    assert 'scripts = "built-in" in llm-dash.toml' in result.message
    assert str(tmp_path / WORKSPACE_SCRIPTS / "generate_subplan_prompt.py") in result.evidence


def test_next_becomes_the_step_that_it_leads_to(tmp_path: Path) -> None:
    step = NextStep("1.1", StepKind.SUBPLAN, "it has no SUBPLAN")
    request = WorkflowRequest(WorkflowType.NEXT, plan(achievement("1.1"), next_step=step))
    result = command(request, tmp_path, Settings())
    assert isinstance(result, Command)
    assert (result.workflow, result.requested) == (WorkflowType.SUBPLAN, WorkflowType.NEXT)
    assert result.achievement == "1.1"


def test_the_next_number_is_free_on_disk(tmp_path: Path) -> None:
    execution = tmp_path / FOLDER / "execution/EXECUTION_TASK_DEMO_11_02_RECOVERY.md"
    execution.parent.mkdir(parents=True)
    execution.touch()
    assert made(WorkflowType.EXECUTION, tmp_path).creates == (f"{FOLDER}/execution/EXECUTION_TASK_DEMO_11_03.md",)


def test_a_taken_name_is_refused_before_the_run(tmp_path: Path) -> None:
    taken = tmp_path / FOLDER / "subplans/SUBPLAN_DEMO_11.md"
    taken.parent.mkdir(parents=True)
    taken.symlink_to("/nowhere")
    result = command(WorkflowRequest(WorkflowType.SUBPLAN, plan(achievement("1.1")), "1.1"), tmp_path, Settings())
    assert isinstance(result, Failure)
    assert result.message == "SUBPLAN_DEMO_11.md exists already"


@pytest.mark.parametrize(
    ("workflow", "achievement_id", "kind"),
    [
        (WorkflowType.EXECUTION, "1.1", FailureKind.PREREQUISITE_MISSING),
        (WorkflowType.SUBPLAN, "9.9", FailureKind.PREREQUISITE_MISSING),
        (WorkflowType.SUBPLAN, None, FailureKind.PREREQUISITE_MISSING),
        (WorkflowType.NEXT, "9.9", FailureKind.PREREQUISITE_MISSING),
    ],
)
def test_what_cannot_run_is_a_failure_with_a_way_back(
    workflow: WorkflowType, achievement_id: str | None, kind: FailureKind, tmp_path: Path
) -> None:
    result = command(WorkflowRequest(workflow, plan(achievement("1.1")), achievement_id), tmp_path, Settings())
    assert isinstance(result, Failure)
    assert result.kind is kind
    assert result.suggestions[-1].action is SuggestedAction.BACK


def test_limits_come_from_the_settings(tmp_path: Path) -> None:
    limits = LimitSettings(wall=0, idle=20, grace=(1, 2), log_bytes=0)
    assert made(WorkflowType.SUBPLAN, tmp_path, Settings(limits=limits)).limits == Limits(None, 20, (1, 2), None)
    assert made(WorkflowType.SUBPLAN, tmp_path).limits == Limits()


def test_exec_is_not_in_the_catalog(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="its own command"):
        command(WorkflowRequest(WorkflowType.EXEC, plan(achievement("1.1"))), tmp_path, Settings())


def test_a_workflow_of_the_methodology_can_have_limits_of_its_own(tmp_path: Path) -> None:
    settings = Settings(workflows={"subplan": WorkflowLimits(wall=60, idle=0)})
    assert made(WorkflowType.SUBPLAN, tmp_path, settings).limits == Limits(60, None)
    assert made(WorkflowType.EXECUTION, tmp_path, settings).limits == Limits()
    step = NextStep("1.1", StepKind.SUBPLAN, "it has no SUBPLAN")
    request = WorkflowRequest(WorkflowType.NEXT, plan(achievement("1.1"), next_step=step))
    result = command(request, tmp_path, settings)
    assert isinstance(result, Command)
    assert result.limits == Limits(60, None)


def test_the_workflows_are_the_built_in_ones_and_those_of_the_settings() -> None:
    mine = CustomWorkflow(argv=("agent", "\x1b[31m{title}"), summary="Does\nit.")
    settings = Settings(
        workflows={"mine": mine, "subplan": WorkflowLimits(wall=1), "other": CustomWorkflow(argv=("x",))}
    )
    entries = {entry.name: entry for entry in workflows(settings)}
    assert list(entries) == ["next", "subplan", "execution", "mine", "other"]
    assert entries["mine"] == WorkflowEntry("mine", "Does it.", ("agent", "{title}"), True, False)
    assert not entries["other"].needs_achievement
    assert entries["subplan"].argv[3:5] == ("llm_dashboard.workflows.scripts", "subplan")
    of_workspace = {entry.name: entry for entry in workflows(Settings(scripts=ScriptSource.WORKSPACE))}
    assert of_workspace["execution"].argv == ("python", f"{WORKSPACE_SCRIPTS}/generate_execution_prompt.py", "…")


def test_an_entry_becomes_a_request() -> None:
    subject, settings = plan(), Settings(workflows={"mine": CustomWorkflow(argv=("x",))})
    built_in, mine = find_workflow(settings, "next"), find_workflow(settings, "mine")
    assert isinstance(built_in, WorkflowEntry)
    assert isinstance(mine, WorkflowEntry)
    assert built_in.request(subject, None) == WorkflowRequest(WorkflowType.NEXT, subject, None)
    assert mine.request(subject, "1.1") == WorkflowRequest(WorkflowType.CUSTOM, subject, "1.1", "mine")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("fix-test", "No workflow is called 'fix-test'; did you mean fix-tests?"),
        ("\x1b[2Jzzz", "No workflow is called 'zzz'."),
        ("review", "No workflow is called 'review'."),
    ],
)  # fmt: skip
def test_an_unknown_workflow_is_answered_with_the_nearest(name: str, sentence: str) -> None:
    settings = Settings(workflows={"fix-tests": CustomWorkflow(argv=("x",))})
    assert find_workflow(settings, name) == f"{sentence} There are next, subplan, execution, fix-tests."
    assert str(find_workflow(settings, name, "parallel")).endswith("execution, fix-tests, parallel.")


def test_what_is_continued_is_the_task_that_is_open(tmp_path: Path) -> None:
    script = tmp_path / WORKSPACE_SCRIPTS / "generate_execution_prompt.py"
    script.parent.mkdir(parents=True)
    script.touch()
    for path, status in zip(ALL.executions, ("In Progress", "Complete"), strict=True):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"# EXECUTION_TASK: A\n\n**Status**: {status}\n", encoding="utf-8")
    result = made(WorkflowType.CONTINUE, tmp_path, Settings(scripts=ScriptSource.WORKSPACE))
    assert result.argv[-1] == ALL.executions[0]

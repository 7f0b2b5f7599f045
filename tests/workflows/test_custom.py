"""The workspace's own workflows: the command that becomes of one, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_dashboard.placeholders import Placeholder
from llm_dashboard.plans.models import Achievement, Artifacts, Plan
from llm_dashboard.settings import CustomWorkflow, LimitSettings, Settings, WorkflowLimits
from llm_dashboard.workflows import catalog
from llm_dashboard.workflows.models import (
    Command,
    Failure,
    FailureKind,
    Judgement,
    Limits,
    SuggestedAction,
    WorkflowRequest,
    WorkflowType,
)
from tests.workflows.plans import achievement, plan

FOLDER = "work-space/plans/DEMO"
SUBPLAN = f"{FOLDER}/subplans/SUBPLAN_DEMO_11.md"
EXECUTIONS = tuple(f"{FOLDER}/execution/EXECUTION_TASK_DEMO_11_{number}.md" for number in ("01", "02"))
ALL = Artifacts(subplans=(SUBPLAN,), executions=EXECUTIONS)


def answer(
    workflow: CustomWorkflow,
    workspace: Path,
    about: Plan | None = None,
    achievement_id: str | None = "1.1",
    limits: LimitSettings | None = None,
) -> Command | Failure:
    """What the catalog says to the workflow, named `mine`."""
    settings = Settings(workflows={"mine": workflow}, limits=limits or LimitSettings())
    subject = about or plan(achievement("1.1", artifacts=ALL))
    return catalog.command(WorkflowRequest(WorkflowType.CUSTOM, subject, achievement_id, "mine"), workspace, settings)


def made(
    workflow: CustomWorkflow, workspace: Path, about: Plan | None = None, achievement_id: str | None = "1.1"
) -> Command:
    result = answer(workflow, workspace, about, achievement_id)
    assert isinstance(result, Command), result
    return result


def refused(workflow: CustomWorkflow, workspace: Path, about: Plan | None = None) -> Failure:
    result = answer(workflow, workspace, about)
    assert isinstance(result, Failure)
    assert result.kind is FailureKind.PREREQUISITE_MISSING
    assert result.suggestions[-1].action is SuggestedAction.BACK
    return result


def titled(title: str) -> Plan:
    subject = achievement("1.1", artifacts=ALL)
    return plan(Achievement(subject.id, title, subject.group, subject.line, subject.status, artifacts=ALL))


def test_every_placeholder_has_its_value(tmp_path: Path) -> None:
    result = made(CustomWorkflow(argv=tuple(f"{{{each}}}" for each in Placeholder)), tmp_path)
    assert dict(zip(Placeholder, result.argv, strict=True)) == {
        Placeholder.PLAN: "DEMO",
        Placeholder.PLAN_FILE: f"{FOLDER}/PLAN_DEMO.md",
        Placeholder.PLAN_FOLDER: FOLDER,
        Placeholder.WORKSPACE: str(tmp_path),
        Placeholder.ACHIEVEMENT: "1.1",
        Placeholder.ID: "11",
        Placeholder.TITLE: "Title of 1.1",
        Placeholder.SUBPLAN_FILE: SUBPLAN,
        Placeholder.EXECUTION_FILE: EXECUTIONS[-1],
    }


def test_the_command_says_all_that_the_settings_say(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    workflow = CustomWorkflow(
        argv=("agent", "do {title}"),
        summary="Does it\x1b[31m.",
        creates=("out//{id}.md",),
        tests="reports/*.xml",
        needs_verdict=True,
        environment={"MODE": "fast"},
        cwd="src",
        wall=600,
        grace=(1, 2),
    )
    result = answer(workflow, tmp_path, limits=LimitSettings(idle=0, log_bytes=1000))
    assert result == Command(
        workflow=WorkflowType.CUSTOM,
        requested=WorkflowType.CUSTOM,
        argv=("agent", "do Title of 1.1"),
        cwd=tmp_path / "src",
        summary="Does it.",
        plan="DEMO",
        achievement="1.1",
        limits=Limits(wall=600, idle=None, grace=(1, 2), log_bytes=1000),
        creates=("out/11.md",),
        judgement=Judgement.EXIT_STATUS,
        environment={"PYTHONUNBUFFERED": "1", "MODE": "fast"},
        needs_verdict=True,
        name="mine",
        tests="reports/*.xml",
    )
    assert isinstance(result, Command)
    assert result.label == "mine"


def test_without_an_achievement_where_it_needs_none(tmp_path: Path) -> None:
    workflow = CustomWorkflow(argv=("make", "{plan}"))
    assert made(workflow, tmp_path, plan(), None).achievement is None
    assert made(workflow, tmp_path, achievement_id="1.1").achievement == "1.1"
    assert made(workflow, tmp_path, plan(), None).summary == "Runs mine for DEMO."
    assert isinstance(answer(workflow, tmp_path, achievement_id="9.9"), Failure)
    assert isinstance(answer(CustomWorkflow(argv=("make",), needs_achievement=True), tmp_path, None, None), Failure)


def test_an_unknown_one_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    request = WorkflowRequest(WorkflowType.CUSTOM, plan(), None, "mine")
    settings = Settings(workflows={"other": CustomWorkflow(argv=("x",)), "subplan": WorkflowLimits(wall=1)})
    result = catalog.command(request, tmp_path, settings)
    assert isinstance(result, Failure)
    assert (result.message, result.evidence) == ("there is no workflow mine", "llm-dash.toml declares other")


@given(
    st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(["{workspace}", "{{", "a b; rm 'c'", "-rf"])
)
def test_a_title_stays_within_its_argument(title: str) -> None:
    result = made(CustomWorkflow(argv=("agent", "{title}", "do {title} of {plan}", "end")), Path.cwd(), titled(title))
    assert result.argv == ("agent", title, f"do {title} of DEMO", "end")


@pytest.mark.parametrize("title", ["../../x", "..", "."])
def test_a_title_does_not_lead_out_of_the_workspace(title: str, tmp_path: Path) -> None:
    failure = refused(CustomWorkflow(argv=("agent",), creates=("{title}",)), tmp_path, titled(title))
    assert failure.message == "mine is to create a file outside of the workspace"


def test_a_folder_that_is_not_in_the_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "out").symlink_to("/")
    for cwd in ("nowhere", "out"):
        failure = refused(CustomWorkflow(argv=("agent",), cwd=cwd), tmp_path / "inside")
        assert failure.evidence == f"no folder {tmp_path}/inside/{cwd}"


@pytest.mark.parametrize(
    ("argv", "creates", "artifacts", "message", "action"),
    [
        ("{subplan_file}", (), Artifacts(), "1.1 has no SUBPLAN: create", SuggestedAction.CREATE_SUBPLAN),
        ("{execution_file}", (), Artifacts(subplans=(SUBPLAN,)), "has no EXECUTION_TASK", SuggestedAction.CREATE_EXECUTION),
        ("x", ("{subplan_file}",), ALL, "1.1 has its SUBPLAN already", SuggestedAction.CREATE_EXECUTION),
        ("x", ("{execution_file}",), Artifacts(), "1.1 has no SUBPLAN: create", SuggestedAction.CREATE_SUBPLAN),
    ],
)  # fmt: skip
def test_a_document_that_is_missing_or_taken(
    argv: str,
    creates: tuple[str, ...],
    artifacts: Artifacts,
    message: str,
    action: SuggestedAction,
    tmp_path: Path,
) -> None:
    failure = refused(
        CustomWorkflow(argv=(argv,), creates=creates), tmp_path, plan(achievement("1.1", artifacts=artifacts))
    )
    assert message in failure.message
    assert failure.suggestions[0].action is action


def test_a_document_that_it_creates_is_the_new_one(tmp_path: Path) -> None:
    bare = plan(achievement("1.1"))
    subplan = CustomWorkflow(argv=("agent", "{subplan_file}"), creates=("{subplan_file}",))
    assert made(subplan, tmp_path, bare).argv == ("agent", SUBPLAN)
    assert made(subplan, tmp_path, bare).creates == (SUBPLAN,)
    taken = tmp_path / EXECUTIONS[1]
    taken.parent.mkdir(parents=True)
    taken.touch()
    execution = CustomWorkflow(argv=("agent", "{subplan_file}", "{execution_file}"), creates=("{execution_file}",))
    new = f"{FOLDER}/execution/EXECUTION_TASK_DEMO_11_03.md"
    assert made(execution, tmp_path).argv == ("agent", SUBPLAN, new)
    assert made(execution, tmp_path).creates == (new,)
    both = CustomWorkflow(argv=("agent",), creates=("{subplan_file}", "{execution_file}"))
    assert made(both, tmp_path, bare).creates == (SUBPLAN, new)

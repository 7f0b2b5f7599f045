"""Each workflow as one command: the built-in scripts, or the methodology's own ones that the workspace brings."""

import os
import sys
from pathlib import Path

from llm_dashboard.plans.artifacts import execution_path, next_execution_number, subplan_path
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.settings import FILE_NAME, LimitSettings, ScriptSource, Settings
from llm_dashboard.workflows.models import (
    Command,
    Failure,
    FailureKind,
    Judgement,
    Limits,
    SuggestedAction,
    Suggestion,
    WorkflowRequest,
    WorkflowType,
)
from llm_dashboard.workflows.prerequisites import BACK, find_achievement, missing_prerequisite, next_workflow

WORKSPACE_SCRIPTS = "LLM/scripts/generation"
"""Where the methodology's own scripts are, relative to the workspace."""


def command(request: WorkflowRequest, workspace: Path, settings: Settings) -> Command | Failure:
    """What to run for a request; a Failure with the way out where it cannot be done.

    `workspace` is the folder that the plan's paths are relative to. NEXT becomes the step that it leads to. Nothing is
    changed on disk.
    """
    step = _step(request)
    if isinstance(step, Failure):
        return step
    workflow, achievement = step
    missing = missing_prerequisite(workflow, request.plan, achievement)
    if missing:
        return missing
    make = _workspace_command if settings.scripts is ScriptSource.WORKSPACE else _built_in_command
    return make(request, workflow, achievement, workspace, limits(settings.limits))


def _step(request: WorkflowRequest) -> tuple[WorkflowType, Achievement] | Failure:
    """The workflow and the achievement that a request means."""
    if request.workflow is WorkflowType.EXEC:
        raise ValueError("EXEC brings its own command")
    if request.workflow is WorkflowType.NEXT:
        return next_workflow(request.plan, request.achievement)
    achievement = find_achievement(request.plan, request.achievement)
    return achievement if isinstance(achievement, Failure) else (request.workflow, achievement)


def _built_in_command(
    request: WorkflowRequest, workflow: WorkflowType, achievement: Achievement, workspace: Path, ends: Limits
) -> Command | Failure:
    plan = request.plan
    creates: tuple[str, ...] = ()
    if workflow is WorkflowType.SUBPLAN:
        creates = (subplan_path(plan, achievement.id),)
    elif workflow is WorkflowType.EXECUTION:
        number = next_execution_number(workspace, plan, achievement.id)
        creates = (execution_path(plan, achievement.id, number),)
    for path in creates:
        if os.path.lexists(workspace / path):
            return _missing(f"{path.rpartition('/')[2]} exists already", path, SuggestedAction.REFRESH)
    # -P keeps the workspace's own files from being imported instead of ours.
    module = (sys.executable, "-P", "-m", "llm_dashboard.workflows.scripts", workflow.value)
    subject = f"{achievement.id} {achievement.title}"
    return Command(
        workflow=workflow,
        requested=request.workflow,
        argv=(*module, "--workspace", ".", "--plan", plan.plan_file, "--achievement", achievement.id),
        cwd=workspace,
        summary=_SUMMARIES[workflow].format(subject=subject, file="".join(creates).rpartition("/")[2]),
        plan=plan.name,
        achievement=achievement.id,
        limits=ends,
        creates=creates,
        creates_prompt=True,
        environment=_ENVIRONMENT,
        needs_verdict=workflow is WorkflowType.REVIEW,
    )


def _workspace_command(
    request: WorkflowRequest, workflow: WorkflowType, achievement: Achievement, workspace: Path, ends: Limits
) -> Command | Failure:
    number = next_execution_number(workspace, request.plan, achievement.id)
    name, *arguments = _workspace_script(workflow, request.plan, achievement, number)
    if request.workflow is WorkflowType.NEXT and not (workspace / WORKSPACE_SCRIPTS / name).is_file():
        name, *arguments = "generate_prompt.py", request.plan.plan_file, "--next", "--no-clipboard"
    script = f"{WORKSPACE_SCRIPTS}/{name}"
    if not (workspace / script).is_file():
        return _missing(
            f'the workspace has no {script}: bring it, or set scripts = "{ScriptSource.BUILT_IN}" in {FILE_NAME}',
            f"no file {workspace / script}",
            SuggestedAction.RETRY,
        )
    return Command(
        workflow=workflow,
        requested=request.workflow,
        argv=(sys.executable, script, *arguments),
        cwd=workspace,
        summary=f"Runs the workspace's {name} for {achievement.id} {achievement.title}; it prints a prompt.",
        plan=request.plan.name,
        achievement=achievement.id,
        limits=ends,
        judgement=Judgement.WORKSPACE_SCRIPT,
        environment=_ENVIRONMENT,
        needs_verdict=workflow is WorkflowType.REVIEW,
    )


def _workspace_script(workflow: WorkflowType, plan: Plan, achievement: Achievement, number: int) -> tuple[str, ...]:
    """The script of a step and its arguments, with full paths: `@NAME` finds no plan in a container, or another one.

    Only the fix script copies to the clipboard unless it is told not to.
    """
    artifacts = achievement.artifacts
    match workflow:
        case WorkflowType.SUBPLAN:
            return ("generate_subplan_prompt.py", "create", plan.plan_file, "--achievement", achievement.id)
        case WorkflowType.EXECUTION:
            return ("generate_execution_prompt.py", "create", artifacts.subplans[-1], "--execution", f"{number:02}")
        case WorkflowType.CONTINUE:
            return ("generate_execution_prompt.py", "continue", artifacts.executions[-1])
        case WorkflowType.FIX:
            return ("generate_fix_prompt.py", plan.plan_file, achievement.id, "--no-clipboard")
        case _:
            return ("generate_feedback_prompt.py", "review", plan.plan_file, "--achievement", achievement.id)


def _missing(message: str, evidence: str, action: SuggestedAction) -> Failure:
    return Failure(FailureKind.PREREQUISITE_MISSING, message, evidence, (Suggestion("look again", action), BACK))


def limits(settings: LimitSettings) -> Limits:
    """The limits of a run as the settings have them; a setting of 0 is none."""
    return Limits(
        wall=settings.wall or None,
        idle=settings.idle or None,
        grace=(settings.grace_interrupt, settings.grace_terminate),
        log_bytes=settings.log_bytes or None,
    )


_ENVIRONMENT = {"PYTHONUNBUFFERED": "1"}
"""A Python child writes in blocks to a file, so that nothing would be seen before its end."""

_SUMMARIES = {
    WorkflowType.SUBPLAN: "Writes {file} from what the PLAN says about {subject}, and the prompt to complete it.",
    WorkflowType.EXECUTION: "Writes {file} from PLAN and SUBPLAN for {subject}, and the prompt to execute it.",
    WorkflowType.CONTINUE: "Makes the prompt to continue {subject}.",
    WorkflowType.FIX: "Makes the prompt to fix {subject}, with the issues of its FIX.",
    WorkflowType.REVIEW: "Makes the prompt to review {subject}, which a person decides.",
}

"""Each workflow as one command: the built-in scripts, the methodology's own ones, or what the settings of the workspace say."""

import os
import sys
from pathlib import Path

from llm_dashboard.placeholders import Placeholder
from llm_dashboard.plans.artifacts import execution_path, next_execution_number, subplan_path
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.plans.status import is_complete
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import FILE_NAME, LimitSettings, ScriptSource, Settings
from llm_dashboard.workflows.allowing import refused
from llm_dashboard.workflows.custom import custom_command, custom_entries
from llm_dashboard.workflows.models import (
    UNBUFFERED,
    Command,
    Failure,
    FailureKind,
    Judgement,
    Limits,
    SuggestedAction,
    Suggestion,
    WorkflowEntry,
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
    if request.workflow is WorkflowType.CUSTOM:
        return refused(settings, (f"workflows.{request.name}",)) or custom_command(
            request, workspace, settings, limits(settings.limits_of(request.name))
        )
    step = _step(request)
    if isinstance(step, Failure):
        return step
    workflow, achievement = step
    missing = missing_prerequisite(workflow, request.plan, achievement)
    if missing:
        return missing
    if settings.agent and workflow in _FOR_AGENTS:
        # Only here: few runs have an agent.
        from llm_dashboard.workflows.agent_work import agent_command

        return agent_command(request, workflow, achievement, workspace, settings)
    if settings.scripts is ScriptSource.WORKSPACE and (failure := refused(settings, ("scripts",))):
        return failure
    make = _workspace_command if settings.scripts is ScriptSource.WORKSPACE else _built_in_command
    return make(request, workflow, achievement, workspace, limits(settings.limits_of(workflow.value)))


def workflows(settings: Settings) -> tuple[WorkflowEntry, ...]:
    """What can be asked for by name: the built-in workflows, then the workspace's own."""
    return (
        WorkflowEntry(
            WorkflowType.NEXT.value,
            "Does the step that the plan needs now.",
            (),
            needs_achievement=False,
            built_in=True,
        ),
        *(
            WorkflowEntry(workflow.value, summary, _shape(workflow, settings), needs_achievement=True, built_in=True)
            for workflow, summary in _OFFERED.items()
        ),
        *custom_entries(settings),
    )


def find_workflow(settings: Settings, name: str, *others: str) -> WorkflowEntry | str:
    """The workflow of that name; or a sentence that says which ones there are, and which is the nearest.

    `others` are names that can be said there as well, and are no workflows.
    """
    entries = {entry.name: entry for entry in workflows(settings)}
    if name in entries:
        return entries[name]
    import difflib

    known = [*entries, *others]
    near = difflib.get_close_matches(name[:100], known, n=1, cutoff=0.5)
    advice = f"; did you mean {near[0]}?" if near else "."
    return f"No workflow is called '{plain(name)}'{advice} There are {', '.join(known)}."


def _shape(workflow: WorkflowType, settings: Settings) -> tuple[str, ...]:
    """What a workflow of the methodology runs, without what belongs to this machine, this plan and this moment."""
    if settings.scripts is ScriptSource.WORKSPACE:
        return ("python", f"{WORKSPACE_SCRIPTS}/{_WORKSPACE_SCRIPTS[workflow]}", "…")
    return ("python", *_module(workflow, f"{{{Placeholder.PLAN_FILE}}}", f"{{{Placeholder.ACHIEVEMENT}}}"))


def _module(workflow: WorkflowType, plan_file: str, achievement: str) -> tuple[str, ...]:
    """The arguments of Python that run a built-in script."""
    # -P keeps the workspace's own files from being imported instead of ours.
    module = ("-P", "-m", "llm_dashboard.workflows.scripts", workflow.value)
    return (*module, "--workspace", ".", "--plan", plan_file, "--achievement", achievement)


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
    subject = f"{achievement.id} {achievement.title}"
    return Command(
        workflow=workflow,
        requested=request.workflow,
        argv=(sys.executable, *_module(workflow, plan.plan_file, achievement.id)),
        cwd=workspace,
        summary=_SUMMARIES[workflow].format(subject=subject, file="".join(creates).rpartition("/")[2]),
        plan=plan.name,
        achievement=achievement.id,
        limits=ends,
        creates=creates,
        creates_prompt=True,
        environment=UNBUFFERED,
        needs_verdict=workflow is WorkflowType.REVIEW,
    )


def _workspace_command(
    request: WorkflowRequest, workflow: WorkflowType, achievement: Achievement, workspace: Path, ends: Limits
) -> Command | Failure:
    number = next_execution_number(workspace, request.plan, achievement.id)
    name, arguments = _WORKSPACE_SCRIPTS[workflow], _arguments(workflow, request.plan, achievement, number, workspace)
    if request.workflow is WorkflowType.NEXT and not (workspace / WORKSPACE_SCRIPTS / name).is_file():
        name, arguments = "generate_prompt.py", (request.plan.plan_file, "--next", "--no-clipboard")
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
        environment=UNBUFFERED,
        needs_verdict=workflow is WorkflowType.REVIEW,
    )


def _arguments(
    workflow: WorkflowType, plan: Plan, achievement: Achievement, number: int, workspace: Path
) -> tuple[str, ...]:
    """The arguments of the methodology's script, with full paths: `@NAME` finds no plan in a container, or another one.

    Only the fix script copies to the clipboard unless it is told not to.
    """
    artifacts = achievement.artifacts
    match workflow:
        case WorkflowType.SUBPLAN:
            return ("create", plan.plan_file, "--achievement", achievement.id)
        case WorkflowType.EXECUTION:
            return ("create", artifacts.subplans[-1], "--execution", f"{number:02}")
        case WorkflowType.CONTINUE:
            return ("continue", _open_execution(achievement, workspace))
        case WorkflowType.FIX:
            return (plan.plan_file, achievement.id, "--no-clipboard")
        case _:
            return ("review", plan.plan_file, "--achievement", achievement.id)


def _open_execution(achievement: Achievement, workspace: Path) -> str:
    """The first EXECUTION_TASK that is not complete; the last one where none can be read that is open."""
    for path in achievement.artifacts.executions:
        try:
            text = read_document(workspace, path)
        except OSError:
            continue
        if not is_complete(text, achievement.id):
            return path
    return achievement.artifacts.executions[-1]


def _missing(message: str, evidence: str, action: SuggestedAction) -> Failure:
    return Failure(FailureKind.PREREQUISITE_MISSING, message, evidence, (Suggestion("look again", action), BACK))


def limits(settings: LimitSettings) -> Limits:
    """The limits of a run as the settings have them; a setting of 0 is none."""
    return Limits(
        wall=settings.wall or None,
        idle=settings.idle or None,
        grace=settings.grace,
        log_bytes=settings.log_bytes or None,
    )


_WORKSPACE_SCRIPTS = {
    WorkflowType.SUBPLAN: "generate_subplan_prompt.py",
    WorkflowType.EXECUTION: "generate_execution_prompt.py",
    WorkflowType.CONTINUE: "generate_execution_prompt.py",
    WorkflowType.FIX: "generate_fix_prompt.py",
    WorkflowType.REVIEW: "generate_feedback_prompt.py",
}
"""In the folder of the methodology's scripts."""

_OFFERED = {
    WorkflowType.SUBPLAN: "Writes the SUBPLAN of an achievement, and the prompt to complete it.",
    WorkflowType.EXECUTION: "Writes an EXECUTION_TASK from a SUBPLAN, and the prompt to execute it.",
}
"""What a person can ask for, besides NEXT, which finds the others."""

_FOR_AGENTS = (WorkflowType.CONTINUE, WorkflowType.FIX)
"""What an agent is given, where there is one: work to be done, and no document to be made."""

_SUMMARIES = {
    WorkflowType.SUBPLAN: "Writes {file} from what the PLAN says about {subject}, and the prompt to complete it.",
    WorkflowType.EXECUTION: "Writes {file} from PLAN and SUBPLAN for {subject}, and the prompt to execute it.",
    WorkflowType.CONTINUE: "Makes the prompt to continue {subject}.",
    WorkflowType.FIX: "Makes the prompt to fix {subject}, with the issues of its FIX.",
    WorkflowType.REVIEW: "Makes the prompt to review {subject}, which a person decides.",
}

"""The workspace's own workflows, from its settings: what is written there becomes one command, never a shell line.

The settings may come with a repository, so that a person sees the command before it runs.
"""

from pathlib import Path, PurePosixPath

from llm_dashboard.placeholders import Placeholder, fill, used
from llm_dashboard.plans.artifacts import compact_id, execution_path, next_execution_number, subplan_path
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import FILE_NAME, CustomWorkflow, Settings, is_inside
from llm_dashboard.workflows.models import (
    UNBUFFERED,
    Command,
    Failure,
    FailureKind,
    Limits,
    SuggestedAction,
    Suggestion,
    WorkflowEntry,
    WorkflowRequest,
    WorkflowType,
)
from llm_dashboard.workflows.prerequisites import BACK, find_achievement, missing_prerequisite


def custom_command(request: WorkflowRequest, workspace: Path, settings: Settings, limits: Limits) -> Command | Failure:
    """The command of the workflow that the request names; a Failure where it cannot be made. Nothing is changed on disk."""
    name, plan = request.name, request.plan
    workflow = settings.custom.get(name)
    if workflow is None:
        known = ", ".join(settings.custom) or "none"
        return _failure(f"there is no workflow {plain(name)}", f"{FILE_NAME} declares {known}")
    achievement = None
    if workflow.about_achievement or request.achievement is not None:
        found = find_achievement(plan, request.achievement)
        if isinstance(found, Failure):
            return found
        achievement = found
        missing = _missing_document(workflow, plan, achievement)
        if missing:
            return missing
    values = _values(workspace, plan, achievement, _made_by(workflow))
    creates = tuple(str(PurePosixPath(fill(path, values))) for path in workflow.creates)
    outside = next((path for path in creates if not is_inside(path)), None)
    if outside is not None:
        return _failure(f"{name} is to create a file outside of the workspace", plain(outside))
    cwd = workspace / workflow.cwd
    if not cwd.is_dir() or not cwd.resolve().is_relative_to(workspace.resolve()):
        return _failure(f"{name} is to run in a folder that is not in the workspace", f"no folder {plain(str(cwd))}")
    subject = f"{achievement.id} {achievement.title}" if achievement else plan.name
    return Command(
        workflow=WorkflowType.CUSTOM,
        requested=WorkflowType.CUSTOM,
        argv=tuple(fill(argument, values) for argument in workflow.argv),
        cwd=cwd,
        summary=plain(workflow.summary) or f"Runs {name} for {subject}.",
        plan=plan.name,
        achievement=achievement.id if achievement else None,
        limits=limits,
        creates=creates,
        environment={**UNBUFFERED, **workflow.environment},
        needs_verdict=workflow.needs_verdict,
        name=name,
        tests=workflow.tests,
    )


def custom_entries(settings: Settings) -> tuple[WorkflowEntry, ...]:
    """The workspace's own workflows, in the order of the file."""
    return tuple(
        WorkflowEntry(
            name,
            plain(workflow.summary) or f"A workflow of {FILE_NAME}.",
            tuple(map(plain, workflow.argv)),
            workflow.about_achievement,
            built_in=False,
        )
        for name, workflow in settings.custom.items()
    )


def _made_by(workflow: CustomWorkflow) -> frozenset[Placeholder]:
    """The documents that the workflow creates."""
    return frozenset().union(*map(used, workflow.creates)) & {Placeholder.SUBPLAN_FILE, Placeholder.EXECUTION_FILE}


def _missing_document(workflow: CustomWorkflow, plan: Plan, achievement: Achievement) -> Failure | None:
    """Why a document that the workflow names is not there, or cannot be created: as with the built-in workflows."""
    made, named = _made_by(workflow), workflow.placeholders
    needs = []
    if Placeholder.SUBPLAN_FILE in made:
        needs.append(WorkflowType.SUBPLAN)
    elif made or Placeholder.SUBPLAN_FILE in named:
        needs.append(WorkflowType.EXECUTION)
    if Placeholder.EXECUTION_FILE in named - made:
        needs.append(WorkflowType.CONTINUE)
    missing = (missing_prerequisite(need, plan, achievement) for need in needs)
    return next(filter(None, missing), None)


def _values(
    workspace: Path, plan: Plan, achievement: Achievement | None, made: frozenset[Placeholder]
) -> dict[Placeholder, str]:
    values = {
        Placeholder.PLAN: plan.name,
        Placeholder.PLAN_FILE: plan.plan_file,
        Placeholder.PLAN_FOLDER: plan.path,
        Placeholder.WORKSPACE: str(workspace.absolute()),
    }
    if achievement:
        values |= {
            Placeholder.ACHIEVEMENT: achievement.id,
            Placeholder.ID: compact_id(achievement.id),
            Placeholder.TITLE: achievement.title,
        }
        subplans, executions = achievement.artifacts.subplans, achievement.artifacts.executions
        if Placeholder.SUBPLAN_FILE in made:
            values[Placeholder.SUBPLAN_FILE] = subplan_path(plan, achievement.id)
        elif subplans:
            values[Placeholder.SUBPLAN_FILE] = subplans[-1]
        if Placeholder.EXECUTION_FILE in made:
            number = next_execution_number(workspace, plan, achievement.id)
            values[Placeholder.EXECUTION_FILE] = execution_path(plan, achievement.id, number)
        elif executions:
            values[Placeholder.EXECUTION_FILE] = executions[-1]
    return values


def _failure(message: str, evidence: str) -> Failure:
    again = Suggestion("look again", SuggestedAction.RETRY)
    return Failure(FailureKind.PREREQUISITE_MISSING, message, evidence, (again, BACK))

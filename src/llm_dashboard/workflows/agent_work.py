"""An EXECUTION_TASK, or a FIX, given to an agent: its prompt, its command, and what its word will be held against."""

from pathlib import Path

import msgspec

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.invocation import PromptError, check_prompt, invocation
from llm_dashboard.agents.models import Agent
from llm_dashboard.agents.preflight import Standing, look, preflight
from llm_dashboard.agents.task import AgentTask, Budget
from llm_dashboard.plans.criteria import named_files
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.plans.status import is_complete
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import BudgetSettings, Settings, WorkflowLimits
from llm_dashboard.workflows.allowing import OF_AGENTS, refused
from llm_dashboard.workflows.context import template_context
from llm_dashboard.workflows.document_commands import is_allowed, proposals
from llm_dashboard.workflows.models import (
    UNBUFFERED,
    Command,
    Failure,
    FailureKind,
    Limits,
    SuggestedAction,
    Suggestion,
    WorkflowRequest,
    WorkflowType,
)
from llm_dashboard.workflows.prerequisites import BACK
from llm_dashboard.workflows.prompts import TemplateError, render

IDLE = 600.0
"""Seconds that an agent may say nothing, where its workflow has no limit of its own: a tool that it runs may take long."""


def agent_command(
    request: WorkflowRequest, workflow: WorkflowType, achievement: Achievement, workspace: Path, settings: Settings
) -> Command | Failure:
    """The command that gives the work to the agent of the settings; a Failure where it cannot be made.

    Nothing is changed on disk.
    """
    if failure := refused(settings, OF_AGENTS):
        return failure
    agent = find_agent(settings)
    if isinstance(agent, str):
        return _failure(agent, "`llm-dash doctor` shows the agents")
    findings = preflight(agent, look(agent, workspace, ask_version=False))
    if wrong := next((each for each in findings if each.standing is Standing.WRONG), None):
        return _failure(f"{agent.title} cannot work here: {wrong.sentence}", wrong.cure)
    try:
        task = _task(agent, workflow, request.plan, achievement, workspace, settings)
        check_prompt(agent, task.prompt)
    except (OSError, TemplateError, PromptError) as error:
        return _failure(f"the prompt for {agent.title} cannot be made", plain(str(error)))
    work = {WorkflowType.CONTINUE: "does what the EXECUTION_TASK says", WorkflowType.FIX: "works on the FIX"}[workflow]
    return Command(
        workflow=workflow,
        requested=request.workflow,
        argv=invocation(agent),
        cwd=workspace,
        summary=f"{agent.title} {work}: {achievement.id} {achievement.title}.",
        plan=request.plan.name,
        achievement=achievement.id,
        limits=agent_limits(settings, workflow.value),
        environment={**UNBUFFERED, **agent.environment},
        task=task,
    )


def find_agent(settings: Settings) -> Agent | str:
    """The agent that the settings name; or why there is none, as a sentence."""
    found = load_agents(settings.agents)
    # Where the settings are wrong, not what the package has in their place.
    if problem := found.problems.get(settings.agent):
        return problem
    nobody = f"there is no agent {plain(settings.agent)!r}; there are {', '.join(found.agents)}"
    return found.agents.get(settings.agent) or nobody


def agent_limits(settings: Settings, workflow: str) -> Limits:
    """The limits of an agent's run: those of its workflow, within its budget of minutes.

    The limits of a workflow need no permission, so that they cannot widen the budget.
    """
    own, common = settings.workflows.get(workflow, WorkflowLimits()), settings.limits_of(workflow)
    walls = [seconds for seconds in (own.wall, settings.budget.minutes * 60) if seconds]
    idle = IDLE if own.idle is None else own.idle
    return Limits(
        wall=min(walls, default=None), idle=idle or None, grace=common.grace, log_bytes=common.log_bytes or None
    )


def _task(
    agent: Agent, workflow: WorkflowType, plan: Plan, achievement: Achievement, workspace: Path, settings: Settings
) -> AgentTask:
    context = template_context(workspace, plan, achievement)
    prompt = render(f"{workflow.value}-prompt.md.j2", context, workspace, settings.templates)
    artifacts = achievement.artifacts
    documents = {path: read_document(workspace, path) for path in (*artifacts.subplans, *artifacts.executions)}
    is_open = (path for path in artifacts.executions if not is_complete(documents[path], achievement.id))
    is_fix = workflow is WorkflowType.FIX
    execution = "" if is_fix else next(is_open, "")
    # The documents themselves are spoken of among the files, and are not what was to be made.
    own = {_base(path) for path in (plan.plan_file, *documents)}
    others = () if is_fix else tuple(path for path in artifacts.executions if path != execution)
    verifying = {path: text for path, text in documents.items() if path not in others}
    found = proposals(workspace, {plan.plan_file: context.section.body, **verifying})
    allowed = [each for each in found if is_allowed(workspace, each)]
    commands = (*settings.verify, *(argv for each in allowed for argv in each.commands))
    return AgentTask(
        agent=agent,
        prompt=prompt,
        plan_file=plan.plan_file,
        execution=execution,
        creates=(context.resolution_file,) if is_fix else (),
        deliverables=tuple(plain(each) for each in named_files(*documents.values()) if _base(each) not in own),
        verify=tuple(dict.fromkeys(commands)),
        proposals=tuple(
            msgspec.structs.replace(each, commands=()) if each in allowed else each
            for each in found
            if each not in allowed or each.left_out or each.more
        ),
        budget=_budget(settings.budget),
        fix_attempts=settings.fix_attempts,
    )


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _budget(settings: BudgetSettings) -> Budget:
    return msgspec.convert(msgspec.structs.asdict(settings), Budget)


def _failure(message: str, evidence: str) -> Failure:
    again = Suggestion("look again", SuggestedAction.RETRY)
    return Failure(FailureKind.PREREQUISITE_MISSING, message, evidence, (again, BACK))

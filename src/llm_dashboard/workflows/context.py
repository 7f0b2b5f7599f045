"""What a template about an achievement can speak of, read from the documents of its plan."""

import datetime
from collections.abc import Callable
from pathlib import Path

from llm_dashboard import measures
from llm_dashboard.plans.artifacts import (
    approved_path,
    execution_path,
    fix_path,
    next_execution_number,
    resolution_of,
    subplan_path,
)
from llm_dashboard.plans.documents import achievement_section, fix_issues, place, subplan_document
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.plans.status import new_round
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.workflows.prompts import TemplateContext

PLACEHOLDER = "[TO BE FILLED"
"""How what is left to the assistant begins in documents."""


def template_context(
    workspace: Path, plan: Plan, achievement: Achievement, say: Callable[[str], None] = lambda text: None
) -> TemplateContext:
    """Everything that the templates speak of; what is read is told by `say`. Raises OSError."""
    artifacts = achievement.artifacts
    section = achievement_section(_document(workspace, plan, plan.plan_file, say), achievement.id)
    say(
        f"achievement {achievement.id} {achievement.title}: "
        f"{measures.count(len(section.deliverables), 'deliverable')}, {measures.count(len(section.tests), 'test')}"
    )
    subplan_file = artifacts.subplans[-1] if artifacts.subplans else ""
    fix_file = artifacts.fix[-1] if artifacts.fix else ""
    subplan_text = _document(workspace, plan, subplan_file, say) if subplan_file else ""
    placeholders = subplan_text.count(PLACEHOLDER)
    if placeholders:
        say(f"the SUBPLAN is not complete: {measures.count(placeholders, 'place')} to be filled")
    new_fix_file = new_round(fix_path(plan, achievement.id), artifacts.fix)
    number = next_execution_number(workspace, plan, achievement.id)
    return TemplateContext(
        plan=plan,
        achievement=achievement,
        section=section,
        place=place(plan, achievement),
        created=f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC",
        subplan_file=subplan_file or subplan_path(plan, achievement.id),
        subplan=subplan_document(subplan_text),
        execution_file=execution_path(plan, achievement.id, number),
        execution_number=number,
        executions=artifacts.executions,
        fix_file=fix_file,
        fix=fix_issues(_document(workspace, plan, fix_file, say) if fix_file else ""),
        new_fix_file=new_fix_file,
        approved_file=new_round(approved_path(plan, achievement.id), artifacts.approved),
        resolution_file=resolution_of(fix_file or new_fix_file),
    )


def _document(workspace: Path, plan: Plan, path: str, say: Callable[[str], None]) -> str:
    text = read_document(workspace, path)
    say(f"reading {path.removeprefix(f'{plan.path}/')} ({measures.count(len(text.splitlines()), 'line')})")
    return text

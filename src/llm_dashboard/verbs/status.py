"""`status` and `next`: what the plans say, as text or as JSON."""

import sys
from pathlib import Path

import msgspec

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.measures import count
from llm_dashboard.plans.marks import plan_mark
from llm_dashboard.plans.models import AchievementStatus, NextStep, Plan, Problem, StepKind, WorkspaceState
from llm_dashboard.plans.report import status_report
from llm_dashboard.plans.workspace import Workspace, find_plan
from llm_dashboard.settings import Settings

NAME_WIDTH = 60
"""Columns that a name takes at most; --json has it whole."""


class _NextReport(msgspec.Struct):
    plan: str
    plan_file: str
    next: NextStep


def status(root: Path, settings: Settings, *, as_json: bool) -> int:
    """Print where every plan stands; the exit status."""
    state = Workspace(root, settings.plans_root).load()
    if as_json:
        _print_json(status_report(state))
        return ExitStatus.DONE
    width = min(max((len(plan.name) for plan in state.plans), default=0), NAME_WIDTH)
    container = ""
    for plan in state.plans:
        if plan.container != container:
            container = plan.container
            print(f"\n{container}")
        counts = plan.counts
        progress = f"{counts.approved}/{counts.total}" if counts.total else "–"
        print(f"{plan_mark(plan).symbol} {_cut(plan.name, width):{width}}  {progress:>6}  {_next_text(plan)}")
    for problem in state.problems:
        print(f"llm-dash: {problem.message}", file=sys.stderr)
    _print_totals(state)
    return ExitStatus.DONE


def next_step(root: Path, settings: Settings, wanted: str | None, *, as_json: bool) -> int:
    """Print what comes next; the exit status says whether a verdict or a prerequisite is what it takes."""
    state = Workspace(root, settings.plans_root).load()
    if wanted is None:
        if as_json:
            reports = [_NextReport(plan.name, plan.plan_file, plan.next) for plan in state.plans]
            _print_json({"plans": reports})
        else:
            for plan in state.plans:
                print(f"{plan_mark(plan).symbol} {plan.name}: {_next_text(plan)}")
        return ExitStatus.DONE
    found = find_plan(state, wanted)
    if isinstance(found, Problem):
        print(f"llm-dash: {found.message}", file=sys.stderr)
        return ExitStatus.USAGE
    if as_json:
        _print_json(_NextReport(found.name, found.plan_file, found.next))
    else:
        print(_next_text(found))
    if found.next.workflow is StepKind.REVIEW:
        return ExitStatus.VERDICT_NEEDED
    finished = found.achievements and found.counts.approved == found.counts.total
    return ExitStatus.PREREQUISITE_MISSING if found.next.workflow is StepKind.NONE and not finished else ExitStatus.DONE


def _print_json(value: object) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def _next_text(plan: Plan) -> str:
    step = plan.next
    if step.workflow is StepKind.NONE or step.achievement is None:
        return plan.problems[0].message if plan.problems and not plan.achievements else step.reason
    achievement = plan.achievement(step.achievement)
    return f"{step.workflow} {step.achievement}  {achievement.title if achievement else ''}: {step.reason}"


def _cut(name: str, width: int) -> str:
    return name if len(name) <= width else name[: width - 1] + "…"


def _print_totals(state: WorkspaceState) -> None:
    every = [each for plan in state.plans for each in plan.achievements]
    approved = sum(each.status is AchievementStatus.APPROVED for each in every)
    waiting = sum(each.status in (AchievementStatus.AWAITING_REVIEW, AchievementStatus.NEEDS_FIX) for each in every)
    need = "needs" if waiting == 1 else "need"
    print(f"\n{count(len(state.plans), 'plan')}, {approved} of {len(every)} approved, {waiting} {need} you")

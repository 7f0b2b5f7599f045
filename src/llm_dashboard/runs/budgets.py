"""What the runs of a plan have used so far, and what the next one may still use."""

from itertools import chain
from pathlib import Path

import msgspec

from llm_dashboard import measures
from llm_dashboard.agents.meters import used
from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.task import Budget
from llm_dashboard.runs import history
from llm_dashboard.workflows.models import Command


class Spent(msgspec.Struct, frozen=True):
    """What agents have used in the runs of a plan."""

    runs: int = 0
    minutes: float = 0.0
    meters: Meters = Meters()


def spent_by(workspace: Path, plan: str) -> Spent:
    """What agents have used for the plan of that name. It reads every run's folder."""
    total = Spent()
    for run in chain.from_iterable(history.batches(workspace)):
        if run.record.plan == plan and run.result and run.result.agent:
            own, now = run.result.agent.meters, total.meters
            cost = now.cost if own.cost is None else (now.cost or 0.0) + own.cost
            total = Spent(
                total.runs + 1,
                total.minutes + run.result.duration / 60,
                Meters(
                    now.input_tokens + own.input_tokens,
                    now.output_tokens + own.output_tokens,
                    now.cached_tokens + own.cached_tokens,
                    cost,
                ),
            )
    return total


def within_plan(command: Command, workspace: Path) -> Command | str:
    """The command, with no more to use than its plan has left; or that nothing is left, as a sentence."""
    if command.task is None or command.plan is None:
        return command
    budget = command.task.budget
    if not (budget.plan_minutes or budget.plan_tokens or budget.plan_dollars):
        return command
    spent = spent_by(workspace, command.plan)
    left = (
        _left(budget.plan_minutes, spent.minutes),
        _left(float(budget.plan_tokens), float(spent.meters.tokens)),
        _left(budget.plan_dollars, spent.meters.cost or 0.0),
    )
    minutes, tokens, dollars = left
    if 0.0 in left:
        return f"the budget of {command.plan} is spent: {said(spent)}"
    wall = command.limits.wall
    if minutes is not None:
        wall = min(minutes * 60, wall or float("inf"))
    own = Budget(
        tokens=int(_smaller(budget.tokens, tokens)),
        dollars=_smaller(budget.dollars, dollars),
        plan_minutes=budget.plan_minutes,
        plan_tokens=budget.plan_tokens,
        plan_dollars=budget.plan_dollars,
    )
    return msgspec.structs.replace(
        command,
        limits=msgspec.structs.replace(command.limits, wall=wall),
        task=msgspec.structs.replace(command.task, budget=own),
    )


def said(spent: Spent) -> str:
    """What was used, in a few words: `12 runs, 41 min, 1,204,000 tokens, $3.20`."""
    return f"{measures.count(spent.runs, 'run')}, {spent.minutes:.0f} min, {used(spent.meters)}"


def _left(limit: float, used: float) -> float | None:
    """What is left of a limit; None where there is none."""
    return max(0.0, limit - used) if limit else None


def _smaller(own: float, left: float | None) -> float:
    """The smaller limit; 0 and None are none."""
    return own if left is None else min(own or left, left)

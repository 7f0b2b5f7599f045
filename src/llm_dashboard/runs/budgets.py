"""What the runs of a plan have used so far, and what the next one may still use."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from time import monotonic

import msgspec

from llm_dashboard import measures
from llm_dashboard.agents.meters import used
from llm_dashboard.agents.models import Meters
from llm_dashboard.runs import history
from llm_dashboard.runs.about import is_recorded_for
from llm_dashboard.runs.models import Run
from llm_dashboard.workflows.models import Command


class Spent(msgspec.Struct, frozen=True):
    """What agents have used."""

    runs: int = 0
    minutes: float = 0.0
    meters: Meters = Meters()


def spent_in(runs: Iterable[Run], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Spent:
    """What agents have used in those runs: of one that lives, up to now, and of one that is lost, as far as its log goes.

    The log of each of those is read.
    """
    total = Spent()
    for run in runs:
        if run.result and run.result.agent:
            total = _with(total, run.result.duration / 60, run.result.agent.meters)
        elif run.record.task and (since := measures.moment(run.record.started_at)):
            until = _last_seen(run) if run.state.is_final else now()
            seconds = (until - since).total_seconds() if until else 0.0
            told = run.result.duration if run.result else 0.0
            total = _with(total, max(0.0, told or seconds) / 60, _meters_now(run))
    return total


def _last_seen(run: Run) -> datetime | None:
    """When a run that nobody has seen to its end wrote last; None where it wrote nothing."""
    try:
        return datetime.fromtimestamp(run.log_path.lstat().st_mtime, UTC)
    except OSError:
        return None


def _with(total: Spent, minutes: float, own: Meters) -> Spent:
    now = total.meters
    return Spent(
        total.runs + 1,
        total.minutes + minutes,
        Meters(
            now.input_tokens + own.input_tokens,
            now.output_tokens + own.output_tokens,
            now.cached_tokens + own.cached_tokens,
            now.cost if own.cost is None else (now.cost or 0.0) + own.cost,
        ),
    )


def _meters_now(run: Run) -> Meters:
    """What a run without a report has told."""
    # Only here: every run that is started imports this module, and few ask.
    from llm_dashboard.runs.agent_watch import AgentWatch

    try:
        log = os.open(run.log_path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return Meters()
    try:
        return AgentWatch(msgspec.to_builtins(run.record.task), log, monotonic()).conclude().meters
    finally:
        os.close(log)


def within_plan(command: Command, workspace: Path) -> Command | str:
    """The command, with no more to use than its plan has left; or that nothing is left, as a sentence.

    Where the plan has a budget, every run's folder is read. Runs that go on at once may each use what is left when they begin.
    """
    if command.task is None or command.plan is None:
        return command
    budget = command.task.budget
    if not (budget.plan_minutes or budget.plan_tokens or budget.plan_dollars):
        return command
    runs = chain.from_iterable(history.batches(workspace))
    plan, plan_file = command.plan, command.task.plan_file
    spent = spent_in(
        run for run in runs if (is_recorded_for(run.record, plan, plan_file) if plan_file else run.record.plan == plan)
    )
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
    own = msgspec.structs.replace(
        budget, tokens=int(_smaller(budget.tokens, tokens)), dollars=_smaller(budget.dollars, dollars)
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

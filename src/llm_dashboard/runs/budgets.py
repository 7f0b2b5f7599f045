"""What the runs of a plan have used so far, what the next one may still use, and what they use while several live."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from llm_dashboard import measures
from llm_dashboard.agents.meters import used
from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.task import Budget
from llm_dashboard.runs import history, leftovers
from llm_dashboard.runs.about import is_recorded_for
from llm_dashboard.runs.folders import runs_folder
from llm_dashboard.runs.models import Run, RunRecord
from llm_dashboard.runs.records import open_regular
from llm_dashboard.workflows.models import Command

if TYPE_CHECKING:
    from llm_dashboard.runs.agent_watch import AgentWatch

LOOK_AROUND = 1.0
"""Seconds between two looks at which runs of the plan there are."""
AT_ONCE = 200
"""Records that are read in one go, while a run and its limits are watched."""
AHEAD = 1.0
"""Seconds by which a plan's minutes are over sooner than the limit of time that a run has from them: the better reason."""


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
    return _sum(total, Spent(1, minutes, own))


def _sum(total: Spent, more: Spent) -> Spent:
    return Spent(total.runs + more.runs, total.minutes + more.minutes, total.meters.plus(more.meters))


def _meters_now(run: Run) -> Meters:
    """What a run without a report has told."""
    log = _open_log(run)
    try:
        return _watch(run, log).conclude().meters
    finally:
        os.close(log)


def _open_log(run: Run) -> int:
    """Its log, open; what is empty where that is no file: what ran may have put anything in its place."""
    try:
        return open_regular(run.log_path)
    except OSError:
        return os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)


def _watch(run: Run, log: int) -> "AgentWatch":
    # Only here: every run that is started imports this module, and few ask.
    from llm_dashboard.runs.agent_watch import AgentWatch

    return AgentWatch(msgspec.to_builtins(run.record.task), log, monotonic())


class _Other(NamedTuple):
    """Another run of the plan, which lives."""

    since: datetime
    watch: "AgentWatch"
    log: int

    def added_to(self, total: Spent) -> Spent:
        """The total with what it has used up to now."""
        return _with(total, (datetime.now(UTC) - self.since).total_seconds() / 60, self.watch.meters)


class PlanWatch:
    """What all runs of a plan use together, for the supervisor of one of them: they are seen by what is on disk."""

    def __init__(self, record: RunRecord, workspace: Path) -> None:
        self._record = record
        self._workspace = workspace
        self._ended = Spent()
        """What those have used that have ended."""
        self._live: dict[str, _Other] = {}
        self._known = {record.run}
        """Those that are counted, or are not of this plan."""
        self._unread: list[str] = []
        self._next_look = 0.0

    def spent(self, own: Meters, seconds: float, now: float) -> str | None:
        """What was used, in a few words, where nothing is left of the plan's budget; else None.

        `own`, `seconds`: what the watched run has used itself, and for how long. `now` is a time of the monotonic clock.
        """
        if now >= self._next_look:
            self._next_look = now + LOOK_AROUND
            self._look_around()
        # In steps: there may be thousands, and the limits of the run are kept meanwhile.
        unread, self._unread = self._unread[:AT_ONCE], self._unread[AT_ONCE:]
        look = cache(leftovers.look)
        for name in unread:
            self._take_up(name, history.read(runs_folder(self._workspace) / name, look))
        total = _with(self._ended, (seconds + AHEAD) / 60, own)
        for other in self._live.values():
            other.watch.look(now)
            total = other.added_to(total)
        assert self._record.task
        return said(total) if 0.0 in _left_of(self._record.task.budget, total) else None

    def _look_around(self) -> None:
        for name in list(self._live):
            run = history.read(runs_folder(self._workspace) / name)
            if run is None or run.state.is_final:
                other = self._live.pop(name)
                self._known.add(name)
                self._ended = other.added_to(self._ended) if run is None else _sum(self._ended, spent_in([run]))
                os.close(other.log)
        names = history.ids(self._workspace)
        self._unread = sorted(names - self._known - self._live.keys(), reverse=True)

    def _take_up(self, name: str, run: Run | None) -> None:
        own = self._record
        if run is None:
            # Its folder may be just being made.
            return
        if run.record.task is None or not _is_of(run.record, own.plan, own.task.plan_file if own.task else ""):
            self._known.add(name)
        elif run.state.is_final:
            self._known.add(name)
            self._ended = _sum(self._ended, spent_in([run]))
        elif since := measures.moment(run.record.started_at):
            log = _open_log(run)
            self._live[name] = _Other(since, _watch(run, log), log)


def within_plan(command: Command, workspace: Path) -> Command | str:
    """The command, with no more to use than its plan has left; or that nothing is left, as a sentence.

    Where the plan has a budget, every run's folder is read. What others use once it has begun its supervisor sees: `PlanWatch`.
    """
    if command.task is None or command.plan is None or not command.task.budget.is_of_plan:
        return command
    budget = command.task.budget
    runs = chain.from_iterable(history.batches(workspace))
    spent = spent_in(run for run in runs if _is_of(run.record, command.plan, command.task.plan_file))
    left = _left_of(budget, spent)
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


def _is_of(record: RunRecord, plan: str | None, plan_file: str) -> bool:
    """Whether a run is one of that plan; without its file, which the records of earlier versions lack, its name decides."""
    return is_recorded_for(record, plan or "", plan_file) if plan_file else record.plan == plan


def _left_of(budget: Budget, spent: Spent) -> tuple[float | None, float | None, float | None]:
    """The minutes, tokens and dollars that are left of a plan's budget; None where there is no limit."""
    return (
        _left(budget.plan_minutes, spent.minutes),
        _left(float(budget.plan_tokens), float(spent.meters.tokens)),
        _left(budget.plan_dollars, spent.meters.cost or 0.0),
    )


def _left(limit: float, used: float) -> float | None:
    """What is left of a limit; None where there is none."""
    return max(0.0, limit - used) if limit else None


def _smaller(own: float, left: float | None) -> float:
    """The smaller limit; 0 and None are none."""
    return own if left is None else min(own or left, left)

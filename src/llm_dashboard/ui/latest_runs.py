"""The runs of plans: the one that belongs beside a plan, whose is the newest, and which plans are at work."""

from collections.abc import Iterable, Mapping

from llm_dashboard.plans.models import Plan
from llm_dashboard.runs.about import is_about
from llm_dashboard.runs.models import Run, WorkflowState


def latest_runs(plans: Iterable[Plan], runs: Iterable[Run]) -> Mapping[str, Run]:
    """By the file of each plan the newest of its live runs, or where none lives the newest of all."""
    named = _by_name(plans)
    latest: dict[str, Run] = {}
    for run in runs:
        for plan in named.get(run.record.plan or "", ()):
            file = plan.plan_file
            if is_about(run, plan) and (file not in latest or _rank(run) > _rank(latest[file])):
                latest[file] = run
    return latest


def newest_first(plans: Iterable[Plan], runs: Iterable[Run]) -> Mapping[str, int]:
    """By the file of each plan that has a run, the place of its newest one among all runs: 0 for the newest."""
    named = _by_name(plans)
    places: dict[str, int] = {}
    for place, run in enumerate(sorted(runs, key=lambda run: run.record.requested_at, reverse=True)):
        for plan in named.get(run.record.plan or "", ()):
            if is_about(run, plan):
                places.setdefault(plan.plan_file, place)
    return places


def live_states(plans: Iterable[Plan], runs: Iterable[Run]) -> Mapping[str, WorkflowState]:
    """By the file of each plan that has live runs, what they do: run, or wait where none runs."""
    named = _by_name(plans)
    states: dict[str, WorkflowState] = {}
    for run in running_last(runs):
        for plan in named.get(run.record.plan or "", ()):
            if is_about(run, plan):
                states[plan.plan_file] = run.state
    return states


def running_last(runs: Iterable[Run]) -> list[Run]:
    """The live ones, those that wait before those that run."""
    return sorted((run for run in runs if not run.state.is_final), key=lambda run: run.state is WorkflowState.RUNNING)


def _by_name(plans: Iterable[Plan]) -> Mapping[str, list[Plan]]:
    named: dict[str, list[Plan]] = {}
    for plan in plans:
        named.setdefault(plan.name, []).append(plan)
    return named


def _rank(run: Run) -> tuple[bool, str]:
    return not run.state.is_final, run.record.requested_at

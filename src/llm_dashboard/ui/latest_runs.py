"""The run that belongs beside a plan: the live one, or else the last."""

from collections.abc import Iterable, Mapping

from llm_dashboard.plans.models import Plan
from llm_dashboard.runs.about import is_about
from llm_dashboard.runs.models import Run


def latest_runs(plans: Iterable[Plan], runs: Iterable[Run]) -> Mapping[str, Run]:
    """By the file of each plan the newest of its live runs, or where none lives the newest of all."""
    named: dict[str, list[Plan]] = {}
    for plan in plans:
        named.setdefault(plan.name, []).append(plan)
    latest: dict[str, Run] = {}
    for run in runs:
        for plan in named.get(run.record.plan or "", ()):
            file = plan.plan_file
            if is_about(run, plan) and (file not in latest or _rank(run) > _rank(latest[file])):
                latest[file] = run
    return latest


def _rank(run: Run) -> tuple[bool, str]:
    return not run.state.is_final, run.record.requested_at

"""The run that belongs beside a plan: the live one, or else the last."""

from collections.abc import Iterable, Mapping

from llm_dashboard.runs.models import Run


def latest_runs(runs: Iterable[Run]) -> Mapping[str, Run]:
    """By the name of each plan the newest of its live runs, or where none lives the newest of all."""
    latest: dict[str, Run] = {}
    for run in runs:
        name = run.record.plan
        if name and (name not in latest or _rank(run) > _rank(latest[name])):
            latest[name] = run
    return latest


def _rank(run: Run) -> tuple[bool, str]:
    return not run.state.is_final, run.record.requested_at

"""Which files can be opened in a program of one's own: of an achievement, of a run, of a finding."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import NamedTuple

from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.runs.models import Change, Run

NUMBERED = 9
"""So many files have a digit as their key."""


class Openable(NamedTuple):
    """A file to open."""

    key: str
    name: str
    """What it is, in a word or two."""
    path: str
    """Relative to the workspace, with `/`."""
    line: int | None = None
    """Counted from 1."""
    variable: str = "EDITOR"
    """The environment variable that names what opens it."""


def openables_of_run(run: Run) -> tuple[Openable, ...]:
    """Of a run: the files that it made, its prompt, its log, its result, and what was asked."""
    made = [each.path for each in run.result.deliverables if each.change is not Change.DELETED] if run.result else []
    others = (
        Openable("p", "Prompt", path_in_run(run, run.prompt_path.name)) if run.prompt_path.is_file() else None,
        Openable("l", "Log", path_in_run(run, run.log_path.name), variable="PAGER") if run.log_path.is_file() else None,
        Openable("r", "Result", path_in_run(run, "result.json")) if run.result else None,
        Openable("a", "What was asked", path_in_run(run, "run.json")),
    )
    return (*_numbered(made), *filter(None, others))


def openables_of_achievement(plan: Plan, achievement: Achievement) -> tuple[Openable, ...]:
    """Of an achievement: its documents, the newest first, and its place in the plan."""
    documents = documents_of(plan, achievement)[:-1]
    return (*_numbered(documents), Openable("p", "Plan", plan.plan_file, achievement.line))


def documents_of(plan: Plan, achievement: Achievement) -> list[str]:
    """The documents of an achievement, the last of the methodology's order first, and the plan at the end."""
    found = achievement.artifacts
    kinds = (found.approved, found.resolutions, found.fix, found.executions, found.subplans)
    return [*(path for paths in kinds for path in reversed(paths)), plan.plan_file]


def path_in_run(run: Run, name: str) -> str:
    """A file of the run's folder, relative to the workspace."""
    return PurePath(*run.folder.parts[-3:], name).as_posix()


def _numbered(paths: Sequence[str]) -> list[Openable]:
    return [Openable(str(number), _kind(path), path) for number, path in enumerate(paths[:NUMBERED], 1)]


def _kind(path: str) -> str:
    """`SUBPLAN_X_12.md` is a SUBPLAN; what is no document of the methodology is a file."""
    name = path.rpartition("/")[2]
    kinds = ("SUBPLAN", "EXECUTION_TASK", "FIX", "APPROVED", "PLAN")
    return next((kind for kind in kinds if name.startswith(f"{kind}_")), "File")

"""Several achievements of a plan at once: which can be worked on now, and the command that each becomes."""

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from llm_dashboard.plans.models import Achievement, NextStep, Plan, StepKind
from llm_dashboard.plans.schedule import achievement_step
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import Settings
from llm_dashboard.workflows import catalog
from llm_dashboard.workflows.models import Command, Failure, FailureKind, WorkflowRequest, WorkflowType
from llm_dashboard.workflows.prerequisites import BACK, CHOOSE, next_workflow


class Candidate(msgspec.Struct, frozen=True):
    """An achievement that waits for no other one, with the step that it needs."""

    achievement: Achievement
    step: NextStep

    @property
    def needs_person(self) -> bool:
        """Whether no run can do it: a review is decided by a person."""
        return self.step.workflow is StepKind.REVIEW


class Refusal(msgspec.Struct, frozen=True):
    """Why an achievement is left out."""

    achievement: str
    failure: Failure


class Batch(msgspec.Struct, frozen=True):
    """Commands to run at once; no two of them create the same file."""

    commands: tuple[Command, ...]
    refused: tuple[Refusal, ...] = ()


def candidates(plan: Plan) -> tuple[Candidate, ...]:
    """What can be worked on now, in document order."""
    found = (Candidate(each, achievement_step(each, plan)) for each in plan.achievements)
    return tuple(each for each in found if each.step.workflow is not StepKind.NONE)


def batch(plan: Plan, ids: Iterable[str], workspace: Path, settings: Settings, taken: Collection[str] = ()) -> Batch:
    """A command for the next step of each achievement; those that cannot be done are refused, each with its reason.

    Those that would create the same file are refused together, and whoever would create one of `taken`, the files that
    live runs create. Paths are relative to the workspace. Nothing is changed on disk.
    """
    made = {each: _command(plan, each, workspace, settings) for each in dict.fromkeys(ids)}
    commands = {each: command for each, command in made.items() if isinstance(command, Command)}
    creators = Counter(path for command in commands.values() for path in command.creates)
    for each, command in commands.items():
        shared = next((path for path in command.creates if creators[path] > 1), None)
        busy = next((path for path in command.creates if path in taken), None)
        if shared:
            others = [other for other, each_command in commands.items() if shared in each_command.creates]
            made[each] = _refusal(f"{' and '.join(others)} would write the same file: run one, then the other", shared)
        elif busy:
            made[each] = _refusal(f"a live run writes the file that {each} needs: wait for its end", busy)
    return Batch(
        tuple(command for command in made.values() if isinstance(command, Command)),
        tuple(Refusal(plain(each), failure) for each, failure in made.items() if isinstance(failure, Failure)),
    )


def _command(plan: Plan, achievement_id: str, workspace: Path, settings: Settings) -> Command | Failure:
    step = next_workflow(plan, achievement_id)
    if isinstance(step, Failure):
        return step
    workflow, achievement = step
    if workflow is WorkflowType.REVIEW:
        reason = achievement_step(achievement, plan).reason
        return _refusal(f"{achievement.id} awaits a review, which a person decides", reason)
    # Not as NEXT: where the workspace's script for the step is missing, that would fall back to the next step of the plan.
    return catalog.command(WorkflowRequest(workflow, plan, achievement.id), workspace, settings)


def _refusal(message: str, evidence: str) -> Failure:
    return Failure(FailureKind.PREREQUISITE_MISSING, message, evidence, (CHOOSE, BACK))

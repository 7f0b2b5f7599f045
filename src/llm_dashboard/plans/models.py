"""The values that a workspace of plans is read into. All are frozen; every string in them is safe to draw."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class AchievementStatus(StrEnum):
    """Where an achievement stands, by the files beside its plan."""

    NOT_STARTED = "not_started"
    SUBPLAN_READY = "subplan_ready"
    IN_PROGRESS = "in_progress"
    AWAITING_REVIEW = "awaiting_review"
    NEEDS_FIX = "needs_fix"
    APPROVED = "approved"


class StepKind(StrEnum):
    """What an achievement, or a plan, needs next."""

    SUBPLAN = "subplan"
    EXECUTION = "execution"
    CONTINUE = "continue"
    REVIEW = "review"
    FIX = "fix"
    NONE = "none"


class Problem(msgspec.Struct, frozen=True, gc=False):
    """Something in the workspace that is not as it should be, and does not stop the rest."""

    code: str
    """Stable, in kebab case: `fence-unclosed`."""
    message: str
    """One sentence: what was seen, and what to do."""
    file: str | None = None
    """Relative to the workspace, with `/`."""
    line: int | None = None
    """Counted from 1."""


class Artifacts(msgspec.Struct, frozen=True, gc=False):
    """The files of one achievement: paths relative to the workspace, with `/`, sorted by name."""

    subplans: tuple[str, ...] = ()
    executions: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    resolutions: tuple[str, ...] = ()
    """FIX_<id>_RESOLUTION files: the fixes are made, the verdict is open again."""


class CheckedCriterion(msgspec.Struct, frozen=True):
    """A success criterion, and whether the reviewer saw it hold."""

    text: str
    is_met: bool


class NextStep(msgspec.Struct, frozen=True, gc=False):
    """The step that comes next: for a plan, or for one of its achievements."""

    achievement: str | None
    workflow: StepKind
    reason: str
    """One clause that says why."""


class Achievement(msgspec.Struct, frozen=True, gc=False):
    """One achievement of a plan, as the plan declares it, with its status."""

    id: str
    """As written in the plan: `1.1`, `10.2`, `3.5.1`."""
    title: str
    group: str
    """The priority group's text, or an empty string."""
    line: int
    """Where the plan declares it, counted from 1."""
    status: AchievementStatus
    dependencies: tuple[str, ...] = ()
    """Ids that must be approved first."""
    effort: str | None = None
    """The plan's own estimate, as written: `2-3 hours`."""
    artifacts: Artifacts = Artifacts()


class Counts(msgspec.Struct, frozen=True, gc=False):
    """How many achievements of a plan there are, in all and per status."""

    total: int = 0
    not_started: int = 0
    subplan_ready: int = 0
    in_progress: int = 0
    awaiting_review: int = 0
    needs_fix: int = 0
    approved: int = 0


class Plan(msgspec.Struct, frozen=True, gc=False):
    """One PLAN file and what lies beside it."""

    name: str
    """The file's name without `PLAN_` and `.md`."""
    path: str
    """The folder of the PLAN file, relative to the workspace, with `/`."""
    plan_file: str
    """The PLAN file, relative to the workspace, with `/`."""
    container: str
    """The folders between the plans root and the plan's own folder, with `/`; empty directly under the root."""
    own_folder: bool
    """Whether the folder is the plan's own (`<NAME>/`), so that `subplans/` and `execution/` in it are its artifacts."""
    title: str
    """The text after `# PLAN:`."""
    header: Mapping[str, str]
    achievements: tuple[Achievement, ...]
    counts: Counts
    next: NextStep
    problems: tuple[Problem, ...] = ()

    def achievement(self, achievement_id: str) -> Achievement | None:
        """The achievement of that id, or None."""
        return next((each for each in self.achievements if each.id == achievement_id), None)

    @property
    def last_approved(self) -> Achievement | None:
        """The last approved achievement in document order, or None."""
        approved = (each for each in reversed(self.achievements) if each.status is AchievementStatus.APPROVED)
        return next(approved, None)


class WorkspaceState(msgspec.Struct, frozen=True, gc=False):
    """All plans of a workspace at one moment."""

    name: str
    """The name of the workspace's folder."""
    plans: tuple[Plan, ...]
    """Plans directly under the plans root first, then container by container, each by name."""
    problems: tuple[Problem, ...] = ()
    """Problems that belong to no single plan."""
    root: str = ""
    """The workspace's folder, absolute."""

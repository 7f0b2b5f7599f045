"""A plan that is finished leaves the plans root: its folder moves to `documentation/archive/<name>-<monYYYY>/`, as it is."""

import datetime
import errno
import os
from contextlib import suppress
from pathlib import Path

import msgspec

from llm_dashboard.measures import count
from llm_dashboard.plans.dates import MONTHS
from llm_dashboard.plans.folders import make_folder
from llm_dashboard.plans.models import Plan, WorkspaceState

ARCHIVE = "documentation/archive"
"""Relative to the workspace."""


class Move(msgspec.Struct, frozen=True):
    """What archiving a plan moves. Paths are relative to the workspace, with `/`."""

    source: str
    target: str
    files: int
    octets: int
    """The sizes of the files, in bytes."""
    warning: str
    """Why it may be too early, as a sentence; or empty."""


def planned_move(root: Path, plans_root: str, state: WorkspaceState, plan: Plan, day: datetime.date) -> Move | str:
    """What archiving the plan on that day would move; a sentence that says why it cannot be archived."""
    target = f"{ARCHIVE}/{plan.name.lower()}-{MONTHS[day.month - 1]}{day.year}"
    if not plan.own_folder:
        return f"{plan.plan_file} has no folder of its own ({plan.name}/): move the file by hand."
    inside = next(
        (each for each in state.plans if each is not plan and f"{each.path}/".startswith(f"{plan.path}/")), None
    )
    if inside:
        return f"{inside.plan_file} lies in the folder of {plan.name}: move it out first."
    if target.startswith(f"{plans_root}/"):
        return f"{ARCHIVE} is in the plans root, {plans_root}: what lies there is not archived."
    if os.path.lexists(root / target):
        return f"{target} exists already: rename it, nothing is overwritten."
    files, octets = _contents(root / plan.path)
    return Move(plan.path, target, files, octets, _warning(plan))


def archive(root: Path, move: Move) -> None:
    """Move the folder, in one step. Raises OSError, with one sentence, where it cannot be moved; it is then where it was."""
    make_folder(root, move.target, new=True)
    try:
        # A folder takes the place of an empty one, and of nothing else.
        (root / move.source).rename(root / move.target)
    except OSError as error:
        with suppress(OSError):
            (root / move.target).rmdir()
        if error.errno == errno.EXDEV:
            raise OSError(f"{ARCHIVE} is on another file system: move {move.source} by hand") from error
        raise OSError(f"{move.source} cannot be moved: {error.strerror}") from error


def _warning(plan: Plan) -> str:
    open_ones = plan.counts.total - plan.counts.approved
    if not plan.counts.total:
        return "It declares no achievements."
    if not open_ones:
        return ""
    return f"{open_ones} of {count(plan.counts.total, 'achievement')} {'is' if open_ones == 1 else 'are'} not approved."


def _contents(folder: Path) -> tuple[int, int]:
    """How many files are below a folder, and how large they are together, in bytes. Links are files."""
    files = octets = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                octets += os.lstat(os.path.join(path, name)).st_size  # noqa: PTH118
            files += 1
    return files, octets

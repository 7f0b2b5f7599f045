"""A folder becomes a workspace: the folder of its plans, and a file of settings that changes none."""

import os
from pathlib import Path

import msgspec

from llm_dashboard.atomic import write_new
from llm_dashboard.plans.folders import make_folder
from llm_dashboard.settings import DEFAULT_FILE, FILE_NAME


class Part(msgspec.Struct, frozen=True):
    """Something that a workspace has."""

    path: str
    """Relative to the workspace, with `/`; a folder ends with one."""
    is_there: bool
    """Whether it was there already, and is kept as it is."""


def parts(root: Path, plans_root: str) -> tuple[Part, ...]:
    """What a workspace at `root` has, or would have."""
    return (
        Part(f"{plans_root}/", (root / plans_root).is_dir()),
        Part(FILE_NAME, os.path.lexists(root / FILE_NAME)),
    )


def initialize(root: Path, plans_root: str) -> tuple[Part, ...]:
    """Make what is missing, `root` itself as well, and keep what is there; what was there before.

    Raises OSError, with one sentence, where something cannot be made.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"{root} cannot be made: {error.strerror}") from error
    before = parts(root, plans_root)
    make_folder(root, plans_root)
    try:
        write_new(root / FILE_NAME, DEFAULT_FILE.read_bytes())
    except FileExistsError:
        pass
    except OSError as error:
        raise OSError(f"{FILE_NAME} cannot be written: {error.strerror}") from error
    return before

"""The settings: `llm-dash.toml` in the workspace, then the environment, over the defaults; one frozen value."""

import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Annotated

import msgspec

FILE_NAME = "llm-dash.toml"
DEFAULT_PLANS_ROOT = "work-space/plans"


class ScriptSource(StrEnum):
    """Who does the workflows."""

    BUILT_IN = "built-in"
    WORKSPACE = "workspace"


Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]


class LimitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[limits]`: when a run is ended. Seconds; 0 is no limit."""

    wall: Seconds = 180.0
    """Time since the start."""
    idle: Seconds = 0.0
    """Time without output."""
    grace_interrupt: Seconds = 5.0
    """Time to end after SIGINT."""
    grace_terminate: Seconds = 3.0
    """Time to end after SIGTERM."""
    log_bytes: Annotated[int, msgspec.Meta(ge=0)] = 1 << 30
    """Size of a log, in bytes."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set."""

    plans_root: str = DEFAULT_PLANS_ROOT
    """Where the plans are, relative to the workspace."""
    templates: str = "work-space/templates"
    """Where the workspace keeps its own templates, relative to it: one there replaces the built-in of that name."""
    scripts: ScriptSource = ScriptSource.BUILT_IN
    """`built-in`, or `workspace` for the methodology's own scripts under `LLM/scripts/generation/`."""
    limits: LimitSettings = LimitSettings()


class SettingsError(ValueError):
    """A setting is wrong; the message names the place, what was seen and what is allowed."""


def load(workspace: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a workspace. `LLM_DASH_PLANS_ROOT`, `LLM_DASH_SCRIPTS` and `LLM_DASH_LIMITS_WALL` override the file.

    Raises SettingsError where the file cannot be read, or a value is not allowed.
    """
    path = workspace / FILE_NAME
    try:
        values = tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        values = {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{FILE_NAME} cannot be read: {error}") from error
    for name, (section, key) in _VARIABLES.items():
        if name in environment:
            table = values.setdefault(section, {}) if section else values
            if isinstance(table, dict):
                table[key] = environment[name]
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{FILE_NAME}: {error}") from error
    for key in ("plans_root", "templates"):
        folder = PurePosixPath(getattr(settings, key))
        if folder.is_absolute() or ".." in folder.parts or folder == PurePosixPath("."):
            raise SettingsError(f"{FILE_NAME}: {key} is {str(folder)!r}; a folder inside the workspace is allowed")
    return settings


_VARIABLES = {
    "LLM_DASH_PLANS_ROOT": ("", "plans_root"),
    "LLM_DASH_SCRIPTS": ("", "scripts"),
    "LLM_DASH_LIMITS_WALL": ("limits", "wall"),
}


def find_workspace(start: Path) -> Path | None:
    """The nearest folder, from `start` upwards, that has a plans root or an `llm-dash.toml`; None where there is none."""
    return next(
        (
            folder
            for folder in (start, *start.parents)
            if (folder / DEFAULT_PLANS_ROOT).is_dir() or (folder / FILE_NAME).is_file()
        ),
        None,
    )

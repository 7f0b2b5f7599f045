"""The settings: `llm-dash.toml` in the workspace, then the environment, over the defaults; one frozen value."""

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Annotated

import msgspec

from llm_dashboard.placeholders import OF_THE_PLAN, Placeholder, PlaceholderError, fill, used
from llm_dashboard.tables import TableError, convert, dotted, not_allowed, table_at

FILE_NAME = "llm-dash.toml"
USER_FILE = "~/.config/llm-dash/config.toml"
"""The settings of the person, whatever the workspace; `$XDG_CONFIG_HOME` stands for `~/.config` where it is set."""
DEFAULT_FILE = Path(__file__).with_name(FILE_NAME)
"""What a new workspace gets: every setting, with its default, as a comment."""
DEFAULT_PLANS_ROOT = "work-space/plans"
LARGEST_FILE = 256 * 1024
"""In bytes: a larger file of settings is refused."""
BUILT_IN_WORKFLOWS = ("subplan", "execution", "continue", "fix", "review")
"""What can have limits of its own, besides the custom workflows."""
RESERVED_NAMES = ("next", "exec", "custom", "parallel")
"""Names that `[workflows.NAME]` cannot have: `next` and `parallel` become other workflows, `exec` has its options."""


class ScriptSource(StrEnum):
    """Who does the workflows."""

    BUILT_IN = "built-in"
    WORKSPACE = "workspace"


class Refresh(StrEnum):
    """How the app sees what changes in the workspace."""

    AUTO = "auto"
    POLLING = "polling"
    OFF = "off"


Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Bytes = Annotated[int, msgspec.Meta(ge=0, le=1 << 60)]
Grace = tuple[Seconds, Seconds]


class LimitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[limits]`: when a run is ended. Seconds; 0 is no limit.

    The built-in scripts, and those of the methodology, take seconds and say something at once: a run that is silent for two
    minutes waits for what will not come, and one of three minutes does something else than it should. Who gives the work to
    an agent sets more, for that workflow.
    """

    wall: Seconds = 180.0
    """Time since the start."""
    idle: Seconds = 120.0
    """Time without output."""
    grace: Grace = (5.0, 3.0)
    """Time to end after SIGINT, then after SIGTERM."""
    log_bytes: Bytes = 1 << 30
    """Size of a log, in bytes; 0 is no limit."""


class RunSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[runs]`."""

    parallel: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    """How many run at once; further ones wait."""


class WorkflowLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[workflows.NAME]` of a built-in workflow: what is not as in `[limits]`."""

    wall: Seconds | None = None
    idle: Seconds | None = None
    grace: Grace | None = None
    log_bytes: Bytes | None = None


class CustomWorkflow(WorkflowLimits, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[workflows.NAME]` of another name: a workflow of the workspace's own. Its texts come from outside, as they are."""

    argv: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """The program and its arguments, with placeholders; never a shell line."""
    summary: str = ""
    """One line: what it does."""
    creates: tuple[str, ...] = ()
    """Files that it must create, relative to the workspace, with placeholders."""
    tests: str = "auto"
    """How tests are read: `auto`, `none`, or a glob of JUnit XML files, relative to the workspace."""
    needs_verdict: bool = False
    """Whether a person must judge next, after a success."""
    needs_achievement: bool = False
    """Whether it is about an achievement, also where no placeholder of one occurs."""
    environment: Mapping[str, str] = {}
    """Added to the environment of the app."""
    cwd: str = "."
    """Where it runs, relative to the workspace."""

    @property
    def placeholders(self) -> frozenset[Placeholder]:
        """Those that occur in it. Raises PlaceholderError."""
        return frozenset().union(*map(used, (*self.argv, *self.creates)))

    @property
    def about_achievement(self) -> bool:
        """Whether it cannot run without an achievement. Raises PlaceholderError."""
        return self.needs_achievement or not self.placeholders <= OF_THE_PLAN


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set."""

    plans_root: str = DEFAULT_PLANS_ROOT
    """Where the plans are, relative to the workspace."""
    templates: str = "work-space/templates"
    """Where the workspace keeps its own templates, relative to it: one there replaces the built-in of that name."""
    scripts: ScriptSource = ScriptSource.BUILT_IN
    """`built-in`, or `workspace` for the methodology's own scripts under `LLM/scripts/generation/`."""
    refresh: Refresh = Refresh.AUTO
    """How the screen sees changes on disk: `auto` by the file system's events where it has them, `polling` by looking again and
    again, `off` only on demand."""
    limits: LimitSettings = LimitSettings()
    runs: RunSettings = RunSettings()
    workflows: Mapping[str, WorkflowLimits] = {}
    """By name: a CustomWorkflow, or the limits of a built-in one."""

    @property
    def custom(self) -> Mapping[str, CustomWorkflow]:
        """The workspace's own workflows, by name, in the order of the file."""
        return {name: each for name, each in self.workflows.items() if isinstance(each, CustomWorkflow)}

    def limits_of(self, workflow: str) -> LimitSettings:
        """The limits of a workflow: its own, over those of all."""
        own = self.workflows.get(workflow, WorkflowLimits())
        return LimitSettings(
            wall=self.limits.wall if own.wall is None else own.wall,
            idle=self.limits.idle if own.idle is None else own.idle,
            grace=self.limits.grace if own.grace is None else own.grace,
            log_bytes=self.limits.log_bytes if own.log_bytes is None else own.log_bytes,
        )


class UserSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set in `USER_FILE`."""

    workspaces: tuple[str, ...] = ()
    """Absolute paths, also from `~`."""


class SettingsError(ValueError):
    """A setting is wrong; the message names the place, what was seen and what is allowed, and is safe to draw."""


def load(workspace: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a workspace. `LLM_DASH_PLANS_ROOT`, `LLM_DASH_SCRIPTS` and `LLM_DASH_LIMITS_WALL` override the file.

    Raises SettingsError where the file cannot be read, or a value is not allowed.
    """
    values = _read(workspace / FILE_NAME)
    overridden = {key: name for name, key in _VARIABLES.items() if name in environment}
    for key, name in overridden.items():
        *sections, last = key.split(".")
        table = values.setdefault(sections[0], {}) if sections else values
        if isinstance(table, dict):
            table[last] = _number(environment[name]) if last == "wall" else environment[name]
    try:
        return _settings(values)
    except TableError as error:
        place = overridden.get(error.key) or f"{FILE_NAME}: {error.key}"
        raise SettingsError(f"{place} {error.sentence}") from None


def load_or_default(workspace: Path, environment: Mapping[str, str] = os.environ) -> tuple[Settings, str | None]:
    """The settings, or the defaults and what is wrong with the settings, as a sentence."""
    try:
        return load(workspace, environment), None
    except SettingsError as error:
        return Settings(), str(error)


def user_workspaces(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The workspaces that a person wants to have open, from their own settings: no repository can open another folder.

    Raises SettingsError where those settings are wrong.
    """
    home = environment.get("XDG_CONFIG_HOME") or "~/.config"
    path = Path(home, "llm-dash", "config.toml").expanduser()
    try:
        listed = convert(_read(path, str(path)), UserSettings, "", _ALLOWED).workspaces
    except TableError as error:
        raise SettingsError(f"{path}: {error.key} {error.sentence}") from None
    folders = tuple(Path(text).expanduser() for text in listed)
    if wrong := next((folder for folder in folders if not folder.is_absolute() or "\0" in str(folder)), None):
        raise SettingsError(f"{path}: workspaces has {str(wrong)!r}; allowed are absolute paths of folders")
    return folders


def find_workspace(start: Path, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The nearest folder, from `start` upwards, that has a plans root or an `llm-dash.toml`; None where there is none."""
    named = environment.get("LLM_DASH_PLANS_ROOT", DEFAULT_PLANS_ROOT)
    root = named if is_inside(named) else DEFAULT_PLANS_ROOT
    return next(
        (folder for folder in (start, *start.parents) if (folder / root).is_dir() or (folder / FILE_NAME).is_file()),
        None,
    )


def is_inside(text: str) -> bool:
    """Whether a path, as it is written, names something below the workspace."""
    path = PurePosixPath(text)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\0" not in text


_VARIABLES = {
    "LLM_DASH_PLANS_ROOT": "plans_root",
    "LLM_DASH_SCRIPTS": "scripts",
    "LLM_DASH_LIMITS_WALL": "limits.wall",
}

_ALLOWED = {
    "workspaces": "a list of paths",
    "plans_root": "a folder inside the workspace",
    "templates": "a folder inside the workspace",
    "scripts": "built-in or workspace",
    "refresh": "auto, polling or off",
    "wall": "a number of seconds, 0 for no limit",
    "idle": "a number of seconds, 0 for no limit",
    "grace": "two numbers of seconds, after SIGINT and after SIGTERM: [5, 3]",
    "log_bytes": "a whole number of bytes, 0 for no limit",
    "parallel": "a whole number from 1 to 64",
    "argv": "a list of strings, the program first",
    "summary": "a string",
    "creates": "a list of file paths inside the workspace",
    "tests": "auto, none, or a glob of JUnit XML files inside the workspace",
    "needs_verdict": "true or false",
    "needs_achievement": "true or false",
    "environment": "a table of names and strings",
    "cwd": "a folder inside the workspace",
}

_WORKFLOW_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_NAME = 40
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _read(path: Path, name: str = FILE_NAME) -> dict[str, object]:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_FILE:
            raise SettingsError(f"{name} is no file of at most {LARGEST_FILE // 1024} KiB")
        return tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        return {}
    except SettingsError:
        raise
    except RecursionError:
        raise SettingsError(f"{name} cannot be read: it is nested too deeply") from None
    except OSError as error:
        raise SettingsError(f"{name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{name} cannot be read: {error}") from error


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _settings(values: dict[str, object]) -> Settings:
    """The settings of a file's values. Raises TableError."""
    tables = table_at("workflows", values.pop("workflows", {}))
    settings = convert(values, Settings, "", _ALLOWED)
    for key in ("plans_root", "templates"):
        if not is_inside(getattr(settings, key)):
            raise not_allowed(key, getattr(settings, key), _ALLOWED[key])
        settings = msgspec.structs.replace(settings, **{key: str(PurePosixPath(getattr(settings, key)))})
    workflows = {name: _workflow(name, table) for name, table in tables.items()}
    return msgspec.structs.replace(settings, workflows=workflows)


def _workflow(name: str, table: object) -> WorkflowLimits:
    key = dotted("workflows", name)
    if name in BUILT_IN_WORKFLOWS:
        return convert(table, WorkflowLimits, key, _ALLOWED)
    if not _WORKFLOW_NAME.fullmatch(name) or len(name) > _LONGEST_NAME or name in RESERVED_NAMES:
        raise TableError(
            key,
            f"cannot be the name of a workflow; allowed are {', '.join(BUILT_IN_WORKFLOWS)} for their limits, and other "
            f"names in kebab-case of at most {_LONGEST_NAME} characters, but not {', '.join(RESERVED_NAMES)}",
        )
    workflow = convert(table, CustomWorkflow, key, _ALLOWED)
    for field, texts in (("argv", workflow.argv), ("creates", workflow.creates)):
        for text in texts:
            try:
                used(text)
            except PlaceholderError as error:
                raise TableError(f"{key}.{field}", str(error)) from None
    for field, value in _wrong_values(workflow):
        raise not_allowed(f"{key}.{field}", value, _ALLOWED[field])
    return workflow


def _wrong_values(workflow: CustomWorkflow) -> Iterator[tuple[str, object]]:
    """What is wrong though its type is right: pairs of a field and its value, or the wrong one of its values."""
    if not workflow.argv[0] or any("\0" in text for text in workflow.argv):
        yield "argv", list(workflow.argv)
    for path in workflow.creates:
        # Filled with a workspace that is absolute and words that climb nowhere, a path shows where it leads.
        if not is_inside(fill(path, {each: "/" if each is Placeholder.WORKSPACE else "x" for each in Placeholder})):
            yield "creates", path
    if any("**" in part and part != "**" for part in PurePosixPath(workflow.tests).parts) or not is_inside(
        workflow.tests
    ):
        yield "tests", workflow.tests
    for name, value in workflow.environment.items():
        if not _VARIABLE_NAME.fullmatch(name) or "\0" in value:
            yield "environment", {name: value}
    if workflow.cwd != "." and not is_inside(workflow.cwd):
        yield "cwd", workflow.cwd

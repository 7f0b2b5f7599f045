"""Every setting that is one value: what it is for, what is allowed, and in whose file it may stand."""

from collections.abc import Mapping
from enum import StrEnum
from functools import reduce

import msgspec

from llm_dashboard.settings.models import Notices, Refresh, ScriptSource, Settings


class Group(StrEnum):
    """What a setting is about."""

    LOOK = "Look"
    LIMITS = "Runs and limits"
    WORKFLOWS = "Workflows"
    NOTICES = "Notices"
    FILES = "Files"


class Owner(StrEnum):
    """Who may say what a setting is."""

    PERSON = "person"
    """A repository cannot change what a person sees and presses."""
    WORKSPACE = "workspace"
    """It describes one workspace."""
    EITHER = "either"


class Setting(msgspec.Struct, frozen=True):
    """One thing that can be set."""

    key: str
    """With dots, as in `limits.wall`."""
    title: str
    group: Group
    summary: str
    """A sentence."""
    allowed: str
    """Continues the sentence `allowed is …`."""
    owner: Owner = Owner.EITHER
    choices: Mapping[str, str] = {}
    """All of its values, where they can be listed, each with what it means."""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "LLM_DASH_" + self.key.replace(".", "_").upper()


_SECONDS = "a number of seconds, 0 for no limit"
_FOLDER = "a folder inside the workspace"

_ALL = (
    Setting("theme", "Theme", Group.LOOK, "The colours of the screen.", "the name of a theme", Owner.PERSON),
    Setting(
        "refresh",
        "Refresh",
        Group.LOOK,
        "How the screen sees what changes on disk.",
        "auto, polling or off",
        choices={
            Refresh.AUTO: "by the file system's events, where it has them",
            Refresh.POLLING: "by looking again and again",
            Refresh.OFF: "only when you press r",
        },
    ),
    Setting("limits.wall", "Time limit", Group.LIMITS, "A run is ended when it has taken that long.", _SECONDS),
    Setting(
        "limits.idle",
        "Silence limit",
        Group.LIMITS,
        "A run is ended when it has written nothing for that long.",
        _SECONDS,
    ),
    Setting(
        "limits.grace",
        "Grace",
        Group.LIMITS,
        "What a run that is ended has to clean up: after SIGINT, then after SIGTERM.",
        "two numbers of seconds, after SIGINT and after SIGTERM: [5, 3]",
    ),
    Setting(
        "limits.log_bytes",
        "Size of the log",
        Group.LIMITS,
        "A run is ended when its log is larger.",
        "a whole number of bytes, 0 for no limit",
    ),
    Setting(
        "runs.parallel",
        "Runs at once",
        Group.LIMITS,
        "How many runs go on at the same time; further ones wait.",
        "a whole number from 1 to 64",
    ),
    Setting(
        "scripts",
        "Scripts",
        Group.WORKFLOWS,
        "Who does the workflows.",
        "built-in or workspace",
        choices={
            ScriptSource.BUILT_IN: "the app's own scripts: no model, no network",
            ScriptSource.WORKSPACE: "those under LLM/scripts/generation/",
        },
    ),
    Setting(
        "agent",
        "Agent",
        Group.WORKFLOWS,
        "Who does the work of an EXECUTION_TASK; where it is empty, the prompt is made and no more.",
        "the name of an agent, such as claude, codex or gemini, or nothing",
    ),
    Setting(
        "fix_attempts",
        "Further attempts",
        Group.WORKFLOWS,
        "How often an agent gets back what was found wrong with its work, each time in a run of its own.",
        "a whole number from 0 to 10",
    ),
    *(
        Setting(f"budget.{key}", title, Group.WORKFLOWS, f"An agent is stopped when {what}; 0 for no limit.", allowed)
        for key, title, what, allowed in (
            ("minutes", "Minutes a run", "a run has taken so many minutes", "a number of minutes, 0 for no limit"),
            ("tokens", "Tokens a run", "a run has used so many tokens", "a whole number, 0 for no limit"),
            ("dollars", "Dollars a run", "a run has cost as much", "a number of US dollars, 0 for no limit"),
            ("plan_minutes", "Minutes a plan", "the runs of a plan have taken so many", "a number, 0 for no limit"),
            ("plan_tokens", "Tokens a plan", "the runs of a plan have used so many", "a whole number, 0 for no limit"),
            ("plan_dollars", "Dollars a plan", "the runs of a plan have cost as much", "a number, 0 for no limit"),
        )
    ),
    Setting(
        "notices",
        "End of a run",
        Group.NOTICES,
        "How the end of a run that is not on the screen is told.",
        "toast, bell, desktop or off",
        Owner.PERSON,
        {
            Notices.TOAST: "by a few words at the edge of the screen",
            Notices.BELL: "by those, and the bell of the terminal",
            Notices.DESKTOP: "by those, and a notice on the desktop, where it can",
            Notices.OFF: "not at all",
        },
    ),
    Setting(
        "editor",
        "Editor",
        Group.FILES,
        "The command that opens a document; where it is empty, that of $VISUAL or $EDITOR.",
        "a command, or nothing",
        Owner.PERSON,
    ),
    Setting(
        "plans_root",
        "Plans",
        Group.FILES,
        "Where the plans are. It counts from the next start on.",
        _FOLDER,
        Owner.WORKSPACE,
    ),
    Setting(
        "templates",
        "Templates",
        Group.FILES,
        "Where your own templates are: a SUBPLAN.md.j2 there replaces the built-in one.",
        _FOLDER,
        Owner.WORKSPACE,
    ),
)

SETTINGS: Mapping[str, Setting] = {each.key: each for each in _ALL}
"""By key, in the order in which they are shown."""


def value_of(settings: Settings, key: str) -> object:
    """The value that a setting has."""
    return reduce(getattr, key.split("."), settings)


def with_value(settings: Settings, key: str, value: object) -> Settings:
    """The settings with another value for one key, which must be of its type."""
    table, _, name = key.rpartition(".")
    if not table:
        return msgspec.structs.replace(settings, **{name: value})
    inner = msgspec.structs.replace(getattr(settings, table), **{name: value})
    return msgspec.structs.replace(settings, **{table: inner})


def type_of(key: str) -> object:
    """The type of a setting's value."""
    kind: type[msgspec.Struct] = Settings
    *tables, name = key.split(".")
    for table in tables:
        kind = next(field.type for field in msgspec.structs.fields(kind) if field.name == table)
    return next(field.type for field in msgspec.structs.fields(kind) if field.name == name)


def text_of(settings: Settings, key: str) -> str:
    """The value of a setting as it is typed: in a variable, after `--set`, or on the screen."""
    return as_text(value_of(settings, key))


def as_text(value: object) -> str:
    """A value as it is typed; `from_text` reads it."""
    if isinstance(value, tuple | list):
        return ", ".join(map(as_text, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)

"""The layers of settings, each over the one before: defaults, the person's file, the workspace's, the environment, flags."""

import os
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from llm_dashboard import trust
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import values
from llm_dashboard.settings.catalog import SETTINGS, Owner, with_value
from llm_dashboard.settings.files import FILE_NAME, USER_FILE, key_lines, parse, read_text, user_file
from llm_dashboard.settings.models import BUILT_IN_WORKFLOWS, ScriptSource, Settings, SettingsError, WorkflowLimits
from llm_dashboard.tables import TableError, dotted, shown, table_at

_TABLES = frozenset({"workflows", "agents", "keys", *(key.partition(".")[0] for key in SETTINGS if "." in key)})
_OWNERS = {
    **{key.partition(".")[0]: each.owner for key, each in SETTINGS.items()},
    "workflows": Owner.WORKSPACE,
    "agents": Owner.EITHER,
    "verify": Owner.EITHER,
    "keys": Owner.PERSON,
    "workspaces": Owner.PERSON,
}
"""Who may say what stands at each name of a file's top level."""


class Origin(StrEnum):
    """Who has said what a setting is."""

    DEFAULT = "default"
    USER = "user"
    WORKSPACE = "workspace"
    ENVIRONMENT = "environment"
    FLAG = "flag"


class Source(msgspec.Struct, frozen=True):
    """Where a value comes from."""

    origin: Origin = Origin.DEFAULT
    place: str = ""
    """The file, the variable or the flag, safe to draw."""
    line: int | None = None
    """Of the file, from 1; None where it is none, or not known."""

    def __str__(self) -> str:
        return f"{self.place}:{self.line}" if self.line else self.place


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a setting, or with a file of them; such a value counts as not there."""

    key: str
    """Of what is wrong, with dots; empty for a whole file."""
    text: str
    """A sentence that begins with the place, safe to draw."""
    source: Source


class LoadedSettings(msgspec.Struct, frozen=True):
    """The settings that hold, and how that came."""

    settings: Settings
    sources: Mapping[str, Source]
    """By key, of what is not as by default. A workflow has the key `workflows.NAME`, the keys of an action `keys.ID`."""
    faults: tuple[Fault, ...]
    """Of all layers."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, in a sentence each."""
        return tuple(fault.text for fault in self.faults)

    def source(self, key: str) -> Source:
        """Where the value of a key comes from."""
        return self.sources.get(key, Source())


class _Given(msgspec.Struct, frozen=True):
    """What one layer says of one key."""

    key: str
    value: object
    source: Source
    lines: Mapping[str, int] = {}
    """Of the file, by key."""
    is_allowed: bool = True
    """Whether it may name something to run."""


class _File(msgspec.Struct, frozen=True):
    """A file of settings: whose it is, and what it is called."""

    origin: Origin
    path: Path
    name: str
    other_owner: Owner
    """Whose settings cannot stand in it."""
    other_place: str
    """Where those stand."""


def read(workspace: Path, environment: Mapping[str, str] = os.environ, flags: Mapping[str, str] = {}) -> LoadedSettings:
    """The settings of a workspace. A value that is wrong is left out, and told; `flags` are texts by key."""
    settings, sources = Settings(), {}
    workflows: dict[str, WorkflowLimits] = {}
    keys: dict[str, tuple[str, ...]] = {}
    agents: dict[str, Mapping[str, object]] = {}
    unallowed: dict[str, bool] = {}
    faults: list[Fault] = []
    for given in _layers(workspace, environment, flags, faults):
        try:
            table, _, name = given.key.partition(".")
            if table == "workflows":
                workflows[name] = values.workflow(name, given.value)
            elif table == "keys":
                keys[name] = values.keys_of_action(name, given.value)
            elif table == "agents":
                agents[name] = {**agents.get(name, {}), **table_at(given.key, given.value)}
            elif given.key == "verify":
                settings = msgspec.structs.replace(settings, verify=values.verify(given.value))
            elif given.key == "workspaces":
                settings = msgspec.structs.replace(settings, workspaces=values.workspaces(given.value))
            else:
                settings = with_value(settings, given.key, values.checked(given.key, given.value))
            sources[given.key] = given.source
            unallowed[given.key] = not given.is_allowed
        except TableError as error:
            faults.append(_fault(error, given.source, given.lines))
    if sources.get("scripts", Source()).origin is not Origin.WORKSPACE and settings.scripts is ScriptSource.WORKSPACE:
        # Whoever says so, the scripts come with the workspace, and a person has to know this one.
        unallowed["scripts"] = not trust.is_allowed(workspace / FILE_NAME, trust.SCRIPTS, environment)
    asking = trust.asking((key for key, asks in unallowed.items() if asks), BUILT_IN_WORKFLOWS)
    settings = msgspec.structs.replace(
        settings,
        workflows=workflows,
        keys=keys,
        agents=agents,
        unallowed=tuple(key for key in asking if key != "scripts" or settings.scripts is ScriptSource.WORKSPACE),
    )
    return LoadedSettings(settings, sources, tuple(faults))


def load(workspace: Path, environment: Mapping[str, str] = os.environ, flags: Mapping[str, str] = {}) -> Settings:
    """The settings of a workspace. Raises SettingsError where a file cannot be read, or a value is not allowed."""
    loaded = read(workspace, environment, flags)
    if loaded.problems:
        raise SettingsError(loaded.problems[0])
    return loaded.settings


def load_or_default(
    workspace: Path, environment: Mapping[str, str] = os.environ, flags: Mapping[str, str] = {}
) -> tuple[Settings, str | None]:
    """The settings, and what is wrong with them, a sentence a line; what is wrong has its default."""
    loaded = read(workspace, environment, flags)
    return loaded.settings, "\n".join(loaded.problems) or None


def _layers(
    workspace: Path, environment: Mapping[str, str], flags: Mapping[str, str], faults: list[Fault]
) -> Iterator[_Given]:
    """What is said of each key, the lowest layer first."""
    own = user_file(environment)
    if own:
        file = _File(Origin.USER, own, plain(str(own)), Owner.WORKSPACE, f"the workspace's {FILE_NAME}")
        yield from _in_file(file, environment, faults)
    file = _File(Origin.WORKSPACE, workspace / FILE_NAME, FILE_NAME, Owner.PERSON, f"your own {USER_FILE}")
    yield from _in_file(file, environment, faults)
    for key, setting in SETTINGS.items():
        if (text := environment.get(setting.variable)) is not None:
            yield _Given(key, values.from_text(key, text), Source(Origin.ENVIRONMENT, setting.variable))
    for key, text in flags.items():
        source = Source(Origin.FLAG, "--set")
        if key not in SETTINGS:
            name = dotted("", key)
            faults.append(Fault(name, f"--set {name} is no setting; allowed are {', '.join(SETTINGS)}", source))
        elif SETTINGS[key].owner is Owner.WORKSPACE:
            sentence = f"--set {key} would not reach what runs; set {SETTINGS[key].variable} instead"
            faults.append(Fault(key, sentence, source))
        else:
            yield _Given(key, values.from_text(key, text), source)


def _in_file(file: _File, environment: Mapping[str, str], faults: list[Fault]) -> Iterator[_Given]:
    try:
        text = read_text(file.path, file.name)
        tree = parse(text, file.name)
    except SettingsError as error:
        where = re.search(r"at line (\d+)", str(error))
        source = Source(file.origin, file.name, int(where[1]) if where else None)
        faults.append(Fault("", plain(str(error)), source))
        return
    lines = key_lines(text) if tree else {}
    asks = file.origin is Origin.WORKSPACE and bool(trust.asking(tree))
    is_allowed = not asks or trust.is_allowed(file.path, text.encode(), environment)
    for name, value in tree.items():
        for entry in _entries(file, name, value):
            if isinstance(entry, TableError):
                faults.append(_fault(entry, Source(file.origin, file.name), lines))
            else:
                key, each = entry
                source = Source(file.origin, file.name, lines.get(_spelled(key), lines.get(_spelled(name))))
                yield _Given(key, each, source, lines, is_allowed)


def _entries(file: _File, name: str, value: object) -> Iterator[tuple[str, object] | TableError]:
    """The keys and values at a name of the file's top level, and what is no setting there."""
    if name not in _OWNERS:
        allowed = ", ".join(each for each, owner in _OWNERS.items() if owner is not file.other_owner)
        yield TableError(dotted("", name), f"is no setting; allowed are {allowed}")
    elif _OWNERS[name] is file.other_owner:
        yield TableError(name, f"cannot be set here: it belongs into {file.other_place}")
    elif name not in _TABLES:
        yield name, value
    elif not isinstance(value, dict):
        yield TableError(name, f"is {shown(value)}; a table is allowed")
    else:
        known = [key.partition(".")[2] for key in SETTINGS if key.startswith(f"{name}.")]
        for inner, each in value.items():
            if known and inner not in known:
                yield TableError(dotted(name, inner), f"is no setting; allowed are {', '.join(known)}")
            else:
                yield f"{name}.{inner}", each


def _spelled(key: str) -> str:
    """The key as `dotted` writes it, for the name of a workflow or an action may be anything."""
    table, _, name = key.partition(".")
    return dotted(table, name) if name else dotted("", table)


def _fault(error: TableError, source: Source, lines: Mapping[str, int]) -> Fault:
    """The fault, its sentence with the place before it."""
    if source.origin in (Origin.ENVIRONMENT, Origin.FLAG):
        named = f" {error.key}" if source.origin is Origin.FLAG else ""
        return Fault(error.key, f"{source}{named} {error.sentence}", source)
    source = msgspec.structs.replace(source, line=lines.get(error.key, source.line))
    return Fault(error.key, f"{source}: {error.key} {error.sentence}", source)

"""What there is to say of a setting, in words for a person."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec

from llm_dashboard import measures
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import SETTINGS, CustomWorkflow, Fault, Group, LoadedSettings, Origin, text_of, value_of
from llm_dashboard.ui.widgets.block import NO_MARK, Field
from llm_dashboard.ui.widgets.setting_table import SettingRow

FILE_ONLY = {"keys": Group.LOOK, "workflows": Group.WORKFLOWS, "workspaces": Group.FILES}
"""What is written in a file only, and where it is shown."""
NAMES = {
    Origin.DEFAULT: "what the app comes with",
    Origin.USER: "your own settings",
    Origin.WORKSPACE: "the settings of this workspace",
    Origin.ENVIRONMENT: "the environment",
    Origin.FLAG: "the command line",
}


def setting_rows(loaded: LoadedSettings) -> list[SettingRow]:
    """Every setting below its group; before them what is wrong and belongs to none of them."""
    written = {row.key for group in Group for row in _written_ones(loaded, group)}
    alone = [(name, fault) for name, fault in own_faults(loaded).items() if fault.key not in {*SETTINGS, *written}]
    rows = [SettingRow("", "Wrong")] if alone else []
    for name, fault in alone:
        title = plain(fault.key or Path(fault.source.place).name)
        value = fault.text.removeprefix(f"{fault.source}: ").removeprefix(f"{title} ")
        rows.append(SettingRow(name, title, value, fault.source.origin, is_wrong=True))
    wrong = {fault.key for fault in loaded.faults}
    for group in Group:
        rows.append(SettingRow("", group))
        for key, setting in SETTINGS.items():
            if setting.group is group:
                rows.append(SettingRow(key, setting.title, shown(loaded, key), loaded.source(key).origin, key in wrong))
        rows += [msgspec.structs.replace(row, is_wrong=row.key in wrong) for row in _written_ones(loaded, group)]
    return rows


def own_faults(loaded: LoadedSettings) -> dict[str, Fault]:
    """What is wrong, by names that no setting has."""
    return {f"wrong {number}": fault for number, fault in enumerate(loaded.faults)}


def shown(loaded: LoadedSettings, key: str) -> str:
    """The value of a setting as a person says it."""
    settings = loaded.settings
    match key:
        case "limits.wall" | "limits.idle":
            seconds = settings.limits.wall if key == "limits.wall" else settings.limits.idle
            return measures.duration(seconds) if seconds else "no limit"
        case "limits.grace":
            interrupt, terminate = (
                measures.clock(each) if each.is_integer() else measures.duration(each) for each in settings.limits.grace
            )
            return f"{interrupt}, then {terminate}"
        case "limits.log_bytes":
            return measures.size(settings.limits.log_bytes) if settings.limits.log_bytes else "no limit"
        case "agent":
            return plain(settings.agent) or "nobody"
        case _ if key.startswith("budget.") and not value_of(settings, key):
            return "no limit"
        case "editor":
            return plain(settings.editor) or "$VISUAL or $EDITOR"
        case _:
            return plain(text_of(settings, key))


def setting_fields(loaded: LoadedSettings, key: str) -> list[Field]:
    """What is allowed, and where the value comes from."""
    source = loaded.source(key)
    place = f"  {from_home(str(source))}" if source.place else ""
    fields: list[Field] = [("From", NO_MARK, (NAMES[source.origin], (plain(place), "dim")))]
    if key in SETTINGS:
        fields.insert(0, ("Allowed", NO_MARK, (SETTINGS[key].allowed,)))
        fields.append(("Written", NO_MARK, (f"{key} = {_as_toml(value_of(loaded.settings, key))}",)))
    return fields


def from_home(place: str) -> str:
    """A path that begins with the home of the person, shortened by it."""
    home = f"{Path.home()}/"
    return f"~/{place.removeprefix(home)}" if place.startswith(home) else place


def summary(loaded: LoadedSettings, key: str) -> str:
    """What it is for, in a sentence."""
    if key in SETTINGS:
        return SETTINGS[key].summary
    table, _, name = key.partition(".")
    if table == "workspaces":
        return "Folders that are opened besides the one that is named."
    if table == "keys":
        return f"The keys of {plain(name)}."
    workflow = loaded.settings.workflows[name]
    if not isinstance(workflow, CustomWorkflow):
        return "Limits of that workflow."
    return plain(workflow.summary) or "A workflow of the workspace's own."


def _written_ones(loaded: LoadedSettings, group: Group) -> Iterator[SettingRow]:
    for key, source in loaded.sources.items():
        table, _, name = key.partition(".")
        if FILE_ONLY.get(table) is not group:
            continue
        if table == "keys":
            value, title = ", ".join(loaded.settings.keys[name]), f"Keys of {name}"
        elif table == "workspaces":
            value, title = ", ".join(loaded.settings.workspaces), "Workspaces"
        else:
            workflow = loaded.settings.workflows[name]
            value, title = shlex.join(workflow.argv) if isinstance(workflow, CustomWorkflow) else "limits", name
        yield SettingRow(key, plain(title), plain(value), source.origin)


def _as_toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_as_toml, value))}]"
    return (
        plain(f'"{value}"') if isinstance(value, str) else f"{value:.12g}" if isinstance(value, float) else str(value)
    )

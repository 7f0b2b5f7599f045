"""From the wish to change a setting to the file that it is written in, and to the app that goes by it at once."""

import asyncio
import shutil
from pathlib import Path

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.checking import with_agents_checked
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import (
    FILE_NAME,
    SETTINGS,
    LoadedSettings,
    Origin,
    Owner,
    Setting,
    SettingsError,
    Source,
    read,
    text_of,
    user_file,
)
from llm_dashboard.settings.values import checked, from_text
from llm_dashboard.settings.writing import remove_setting, write_setting
from llm_dashboard.tables import TableError
from llm_dashboard.ui.messages import SettingsChanged
from llm_dashboard.ui.outside import open_outside
from llm_dashboard.ui.screens.setting_value import Choice, ChoiceDialog, ValueDialog, where_dialog
from llm_dashboard.ui.screens.settings import SettingsScreen
from llm_dashboard.ui.sessions import SessionsApp
from llm_dashboard.ui.setting_facts import NAMES, from_home, shown
from llm_dashboard.ui.setting_faults import judged
from llm_dashboard.ui.themes import choose_theme
from llm_dashboard.ui.widgets.block import Line

COLOURS: Line = (
    ("▶ running", "live"),
    ("   ✓ success", "good"),
    ("   ✗ cancelled", "wait"),
    ("   ✗ failed   ", "bad"),
    ("1", "key"),
    (" Execute next", "dim"),
)
"""What a theme is looked at with."""


async def show_settings(app: SessionsApp) -> None:
    """Open the screen of settings, as they are on disk now."""
    if isinstance(app.screen, SettingsScreen):
        return
    loaded = await apply_settings(app, tells=False)
    if loaded.problems:
        # That some are wrong may have been told in a toast, which would lie over what is wrong with them.
        app.clear_notifications()
    app.push_screen(SettingsScreen(app.session.name, loaded))


async def change_setting(app: SessionsApp, key: str) -> None:
    """Ask for the value, and where it is to be written; write it, and go by it."""
    loaded, setting = await _read(app), SETTINGS[key]
    source = loaded.source(key)
    if source.origin in (Origin.ENVIRONMENT, Origin.FLAG):
        what = f"{setting.title} is set by {NAMES[source.origin]} ({source}), which goes before every file."
        app.notify(what, severity="warning", markup=False)
        return
    text = await _ask_for_value(app, loaded, setting)
    if text is None:
        return
    origin = await _ask_where(app, setting, text, source.origin)
    path = _file(app, origin) if origin else None
    if path is None:
        if origin:
            app.notify("There is no file to write it in: $HOME is not set.", severity="error", markup=False)
        await apply_settings(app)
        return
    value = from_text(key, text)
    written = value if isinstance(value, int | float | list) else text
    try:
        await asyncio.to_thread(write_setting, path, key, written, inside=_bounds(app, origin))
    except SettingsError as error:
        app.notify(str(error), severity="error", markup=False)
        await apply_settings(app)
        return
    loaded = await apply_settings(app)
    holds = loaded.source(key)
    if holds.origin is not origin:
        what = f"Written to {_shown(app, path)}, but {holds} says otherwise, and goes before it."
        app.notify(what, severity="warning", markup=False)
    else:
        app.notify(f"{setting.title}: {shown(loaded, key)}. Written to {_shown(app, path)}.", markup=False)


async def unset_setting(app: SessionsApp, key: str) -> None:
    """Take the value out of the file that it stands in."""
    source = (await _read(app)).source(key)
    path = _file(app, source.origin)
    if path is None:
        app.notify(f"{SETTINGS[key].title} stands in no file: it is {NAMES[source.origin]}.", markup=False)
        return
    try:
        await asyncio.to_thread(remove_setting, path, key, inside=_bounds(app, source.origin))
    except SettingsError as error:
        app.notify(str(error), severity="error", markup=False)
        return
    loaded = await apply_settings(app)
    now = f"{shown(loaded, key)}, {NAMES[loaded.source(key).origin]}"
    app.notify(f"{SETTINGS[key].title}: taken out of {_shown(app, path)}. Now {now}.", markup=False)


async def edit_settings(app: SessionsApp, source: Source) -> None:
    """Open the file that something stands in, at its line, and go by what is then in it."""
    if path := _file(app, source.origin):
        if problem := open_outside(app, "EDITOR", path, line=source.line):
            app.notify(problem, severity="error", markup=False)
        await apply_settings(app)


async def apply_settings(app: SessionsApp, *, tells: bool = True) -> LoadedSettings:
    """Read the settings of all open workspaces again, and go by them; those of the one on the screen.

    What is wrong with those, and was not before, is told, unless the screen of settings shows it anyway.
    """
    before, on_screen, told = app.settings, app.session, app.session.problem
    for session in (*(each for each in app.sessions if each is not on_screen), on_screen):
        loaded, key_map = judged(await _read_files(app, session.workspace.root))
        session.problem = "\n".join(loaded.problems) or None
        session.use(loaded.settings)
    if app.session is not on_screen:
        return loaded
    app.key_map = key_map
    choose_theme(app, loaded.settings.theme)
    if loaded.settings.refresh is not before.refresh:
        await app.watch_anew()
    app.tell(SettingsChanged(loaded))
    if tells and on_screen.problem != told and not isinstance(app.screen, SettingsScreen):
        app.say_problem()
    return loaded


async def _read(app: SessionsApp) -> LoadedSettings:
    """The settings of the workspace on the screen, and all that is wrong with them."""
    return judged(await _read_files(app, app.workspace.root))[0]


async def _read_files(app: SessionsApp, root: Path) -> LoadedSettings:
    return await asyncio.to_thread(lambda: with_agents_checked(read(root, flags=app.flags)))


async def _ask_for_value(app: SessionsApp, loaded: LoadedSettings, setting: Setting) -> str | None:
    """The text of a value that is allowed, or None."""
    current = text_of(loaded.settings, setting.key)
    if setting.key == "theme":
        names = sorted(app.available_themes, key=lambda name: (not name.startswith("llm-dash"), name))
        choices = [Choice(name, name, _kind(app, name)) for name in names]
        dialog = ChoiceDialog(
            setting.title, setting.summary, choices, current, lambda name: choose_theme(app, name), COLOURS
        )
        return await app.push_screen_wait(dialog)
    if setting.key == "agent":
        choices = await asyncio.to_thread(_agents, loaded)
        return await app.push_screen_wait(ChoiceDialog(setting.title, setting.summary, choices, current))
    if setting.choices:
        choices = [Choice(value, value, meaning) for value, meaning in setting.choices.items()]
        return await app.push_screen_wait(ChoiceDialog(setting.title, setting.summary, choices, current))

    def problem(text: str) -> str:
        try:
            checked(setting.key, from_text(setting.key, text))
        except TableError as error:
            return error.sentence
        return ""

    return await app.push_screen_wait(ValueDialog(setting, current, problem))


async def _ask_where(app: SessionsApp, setting: Setting, text: str, now: Origin) -> Origin | None:
    """Whose file it is to be written in; None for none."""
    own = user_file()
    if setting.owner is Owner.PERSON or own is None:
        return Origin.USER if setting.owner is Owner.PERSON else Origin.WORKSPACE
    if setting.owner is Owner.WORKSPACE:
        return Origin.WORKSPACE
    origin = Origin.WORKSPACE if now is Origin.WORKSPACE else Origin.USER
    answer = await app.push_screen_wait(where_dialog(setting, text, _shown(app, own), FILE_NAME, origin))
    return Origin(answer) if answer else None


def _file(app: SessionsApp, origin: Origin) -> Path | None:
    """The file of whoever says so; None where it is said in no file."""
    if origin is Origin.WORKSPACE:
        return app.workspace.root / FILE_NAME
    return user_file() if origin is Origin.USER else None


def _bounds(app: SessionsApp, origin: Origin | None) -> Path | None:
    """The folder that the file of whoever says so must not lead out of; None for one's own, which is a link where one wants."""
    return app.workspace.root if origin is Origin.WORKSPACE else None


def _agents(loaded: LoadedSettings) -> list[Choice]:
    """Nobody, and each agent with whether its program is there, those first that can be used."""
    found = load_agents(loaded.settings.agents).agents
    there = {name: shutil.which(agent.program) is not None for name, agent in found.items()}
    named = [
        Choice(name, name, f"{found[name].title}{'' if there[name] else ', not installed'}")
        for name in sorted(found, key=lambda name: not there[name])
    ]
    return [Choice("", "nobody", "the prompt is made, and no more"), *named]


def _kind(app: SessionsApp, name: str) -> str:
    return "dark" if app.available_themes[name].dark else "light"


def _shown(app: SessionsApp, path: Path) -> str:
    """The path, short and safe to draw."""
    return FILE_NAME if path.parent == app.workspace.root else plain(from_home(str(path)))

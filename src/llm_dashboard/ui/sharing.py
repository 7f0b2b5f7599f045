"""What is on the screen, taken elsewhere: onto the clipboard, into a program of one's own, into a picture."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from llm_dashboard import atomic
from llm_dashboard.runs.folders import make_own_folder
from llm_dashboard.safe_text import plain
from llm_dashboard.ui import clipboard
from llm_dashboard.ui.copyables import Copyable, of_file
from llm_dashboard.ui.openables import Openable
from llm_dashboard.ui.outside import open_document
from llm_dashboard.ui.running import RunningApp
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.screens.choices import Choice, ChoicesDialog
from llm_dashboard.ui.widgets.bars import TitleBar

PICTURES = "screens"
"""The folder of the pictures, in the workspace's own one."""
LONGEST_NAME = 60
"""Characters of a picture's name, without the time."""


async def copy_from(app: RunningApp) -> None:
    """Ask which of what the screen offers is to be copied, and copy it."""
    screen = app.screen
    offered = screen.copyables() if isinstance(screen, DashboardScreen) else ()
    if offered:
        await _copy_one(app, "Copy", offered)
    else:
        app.notify("There is nothing to copy here.", markup=False)


async def open_from(app: RunningApp) -> None:
    """Ask which of the files that the screen offers is to be opened, and open it; where it is one, open it."""
    screen = app.screen
    offered = screen.openables() if isinstance(screen, DashboardScreen) else ()
    if not offered:
        app.notify("There is no file to open here.", markup=False)
    elif chosen := await _choose_file(app, offered):
        if problem := open_document(app, app.workspace.root, chosen.path, chosen.line, variable=chosen.variable):
            app.notify(problem, severity="warning", markup=False)
        await app.reload()


async def picture_of(app: RunningApp, screen: DashboardScreen) -> None:
    """Save a picture of the screen as SVG, say where, and offer to copy the path."""
    crumbs = screen.query_one(TitleBar).crumbs
    drawn = app.export_screenshot(title=" › ".join(crumbs))
    moment = app.now().astimezone().strftime("%Y%m%dT%H%M%S")
    about = "-".join("".join(filter(_is_tame, crumb.replace(" ", "-"))) for crumb in crumbs[1:])
    stem = f"{about[:LONGEST_NAME]}-" if about else ""
    try:
        path = await asyncio.to_thread(_save, app.workspace.root, f"{stem}{moment}", drawn)
    except OSError as error:
        app.notify(
            f"The picture cannot be saved: {plain(error.strerror or str(error))}.", severity="error", markup=False
        )
        return
    await _copy_one(app, "Picture saved · copy its path", of_file(app.workspace.root, path))


async def _copy_one(app: RunningApp, heading: str, offered: Sequence[Copyable]) -> None:
    choices = [Choice(each.key, each.name, each.shown) for each in offered]
    place = await app.push_screen_wait(ChoicesDialog(heading, choices))
    if place is None:
        return
    chosen = offered[place]
    try:
        text = await asyncio.to_thread(chosen.read)
    except OSError as error:
        reason = plain(error.strerror or str(error))
        app.notify(f"{chosen.shown} cannot be read: {reason}.", severity="error", markup=False)
        return
    instead = f"It is in {chosen.file}" if chosen.file else ""
    await clipboard.copy(app, text, chosen.name, instead=instead)


async def _choose_file(app: RunningApp, offered: Sequence[Openable]) -> Openable | None:
    if len(offered) == 1:
        return offered[0]
    choices = [Choice(each.key, each.name, plain(each.path)) for each in offered]
    place = await app.push_screen_wait(ChoicesDialog("Open", choices))
    return None if place is None else offered[place]


def _save(root: Path, name: str, drawn: str) -> str:
    """Write the picture to a file that is not there yet; its path, relative to the workspace. Raises OSError."""
    folder = make_own_folder(root, PICTURES)
    for number in range(1, 1000):
        path = folder / (f"{name}.svg" if number == 1 else f"{name}-{number}.svg")
        try:
            atomic.write_new(path, drawn.encode())
        except FileExistsError:
            continue
        return path.relative_to(root).as_posix()
    raise OSError(f"{folder} is full of pictures of this second")


def _is_tame(character: str) -> bool:
    return character.isalnum() or character in "._-"

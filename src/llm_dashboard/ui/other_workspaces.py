"""Opening further workspaces beside the one on the screen: the demo, or a folder that a person names."""

import asyncio
from pathlib import Path

from llm_dashboard.safe_text import plain
from llm_dashboard.settings import find_workspace
from llm_dashboard.ui.running import RunningApp
from llm_dashboard.ui.screens.folder import FolderDialog


async def open_demo(app: RunningApp) -> None:
    """Go to the sample workspace; make one where there is none."""
    if not app.samples:
        from llm_dashboard.demo.sample import make_sample

        try:
            app.samples.append(await asyncio.to_thread(make_sample))
        except OSError as error:
            app.notify(f"The demo cannot be made: {plain(str(error))}", severity="error", markup=False)
            return
    session = await app.open_session(app.samples[0])
    await app.switch_session(session.key)


async def open_folder(app: RunningApp) -> None:
    """Ask for a folder, and go to its workspace. Where there are no plans here, the nearest ones above are what is proposed."""
    is_empty = app.state is not None and not app.state.plans
    nearest = await asyncio.to_thread(find_workspace, app.workspace.root.parent) if is_empty else None
    try:
        here = Path.cwd()
    except OSError:
        here = app.workspace.root
    root = await app.push_screen_wait(FolderDialog(here, str(nearest or "")))
    if root is not None:
        session = await app.open_session(root)
        await app.switch_session(session.key)

"""Before the settings of a workspace have anything run: what that is, and whether a person allows it."""

import asyncio

from llm_dashboard.safe_text import plain
from llm_dashboard.settings import SettingsError
from llm_dashboard.settings.naming import asked
from llm_dashboard.ui.changing_settings import apply_settings
from llm_dashboard.ui.screens.allow import AllowDialog
from llm_dashboard.ui.sessions import SessionsApp


async def allow_settings(app: SessionsApp) -> bool:
    """Show what the workspace on the screen would have run; whether it is allowed now, and applied."""
    try:
        asking = await asyncio.to_thread(asked, app.workspace.root, app.settings)
    except SettingsError as error:
        app.notify(plain(str(error)), severity="error", markup=False)
        return False
    if not await app.push_screen_wait(AllowDialog(asking.lines, asking.question)):
        return False
    try:
        # The text that was shown: what has come into the file since is asked for again.
        await asyncio.to_thread(asking.allow)
    except OSError as error:
        app.notify(f"It cannot be remembered: {plain(str(error))}", severity="error", markup=False)
        return False
    await apply_settings(app)
    return True

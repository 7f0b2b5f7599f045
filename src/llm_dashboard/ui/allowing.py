"""Before the settings of a workspace have anything run: what that is, and whether a person allows it."""

import asyncio

from llm_dashboard import trust
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import FILE_NAME, SettingsError
from llm_dashboard.settings.files import parse, read_text
from llm_dashboard.settings.naming import naming
from llm_dashboard.ui.changing_settings import apply_settings
from llm_dashboard.ui.screens.allow import AllowDialog
from llm_dashboard.ui.sessions import SessionsApp


async def allow_settings(app: SessionsApp) -> bool:
    """Show what the file of the workspace on the screen would have run; whether it is allowed now, and applied."""
    file = app.workspace.root / FILE_NAME
    try:
        text = await asyncio.to_thread(read_text, file, FILE_NAME)
        asking = naming(parse(text, FILE_NAME))
    except SettingsError as error:
        app.notify(plain(str(error)), severity="error", markup=False)
        return False
    if not await app.push_screen_wait(AllowDialog(asking)):
        return False
    try:
        # The text that was shown: what has come into the file since is asked for again.
        await asyncio.to_thread(trust.allow, file, text.encode())
    except OSError as error:
        app.notify(f"It cannot be remembered: {plain(str(error))}", severity="error", markup=False)
        return False
    await apply_settings(app)
    return True

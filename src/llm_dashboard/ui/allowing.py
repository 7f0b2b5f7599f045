"""Before the settings of a workspace have anything run: what that is, and whether a person allows it."""

import asyncio
import re

from llm_dashboard import trust
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import FILE_NAME, SettingsError
from llm_dashboard.settings.files import parse, read_text
from llm_dashboard.settings.naming import naming
from llm_dashboard.ui.changing_settings import apply_settings
from llm_dashboard.ui.screens.allow import AllowDialog
from llm_dashboard.ui.sessions import SessionsApp
from llm_dashboard.workflows import document_commands
from llm_dashboard.workflows.models import Command

_KIND = re.compile(r"PLAN|SUBPLAN|EXECUTION_TASK")
OF_DOCUMENTS = "Documents want to be verified so after the agent's work. Allow that, until it changes?"


async def allow_documents(app: SessionsApp, command: Command) -> bool:
    """Show what documents want to be run after the command; whether there was something, and it is allowed now."""
    wanted = [each for each in command.task.proposals if each.commands] if command.task else []
    if not wanted:
        return False
    asking: dict[str, tuple[str, ...]] = {}
    for each in wanted:
        kind = _KIND.match(each.document.rpartition("/")[2])
        label = kind[0] if kind else "Document"
        asking[label] = (*asking.get(label, ()), *document_commands.lines(each))
    if not await app.push_screen_wait(AllowDialog(asking, OF_DOCUMENTS)):
        return False
    try:
        await asyncio.to_thread(document_commands.allow, app.workspace.root, wanted)
    except OSError as error:
        app.notify(f"It cannot be remembered: {plain(str(error))}", severity="error", markup=False)
        return False
    return True


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

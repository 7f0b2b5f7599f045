"""Before the settings of a workspace have anything run: what that is, and whether a person allows it."""

import asyncio
import re
from itertools import chain

from llm_dashboard.safe_text import plain
from llm_dashboard.settings import SettingsError
from llm_dashboard.settings.naming import asked
from llm_dashboard.ui.changing_settings import apply_settings
from llm_dashboard.ui.screens.allow import AllowDialog
from llm_dashboard.ui.sessions import SessionsApp
from llm_dashboard.workflows import document_commands
from llm_dashboard.workflows.models import Command

_KIND = re.compile(r"PLAN|SUBPLAN|EXECUTION_TASK")
OF_DOCUMENTS = "Documents want to be verified so after the agent's work. Allow that, until it changes?"


async def allow_documents(app: SessionsApp, *commands: Command) -> bool:
    """Show what documents want to be run after the commands; whether there was something, and it is allowed now."""
    proposed = chain.from_iterable(command.task.proposals for command in commands if command.task)
    wanted = list({(each.document, each.commands): each for each in proposed if each.commands}.values())
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
    """Show what the workspace on the screen would have run; whether it is allowed now, and applied."""
    try:
        asking = await asyncio.to_thread(asked, app.workspace.root, app.settings)
    except SettingsError as error:
        app.notify(plain(str(error)), severity="error", markup=False)
        return False
    # It may have been allowed elsewhere since it was refused: then there is nothing left to ask.
    if asking.lines and not await app.push_screen_wait(AllowDialog(asking.lines, asking.question)):
        return False
    try:
        # The text that was shown: what has come into the file since is asked for again.
        await asyncio.to_thread(asking.allow)
    except OSError as error:
        app.notify(f"It cannot be remembered: {plain(str(error))}", severity="error", markup=False)
        return False
    await apply_settings(app)
    return True

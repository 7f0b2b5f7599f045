"""What is left of a screen that was left: nothing."""

import gc
import weakref
from pathlib import Path

from textual.widget import Widget

from llm_dashboard.ui.screens.help import HelpDialog
from tests.ui.conftest import running, until
from tests.ui.test_flow import on


async def test_a_closed_dialog_leaves_nothing_behind(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: on(app, HelpDialog))
        drawn = [weakref.ref(each._styles_cache) for each in app.screen.walk_children(Widget, with_self=True)]
        await pilot.press("escape")
        await until(pilot, lambda: not on(app, HelpDialog))
        gc.collect()
        assert [each() for each in drawn] == [None] * len(drawn)

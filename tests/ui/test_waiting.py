"""What takes long says so at once."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.timer import Timer

from llm_dashboard.ui import exporting
from llm_dashboard.ui.screens.export import ExportDialog
from llm_dashboard.ui.waiting import waiting
from tests.ui.conftest import running, screen_text, settle, until
from tests.ui.test_flow import on


async def test_an_export_that_takes_long_says_so_until_it_is_done(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()

    def slow(*_: object) -> str:
        free.wait(30)
        return "a page"

    monkeypatch.setattr(exporting, "export", slow)
    monkeypatch.chdir(tmp_path)
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("X")
        await until(pilot, lambda: on(app, ExportDialog))
        await pilot.press("enter")
        await until(pilot, lambda: "exporting …" in screen_text(app))
        free.set()
        await until(pilot, lambda: "exporting" not in screen_text(app))
        assert (tmp_path / "demo.html").read_text() == "a page"
        with waiting(app, "thinking"):
            await until(pilot, lambda: "thinking 1s" in screen_text(app))
        assert "2 plans" in screen_text(app)
        due: list[Callable[[], None]] = []
        set_timer = app.set_timer

        def noted(delay: float, say: Callable[[], None]) -> Timer:
            due.append(say)
            return set_timer(delay, say)

        monkeypatch.setattr(app, "set_timer", noted)
        with waiting(app, "thinking"):
            pass
        due[0]()
        await settle(pilot)
        assert "thinking" not in screen_text(app)

"""What looks for widgets that are gone with their screen, or with the app, is no crash; on a screen that is there it is one."""

import asyncio
from pathlib import Path

import pytest
from textual import work
from textual.screen import Screen
from textual.worker import Worker, WorkerFailed, WorkerState

from llm_dashboard.ui.app import DashboardApp
from tests.ui.conftest import until
from tests.ui.gallery import app_on


class ReadingScreen(Screen[None]):
    """Reads, then shows what it has read, even where it is stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.read = asyncio.Event(), asyncio.Event()

    @work
    async def show(self) -> None:
        self.begun.set()
        try:
            await self.read.wait()
        except asyncio.CancelledError:
            pass
        self.query_one("#not-there")


async def begun(app: DashboardApp) -> tuple[ReadingScreen, Worker[None]]:
    """A screen on top, and its worker, which has begun to read."""
    screen = ReadingScreen()
    await app.push_screen(screen)
    worker = screen.show()
    await screen.begun.wait()
    return screen, worker


async def test_of_a_screen_that_was_left(workspace: Path) -> None:
    app = app_on(workspace)
    async with app.run_test() as pilot:
        _, worker = await begun(app)
        app.pop_screen()
        await until(pilot, lambda: worker.is_finished)
        assert worker.state is WorkerState.ERROR
        assert app.is_running


class EmptyScreen(Screen[None]):
    """Looks for what it does not have as soon as it is there."""

    def on_mount(self) -> None:
        self.query_one("#not-there")


async def test_of_a_screen_that_opens_as_the_app_ends(workspace: Path) -> None:
    app = app_on(workspace)
    async with app.run_test():
        app.exit(return_code=3)
        app.push_screen(EmptyScreen())
    assert app.return_code == 3


async def fail(root: Path) -> None:
    """Let a worker fail on the screen that is there."""
    app = app_on(root)
    async with app.run_test() as pilot:
        screen, worker = await begun(app)
        screen.read.set()
        await until(pilot, lambda: worker.is_finished)


async def test_of_a_screen_that_is_there(workspace: Path) -> None:
    with pytest.raises(WorkerFailed):
        await fail(workspace)

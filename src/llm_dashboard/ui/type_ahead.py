"""Keys that are typed ahead: each waits until what the one before it has begun is there to take it.

A key goes up from the focused widget to the app, and what it asks for opens a screen or a dialog some messages later. Without
this, all keys of a burst go to the screen that is there when they come: of `a` and a note for the verdict, the note too.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events
from textual.app import App, ScreenStackError
from textual.message import Message
from textual.screen import ModalScreen

from llm_dashboard.ui.widgets.bars import KeyBar

if TYPE_CHECKING:
    from textual.widget import Widget
    from textual.worker import Worker

ASKING = "asking"
"""The group of the workers that lead to a dialog or to another screen: keys wait for them."""
URGENT = ("ctrl+c", "ctrl+q")
"""Keys that wait for nothing."""
ROUNDS = 3
"""So many times a message goes up after a key: the widget tells its screen, the screen asks the app, the app opens."""
PATIENCE = 2.0
"""Seconds that keys wait for one worker."""
LATE = 0.05
"""Seconds after which it is said that keys wait."""
WAITING = "… one moment: keys that are typed now wait"
POLL = 0.01
"""Seconds between two looks at what is awaited."""


class Milestone(Message):
    """It goes the way of a key, behind it: where it has reached the app, the key has been dealt with."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()


class TypeAhead:
    """Lets one key after the other through."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._next: events.Key | events.Paste | None = None
        """The one whose turn it is."""
        self._following: asyncio.Task[None] | None = None
        self._outlasted: set[Worker[object]] = set()
        """Workers that keys have waited for long enough."""
        self._told: KeyBar | None = None
        """The line that says that keys wait."""

    @property
    def is_idle(self) -> bool:
        """Whether all that the keys have begun is there."""
        return self._following is None

    def holds(self, event: events.Key | events.Paste) -> bool:
        """Whether the key must wait; it comes to the app again when it is its turn. Else it goes on its way now."""
        if event is self._next:
            self._next = None
        elif isinstance(event, events.Key) and event.key in URGENT:
            return False
        elif self._following is not None or self._is_opening():
            self._waiting.append(event)
            if self._following is None:
                self._follow()
            return True
        self._follow()
        return False

    async def close(self) -> None:
        """Let nothing through any more."""
        self._waiting.clear()
        if self._following:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following

    def _follow(self) -> None:
        self._following = asyncio.create_task(self._let_through(), name="keys that are typed ahead")

    async def _let_through(self) -> None:
        late = asyncio.get_running_loop().call_later(LATE, self._say)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._settle()
        except TimeoutError:
            self._outlasted.update(self._asking())
        except ScreenStackError:
            # The app is closing.
            self._waiting.clear()
        finally:
            late.cancel()
            self._following = None
            if self._told:
                self._told.answer = ""
        if self._waiting:
            self._next = self._waiting.popleft()
            self._following = asyncio.current_task()
            self._app.post_message(self._next)

    async def _settle(self) -> None:
        rounds = 0
        while rounds < ROUNDS:
            if self._is_opening():
                rounds = 0
                await asyncio.sleep(POLL)
            else:
                rounds = rounds + 1 if await self._go_round() else 0

    async def _go_round(self) -> bool:
        """Send a message up the way that keys go; whether it is still the same way."""
        way, milestone = self._way(), Milestone()
        if not way.post_message(milestone):
            await asyncio.sleep(POLL)
            return False
        while not milestone.reached.is_set() and self._way() is way:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await milestone.reached.wait()
        return self._way() is way

    def _way(self) -> "Widget":
        return self._app.focused or self._app.screen

    def _is_opening(self) -> bool:
        screen = self._app.screen
        return not screen.is_mounted or (not isinstance(screen, ModalScreen) and bool(self._asking()))

    def _asking(self) -> "set[Worker[object]]":
        live = {worker for worker in self._app.workers if worker.group == ASKING and not worker.is_finished}
        self._outlasted &= live
        return live - self._outlasted

    def _say(self) -> None:
        """Where something is still to come, say that keys wait for it."""
        self._told = next(iter(self._app.screen.query(KeyBar)), None) if self._asking() else None
        if self._told:
            self._told.answer = WAITING

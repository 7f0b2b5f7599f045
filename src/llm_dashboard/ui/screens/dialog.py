"""What every dialog has: a titled box, and keys in its last line."""

import math
from collections.abc import Collection, Iterable
from time import monotonic
from typing import ClassVar, Generic, TypeVar

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.widget import Widget

from llm_dashboard.ui.screens.breakpoints import take_size
from llm_dashboard.ui.widgets.bars import KeyBar
from llm_dashboard.ui.widgets.screen_below import ScreenBelow

AnswerT = TypeVar("AnswerT")


class Dialog(ModalScreen[AnswerT], Generic[AnswerT]):
    """A box over the screen that is answered by a key."""

    confirming: Collection[str] = ()
    """The keys that have something done: they count only when they were typed after the box was drawn."""
    DEAF: ClassVar[float] = 0.0
    """Seconds after that in which they do not count yet."""

    VERTICAL_BREAKPOINTS = [(0, "-lowest"), (20, "-low"), (30, "-high")]  # noqa: RUF012
    heading: str = ""
    ready = False
    """Whether the box is there: before, no key answers it."""
    was_longer = False
    """Whether there was something to scroll when it was looked at last."""
    confirms_from = math.inf
    """The moment from which the keys that confirm count, on the clock of events."""

    def on_screen_resume(self) -> None:
        """Once it is drawn, it can be confirmed."""
        self.call_after_refresh(self._was_drawn)

    def _was_drawn(self) -> None:
        self._can_be_seen()
        self._measure()

    def _can_be_seen(self) -> None:
        self.confirms_from = min(self.confirms_from, monotonic() + self.DEAF)

    def on_resize(self) -> None:
        """There may be more to scroll, or less."""
        self.call_after_refresh(self._measure)

    def _measure(self) -> None:
        if self._is_longer() is not self.was_longer:
            self.was_longer = not self.was_longer
            self.refresh_bindings()

    def _is_longer(self) -> bool:
        """Whether what has the focus is longer than its part of the box."""
        return self.focused is not None and self.focused.max_scroll_y > 0

    def on_mount(self) -> None:
        """From here on keys count."""
        self.ready = True
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No key counts before the box is there to be read; those that scroll, only where there is more than is seen."""
        if action == "none":
            return self._is_longer()
        return self.ready or None

    def why_not(self, key: str) -> str:
        """Why a key that does nothing now does not, as a sentence; empty where there is no more to say."""
        return ""

    def render(self) -> RenderableType:
        """The screen below."""
        if self.ready:
            # The box is drawn in the same update: whoever sees it is not told later that it could not be seen yet.
            self._can_be_seen()
        below = super().render()
        return ScreenBelow(below.screen, below.color) if isinstance(below, BackgroundScreen) else below

    def body(self) -> Iterable[Widget]:
        """The widgets of the box, above its keys."""
        return ()

    def compose(self) -> ComposeResult:
        """The box."""
        take_size(self)
        with Vertical(classes="dialog") as box:
            box.border_title = Text(self.heading.strip())
            yield from self.body()
            yield KeyBar()

"""What every dialog has: a titled box, and keys in its last line."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from llm_dashboard.ui.widgets.bars import KeyBar

AnswerT = TypeVar("AnswerT")


class Dialog(ModalScreen[AnswerT], Generic[AnswerT]):
    """A box over the screen that is answered by a key."""

    VERTICAL_BREAKPOINTS = [(0, "-lowest"), (20, "-low"), (30, "-high")]  # noqa: RUF012
    heading: str = ""
    ready = False
    """Whether the box is there: before, no key answers it."""

    def on_mount(self) -> None:
        """From here on keys count."""
        self.ready = True
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No key counts before the box is there to be read."""
        return self.ready or None

    def body(self) -> Iterable[Widget]:
        """The widgets of the box, above its keys."""
        return ()

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(classes="dialog") as box:
            box.border_title = Text(self.heading.strip())
            yield from self.body()
            yield KeyBar()

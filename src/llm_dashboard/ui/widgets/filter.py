"""A line to filter a list with: it appears on demand, and the list follows each letter."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from llm_dashboard.ui.matching import Pattern, found

RowT = TypeVar("RowT")
LONGEST = 200
"""Characters that can be typed."""


class Filter(Input):
    """What is typed narrows the list; Enter keeps it, and the screen's Escape ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "submit", show=False)]

    class Narrowed(Message):
        """Another text is wanted."""

    class Kept(Message):
        """The text stays, and the list has the word again."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, compact=True, max_length=LONGEST)
        self.display = False

    @property
    def is_on(self) -> bool:
        """Whether the line is shown."""
        return self.display

    def begin(self) -> None:
        """Show the line, and type."""
        self.display = True
        # At once: what is typed next must not go to the list as a command.
        self.screen.set_focus(self)

    def end(self) -> None:
        """Hide the line; nothing is filtered any more."""
        self.display = False
        self.value = ""

    @property
    def pattern(self) -> Pattern:
        """What is looked for."""
        return Pattern(self.value)

    def fits(self, *texts: str) -> bool:
        """Whether each word of the filter is in the texts; see `matching`."""
        return self.pattern.rank([text.casefold() for text in texts]) is not None

    def found(self, rows: Sequence[RowT], texts: Callable[[RowT], Iterable[str]]) -> Sequence[RowT]:
        """The rows whose texts fit, the best first, and in their order among equals."""
        return found(rows, texts, self.pattern)

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Narrowed())

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Kept())

"""A line to filter a list with: it appears on demand, and the list follows each letter."""

from textual import on
from textual.message import Message
from textual.widgets import Input


class Filter(Input):
    """What is typed narrows the list; Enter keeps it, and the screen's Escape ends it."""

    class Narrowed(Message):
        """Another text is wanted."""

    class Kept(Message):
        """The text stays, and the list has the word again."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, compact=True)
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

    def fits(self, *texts: str) -> bool:
        """Whether each word of the filter is in the texts, whatever the case."""
        haystack = " ".join(texts).casefold()
        return all(word in haystack for word in self.value.casefold().split())

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Narrowed())

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Kept())

"""Single lines of text: a heading above a table, a hint below it."""

from rich.text import Text

from llm_dashboard.ui.widgets.row_list import RowList
from llm_dashboard.ui.widgets.toned import Toned


class Hint(Toned):
    """A sentence or two about what is selected, cut with an ellipsis where it does not fit."""

    parts: tuple[tuple[str, str] | str, ...] = ()

    def say(self, *parts: tuple[str, str] | str) -> None:
        """Show those parts: plain strings, and pairs of text and tone."""
        self.parts = parts
        self.refresh(layout=True)

    def render(self) -> Text:
        """The sentence."""
        text = self.phrase(*self.parts)
        text.no_wrap = True
        text.overflow = "ellipsis"
        return text


class Heading(Toned):
    """The names of the columns of the screen's list, above it."""

    def render(self) -> Text:
        """The line, as wide as the rows."""
        table = self.screen.query_one("RowList")
        assert isinstance(table, RowList)
        return table.heading(table.scrollable_content_region.width)

"""Rows of text that are laid out already, drawn only where visible, and selected with the mouse."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from llm_dashboard.ui.widgets.toned import Toned


class TextRows(ScrollView, Toned, can_focus=True):
    """A text that scrolls."""

    DEFAULT_CSS = "TextRows { overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "rows(1)", "Down", show=False),
        Binding("up,k", "rows(-1)", "Up", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "edge(-1)", "First line", show=False),
        Binding("end,G", "edge(1)", "Last line", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.texts: Sequence[Text] = ()

    def set_rows(self, texts: Sequence[Text]) -> None:
        """Show those rows; the scroll stays where it is, or at the end where there are no rows that far."""
        self.texts = texts
        self.virtual_size = Size(self.scrollable_content_region.width, len(texts))
        self.scroll_to(y=min(self.scroll_offset.y, self.max_scroll_y), animate=False, force=True)
        self.refresh()

    def action_rows(self, step: int) -> None:
        """Scroll by rows."""
        self.scroll_to(y=self.scroll_offset.y + step, animate=False, force=True)

    def action_page(self, step: int) -> None:
        """Scroll by a screenful; a row of the last one stays."""
        self.action_rows(step * max(1, self.scrollable_content_region.height - 1))

    def action_edge(self, step: int) -> None:
        """Scroll to the first or the last row."""
        self.action_rows(step * len(self.texts))

    def row(self, number: int) -> Text:
        """A row as it is drawn now."""
        return self.texts[number]

    def row_style(self, number: int) -> Style:
        """What lies under the whole of a row."""
        return Style()

    def render_line(self, y: int) -> Strip:
        """One row of the viewport."""
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if number >= len(self.texts):
            return Strip.blank(width, self.rich_style)
        text = self.row(number)
        if self.text_selection and (span := self.text_selection.get_span(number)):
            text = text.copy()
            first, last = span
            text.stylize(
                self.screen.get_component_rich_style("screen--selection"), first, len(text) if last < 0 else last
            )
        strip = Strip(text.render(self.app.console)).adjust_cell_length(width)
        return strip.apply_style(self.rich_style + self.row_style(number)).apply_offsets(0, number)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What is selected, as it is drawn."""
        return selection.extract("\n".join(text.plain for text in self.texts)), "\n"

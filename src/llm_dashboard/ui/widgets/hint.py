"""Single lines of text: a heading above a table, a hint below it."""

from rich.text import Text
from textual.reactive import reactive

from llm_dashboard.ui.widgets.plan_table import PlanTable
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
    """The names of the columns of the table of plans, and how the plans are arranged."""

    arranged: reactive[str] = reactive("")

    def render(self) -> Text:
        """The line, as wide as the table's rows."""
        return self.screen.query_one(PlanTable).heading(self.content_size.width, self.arranged)

    async def on_click(self) -> None:
        """A click arranges the plans otherwise."""
        await self.screen.run_action("order")

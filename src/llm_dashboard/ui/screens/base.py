"""What every full screen has: a title line, a rule, its body, a rule, and the keys."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from llm_dashboard.ui.widgets.bars import KeyBar, Rule, TitleBar

NARROW = 100
"""Below this many columns a screen shows one pane."""


class DashboardScreen(Screen[None]):
    """A full screen between a title bar and a key bar."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012

    def body(self) -> Iterable[Widget]:
        """The widgets between the two rules."""
        return ()

    def compose(self) -> ComposeResult:
        """Title, body, keys."""
        yield TitleBar()
        yield Rule()
        yield from self.body()
        yield Rule()
        yield KeyBar()

    def title_line(self, crumbs: tuple[str, ...], *facts: tuple[str, str]) -> None:
        """Say where the person is, and the facts, as pairs of text and tone."""
        bar = self.query_one(TitleBar)
        bar.crumbs = ("llm-dash", *crumbs)
        bar.facts = facts

    def action_back(self) -> None:
        """Back to the screen below, if there is one."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()

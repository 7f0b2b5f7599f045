"""What every full screen has: a title line, a rule, its body, a rule, and the keys."""

import asyncio
from collections.abc import Iterable, Iterator

from textual import on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from llm_dashboard.ui.sessions import SessionsApp
from llm_dashboard.ui.slices import Steps, slices
from llm_dashboard.ui.widgets.bars import KeyBar, Rule, TitleBar
from llm_dashboard.ui.widgets.filter import Filter

NARROW = 100
"""Below this many columns a screen shows one pane."""
BROAD = 160
"""From this many columns on it has room for three."""
HIGH = 30
"""From this many rows on a pane below a list takes nothing from it that is missed."""


class DashboardScreen(Screen[None]):
    """A full screen between a title bar and a key bar."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide"), (BROAD, "-broad")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (HIGH, "-high")]  # noqa: RUF012

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

    @property
    def workspace_crumb(self) -> tuple[str, ...]:
        """The beginning of the path: the name of the workspace on the screen, once its plans are read."""
        state = self.app.state if isinstance(self.app, SessionsApp) else None
        return (state.name,) if state else ()

    def title_line(self, crumbs: tuple[str, ...], *facts: tuple[str, str]) -> None:
        """Say where the person is, and the facts, as pairs of text and tone."""
        bar = self.query_one(TitleBar)
        bar.crumbs = ("llm-dash", *crumbs)
        bar.facts = facts

    def shows(self, run_id: str) -> bool:
        """Whether the screen tells by itself how that run ends."""
        return False

    def action_back(self) -> None:
        """Back to the screen below, if there is one."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()


class ListScreen(DashboardScreen):
    """A full screen around one list that can be filtered as one types."""

    def the_list(self) -> Widget:
        """The list, which has the focus when nothing is typed."""
        raise NotImplementedError

    def load(self) -> None:
        """Show what fits the filter."""
        raise NotImplementedError

    is_loading = False
    """Whether `work_through` has still something to do."""

    def work_through(self, steps: Steps) -> None:
        """Do the work at once where it is short, else in slices; what was begun before is given up."""
        self.workers.cancel_group(self, "load")
        rest = slices(steps)
        self.is_loading = next(rest, False)
        if self.is_loading:
            self._go_on(rest)

    @work(group="load")
    async def _go_on(self, rest: Iterator[bool]) -> None:
        await asyncio.sleep(0)
        for _ in rest:
            await asyncio.sleep(0)
        self.is_loading = False

    @property
    def filter(self) -> Filter:
        """The filter's line."""
        return self.query_one(Filter)

    def action_filter(self) -> None:
        """Type to filter."""
        self.filter.begin()

    def action_clear(self) -> None:
        """End the filter."""
        self.filter.end()
        self.the_list().focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a filter there is nothing to clear, and Escape goes back."""
        if action == "clear":
            return self.is_mounted and self.filter.is_on
        return True

    @on(Filter.Narrowed)
    def _narrowed(self) -> None:
        self.load()

    @on(Filter.Kept)
    def _kept(self) -> None:
        self.the_list().focus()

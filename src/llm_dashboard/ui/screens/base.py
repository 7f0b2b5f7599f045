"""What every full screen has: a title line, a rule, its body, a rule, and the keys."""

from collections.abc import Iterable, Sequence

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.widget import Widget

from llm_dashboard.ui.copyables import Copyable
from llm_dashboard.ui.messages import WorkspaceWanted
from llm_dashboard.ui.openables import Openable
from llm_dashboard.ui.screens.actions import ActionScreen
from llm_dashboard.ui.screens.breakpoints import take_size
from llm_dashboard.ui.screens.sliced import SlicedWork
from llm_dashboard.ui.sessions import SessionsApp
from llm_dashboard.ui.widgets.bars import KeyBar, Rule, TitleBar
from llm_dashboard.ui.widgets.filter import Filter
from llm_dashboard.ui.widgets.tour_bar import TourBar

NARROW = 100
"""Below this many columns a screen shows one pane."""
BROAD = 160
"""From this many columns on it has room for three."""
LOW = 14
"""Below this many rows the list gets those of what is not needed."""
HIGH = 30
"""From this many rows on a pane below a list takes nothing from it that is missed."""


class DashboardScreen(ActionScreen):
    """A full screen between a title bar and a key bar."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide"), (BROAD, "-broad")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-lowest"), (LOW, "-low"), (HIGH, "-high")]  # noqa: RUF012
    came_from = ""
    """The key of the workspace that it was asked for in, where that is another one; going back leads there."""

    def body(self) -> Iterable[Widget]:
        """The widgets between the two rules."""
        return ()

    def compose(self) -> ComposeResult:
        """Title, body, keys."""
        take_size(self)
        yield TitleBar()
        yield Rule()
        yield from self.body()
        yield Rule()
        yield TourBar()
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

    def copyables(self) -> Sequence[Copyable]:
        """What can be copied of what is on the screen."""
        return ()

    def openables(self) -> Sequence[Openable]:
        """The files that can be opened of what is on the screen."""
        return ()

    def action_back(self) -> None:
        """Back to the screen below, if there is one."""
        if len(self.app.screen_stack) == 1:
            # The key has done nothing, and that is said.
            raise SkipAction
        if self.came_from:
            self.app.post_message(WorkspaceWanted(self.came_from))
        self.app.pop_screen()

    def action_step_back(self) -> None:
        """Undo the last thing that narrows what is shown; without one, go back."""
        self.action_back()


class ListScreen(DashboardScreen, SlicedWork):
    """A full screen around one list that can be filtered as one types."""

    def the_list(self) -> Widget:
        """The list, which has the focus when nothing is typed."""
        raise NotImplementedError

    def load(self) -> None:
        """Show what fits the filter."""
        raise NotImplementedError

    @property
    def filter(self) -> Filter:
        """The filter's line."""
        return self.query_one(Filter)

    def action_filter(self) -> None:
        """Type to filter."""
        self.filter.begin()

    def end_filter(self) -> None:
        """Show everything."""
        self.filter.end()
        self.the_list().focus()

    def action_step_back(self) -> None:
        """End the filter; without one, go back."""
        if self.filter.is_on:
            self.end_filter()
        else:
            super().action_step_back()

    @on(Filter.Narrowed)
    def _narrowed(self) -> None:
        self.load()

    @on(Filter.Kept)
    def _kept(self) -> None:
        self.the_list().focus()

"""A screen around a log: search, filter, the whole line, selecting, copying, saving, opening it elsewhere."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from textual import on, work
from textual.widget import Widget

from llm_dashboard import atomic, measures
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.log_search import Query, matcher
from llm_dashboard.safe_text import plain
from llm_dashboard.ui import clipboard
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.outside import open_outside
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.screens.save import SaveDialog
from llm_dashboard.ui.type_ahead import ASKING
from llm_dashboard.ui.waiting import waiting
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.hint import Hint
from llm_dashboard.ui.widgets.log_facts import Fact, facts, fitted, tally
from llm_dashboard.ui.widgets.log_finder import LogFinder
from llm_dashboard.ui.widgets.log_line_pane import LinePane
from llm_dashboard.ui.widgets.log_pager import Place
from llm_dashboard.ui.widgets.log_view import LogView, copied

LOG_ACTIONS = (
    "search",
    "next-found",
    "previous-found",
    "copy",
    "follow",
    "only",
    "next-error",
    "line",
    "select",
    "wrap",
    "previous-error",
    "numbers",
    "controls",
    "copy-all",
    "save",
    "pager",
    "editor",
    "step-back",
)
"""The actions of this screen in the table of all, those first that the key bar keeps longest."""
NO_QUERY = Query("")


class LogScreen(DashboardScreen):
    """The log, a pane for one line of it, the line to search with, and a line about all that."""

    def __init__(self, log: RunLog) -> None:
        super().__init__()
        self.log_file = log
        self.view = LogView(log)
        self.pane = LinePane(log)
        self.finder = LogFinder()
        self.hint = Hint(id="hint")
        self.looked_for = self.only = NO_QUERY
        self._kind: Literal["search", "only"] = "search"
        self._before: tuple[Query, Place] = NO_QUERY, Place(True, 0, 0)
        self._keys: tuple[bool, ...] = ()

    def body(self) -> Iterable[Widget]:
        """The log, and what belongs to it."""
        yield self.view
        yield Rule()
        yield self.pane
        yield self.finder
        yield self.hint

    def on_mount(self) -> None:
        """Keys go to the log."""
        self.view.focus()

    def action_search(self) -> None:
        """Type what to look for."""
        self._begin("search", "/", self.looked_for)

    def action_only(self) -> None:
        """Type what to show only."""
        self._begin("only", "&", self.only)

    @on(LogFinder.Typed)
    def _typed(self, message: LogFinder.Typed) -> None:
        self._apply(message.query, self._before[1])

    @on(LogFinder.Taken)
    def _taken(self) -> None:
        self.finder.end()
        self.view.focus()
        self.update_log()

    @on(LogView.Changed)
    def update_log(self) -> None:
        """Say what has changed, and offer the keys that count now."""
        self.say()
        view = self.view
        if self.pane.is_on:
            search = view.reader.search
            self.pane.show(view.current, search.matchers[0] if search else None, controls=view.controls)
        if self.finder.is_on:
            self._tell_finder()
        keys = (
            view.following,
            view.reader.search is not None,
            bool(view.selected or view.text_selection),
            self.finder.is_on,
        )
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

    def say(self) -> None:
        """Write the line about the log."""
        said = fitted(self.facts(), self.hint.content_size.width or self.app.size.width)
        if said == self.hint.parts:
            return
        if not self.hint.parts or self.hint.size.height > 1:
            # It is empty, or too high since the terminal has become narrower.
            self.hint.say(*said)
        else:
            # The line keeps its height: a layout of the screen for each frame would cost more than the frame.
            self.hint.parts = said
            self.hint.refresh()

    def facts(self) -> list[Fact]:
        """What the line about the log says, where there is room for all."""
        return facts(self.view, self.only.text, self.looked_for.text)

    def action_follow(self) -> None:
        """To the end of the log."""
        self.view.action_follow()

    def action_found(self, step: int) -> None:
        """To the next line that matches."""
        self.view.next_found(step)

    def action_error(self, step: int) -> None:
        """To the next error line."""
        self.view.next_error(step)

    @on(LogView.Opened)
    def _line_opened(self) -> None:
        self.action_line()

    def action_line(self) -> None:
        """Show the whole current line, or no more."""
        if self.pane.is_on:
            self._close_pane()
        elif self.view.current is not None:
            search = self.view.reader.search
            self.pane.show(self.view.current, search.matchers[0] if search else None, controls=self.view.controls)

    def action_select(self) -> None:
        """Begin or end a selection of whole lines."""
        self.clear_selection()
        self.view.select()
        # Told by message only, it would be said a frame later.
        self.update_log()

    def action_switch(self, what: str) -> None:
        """Draw the log otherwise."""
        self.view.switch(**{what: not getattr(self.view, what)})
        self.update_log()

    @work(exclusive=True, group="copy")
    async def action_copy(self) -> None:
        """Copy what is selected, or the current line."""
        rows, mouse = self.view.chosen
        raw = self.view.reader.raw(rows, clipboard.MOST_BYTES)
        if raw is None:
            self._too_much()
        elif rows:
            text = await asyncio.to_thread(copied, raw, mouse, controls=self.view.controls)
            await clipboard.copy(self.app, text, measures.count(len(rows), "line"))
            self._unselect()

    @work(exclusive=True, group="copy")
    async def action_copy_all(self) -> None:
        """Copy all lines that are shown."""
        rows = range(self.view.reader.rows)
        raw = self.view.reader.raw(rows, clipboard.MOST_BYTES)
        if raw is None:
            self._too_much()
        elif rows:
            whole = self.view.chosen[1]._replace(start=None, end=None)
            text = await asyncio.to_thread(copied, raw, whole, controls=False)
            await clipboard.copy(self.app, text, measures.count(len(rows), "line"))

    @work(exclusive=True, group=ASKING)
    async def action_save(self) -> None:
        """Ask for a path, and write a copy of the log there."""
        name, problem = f"{self.log_file.path.parent.name}.log", ""
        while (answer := await self.app.push_screen_wait(SaveDialog(name, problem))) is not None:
            name = answer
            with waiting(self.app, "writing"):
                problem = await asyncio.to_thread(_save, self.log_file.path, answer)
            if not problem:
                self.notify(f"Saved as {plain(answer)}", markup=False)
                return

    def action_outside(self, variable: str) -> None:
        """Open the log in the program that the environment variable names."""
        if problem := open_outside(self.app, variable, self.log_file.path):
            self.notify(problem, severity="warning", markup=False)

    def action_step_back(self) -> None:
        """Undo the last thing: typing, the pane, the selection, the filter, the search; then leave."""
        view = self.view
        if self.finder.is_on:
            self._apply(*self._before)
            self._taken()
        elif self.pane.is_on:
            self._close_pane()
        elif view.began is not None or view.text_selection:
            self._unselect()
        elif view.reader.only is not None:
            self._kind = "only"
            self._apply(NO_QUERY, view.place)
        elif view.reader.search is not None or view.reader.errors is not None:
            self._kind = "search"
            view.reader.errors = None
            self._apply(NO_QUERY, view.place)
        else:
            self.action_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys count where they do something; while something is typed none but Escape."""
        if not self.is_mounted:
            return True
        if self.finder.is_on:
            return action == "step_back"
        match action:
            case "follow":
                return not self.view.following
            case "found":
                return self.view.reader.search is not None
            case _:
                return True

    def _begin(self, kind: Literal["search", "only"], sign: str, query: Query) -> None:
        self._kind = kind
        self._before = query, self.view.place
        self.finder.begin(sign, query)
        self.update_log()

    def _apply(self, query: Query, place: Place) -> None:
        """Search or filter; with nothing to look for, no more."""
        found = matcher(query) if query.text else None
        if isinstance(found, str):
            self.finder.tell(found, "bad")
            found = None
        if self._kind == "search":
            self.looked_for = query
            self.view.look_for(found, place)
        else:
            self.only = query
            self.view.show_only(found, place)

    def _tell_finder(self) -> None:
        reader = self.view.reader
        search = reader.search if self._kind == "search" else reader.only
        if search is not None:
            self.finder.tell(*tally(search, self.view))

    def _close_pane(self) -> None:
        self.pane.hide()
        self.view.focus()

    def _unselect(self) -> None:
        self.clear_selection()
        self.view.began = None
        self.view.refresh()
        self.update_log()

    def _too_much(self) -> None:
        self.notify(
            f"That is more than {measures.size(clipboard.MOST_BYTES)}, too much for a clipboard. "
            f"{key_map_of(self).shown('save')} saves the log as a file.",
            severity="warning",
            markup=False,
        )


def _save(log: Path, answer: str) -> str:
    """Copy the log to the path that was typed; why not, where it cannot be done."""
    try:
        atomic.copy_new(log, Path(answer).expanduser())
    except FileExistsError:
        return "There is a file of that name. Choose another one."
    except (OSError, ValueError, RuntimeError) as error:
        return f"It cannot be written: {getattr(error, 'strerror', None) or error}. Choose another path."
    return ""

"""A log as it is read: its lines, all or only some; what is searched in them; and where the reader is on the way to."""

from typing import NamedTuple

from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.log_search import ERRORS, Matcher, Search


class _Way(NamedTuple):
    """A reader on the way to a hit."""

    search: Search
    origin: int
    step: int


class LogReader:
    """Lines are numbers, counted from 0; rows are the lines that are shown, counted from 0."""

    def __init__(self, log: RunLog) -> None:
        self.log = log
        self.only: Search | None = None
        """The filter."""
        self.search: Search | None = None
        self.errors: Search | None = None
        self._way: _Way | None = None

    @property
    def rows(self) -> int:
        """How many lines are shown: those that the filter has found, or all but those that are folded."""
        if self.only is not None:
            return len(self.only.hits)
        return len(self.log) if self.log.folds is None else len(self.log.folds.shown)

    def line(self, row: int) -> int:
        """The line in a row. Raises IndexError beyond the last where not all lines are shown."""
        if self.only is not None:
            return self.only.hits[row]
        return row if self.log.folds is None else self.log.folds.shown[row]

    def row(self, line: int) -> int:
        """The row of a line, or of the next one that is shown."""
        if self.only is not None:
            return self.only.rank(line)
        return line if self.log.folds is None else self.log.folds.rank(line)

    def raw(self, rows: range, limit: int) -> bytes | None:
        """Those rows as they are in the file; None where they are more than `limit` bytes."""
        if not rows:
            return b""
        first, last = self.line(rows[0]), self.line(rows[-1])
        if self.only is None and self.log.folds is None:
            return (
                None if self.log.start(last) - self.log.start(first) > limit else self.log.between(first, last)[:limit]
            )
        lines: list[bytes] = []
        size = 0
        for row in rows:
            lines.append(self.log.line(self.line(row)))
            size += len(lines[-1])
            if size > limit:
                return None
        return b"\n".join(lines)

    def step(self, budget: int) -> bool:
        """Index at most `budget` bytes and search on for some milliseconds. True where there is more to do at once.

        What a child writes meanwhile is not: a reader that is never done would take a processor for itself.
        """
        self.log.catch_up(budget)
        more = self.log.is_behind
        for search in (self.only, self.search, self.errors):
            if search is not None and search.step():
                more = True
        return more

    def show_only(self, wanted: Matcher | None) -> None:
        """Show only the lines that match, and search in them; all for None."""
        self.only = None if wanted is None else Search(self.log, wanted)
        self.errors = self._way = None
        if self.search is not None:
            self.search = self._among_shown(self.search.matchers[0])

    def look_for(self, wanted: Matcher | None) -> None:
        """Search for the lines that match; for nothing with None."""
        self.search = None if wanted is None else self._among_shown(wanted)
        self._way = None

    def look_for_errors(self) -> None:
        """Search for error lines."""
        if self.errors is None:
            self.errors = self._among_shown(ERRORS)

    def go(self, search: Search | None, origin: int, step: int) -> None:
        """Set out from a line to the next hit, or to the previous one for a negative step; after the last to the first."""
        self._way = None if search is None else _Way(search, origin, step)

    def arrival(self) -> int | None:
        """The line that was reached, once it is known where that is; None after that, and where there is none.

        It is shown: where it was folded it is no more.
        """
        if self._way is None:
            return None
        search, origin, step = self._way
        line = search.after(origin) if step > 0 else search.before(origin)
        if line is not None or search.is_done:
            self._way = None
        if line is not None and self.log.folds is not None:
            self.log.folds.unfold(line)
        return line

    def _among_shown(self, wanted: Matcher) -> Search:
        return Search(self.log, wanted, *(self.only.matchers if self.only else ()))

"""Finding lines in a log: what is looked for, and a search that goes on in short steps while the log grows."""

import re
import signal
import threading
import warnings
from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

import msgspec

from llm_dashboard.runs.ansi import texts
from llm_dashboard.runs.log import RunLog

STEP = 0.004
"""Seconds that one step of a search takes, about."""
MAX_SEARCHED = 1 << 20
"""Bytes of a single line that are searched."""
PATIENCE = 0.05
"""Seconds of CPU after which an expression is given up: some take for ever, and nothing else runs meanwhile."""


class Query(msgspec.Struct, frozen=True):
    """What a person looks for."""

    text: str
    is_regex: bool = False
    match_case: bool = False


class Matcher(msgspec.Struct, frozen=True):
    """What lines are held against: the text of a line, as it is shown."""

    pattern: re.Pattern[str]
    literal: str = ""
    """The text to find where it is not an expression; in lower case where case does not matter."""
    match_case: bool = False
    stems: tuple[bytes, ...] = ()
    """One of these is in every line that matches, where colours do not cut it; in lower case where case does not matter."""

    def may_match(self, data: bytes) -> bool:
        """A quick look at raw lines: False where none of them matches, unless colours or tabs are within the match."""
        if self.stems and not self.match_case:
            data = data.lower()
        return not self.stems or any(stem in data for stem in self.stems)

    def lines(self, text: str) -> Iterator[int]:
        """Which of the lines of the text match, counted from 0. Raises TimeoutError."""
        if not self.literal:
            with _patience(PATIENCE):
                found = [number for number, line in enumerate(text.split("\n")) if self.pattern.search(line)]
            yield from found
            return
        text = text if self.match_case else text.lower()
        number = counted = 0
        place = text.find(self.literal)
        while place >= 0:
            number += text.count("\n", counted, place)
            yield number
            counted = text.find("\n", place)
            place = text.find(self.literal, counted) if counted >= 0 else -1

    def spans(self, line: str) -> list[tuple[int, int]]:
        """Where in the line it matches, as first and last character (not included). Empty matches are left out."""
        try:
            with _patience(PATIENCE / 10):
                return [match.span() for match in self.pattern.finditer(line) if match.group()]
        except TimeoutError:
            return []


ERRORS = Matcher(
    re.compile(
        r"(?<!\b0 )(?<!\bno )(?:error|exception|fatal|panic|panicked|failed|failure)\b(?! ?[:=] ?0\b)|traceback|(?-i:^E   )",
        re.IGNORECASE,
    ),
    stems=(b"error", b"exception", b"fatal", b"panic", b"fail", b"traceback", b"e   "),
)
"""An error line: one that says error, exception, fatal, panic, failed, failure or traceback, or pytest's `E   `.

Names that end so count (`ValueError`); `0 errors`, `no error`, `0 failed` and `errors: 0` do not.
"""


def matcher(query: Query) -> Matcher | str:
    """What a query matches, or why it cannot: a sentence for the person who types it."""
    flags = re.NOFLAG if query.match_case else re.IGNORECASE
    if not query.is_regex:
        literal = query.text if query.match_case else query.text.lower()
        stems = (literal.encode(errors="replace"),) if query.match_case or literal.isascii() else ()
        return Matcher(re.compile(re.escape(query.text), flags), literal, query.match_case, stems)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Matcher(re.compile(query.text, flags))
    except re.error as error:
        place = "" if error.pos is None else f" at {error.pos + 1}"
        return f"not an expression: {error.msg}{place}"
    except (OverflowError, RecursionError):
        return "not an expression: too large"


class Search:
    """The lines of a log that match all of the matchers, found step by step, also in what is written later.

    A first round skips what a quick look rules out, so that rare text is found at once; a second one looks at those of the
    skipped blocks where colours or tabs could hide a match.
    """

    def __init__(self, log: RunLog, *matchers: Matcher) -> None:
        self.log = log
        self.matchers = matchers
        self.hits = array("I")
        """Numbers of the lines found so far, ascending, counted from 0."""
        self.problem = ""
        """Why the search ended early."""
        self._generation = log.generation
        self._next = 0
        self._skipped: deque[int] = deque()
        self._seen = 0

    def step(self, budget: float = STEP) -> bool:
        """Look on for about `budget` seconds. True where there is more to look at."""
        if self._generation != self.log.generation:
            self._restart()
        end = monotonic() + budget
        while not self.is_done:
            try:
                self._advance()
            except TimeoutError:
                self.problem = f"this expression takes too long; given up after line {self.reached:,}"
            if monotonic() >= end:
                return not self.is_done
        return False

    @property
    def is_done(self) -> bool:
        """Whether everything that is indexed was looked at."""
        return bool(self.problem) or (
            self._next >= self.log.blocks - 1 and not self._skipped and self._seen == self.log.size
        )

    @property
    def reached(self) -> int:
        """The number of the first line that the first round has not come to."""
        return len(self.log) if self.is_done else self.log.first_line(self._next)

    def rank(self, line: int) -> int:
        """How many hits are before a line."""
        return bisect_left(self.hits, line)

    def is_hit(self, line: int) -> bool:
        """Whether a line is one of the hits."""
        rank = self.rank(line)
        return rank < len(self.hits) and self.hits[rank] == line

    def after(self, line: int) -> int | None:
        """The first hit after a line, or else the very first; None where that is not known yet, or there is none."""
        rank = bisect_right(self.hits, line)
        if rank < len(self.hits):
            return self.hits[rank]
        return self.hits[0] if self.is_done and self.hits else None

    def before(self, line: int) -> int | None:
        """The last hit before a line, or else the very last; None where that is not known yet, or there is none."""
        rank = self.rank(line)
        if not self.is_done and (self.reached < line or not rank):
            return None
        return self.hits[rank - 1] if self.hits else None

    def _restart(self) -> None:
        self._generation = self.log.generation
        self._next = self._seen = 0
        self._skipped.clear()
        del self.hits[:]

    def _advance(self) -> None:
        """Look at one block: the next one, else one that was skipped, else the last one, which grows."""
        if self._next < self.log.blocks - 1:
            data = self.log.block(self._next, MAX_SEARCHED)
            if all(each.may_match(data) for each in self.matchers):
                self._look(self._next, data)
            else:
                self._replace(self._next, ())
                self._skipped.append(self._next)
            self._next += 1
        elif self._skipped:
            block = self._skipped.popleft()
            data = self.log.block(block, MAX_SEARCHED)
            if not data.isascii() or b"\x1b" in data or b"\t" in data:
                self._look(block, data)
        else:
            seen = self.log.size
            self._look(self.log.blocks - 1, self.log.block(self.log.blocks - 1, MAX_SEARCHED))
            self._seen = seen

    def _look(self, block: int, data: bytes) -> None:
        text = texts(data)
        found = [set(each.lines(text)) for each in self.matchers]
        first = self.log.first_line(block)
        self._replace(block, (first + number for number in sorted(set.intersection(*found))))

    def _replace(self, block: int, lines: Iterable[int]) -> None:
        start = bisect_left(self.hits, self.log.first_line(block))
        end = bisect_left(self.hits, self.log.first_line(block + 1), start)
        self.hits[start:end] = array("I", lines)


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """Raises TimeoutError within, after that much CPU time. An expression can be interrupted by a signal only.

    Outside of the main thread, where no signal can be handled, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _give_up(number: int, frame: FrameType | None) -> None:
    raise TimeoutError

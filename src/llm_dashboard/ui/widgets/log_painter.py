"""Draws lines of a log: their own colours, what is found in them, and what is selected; what was drawn last is kept."""

from typing import NamedTuple, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from llm_dashboard.runs.ansi import segments
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.log_search import Matcher
from llm_dashboard.ui.widgets.log_lines import Mark, Window, cut, fold, window

KEPT_LINES = 300
KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Look(NamedTuple):
    """What the drawing of a line depends on beside its text."""

    style: Style
    dim: Style
    found: Style
    left: int
    """The first column of a line that is shown."""
    width: int
    """Columns of a line that are shown."""
    gutter: int
    """Columns before it, where its number is; 0 for none."""
    wraps: bool
    controls: bool
    """Whether control sequences are visible."""
    matcher: Matcher | None
    """What is looked for."""


class Piece(NamedTuple):
    """A line, or what of it is in one row of the screen where lines wrap."""

    line: int
    part: int


class LogPainter:
    """Every strip is exactly as wide as the look says."""

    def __init__(self, log: RunLog) -> None:
        self.log = log
        self.look: Look | None = None
        self.widest = 0
        """Columns of the longest line that was drawn."""
        self._generation = log.generation
        self._last = -1
        self._segments: dict[int, list[Segment]] = {}
        self._windows: dict[int, list[Window]] = {}
        self._strips: dict[Piece, Strip] = {}

    @property
    def gutter(self) -> int:
        """Columns before a line."""
        return self.look.gutter if self.look else 0

    def prepare(self, look: Look) -> None:
        """Draw with that look from now on. What was drawn with another one is forgotten."""
        if look != self.look or self._generation != self.log.generation:
            self.look, self._generation = look, self.log.generation
            for kept in (self._segments, self._windows, self._strips):
                kept.clear()
        # The last line may not have been finished when it was drawn.
        self._segments.pop(self._last, None)
        for part in range(len(self._windows.pop(self._last, ()))):
            self._strips.pop(Piece(self._last, part), None)
        self._last = len(self.log) - 1

    def windows(self, line: int) -> list[Window]:
        """The parts of a line, one for each row that it takes."""
        assert self.look
        kept = self._windows.get(line)
        if kept is None:
            text = self._text(line)
            width = max(2, self.look.width)
            kept = self._fold(text, width) if self.look.wraps else [window(text, self.look.left, self.look.width)]
            _keep(self._windows, line, kept)
        return kept

    def strip(self, piece: Piece, marks: tuple[Mark, ...] = (), row: Style | None = None) -> Strip:
        """The piece, with marks over its characters and a style over the whole row."""
        assert self.look
        if marks or row is not None:
            return self._drawn(piece, marks, self.look.style if row is None else self.look.style + row)
        strip = self._strips.get(piece)
        if strip is None:
            strip = self._drawn(piece, (), self.look.style)
            _keep(self._strips, piece, strip)
        return strip

    def found(self, line: int, style: Style) -> tuple[Mark, ...]:
        """Marks on what is looked for."""
        if self.look is None or self.look.matcher is None:
            return ()
        return tuple(Mark(first, last, style) for first, last in self.look.matcher.spans(self._text(line)))

    def first_found(self, line: int) -> int | None:
        """The column where what is looked for begins; None where it is not in what is drawn of the line."""
        found = self.found(line, Style.null())
        return cell_len(self._text(line)[: found[0].first]) if found else None

    def _drawn(self, piece: Piece, marks: tuple[Mark, ...], row: Style) -> Strip:
        look = self.look
        assert look
        line, part = piece
        shown = self.windows(line)[part]
        pieces = cut(self._segments_of(line), shown, (*self.found(line, look.found), *marks))
        length = sum(cell_len(piece.text) for piece in pieces)
        if length < look.width:
            pieces.append(Segment(" " * (look.width - length)))
        if look.gutter:
            pieces[:0] = self._margin(line) if part == 0 else [Segment(" " * look.gutter)]
        # Each piece with the place where it begins, for a selection by mouse; the gutter lies before the line.
        place = shown.first - shown.missing - look.gutter
        placed: list[Segment] = []
        for text, style, _ in pieces:
            look_here = row if style is None else row + style
            placed.append(Segment(text, look_here + Style.from_meta({"offset": (place, line)})))
            place += len(text)
        strip = Strip(placed, look.gutter + max(length, look.width))
        # Only a character that is wider than the view is too long.
        return strip if length <= look.width else strip.crop(0, look.gutter + look.width)

    def _margin(self, line: int) -> list[Segment]:
        """What stands before the first row of a line, as wide as the gutter: its number."""
        assert self.look
        return [Segment(f"{line + 1:>{self.look.gutter - 2}}  ", self.look.dim)]

    def _made(self, line: int) -> list[Segment]:
        """A line as it is drawn."""
        assert self.look
        return segments(self.log.line(line), controls=self.look.controls)

    def _fold(self, text: str, width: int) -> list[Window]:
        """The text in rows."""
        return fold(text, width)

    def _text(self, line: int) -> str:
        return "".join(segment.text for segment in self._segments_of(line))

    def _segments_of(self, line: int) -> list[Segment]:
        kept = self._segments.get(line)
        if kept is None:
            assert self.look
            kept = self._made(line)
            self.widest = max(self.widest, sum(cell_len(segment.text) for segment in kept))
            _keep(self._segments, line, kept)
        return kept


def _keep(kept: dict[KeyT, ValueT], key: KeyT, value: ValueT) -> None:
    """Keep the value in place of the oldest one."""
    if len(kept) >= KEPT_LINES:
        del kept[next(iter(kept))]
    kept[key] = value

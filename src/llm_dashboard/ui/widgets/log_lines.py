"""A styled line cut to a width: by cells, never through a character, with marks laid over it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style


class Mark(NamedTuple):
    """A style over the characters from `first` to `last` (not included)."""

    first: int
    last: int
    style: Style


class Window(NamedTuple):
    """The characters of a line, from `first` to `last` (not included), that are seen between two columns."""

    first: int
    last: int
    missing: int = 0
    """Cells before them that are empty because a wide character is cut."""


def window(text: str, left: int, width: int) -> Window:
    """What of the text is seen in `width` cells from column `left` on."""
    if text.isascii():
        return Window(min(left, len(text)), min(left + width, len(text)))
    first = missing = 0
    column = 0
    if left:
        first = len(text)
        for number, cells in _cells(text):
            if column >= left and cells:
                first, missing = number, column - left
                break
            column += cells
        column = missing
    for number, cells in _cells(text, first):
        column += cells
        if column > width:
            return Window(first, number, missing)
    return Window(first, len(text), missing)


def fold(text: str, width: int) -> list[Window]:
    """The text in windows of at most `width` cells, at least one. Raises ValueError for less than two cells."""
    if width < 2:
        raise ValueError(width)
    starts = [0]
    if text.isascii():
        starts.extend(range(width, len(text), width))
    else:
        column = 0
        for number, cells in _cells(text):
            column += cells
            if column > width:
                starts.append(number)
                column = cells
    return [Window(first, last) for first, last in pairwise([*starts, len(text)])]


def fold_words(text: str, width: int) -> list[Window]:
    """As `fold`, but between two words where one of them ends in the right half; the space there is left out."""
    if width < 2:
        raise ValueError(width)
    windows: list[Window] = []
    first = 0
    while True:
        last = first + window(text[first : first + 2 * width], 0, width).last
        if last == len(text):
            return [*windows, Window(first, last)]
        space = text.rfind(" ", first, last + 1)
        if space > first + (last - first) // 2:
            last = space
        windows.append(Window(first, last))
        first = last + 1 if text[last] == " " else last


def cut(segments: Iterable[Segment], part: Window, marks: Sequence[Mark] = ()) -> list[Segment]:
    """The segments within the window, with the styles of the marks over their own; later marks over earlier ones."""
    pieces = [Segment(" " * part.missing)] if part.missing else []
    start = 0
    for text, style, _ in segments:
        first, last = max(start, part.first), min(start + len(text), part.last)
        if first < last:
            edges = {edge for mark in marks for edge in (mark.first, mark.last) if first < edge < last}
            for begin, end in pairwise(sorted({first, last, *edges})):
                look = style
                for mark in marks:
                    if mark.first <= begin < mark.last:
                        look = mark.style if look is None else look + mark.style
                pieces.append(Segment(text[begin - start : end - start], look))
        start += len(text)
    return pieces


def _cells(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """The places of the characters from `start` on, with the cells that each takes."""
    for number in range(start, len(text)):
        yield number, get_character_cell_size(text[number])

"""What the readers of Markdown share: lines, headings, and what is code.

Documents are written by people and models: code fences are nested without a longer outer fence, and are left open. By
CommonMark an open fence runs to the end of the file, and a plan would lose its achievements. Fences are paired like brackets:

- A fence line is three or more ` or ~ after any indentation (lists indent them), bare or with an info string.
- In a fence, a bare line of the same character, at least as long and at most three spaces deeper, closes the innermost
  fence; such a line with an info string opens a nested one; every other line is code.
- A fence that nothing closes is none: it is reported, and what follows is read without it. A bare line further down can have
  closed it by accident: of the readings possible, the one with the fewest level 2 headings in fences is taken, and of equals
  that of CommonMark, in which fences do not nest, if it leaves none open.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate

_FENCE = re.compile(r"\n([ \t]*)(`{3,}|~{3,})([^\n]*)")
_PLAIN_FENCE = re.compile(
    r"```(?:(?:(?<=\n...)|(?<=\A...))[^`\n]*+\n[^`]*+(?:`(?!``)[^`]*+)*+(?<=\n)(```)\r?(?![^\n]))?", re.DOTALL
)
"""A fence in which there is no other; group 1 is what closes it, missing where it is anything else. It begins with what it
looks for, which makes it several times as quick as `_FENCE`."""
_FENCE_AT_START = re.compile(_FENCE.pattern.removeprefix("\\n"))
_LEVEL_2 = re.compile(r"\n## ")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_ATTEMPTS = 8
"""How many readings of open fences are tried. Real documents need one or two; the bound keeps hostile ones linear."""

_MANY = 2000
"""Beyond so many lines of fences nobody nests them any more, and CommonMark's pairing is taken."""

_FenceLine = tuple[int, int, str, bool]
"""Offset, indentation, the run of ` or ~, and whether it is bare."""


def split_lines(text: str) -> list[str]:
    """The lines of a text, which end at a line feed only, without it and without a carriage return before it."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def heading(line: str) -> tuple[int, str] | None:
    """Level (1 to 6) and text of an ATX heading, or None."""
    match = _HEADING.match(line)
    return (len(match[1]), match[2]) if match else None


def fenced_lines(lines: Sequence[str]) -> list[bool]:
    """For each line whether it is inside a code fence or delimits one."""
    starts, fences = _fences_of(lines)
    fenced = [False] * len(lines)
    for opening, closing in zip(fences.openings, fences.closings, strict=True):
        first, last = bisect(starts, opening) - 1, bisect(starts, closing)
        fenced[first:last] = [True] * (last - first)
    return fenced


def dangling_fences(lines: Sequence[str]) -> list[int]:
    """The lines, counted from 1, without which every code fence is closed, however much text with fences stands around."""
    starts = _starts(lines)
    found = _fence_lines("\n".join(lines))
    opened = _pair(found)[1]
    return [bisect(starts, offset) for offset in (_pair_without(found, opened)[1] if opened else ())]


def _starts(lines: Sequence[str]) -> list[int]:
    return list(accumulate((len(line) + 1 for line in lines), initial=0))[:-1]


def _fences_of(lines: Sequence[str]) -> tuple[list[int], "Fences"]:
    return _starts(lines), Fences("\n".join(lines))


class Fences:
    """The code fences of a text that are in no other, by the offsets at which their lines start."""

    def __init__(self, text: str) -> None:
        pairs, self.unclosed = _read_fences(text)
        self.openings = [opening for opening, _ in pairs]
        self.closings = [closing for _, closing in pairs]

    def __contains__(self, offset: int) -> bool:
        """Whether an offset is in a fence. For the start of a line: whether the line is in one or delimits it."""
        before = bisect(self.openings, offset)
        return before > 0 and offset <= self.closings[before - 1]

    def outside(self, matches: Iterable[re.Match[str]]) -> list[re.Match[str]]:
        """The matches of a pattern that begins with a line feed whose lines are in no fence."""
        openings = self.openings
        if not openings:
            return list(matches)
        ends = [-1, *self.closings]
        return [match for match in matches if match.start() + 1 > ends[bisect(openings, match.start() + 1)]]


_Reading = tuple[list[tuple[int, int]], list[int]]
"""Offsets of the opening and closing lines of each outermost fence, and of the openings that nothing closes."""


def _read_fences(text: str) -> _Reading:
    if "~" not in text or "~~~" not in text:
        if "`" not in text:
            return [], []
        pairs = _pair_plain(text)
        if pairs is not None:
            return pairs, []
    lines = _fence_lines(text)
    if len(lines) > _MANY:
        return _pair_flat(lines)
    pairs, opened = _pair(lines)
    if not opened:
        return pairs, []
    headings = [match.start() + 1 for match in _LEVEL_2.finditer(text)]

    def swallowed(pair: tuple[int, int]) -> int:
        return bisect(headings, pair[1]) - bisect(headings, pair[0])

    suspects = [pair[0] for pair in pairs if swallowed(pair)]
    flat = _pair_flat(lines)
    readings = [flat] if not flat[1] else []
    readings.append(_pair_without(lines, opened))
    readings += [_pair_without(lines, [suspect]) for suspect in suspects[: _ATTEMPTS - 1]]
    return min(readings, key=lambda reading: sum(map(swallowed, reading[0])))


def _fence_lines(text: str) -> list[_FenceLine]:
    lines: list[_FenceLine] = []
    for match in (_FENCE_AT_START.match(text), *_FENCE.finditer(text)):
        if match:
            indent, mark, info = match.groups()
            if not info or mark[0] == "~" or "`" not in info:
                lines.append(
                    (match.start(1), len(indent.expandtabs(4)) if indent else 0, mark, not info or info.isspace())
                )
    return lines


def _pair_without(lines: Sequence[_FenceLine], opened: Sequence[int]) -> _Reading:
    """Pair the lines as if those that are opened were none, and so on until all that are opened are closed."""
    unclosed: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for _ in range(_ATTEMPTS):
        unclosed.update(opened)
        pairs, opened = _pair([line for line in lines if line[0] not in unclosed])
        if not opened:
            break
    return pairs, sorted(unclosed.union(opened))


def _pair_plain(text: str) -> list[tuple[int, int]] | None:
    """Pair lines that begin with ``` two by two where that is all there is to it, as nearly always; None elsewhere."""
    pairs: list[tuple[int, int]] = []
    for match in _PLAIN_FENCE.finditer(text):
        closing = match.start(1)
        if closing < 0:
            return None
        pairs.append((match.start(), closing))
    return pairs


def _pair(lines: Sequence[_FenceLine]) -> _Reading:
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[int, int, str]] = []
    for offset, indent, mark, bare in lines:
        if opened:
            opening, least_indent, least_mark = opened[-1]
            if indent > least_indent + 3 or not mark.startswith(least_mark):
                continue
            if bare:
                opened.pop()
                if not opened:
                    pairs.append((opening, offset))
                continue
        opened.append((offset, indent, mark))
    return pairs, [line[0] for line in opened]


def _pair_flat(lines: Sequence[_FenceLine]) -> _Reading:
    """Pair the lines as CommonMark does: in a fence, whatever does not close it is code."""
    pairs: list[tuple[int, int]] = []
    opened: _FenceLine | None = None
    for line in lines:
        if opened is None:
            opened = line
        elif line[3] and line[2].startswith(opened[2]) and line[1] <= opened[1] + 3:
            pairs.append((opened[0], line[0]))
            opened = None
    return pairs, [opened[0]] if opened else []

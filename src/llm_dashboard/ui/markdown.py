"""The text of a document → rows of styled text, of one width.

Line by line, as the documents of plans are written: in them a line is a line, code fences nest and `__name__` is a name,
which CommonMark reads otherwise; and every row knows its line. Nothing in a text is a link to click, an image to load or
markup to obey.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from llm_dashboard.plans.markdown import fenced_lines, heading
from llm_dashboard.safe_text import plain_block

LONGEST_LINE = 4_000
"""Characters of a line that are drawn."""
LONGEST_INLINE = 1_000
"""Beyond so many characters the emphasis in a line is not looked for: that search is not linear in hostile lines."""
MOST_TABLE_ROWS = 200
"""A longer table is drawn as its lines."""

_ITEM = re.compile(r"( *)([-*+]|\d{1,3}[.)]) +(?:\[([ xX])\] +)?")
_QUOTE = re.compile(r" {0,3}((?:> ?)+)")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})")
_TABLE_LINE = re.compile(r" {0,3}\|.*\|\s*$")
_TABLE_RULE = re.compile(r"[\s|:-]*-[\s|:-]*$")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_INLINE = re.compile(
    r"(?P<code>(?P<ticks>`{1,3})(?!`)(?P<verbatim>.+?)(?<!`)(?P=ticks)(?!`))"
    r"|(?P<strong>\*\*(?=\S)(?P<bold>(?:[^*]|\*(?!\*))+?)\*\*(?!\*))"
    r"|(?P<emphasis>\*(?=[^\s*])(?P<italic>[^*]+?)(?<!\s)\*|(?<!\w)_(?=[^\s_])(?P<italic2>[^_]+?)(?<!\s)_(?!\w))"
    r"|(?P<strike>~~(?=\S)(?P<gone>[^~]+?)~~)"
    r"|(?P<link>!?\[(?P<label>[^\[\]]*)\]\((?P<target>[^()\s]*)[^()]*\))"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
)
_NESTED = 4
"""Emphasis in emphasis is followed so deep."""
STRIKE = Style(strike=True)


class Row(NamedTuple):
    """One row of a document on the screen."""

    text: Text
    line: int
    """The line that it comes from, counted from 1."""


def markdown_rows(text: str, width: int, tones: Mapping[str, Style]) -> list[Row]:
    """A document in rows of at most `width` cells. `tones` are the styles of the theme, by name."""
    layout = _Layout(max(width, 8), tones)
    lines = plain_block(text).split("\n")
    rows: list[Row] = []
    for row in layout.rows(lines, fenced_lines(lines)):
        # Two blank rows say no more than one.
        if row.text.plain or (rows and rows[-1].text.plain):
            rows.append(row)
    while rows and not rows[-1].text.plain:
        rows.pop()
    return rows


def rendered_rows(renderable: RenderableType, width: int) -> list[Text]:
    """What Rich makes of a renderable, row by row."""
    console = _console(width)
    return [
        Text.assemble(*((segment.text, segment.style or "") for segment in segments), end="", no_wrap=True)
        for segments in console.render_lines(renderable, pad=False)
    ]


def _console(width: int) -> Console:
    return Console(width=width, file=io.StringIO(), color_system="truecolor", legacy_windows=False)


class _Layout:
    """Draws lines in one width with the styles of one theme."""

    def __init__(self, width: int, tones: Mapping[str, Style]) -> None:
        self._width = width
        self._tones = tones
        self._console = _console(width)

    def rows(self, lines: Sequence[str], fenced: Sequence[bool]) -> Iterator[Row]:
        numbered = enumerate(zip(lines, fenced, strict=True), 1)
        for kind, group in groupby(numbered, lambda each: (each[1][1], _TABLE_LINE.match(each[1][0]) is not None)):
            members = [(number, line) for number, (line, _) in group]
            match kind:
                case (True, _):
                    yield from self._code(members)
                case (False, True) if 2 <= len(members) <= MOST_TABLE_ROWS and _TABLE_RULE.match(members[1][1]):
                    yield from self._table(members)
                case _:
                    for number, line in members:
                        yield from self._line(number, line)

    def _code(self, members: Sequence[tuple[int, str]]) -> Iterator[Row]:
        """Fenced lines behind a bar; the outermost fences themselves are not drawn."""
        for place, (number, line) in enumerate(members):
            if 0 < place < len(members) - 1 or not _FENCE.match(line):
                yield from self._wrapped(number, Text(_cut(line)), Text("│ ", self._tones["rule"]), "│ ")

    def _table(self, members: Sequence[tuple[int, str]]) -> Iterator[Row]:
        """A table as wide as it needs to be, its cells wrapped where that is too wide."""
        table = Table(box=None, padding=(0, 2, 0, 0), header_style=self._tones["strong"], pad_edge=False)
        cells = [[self._inline(cell) for cell in _cells(line)] for _, line in (members[0], *members[2:])]
        for cell in cells[0]:
            table.add_column(cell, overflow="fold")
        for texts in cells[1:]:
            table.add_row(*texts[: len(cells[0])])
        for row in rendered_rows(table, self._width):
            row.rstrip()
            yield Row(row, members[0][0])

    def _line(self, number: int, line: str) -> Iterator[Row]:
        line = _cut(line).rstrip()
        if title := heading(line):
            tone = self._tones["key" if title[0] < 3 else "strong"]
            yield from self._wrapped(number, self._inline(title[1], tone), Text(), "")
        elif _RULE.match(line):
            yield Row(Text("─" * self._width, self._tones["rule"], end=""), number)
        elif quote := _QUOTE.match(line):
            bars = "│ " * quote[1].count(">")
            body = self._inline(line[quote.end() :], self._tones["dim"])
            yield from self._wrapped(number, body, Text(bars, self._tones["rule"]), bars)
        elif item := _ITEM.match(line):
            mark = f"{'✓' if item[3] in 'xX' else '□'} " if item[3] else "• " if item[2] in "-*+" else f"{item[2]} "
            lead = Text(item[1] + mark, self._tones["good" if item[3] and item[3] in "xX" else "dim"])
            yield from self._wrapped(number, self._inline(line[item.end() :]), lead, " " * cell_len(lead.plain))
        else:
            indent = line[: len(line) - len(line.lstrip(" "))]
            yield from self._wrapped(number, self._inline(line[len(indent) :]), Text(indent), indent)

    def _wrapped(self, number: int, body: Text, lead: Text, following: str) -> Iterator[Row]:
        """The body in the width that is left beside the lead; where that is next to nothing, below it."""
        indent = cell_len(following)
        if indent > self._width - 8:
            lead, following, indent = Text(lead.plain[:2], lead.style), following[:2], 2
        room = max(1, self._width - max(indent, cell_len(lead.plain)))
        pieces = [body] if cell_len(body.plain) <= room else body.wrap(self._console, room)
        for place, piece in enumerate(pieces):
            row = Text(end="", no_wrap=True)
            row.append_text(lead if place == 0 else Text(following, lead.style if following.strip() else ""))
            row.append_text(piece)
            row.rstrip()
            yield Row(row, number)

    def _inline(self, line: str, style: Style | None = None) -> Text:
        """The text of a line without the marks of emphasis, code and links."""
        text = Text(end="")
        self._append(text, line, style or self._tones["normal"], _NESTED if len(line) <= LONGEST_INLINE else 0)
        return text

    def _append(self, text: Text, line: str, style: Style, depth: int) -> None:
        position = 0
        for match in _INLINE.finditer(line) if depth else ():
            text.append(line[position : match.start()], style)
            position = match.end()
            if match["code"]:
                text.append(match["verbatim"].strip(" ") or match["verbatim"], style + self._tones["accent"])
            elif match["strong"]:
                self._append(text, match["bold"], style + self._tones["strong"], depth - 1)
            elif match["emphasis"]:
                self._append(text, match["italic"] or match["italic2"], style + Style(italic=True), depth - 1)
            elif match["strike"]:
                self._append(text, match["gone"], style + STRIKE, depth - 1)
            elif match["link"]:
                self._append(text, match["label"], style, depth - 1)
                if match["target"] and match["target"] != match["label"]:
                    text.append(f" ({match['target']})", style + self._tones["dim"])
            else:
                text.append(match["escaped"], style)
        text.append(line[position:], style)


def _cut(line: str) -> str:
    return (
        line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}… ({len(line) - LONGEST_LINE:,} more characters)"
    )


def _cells(line: str) -> list[str]:
    return [_cut(cell.strip().replace("\\|", "|")) for cell in _CELL_BORDER.split(line.strip()[1:-1])]

"""A line of untrusted output as styled text that is safe to draw: of all control sequences only colours and type survive.

Rich is imported when a line is first styled, so that plain text costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from llm_dashboard.safe_text import TOKENS, visible

if TYPE_CHECKING:
    from rich.color import Color
    from rich.segment import Segment
    from rich.style import Style

MAX_DRAWN = 4000
"""Bytes of a line that are drawn."""
TAB = 8


def text(raw: bytes) -> str:
    """The line without any style."""
    return "".join(part for part, _ in _parts(raw))


def segments(raw: bytes) -> list[Segment]:
    """The line in pieces of one style each. Style is not carried from line to line.

    Of a line that is overwritten by carriage returns, its last state that is not empty.
    """
    from rich.segment import Segment

    return [Segment(part, None if look == _PLAIN else _style(look)) for part, look in _parts(raw)]


class _Look(NamedTuple):
    colour: str = ""
    """`5` for a colour of the palette, `1,2,3` for red, green and blue, or empty."""
    background: str = ""
    attributes: frozenset[str] = frozenset()


_PLAIN = _Look()


def _parts(raw: bytes) -> list[tuple[str, _Look]]:
    line, note = _drawn(raw)
    if line.isprintable() and not note:
        return [(line, _PLAIN)] if line else []
    parts: list[tuple[str, _Look]] = []
    look = _PLAIN
    column = position = 0

    def add(piece: str) -> None:
        nonlocal column
        if "\t" in piece:
            piece = (" " * (column % TAB) + piece).expandtabs(TAB)[column % TAB :]
        if piece:
            column += len(piece)
            if parts and parts[-1][1] == look:
                parts[-1] = parts[-1][0] + piece, look
            else:
                parts.append((piece, look))

    for match in TOKENS.finditer(line):
        add(line[position : match.start()])
        position = match.end()
        parameters = match["sgr"]
        if parameters is None:
            add(visible(match.group()))
        else:
            look = _changed(look, parameters)
    add(line[position:])
    look = _PLAIN
    add(note)
    return parts


def _drawn(raw: bytes) -> tuple[str, str]:
    """What of a line is drawn, and a note where that is not all. Cut before decoding: a line may have megabytes."""
    raw = raw.rstrip(b"\r\n")
    if b"\r" in raw:
        raw = next((part for part in reversed(raw.split(b"\r")) if part), b"")
    if len(raw) <= MAX_DRAWN:
        return raw.decode(errors="replace"), ""
    return raw[:MAX_DRAWN].decode(errors="replace"), f" [cut: {len(raw) - MAX_DRAWN:,} bytes more]"


@lru_cache(4096)
def _changed(look: _Look, parameters: str) -> _Look:
    """The look after a colour sequence (ECMA-48 SGR; ITU T.416 for colours with colons)."""
    colour, background, attributes = look
    codes = iter(parameters.split(";"))
    for code in codes:
        number, *details = code.split(":")
        value = int(number or 0)
        if value == 0:
            colour, background, attributes = _PLAIN
        elif value in _ATTRIBUTES and details != ["0"]:
            attributes |= {_ATTRIBUTES[value]}
        elif value in _ATTRIBUTES or value in _ENDED:
            attributes -= _ENDED.get(value, {_ATTRIBUTES.get(value, "")})
        elif value in (38, 48, 58):
            found = _extended(details or _following(codes), bool(details))
            colour = found if value == 38 else colour
            background = found if value == 48 else background
        elif 30 <= value <= 39 or 90 <= value <= 97:
            colour = _palette(value - 30)
        elif 40 <= value <= 49 or 100 <= value <= 107:
            background = _palette(value - 40)
    return _Look(colour, background, attributes)


def _palette(offset: int) -> str:
    """The colour of 30–37 and 90–97, as what is left when their first is taken off; nothing for 39, the default."""
    return "" if offset == 9 else str(offset if offset < 8 else offset - 60 + 8)


def _following(codes: Iterator[str]) -> list[str]:
    kind = next(codes, "")
    count = {"5": 1, "2": 3}.get(kind, 0)
    return [kind, *(next(codes, "") for _ in range(count))]


def _extended(details: list[str], with_colons: bool) -> str:
    """A colour after 38, 48 or 58: `5;n` of the palette, or `2;r;g;b`, which in its colon form may name a colour space."""
    kind, *values = details
    if kind == "2" and with_colons and len(values) > 3:
        values = values[1:]
    numbers = [int(value or 0) & 255 if (value or "0").isdecimal() else 0 for value in values]
    if kind == "5" and numbers:
        return str(numbers[0])
    if kind == "2" and len(numbers) >= 3:
        return ",".join(map(str, numbers[:3]))
    return ""


_ATTRIBUTES = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse", 9: "strike", 21: "underline"}
_ENDED = {22: {"bold", "dim"}, 23: {"italic"}, 24: {"underline"}, 27: {"reverse"}, 29: {"strike"}}


@lru_cache(4096)
def _style(look: _Look) -> Style:
    from rich.style import Style

    def on(attribute: str) -> bool | None:
        return attribute in look.attributes or None

    return Style(
        color=_color(look.colour),
        bgcolor=_color(look.background),
        bold=on("bold"),
        dim=on("dim"),
        italic=on("italic"),
        underline=on("underline"),
        reverse=on("reverse"),
        strike=on("strike"),
    )


def _color(code: str) -> Color | None:
    from rich.color import Color

    if not code:
        return None
    numbers = [int(number) for number in code.split(",")]
    return Color.from_ansi(numbers[0]) if len(numbers) == 1 else Color.from_rgb(*numbers)

"""A line of untrusted output as styled text that is safe to draw: of all control sequences only colours and type survive.

Rich is imported when a line is first styled, so that plain text costs nothing.
"""

from __future__ import annotations

import re
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


def text(raw: bytes, *, controls: bool = False, limit: int = MAX_DRAWN) -> str:
    """The line without any style, as `segments` shows it."""
    return "".join(part for part, _ in _parts(raw, controls, limit))


def segments(raw: bytes, *, controls: bool = False, limit: int = MAX_DRAWN) -> list[Segment]:
    """The line in pieces of one style each, of at most `limit` bytes. Style is not carried from line to line.

    Of a line that is overwritten by carriage returns, its last state that is not empty. With `controls` all of it, and what
    else is neutral is visible: every escape sequence, tab, carriage return and joiner.
    """
    from rich.segment import Segment

    return [Segment(part, None if look == _PLAIN else _style(look)) for part, look in _parts(raw, controls, limit)]


def texts(data: bytes) -> str:
    """Many lines, each as `text` gives it but whole, with a line feed between two: made for searching, quick on plain lines."""
    lines = _COLOURS.sub(b"", data).decode(errors="replace").replace("\r\n", "\n").split("\n")
    odd = [number for number, line in enumerate(lines) if not line.isprintable() or _JOINERS.search(line)]
    if odd:
        raw = data.split(b"\n")
        for number in odd:
            lines[number] = text(raw[number], limit=len(raw[number]))
    return "\n".join(lines)


_COLOURS = re.compile(rb"\x1b\[[0-9;:]{0,64}m")
_JOINERS = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
"""Joiners, variation selectors and skin tones: terminals differ in how many cells they take, so a line is drawn without."""


class _Look(NamedTuple):
    colour: str = ""
    """`5` for a colour of the palette, `1,2,3` for red, green and blue, or empty."""
    background: str = ""
    attributes: frozenset[str] = frozenset()


_PLAIN = _Look()
_CONTROL = _Look(attributes=frozenset({"dim"}))
"""How control sequences are drawn where they are visible."""


def _parts(raw: bytes, controls: bool, limit: int) -> list[tuple[str, _Look]]:
    line, note = _drawn(raw, controls, limit)
    if line.isprintable() and not note:
        return [(line, _PLAIN)] if line else []
    parts: list[tuple[str, _Look]] = []
    look = _PLAIN
    column = position = 0

    def add(piece: str, look: _Look) -> None:
        nonlocal column
        if "\t" in piece:
            piece = piece.replace("\t", "\u2409\t") if controls else piece
            piece = (" " * (column % TAB) + piece).expandtabs(TAB)[column % TAB :]
        if piece:
            column += len(piece)
            if parts and parts[-1][1] == look:
                parts[-1] = parts[-1][0] + piece, look
            else:
                parts.append((piece, look))

    for match in TOKENS.finditer(line):
        add(line[position : match.start()], look)
        position = match.end()
        parameters = match["sgr"]
        if controls:
            add("".join(map(_picture, match.group())), _CONTROL)
        elif parameters is None:
            add(visible(match.group()), look)
        if parameters is not None:
            look = _changed(look, parameters)
    add(line[position:], look)
    add(note, _PLAIN)
    return parts


def _drawn(raw: bytes, controls: bool, limit: int) -> tuple[str, str]:
    """What of a line is drawn, and a note where that is not all. Cut before decoding: a line may have megabytes."""
    if not controls:
        raw = raw.rstrip(b"\r\n")
        if b"\r" in raw:
            raw = next((part for part in reversed(raw.split(b"\r")) if part), b"")
    line = raw[:limit].decode(errors="replace")
    if not line.isascii():
        line = _JOINERS.sub(lambda match: _picture(match.group()) if controls else "", line)
    return line, f" [cut: {len(raw) - limit:,} bytes more]" if len(raw) > limit else ""


def _picture(character: str) -> str:
    """A visible stand-in for any character that has none of its own."""
    if character.isprintable() and not _JOINERS.match(character):
        return character
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else f"<U+{code:04X}>"


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

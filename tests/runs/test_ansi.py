"""Untrusted bytes become styled text that is safe: tables for what is kept, a property for what is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color
from rich.style import Style

from llm_dashboard.runs.ansi import MAX_DRAWN, segments, text

UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def drawn(raw: bytes) -> list[tuple[str, Style | None]]:
    """The pieces with their styles."""
    return [(segment.text, segment.style) for segment in segments(raw)]


@pytest.mark.parametrize(
    ("parameters", "style"),
    [
        (b"1", Style(bold=True)),
        (b"2;3;4;7;9", Style(dim=True, italic=True, underline=True, reverse=True, strike=True)),
        (b"31", Style(color=Color.from_ansi(1))),
        (b"97;40", Style(color=Color.from_ansi(15), bgcolor=Color.from_ansi(0))),
        (b"100", Style(bgcolor=Color.from_ansi(8))),
        (b"38;5;223", Style(color=Color.from_ansi(223))),
        (b"48;2;1;2;3;1", Style(bgcolor=Color.from_rgb(1, 2, 3), bold=True)),
        (b"38:5:9", Style(color=Color.from_ansi(9))),
        (b"38:2:1:2:3", Style(color=Color.from_rgb(1, 2, 3))),
        (b"38:2::1:2:3", Style(color=Color.from_rgb(1, 2, 3))),
        (b"4:3;58:2::255:0:0", Style(underline=True)),
        (b"58;5;1;1", Style(bold=True)),
        (b"1;2;22;3", Style(italic=True)),
        (b"4;4:0;9;29;1", Style(bold=True)),
        (b"31;41;39;49;7", Style(reverse=True)),
        (b"1;0;9", Style(strike=True)),
        (b"1;;9", Style(strike=True)),
        (b"5;6;8", None),
        (b"", None),
        (b"31;0", None),
        (b"38", None),
        (b"38;7;1", Style(bold=True)),
        (b"38;2;300;;2", Style(color=Color.from_rgb(44, 0, 2))),
        (b"999999", None),
    ],
)
def test_colours_and_type_survive(parameters: bytes, style: Style | None) -> None:
    assert drawn(b"\x1b[" + parameters + b"mx") == [("x", style)]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"plain", "plain"),
        (b"", ""),
        (b"[bold]markup[/] [x] [@click=app.quit]", "[bold]markup[/] [x] [@click=app.quit]"),
        (b"a\x1b[2J\x1b[5A\x1b[?1049hb", "ab"),
        (b"a\x1b]0;title\x07b\x1b]52;c;eHg=\x1b\\c", "abc"),
        (b"a\x1b]52;c;never ends", "a"),
        (b"\x1b]8;;javascript:x\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"a\x1bPdcs\x1b\\b\x1b_apc\x1b\\c\x1b^pm\x1b\\d", "abcd"),
        (b"a\x1bcb\x1b#8c\x1b(0d", "abcd"),
        (b"a\x1b[38;5", "a"),
        (b"a\x1b", "a"),
        ("a\x9b2Jb\x9d52;c;x\x9cc".encode(), "abc"),
        (b"a\x9b2Jb", "a\ufffd2Jb"),
        (b"bell\x07 back\x08 nul\x00 del\x7f", "bell\u2407 back\u2408 nul\u2400 del\u2421"),
        ("x\u202ey\u2066z".encode(), "x<U+202E>y<U+2066>z"),
        ("pass\u200bword\u00ad\ufeff".encode(), "password"),
        ("p\u2028q".encode(), "p<U+2028>q"),
        (b"bad \xff\xfe", "bad \ufffd\ufffd"),
        (b"a\tb\x1b[1m\tc", "a       b       c"),
        (b"\x1b[1mab\x1b[0m\tc", "ab      c"),
        (b"10%\r20%\r30%", "30%"),
        (b"10%\r20%\r\r", "20%"),
        (b"windows\r\n", "windows"),
        (b"\r\r", ""),
        ("e\u0301 \u6f22".encode(), "e\u0301 \u6f22"),
        (
            "\U0001f468\u200d\U0001f469 \u2764\ufe0f \U0001f44d\U0001f3fd".encode(),
            "\U0001f468\U0001f469 \u2764 \U0001f44d",
        ),
    ],
)
def test_what_is_shown(raw: bytes, shown: str) -> None:
    assert text(raw) == shown
    assert "".join(segment.text for segment in segments(raw)) == shown


def test_neighbours_of_one_style_are_one_piece_and_style_ends_with_the_line() -> None:
    assert drawn(b"a\x1b[1mb\x1b[2Jc\x1b[0md") == [("a", None), ("bc", Style(bold=True)), ("d", None)]
    assert drawn(b"next") == [("next", None)]


def test_a_long_line_is_cut_with_a_note() -> None:
    assert text(b"x" * 10_000_000) == "x" * MAX_DRAWN + " [cut: 9,996,000 bytes more]"
    assert drawn(b"\x1b[1m" + b"x" * MAX_DRAWN)[-1] == (" [cut: 4 bytes more]", None)


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=12),
            st.text(max_size=8).map(lambda part: part.encode(errors="surrogatepass")),
            st.sampled_from(
                [b"\x1b", b"\x1b[", b"\x1b]", b"\x9b", b"\x1bP", b"m", b"38;5;", b"\x07", b"\t", b"\r", b"1;31m"]
            ),
        ),
        max_size=20,
    ).map(b"".join)
)
def test_nothing_but_text_comes_out(raw: bytes) -> None:
    for segment in segments(raw):
        assert segment.text
        assert not UNSAFE.search(segment.text)
        assert segment.control is None
        assert segment.style is None or (
            not segment.style.blink and not segment.style.conceal and not segment.style.link
        )
    assert text(raw) == "".join(segment.text for segment in segments(raw))

"""No text of ours reaches a terminal as anything but text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_dashboard.safe_text import plain, plain_block


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    for line in (plain(text), *plain_block(text).split("\n")):
        assert not [char for char in line if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
        assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x] done [/b] \U0001f680 \u2705", "[x] done [/b] \U0001f680 \u2705"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x1b]52;c;c2VjcmV0\x07b", "ab"),
        ("a\x1b]0;title", "a"),
        ("a\x9b31mb", "ab"),
        ("bell\x07 delete\x7f", "bell\u2407 delete\u2421"),
        ("one\r\ntwo\tthree", "one two three"),
        ("right\u202eleft", "right<U+202E>left"),
        ("zero\u200bwidth", "zerowidth"),
        ("\U0001f468\u200d\U0001f4bb", "\U0001f468\u200d\U0001f4bb"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_a_block_keeps_its_lines() -> None:
    assert plain_block("one\r\n\ttwo\n\x1b[1mthree") == "one\n    two\nthree"

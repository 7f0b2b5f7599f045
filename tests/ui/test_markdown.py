"""Documents in rows: what is drawn of Markdown, and that nothing in it does anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from llm_dashboard.ui.markdown import LONGEST_LINE, markdown_rows

TONES = {name: Style() for name in ("normal", "dim", "rule", "good")} | {
    "strong": Style(bold=True),
    "key": Style(bold=True, color="blue"),
    "accent": Style(color="blue"),
}


def drawn(text: str, width: int = 60) -> list[str]:
    return [row.text.plain for row in markdown_rows(text, width, TONES)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A title", ["A title"]),
        ("- one\n* two\n  - three", ["• one", "• two", "  • three"]),
        ("1. one\n12) two", ["1. one", "12) two"]),
        ("- [x] done\n- [ ] open", ["✓ done", "□ open"]),
        ("[x] done [/b] :smile: [@click=app.quit]x[/]", ["[x] done [/b] :smile: [@click=app.quit]x[/]"]),
        ("> a quote\n> > in a quote", ["│ a quote", "│ │ in a quote"]),
        ("---", ["─" * 60]),
        ("**bold** and *italic* and `code` and ~~gone~~", ["bold and italic and code and gone"]),
        ("**bold `code` in it**", ["bold code in it"]),
        ("snake_case_name and 2 * 3 * 4 and __init__.py", ["snake_case_name and 2 * 3 * 4 and __init__.py"]),
        ("`a **b** c` and ``x ` y``", ["a **b** c and x ` y"]),
        (r"\*not\* and \`this\`", ["*not* and `this`"]),
        ("[the log](../run.log) and [x](x)", ["the log (../run.log) and x"]),
        ("![a picture](http://nowhere/x.png)", ["a picture (http://nowhere/x.png)"]),
        ("<script>alert(1)</script>", ["<script>alert(1)</script>"]),
        ("a\n\n\n\nb\n\n", ["a", "", "b"]),
        ("a\nb", ["a", "b"]),
        ("```python\nx = '**1**'\n\n# no title\n```", ["│ x = '**1**'", "│", "│ # no title"]),
        ("~~~\n```\nnested\n```\n~~~", ["│ ```", "│ nested", "│ ```"]),
        ("```\nnever closed\n\n# A title", ["```", "never closed", "", "A title"]),
        ("| a | b |\n|---|--:|\n| one | `2` |", ["a    b", "one  2"]),
        ("| no | rule |", ["| no | rule |"]),
        ("a\x1b[31mb\x1b]52;c;eA==\x07\u202ec", ["ab<U+202E>c"]),
    ],
)
def test_what_is_drawn(text: str, expected: list[str]) -> None:
    assert drawn(text) == expected


def test_long_lines_hang_below_their_beginning() -> None:
    assert drawn("- an item of many words", 14) == ["• an item of", "  many words"]
    assert drawn("  漢字漢字漢字漢字", 10) == ["  漢字漢字", "  漢字漢字"]


def test_every_row_knows_its_line() -> None:
    rows = markdown_rows("# A title\n\n- an item of many words\n\n```\ncode\n```\n", 14, TONES)
    assert [(row.text.plain, row.line) for row in rows] == [
        ("A title", 1),
        ("", 2),
        ("• an item of", 3),
        ("  many words", 3),
        ("", 4),
        ("│ code", 6),
    ]


def test_a_wide_table_wraps_in_its_cells() -> None:
    rows = drawn("| name | what it is |\n|---|---|\n| a | one two three four five six |", 20)
    assert rows == ["name  what it is", "a     one two three", "      four five six"]


def test_a_line_without_end_is_cut_and_says_so() -> None:
    assert drawn("x" * (LONGEST_LINE + 5), 100)[-1].endswith("… (5 more characters)")


def test_nothing_is_a_link() -> None:
    rows = markdown_rows("[x](javascript:alert) [y](file:///etc/passwd) <http://nowhere>", 80, TONES)
    styles = [span.style for row in rows for span in row.text.spans]
    assert all(isinstance(style, Style) and style.link is None and not style.meta for style in styles)


PIECES = st.sampled_from(
    ["**", "*", "_", "__", "`", "```", "~~", "[", "](", ")", "|", "|---|", "- ", "[ ] ", "> ", "# ", "\n", "\n\n", " "]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES | st.text(max_size=12), max_size=40).map("".join),
    st.integers(min_value=0, max_value=60),
)
def test_any_text_fits_its_width_and_keeps_its_order(text: str, width: int) -> None:
    rows = markdown_rows(text, width, TONES)
    assert all(cell_len(row.text.plain) <= max(width, 8) for row in rows)
    assert [row.line for row in rows] == sorted(row.line for row in rows)
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for row in rows for char in row.text.plain)

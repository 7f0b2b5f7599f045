"""Lines cut to a width: whatever a child writes, a row is exactly as wide as the view."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from rich.style import Style

from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.log_search import Matcher, Query, matcher
from llm_dashboard.ui.widgets.log_lines import Mark, Window, cut, fold, window
from llm_dashboard.ui.widgets.log_painter import LogPainter, Look, Piece

WIDE = "ab漢字e\u0301한"
PIECES = st.one_of(
    st.text(max_size=6).map(lambda part: part.encode(errors="surrogatepass").replace(b"\n", b"")),
    st.binary(max_size=6).map(lambda part: part.replace(b"\n", b"")),
    st.sampled_from(
        [
            "漢字".encode(),
            "\U0001f468\u200d\U0001f469\u200d\U0001f467".encode(),
            "\u2764\ufe0f".encode(),
            "\U0001f44d\U0001f3fd".encode(),
            "\U0001f1e9\U0001f1ea".encode(),
            "Z\u0351\u036b\u0343".encode(),
            "\u0301".encode(),
            "ﾊﾟ한글".encode(),
            b"\t",
            b"\r",
            b"\x1b[31m",
            b"\x1b]8;;x\x07",
            b"\x1b[",
            "\u202e\u200b\u2028".encode(),
        ]
    ),
)


@settings(max_examples=300, deadline=None)
@given(
    raw=st.lists(PIECES, max_size=12).map(b"".join),
    left=st.integers(0, 12),
    width=st.integers(0, 15),
    gutter=st.sampled_from([0, 6]),
    wraps=st.booleans(),
    controls=st.booleans(),
    mark=st.tuples(st.integers(0, 9), st.integers(0, 9)),
)
def test_every_row_is_as_wide_as_the_view(
    raw: bytes, left: int, width: int, gutter: int, wraps: bool, controls: bool, mark: tuple[int, int]
) -> None:
    found = matcher(Query("a"))
    assert isinstance(found, Matcher)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "log").write_bytes(raw + b"\n")
        log = RunLog(Path(folder) / "log")
        log.catch_up()
        painter = LogPainter(log)
        bold = Style(bold=True)
        painter.prepare(Look(Style(), bold, bold, 0 if wraps else left, width, gutter, wraps, controls, found))
        for part in range(len(painter.windows(0))):
            strip = painter.strip(Piece(0, part), (Mark(*mark, bold),), bold)
            assert strip.cell_length == width + gutter
            assert sum(cell_len(segment.text) for segment in strip) == width + gutter
            # As a terminal counts that joins nothing.
            assert sum(get_character_cell_size(character) for character in strip.text) == width + gutter
        log.close()


@pytest.mark.parametrize(
    ("left", "width", "shown"),
    [
        (0, 4, Window(0, 3)),
        (0, 3, Window(0, 2)),
        (2, 4, Window(2, 4)),
        (3, 4, Window(3, 6, 1)),
        (6, 3, Window(4, 7)),
        (7, 3, Window(6, 7)),
        (90, 3, Window(7, 7)),
        (0, 0, Window(0, 0)),
    ],
)
def test_a_window_never_cuts_a_character(left: int, width: int, shown: Window) -> None:
    assert window(WIDE, left, width) == shown


@given(st.text(alphabet="ab漢e\u0301\U0001f600", max_size=40), st.integers(2, 9))
def test_a_folded_line_is_whole(text: str, width: int) -> None:
    rows = fold(text, width)
    assert rows[0].first == 0
    assert rows[-1].last == len(text)
    assert all(before.last == after.first for before, after in pairwise(rows))
    assert all(cell_len(text[row.first : row.last]) <= width for row in rows)


def test_marks_lie_over_the_styles_of_a_line() -> None:
    red, bold, dim = Style(color="red"), Style(bold=True), Style(dim=True)
    segments = [Segment("abc", red), Segment("def")]
    assert cut(segments, Window(1, 6), [Mark(2, 4, bold), Mark(3, 5, dim)]) == [
        Segment("b", red),
        Segment("c", red + bold),
        Segment("d", bold + dim),
        Segment("e", dim),
        Segment("f"),
    ]

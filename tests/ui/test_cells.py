"""Text in exactly so many cells, whatever the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from llm_dashboard.ui.cells import bar, fit, fit_middle, fit_path, fit_right, wrap

TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Mn", "Me", "Cf")))


@given(TEXTS, st.integers(0, 60))
def test_every_text_fits_exactly(text: str, width: int) -> None:
    for fitted in (fit(text, width), fit_middle(text, width), fit_right(text, width)):
        assert cell_len(fitted) == width


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("plan", 6, "plan  "),
        ("a long name", 6, "a lon…"),
        ("日本語の名前", 6, "日本… "),
        ("", 3, "   "),
        ("ab", 0, ""),
    ],
)
def test_cut_with_an_ellipsis(text: str, width: int, expected: str) -> None:
    assert fit(text, width) == expected


def test_a_cut_name_keeps_its_end() -> None:
    assert fit_middle("EXECUTION-ANALYSIS-RESTRUCTURING", 20) == "EXECUTION-ANA…TURING"
    assert fit_middle("Y\u0301" * 12, 9) == "Y\u0301" * 6 + "…" + "Y\u0301" * 2


@pytest.mark.parametrize(
    ("done", "total", "filled"), [(0, 0, 0), (0, 8, 0), (1, 100, 1), (4, 8, 5), (99, 100, 9), (8, 8, 10)]
)
def test_a_bar_reaches_its_ends_only_when_they_are_reached(done: int, total: int, filled: int) -> None:
    full, left = bar(done, total, 10)
    assert (len(full), len(full + left)) == (filled, 10)


@given(TEXTS, st.integers(2, 30))
def test_what_wraps_loses_only_spaces(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("exactly 10", ["exactly 10"]),
        ("breaks at a space", ["breaks at", "a space"]),
        ("unbreakable_name", ["unbreakabl", "e_name"]),
        ("+    indented code", ["+    inden", "ted code"]),
        ("日本語の名前です", ["日本語の名", "前です"]),
    ],
)
def test_wrapping(text: str, lines: list[str]) -> None:
    assert wrap(text, 10) == lines


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (40, "work-space/plans/DEMO/PLAN_DEMO.md"),
        (33, "work-space/plans/…/PLAN_DEMO.md"),
        (26, "work-space/…/PLAN_DEMO.md"),
        (20, "…/PLAN_DEMO.md"),
        (12, "PLAN_DEMO.md"),
        (11, "PLAN_DE….md"),
        (3, "PL…"),
    ],
)
def test_a_path_keeps_its_beginning_and_its_name(width: int, shown: str) -> None:
    assert fit_path("work-space/plans/DEMO/PLAN_DEMO.md", width) == shown

"""What is typed, and how well texts fit it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.ui.matching import Pattern, Search, found
from llm_dashboard.ui.slices import at_once


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["WEATHER-STATION", "RAIN-ALERTS", "STATE-OF-RAIN", "RAIN", "THE-WSTX"]),
        ("rain", ["RAIN", "RAIN-ALERTS", "STATE-OF-RAIN"]),
        ("RaIn", ["RAIN", "RAIN-ALERTS", "STATE-OF-RAIN"]),
        ("sta", ["STATE-OF-RAIN", "WEATHER-STATION"]),
        ("wst", ["THE-WSTX", "WEATHER-STATION"]),
        ("wthr", ["WEATHER-STATION"]),
        ("rain state", ["STATE-OF-RAIN"]),
        ("state rain", ["STATE-OF-RAIN"]),
        ("ather", ["WEATHER-STATION"]),
        ("athr", []),
        ("nope", []),
    ],
)
def test_the_best_stand_first(typed: str, names: list[str]) -> None:
    everything = ["WEATHER-STATION", "RAIN-ALERTS", "STATE-OF-RAIN", "RAIN", "THE-WSTX"]
    assert list(found(everything, lambda name: (name,), Pattern(typed))) == names


def test_the_first_text_counts_more() -> None:
    rows = [("other", "rain"), ("rain", "other"), ("other", "other")]
    assert list(found(rows, lambda row: row, Pattern("rain"))) == [("rain", "other"), ("other", "rain")]


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("sta", "MISTAKEN-STATION", "STA"),
        ("wst", "WEATHER-STATION", "WST"),
        ("rain al", "RAIN-ALERTS", "RAINAL"),
        ("zz", "WEATHER", ""),
        ("ss", "STRASSE ß", ""),
    ],
)
def test_the_letters_that_were_typed(typed: str, text: str, marked: str) -> None:
    assert "".join(text[place] for place in Pattern(typed).places(text)) == marked


WORDS = st.text("ab-. ß", max_size=8)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), max_size=8), st.lists(WORDS, max_size=5))
def test_what_is_typed_on_finds_what_a_new_search_finds(rows: list[tuple[str, str]], typed: list[str]) -> None:
    search = Search(rows, lambda row: row)
    text = ""
    for more in typed:
        text += more
        assert list(at_once(search.steps(Pattern(text)))) == list(found(rows, lambda row: row, Pattern(text)))


def test_a_hostile_text_is_looked_through_once() -> None:
    assert Pattern("ab" * 100 + "x").rank(["ab" * 50_000]) is None

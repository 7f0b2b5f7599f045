"""Placeholders: what they stand for, and that what they stand for stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_dashboard.placeholders import Placeholder, PlaceholderError, fill, used

VALUES = {each: f"<{each}>" for each in Placeholder}
PIECES = st.sampled_from(["{", "}", "{title}", "{plan}", "{{", "a", " ", "\n", "'"])
TEXTS = st.lists(PIECES, max_size=8).map("".join) | st.text()


@pytest.mark.parametrize(
    ("text", "names", "filled"),
    [
        ("", set(), ""),
        ("a}b", set(), "a}b"),
        ("{title}", {"title"}, "<title>"),
        ("{plan}/{id}.md", {"plan", "id"}, "<plan>/<id>.md"),
        ("{{title}", set(), "{title}"),
        ("{{{title}", {"title"}, "{<title>"),
        ('{{"a": {{"b": "{title}"}}', {"title"}, '{"a": {"b": "<title>"}}'),
    ],
)
def test_a_text_is_filled(text: str, names: set[str], filled: str) -> None:
    assert used(text) == names
    assert fill(text, VALUES) == filled


@pytest.mark.parametrize(
    "text", ["{", "a {", "{}", "{plans}", "{Plan}", "{ plan }", "{plan", "{plan{", f"{{{'x' * 99}}}"]
)
def test_a_brace_that_begins_no_placeholder_is_named(text: str) -> None:
    with pytest.raises(PlaceholderError, match=r"has '\{.*'; allowed are \{plan\}, .*, and \{\{ for a brace") as caught:
        used(text)
    assert len(str(caught.value)) < 250


@given(TEXTS)
def test_a_value_stays_text(value: str) -> None:
    values = VALUES | {Placeholder.TITLE: value}
    assert fill("{title}", values) == value
    assert fill("a{title}{{b}{plan}", values) == f"a{value}{{b}}<plan>"


@given(TEXTS)
def test_what_is_accepted_can_be_filled_and_what_is_escaped_comes_back(text: str) -> None:
    assert fill(text.replace("{", "{{"), {}) == text
    try:
        names = used(text)
    except PlaceholderError:
        return
    assert fill(text, dict.fromkeys(names, "")) == fill(text, dict.fromkeys(Placeholder, ""))

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_dashboard.plans.markdown import Fences, dangling_fences, fenced_lines, heading, split_lines


@pytest.mark.parametrize(
    ("text", "fenced", "unclosed"),
    [
        ("a\n```\nb\n```\nc", ".###.", []),
        ("~~~ sh\n```\n~~~~\nc", "###.", []),
        ("````\n```\n````\nc", "###.", []),
        ("```\n````\nc", "##.", []),
        ("- a\n  ```py\n  b\n  ```\nc", ".###.", []),
        ("```\n      ```\nb\n```\nc", "####.", []),
        ("```inline```\nb", "..", []),
        ("```md\n```py\na\n```\nb\n```\nc", "######.", []),
        ("a\n```sh\nb\nc", "....", [2]),
        ("```sh\na\n```py\nb\n```\nc", "#####.", []),
        ("```sh\n## A\n```py\nb\n```\nc", "..###.", [1]),
        ("```\na\n```py\nb\n```\nc\n```sh\nd\n```\n", "#####.###.", []),
        ("~~~\na\n```py\nb\n```\nc", "..###.", [1]),
        ("```sh\na\n## Section\nb\n```\nc\n```\nd", "....###.", [1]),
        ("```md\n## Quoted\n```\na\n## Section\nb\n```\nc", "###.....", [7]),
        ("```\r\na\r\n```\r\nb", "###.", []),
        ("", ".", []),
    ],
)
def test_fences(text: str, fenced: str, unclosed: list[int]) -> None:
    lines = text.split("\n")
    assert "".join("#" if each else "." for each in fenced_lines(lines)) == fenced
    assert [text.count("\n", 0, offset) + 1 for offset in Fences(text).unclosed] == unclosed


def test_no_lines() -> None:
    assert fenced_lines([]) == []
    assert dangling_fences([]) == []


_fragments = st.sampled_from(
    ["```", "```py", "````", "~~~", "~~~x", "  ```", "      ```", "## A", "text", "", "`", "```a`"]
)


@given(st.lists(_fragments, max_size=40))
def test_every_line_is_judged_and_every_fence_has_an_end(lines: list[str]) -> None:
    fenced = fenced_lines(lines)
    text = "\n".join(lines)
    fences = Fences(text)
    assert len(fenced) == len(lines)
    assert all(opening < closing for opening, closing in zip(fences.openings, fences.closings, strict=True))
    assert not any(text.startswith("text", offset) for offset in fences.unclosed)
    assert sum(fenced) >= 2 * len(fences.openings)


@given(st.lists(_fragments, max_size=12), st.lists(_fragments, max_size=12))
def test_without_its_dangling_fences_a_text_leaves_its_surroundings_alone(first: list[str], second: list[str]) -> None:
    for lines in (first, second):
        for number in dangling_fences(lines):
            lines[number - 1] = "text"
    lines = [*first, "between", *second, "after"]
    assert not fenced_lines(lines)[len(first)]
    assert not fenced_lines(lines)[-1]


@given(st.lists(st.sampled_from(["text", "", "- item", "`code`"]), max_size=20))
def test_an_open_fence_at_the_end_hides_nothing(lines: list[str]) -> None:
    assert not any(fenced_lines(["```sh", *lines]))


def test_many_open_fences_end() -> None:
    lines = ["~~~a" if number % 2 else "```a" for number in range(20_000)]
    assert len(fenced_lines(lines)) == 20_000


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# One", (1, "One")),
        ("###   Three ##", (3, "Three")),
        ("   ## Indented  ", (2, "Indented")),
        ("    ## Code", None),
        ("#No", None),
        ("####### Seven", None),
        ("text", None),
    ],
)
def test_heading(line: str, expected: tuple[int, str] | None) -> None:
    assert heading(line) == expected


def test_lines_end_at_a_line_feed_only() -> None:
    assert split_lines("a\r\nb\u2028c\x0cd\re\n") == ["a", "b\u2028c\x0cd\re", ""]

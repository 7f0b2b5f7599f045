"""What a person types about a new plan, and what is made of it."""

import pytest

from llm_dashboard.plans.drafts import (
    LONGEST_GOAL,
    LONGEST_LINE,
    LONGEST_NAME,
    DraftError,
    draft_achievements,
    draft_plan,
    left_out,
    plan_name,
    summary,
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("WEATHER-STATION", "WEATHER-STATION"),
        ("weather station", "WEATHER-STATION"),
        ("  Weather_Station, 2nd  ", "WEATHER-STATION-2ND"),
        ("PLAN_WEATHER.md", "WEATHER"),
        ("café à la crème", "CAFE-A-LA-CREME"),
        ("a/../../b", "A-B"),
        ("--x--", "X"),
        ("x" * LONGEST_NAME, "X" * LONGEST_NAME),
    ],
)
def test_a_name_is_made_of_what_was_typed(typed: str, name: str) -> None:
    assert plan_name(typed) == name
    assert plan_name(name) == name


@pytest.mark.parametrize("typed", ["", "  ", "日本", "--", "../..", "x" * (LONGEST_NAME + 1)])
def test_some_texts_give_no_name(typed: str) -> None:
    with pytest.raises(DraftError, match="The name"):
        plan_name(typed)


@pytest.mark.parametrize(
    ("lines", "drafts"),
    [
        (["One", "Two"], [("1.1", "One", ""), ("1.2", "Two", "")]),
        (["One", "", "2.1: Two", "Three"], [("1.1", "One", ""), ("2.1", "Two", ""), ("2.2", "Three", "")]),
        (["3.5.1: Deep", "Deeper"], [("3.5.1", "Deep", ""), ("3.5.2", "Deeper", "")]),
        (["1.9: Nine", "Ten"], [("1.9", "Nine", ""), ("1.10", "Ten", "")]),
        (["Done ✅ **COMPLETE**", "Timed (2-3 hours)"], [("1.1", "Done", ""), ("1.2", "Timed", "2-3 hours")]),
        (["- Achievement 0.1: As in an index", "**Achievement 0.2**: Bold"],
         [("0.1", "As in an index", ""), ("0.2", "Bold", "")]),
        (["a\tb\x1b[31m\nc", "Ratio 1.5: of two"], [("1.1", "a b c", ""), ("1.2", "Ratio 1.5: of two", "")]),
    ],
)  # fmt: skip
def test_achievements_are_numbered_on(lines: list[str], drafts: list[tuple[str, str, str]]) -> None:
    assert [(each.id, each.title, each.effort) for each in draft_achievements(lines)] == drafts


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["One", "1.1: Again"], "1.1 is there twice"),
        (["1.11: One", "11.1: Two"], "files of 1.11 and of 11.1"),
        (["1.1:"], "needs a title"),
        (["---"], "needs a word"),
        (["x" * (LONGEST_LINE + 1)], "at most 200"),
    ],
)
def test_achievements_that_cannot_be(lines: list[str], says: str) -> None:
    with pytest.raises(DraftError, match=says):
        draft_achievements(lines)


def test_what_was_not_typed_is_made_up_from_the_name() -> None:
    draft = draft_plan("weather station")
    assert (draft.name, draft.title, draft.goal, draft.priority) == ("WEATHER-STATION", "Weather station", "", "MEDIUM")
    assert [(each.id, each.title) for each in draft.achievements] == [("1.1", "Weather station")]
    assert draft.plan_file("plans") == "plans/WEATHER-STATION/PLAN_WEATHER-STATION.md"


def test_a_draft_keeps_what_was_typed() -> None:
    draft = draft_plan(
        "X",
        title=" A\ntitle ",
        goal="One\n\nTwo\x07",
        priority="HIGH - now",
        achievements=["A", "2.1: B"],
        container="a//b/",
    )
    assert (draft.title, draft.goal, draft.priority, draft.container) == ("A title", "One\n\nTwo␇", "HIGH - now", "a/b")
    assert [group.number for group in draft.groups] == ["1", "2"]
    assert draft.folder("plans") == "plans/a/b/X"
    assert summary(draft) == "2 achievements, 1.1 to 2.1"


@pytest.mark.parametrize("container", ["/etc", "..", "a/../..", "a\x1b[31m", "a\0b"])
def test_a_container_is_below_the_plans_root(container: str) -> None:
    with pytest.raises(DraftError, match="no folder below"):
        draft_plan("X", container=container)


@pytest.mark.parametrize("typed", [{"title": "***"}, {"priority": "!"}, {"goal": "x" * (LONGEST_GOAL + 1)}])
def test_texts_that_say_nothing_or_too_much(typed: dict[str, str]) -> None:
    with pytest.raises(DraftError, match=r"needs a word|at most"):
        draft_plan("X", **typed)


@pytest.mark.parametrize(
    ("typed", "lost"), [("Weather 天気 天", "天気"), ("Wétter-Station_2", ""), ("Straße", ""), ("\x1b天", "天")]
)
def test_what_a_name_cannot_hold(typed: str, lost: str) -> None:
    assert left_out(typed) == lost

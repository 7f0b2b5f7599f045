from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_dashboard.plans.dependencies import Dependencies, dependencies, effort_hours, saved_hours, unite
from llm_dashboard.plans.models import Achievement, AchievementStatus, Counts, NextStep, Plan, StepKind
from llm_dashboard.plans.parser import Declaration


def plan(*achievements: Achievement) -> Plan:
    step = NextStep(None, StepKind.NONE, "")
    return Plan("X", "p/X", "p/X/PLAN_X.md", "", True, "X", {}, achievements, Counts(), step)


def achievement(achievement_id: str, status: str, *waits_for: str, effort: str | None = None) -> Achievement:
    return Achievement(achievement_id, "Title", "", 1, AchievementStatus(status), waits_for, effort)


def test_levels_and_what_is_ready() -> None:
    found = dependencies(
        plan(
            achievement("2.1", "not_started", "1.1", "1.2"),
            achievement("1.1", "approved"),
            achievement("1.2", "awaiting_review", "1.1"),
            achievement("1.3", "needs_fix", "1.1", "9.9"),
            achievement("1.4", "in_progress"),
            achievement("3.1", "not_started", "2.1", "1.1"),
        )
    )
    assert found == Dependencies(
        levels=(("1.1", "1.4"), ("1.2", "1.3"), ("2.1",), ("3.1",)),
        cycles=(),
        ready=("1.3", "1.4"),
        blocked={"2.1": ("1.2",), "3.1": ("2.1",)},
    )


def test_what_waits_for_itself_is_in_no_level() -> None:
    found = dependencies(
        plan(
            achievement("1.1", "not_started", "1.3"),
            achievement("1.2", "not_started", "1.2"),
            achievement("1.3", "approved", "1.4"),
            achievement("1.4", "not_started", "1.1", "0.1"),
            achievement("2.1", "not_started", "1.1"),
            achievement("0.1", "approved"),
        )
    )
    assert found == Dependencies(
        levels=(("0.1",), ("2.1",)),
        cycles=(("1.1", "1.3", "1.4"), ("1.2",)),
        ready=("1.1",),
        blocked={"1.2": ("1.2",), "1.4": ("1.1",), "2.1": ("1.1",)},
    )


def test_a_plan_without_achievements() -> None:
    assert dependencies(plan()) == Dependencies((), (), (), {})


_ids = st.sampled_from([f"1.{number}" for number in range(8)])


@given(st.dictionaries(_ids, st.lists(_ids, max_size=4)), st.data())
def test_each_achievement_is_in_one_level_or_cycle(graph: dict[str, list[str]], data: st.DataObject) -> None:
    statuses = {each: data.draw(st.sampled_from(AchievementStatus)) for each in graph}
    found = dependencies(plan(*(achievement(each, statuses[each], *others) for each, others in graph.items())))
    assert sorted(each for group in (*found.levels, *found.cycles) for each in group) == sorted(graph)
    level_of = {each: number for number, level in enumerate(found.levels) for each in level}
    reached = {each: set(others) & set(graph) for each, others in graph.items()}
    for _ in graph:
        reached = {each: others.union(*(reached[other] for other in others)) for each, others in reached.items()}
    for each, others in graph.items():
        assert (each in level_of) == (each not in reached[each])
        assert all(level_of[other] < level_of[each] for other in others if each in level_of and other in level_of)
    for cycle in found.cycles:
        assert all(set(cycle) == {other for other in reached[each] if each in reached[other]} for each in cycle)
    assert not set(found.ready) & set(found.blocked)
    waiting = {"approved", "awaiting_review"}
    assert {each for each in graph if statuses[each] not in waiting} <= {*found.ready, *found.blocked}


def test_a_long_chain_is_not_too_deep() -> None:
    chain = [achievement(f"1.{number}", "not_started", f"1.{number + 1}") for number in range(5000)]
    assert len(dependencies(plan(*chain)).levels) == 5000


@pytest.mark.parametrize(
    ("declared", "listed", "united", "messages"),
    [
        ({"1.1": (), "1.2": ("1.1",)}, {}, {"1.1": (), "1.2": ("1.1",)}, []),
        ({"1.1": (), "1.2": ("1.1",)}, {"1.2": ["1.1", "1.1"]}, {"1.1": (), "1.2": ("1.1",)}, []),
        ({"1.1": ("1.2",), "1.2": ()}, {"9.9": ["1.1"]}, {"1.1": ("1.2",), "1.2": ()}, []),
        ({"1.1": ("9.9",)}, {"1.1": ["9.9"]}, {"1.1": ("9.9",)}, ["1.1 waits for 9.9, which the plan does not have"]),
        ({"1.1": ("1.1",)}, {}, {"1.1": ("1.1",)}, ["1.1 waits for 1.1; remove one of these dependencies"]),
        (
            {"1.1": (), "1.2": ("1.3",), "1.3": ("1.1", "1.2"), "2.1": ("1.2", "2.2"), "2.2": ("2.1",)},
            {},
            {"1.1": (), "1.2": ("1.3",), "1.3": ("1.1", "1.2"), "2.1": ("1.2", "2.2"), "2.2": ("2.1",)},
            [
                "1.2 waits for 1.3 waits for 1.2; remove one of these dependencies",
                "2.1 waits for 2.2 waits for 2.1; remove one of these dependencies",
            ],
        ),
    ],
)
def test_dependencies_are_united(
    declared: Mapping[str, tuple[str, ...]],
    listed: Mapping[str, list[str]],
    united: Mapping[str, tuple[str, ...]],
    messages: list[str],
) -> None:
    declarations = [Declaration(each, "", "", 1, dependencies=others) for each, others in declared.items()]
    found, problems = unite(declarations, listed, "p")
    assert found == united
    assert [problem.message.removesuffix("; correct the id.").removesuffix(".") for problem in problems] == messages


def test_what_one_blocks_another_waits_for() -> None:
    declarations = [
        Declaration("1.1", "", "", 1, blocks=("1.2", "9.9")),
        Declaration("1.2", "", "", 2, dependencies=("1.1",), blocks=("1.1",)),
    ]
    found, problems = unite(declarations, {}, "p")
    assert found == {"1.1": ("1.2",), "1.2": ("1.1",)}
    assert [(problem.code, problem.message.partition(",")[0].partition(";")[0]) for problem in problems] == [
        ("dependency-unknown", "1.1 blocks 9.9"),
        ("dependency-cycle", "1.1 waits for 1.2 waits for 1.1"),
    ]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2-3 hours", (2, 3)),
        ("2–3h", (2, 3)),
        ("1 hour", (1, 1)),
        ("1.5 hours (reduced from 2 hours since script already exists)", (1.5, 1.5)),
        ("1-1.5 hours (if renames needed), 0.5 hours (if no renames needed)", (1, 1.5)),
        ("3-4 hours (was 2-3 hours, +1 hour for health score)", (3, 4)),
        ("+2-3 hours", (2, 3)),
        ("~45 minutes", (0.75, 0.75)),
        ("30 min - 1 hour", (0.5, 1)),
        ("30-90 minutes", (0.5, 1.5)),
        ("1h 30m", (1.5, 1.5)),
        ("1 hour and 30 minutes", (1.5, 1.5)),
        ("2 to 3 hrs", (2, 3)),
        ("**3-2 hours**", (2, 3)),
        ("8-11 hours (single execution)", (8, 11)),
        ("2-3 days", None),
        ("1 month", None),
        ("2-3", None),
        ("hours", None),
        ("half a day, then 2 hours", None),
        ("", None),
    ],
)
def test_effort_hours(text: str, hours: tuple[float, float] | None) -> None:
    assert effort_hours(text) == hours


@given(st.text(st.sampled_from("0123456789.-–hm ourinut+~(")))
def test_any_estimate_can_be_read(text: str) -> None:
    found = effort_hours(text)
    assert found is None or 0 <= found[0] <= found[1]


@pytest.mark.parametrize(
    ("efforts", "hours"),
    [
        (["2-3 hours", "1 hour", "30 minutes"], 1.5),
        (["2-3 hours"], 0),
        ([], 0),
        (["2-3 hours", None], None),
        (["2-3 hours", "soon"], None),
    ],
)
def test_saved_hours(efforts: list[str | None], hours: float | None) -> None:
    assert saved_hours(achievement("1.1", "not_started", effort=effort) for effort in efforts) == hours

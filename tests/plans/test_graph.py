"""The drawing of dependencies: some to look at, and any one read back from its characters."""

from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.plans.dependencies import dependencies
from llm_dashboard.plans.graph import GraphLine, PieceKind, draw, lane_width
from llm_dashboard.plans.models import Plan
from tests.workflows.plans import achievement, plan

Waits = dict[str, tuple[str, ...]]


def a_plan(waits: Waits) -> Plan:
    """A plan whose achievements wait for each other like that."""
    return plan(*(achievement(each, dependencies=others) for each, others in waits.items()))


def drawing(waits: Waits) -> tuple[GraphLine, ...]:
    """The drawing of such a plan."""
    made = a_plan(waits)
    return draw(made, dependencies(made).levels)


def shown(waits: Waits) -> list[str]:
    """The lines of the drawing as text."""
    return [f"{''.join(each.text for each in line.pieces)}{line.achievement or '-'}" for line in drawing(waits)]


def test_what_waits_for_nothing_stands_alone() -> None:
    assert shown({"1": (), "2": ()}) == ["-", "• 1", "• 2"]
    assert shown({}) == []


def test_a_chain_is_one_line() -> None:
    assert shown({"1": (), "2": ("1",), "3": ("2",)}) == ["-", "• 1", "│ -", "• 2", "│ -", "• 3"]


def test_what_is_implied_is_not_drawn() -> None:
    assert shown({"1": (), "2": ("1",), "3": ("1", "2")}) == shown({"1": (), "2": ("1",), "3": ("2",)})


def test_lines_fork_join_and_cross() -> None:
    waits: Waits = {"1": (), "2": (), "3": ("1",), "4": ("2",), "5": ("1",), "6": ("3", "4", "5")}
    assert shown(waits) == [
        "-",
        "• 1",
        "│ • 2",
        "│ │ -",
        "├─│─• 3",
        "│ • │ 4",
        "• │ │ 5",
        "│ │ │ -",
        "•─┴─╯ 6",
    ]


def test_what_waits_for_itself_stands_below_without_lines() -> None:
    waits: Waits = {"1": (), "2": ("3", "1"), "3": ("2",), "4": ("3",), "5": ("9",)}
    lines = drawing(waits)
    assert [(line.level, line.achievement) for line in lines[-3:]] == [(0, None), (0, "2"), (0, "3")]
    assert {line.achievement for line in lines} == {None, *waits}


def test_more_than_one_can_follow_is_drawn_without_lines() -> None:
    pairs: Waits = {str(each): () if each < 70 else (str(each - 70),) for each in range(140)}
    chain: Waits = {str(each): (str(each - 1),) if each else () for each in range(500)}
    for waits in (pairs, chain):
        lines = drawing(waits)
        assert {len(line.pieces) for line in lines if line.achievement} == {2}
        assert {line.achievement for line in lines} == {None, *waits}


@st.composite
def plans(draw_: st.DrawFn) -> Waits:
    """Up to 14 achievements that wait for any earlier ones."""
    size = draw_(st.integers(1, 14))
    return {
        str(each): tuple(map(str, sorted(draw_(st.sets(st.integers(0, each - 1), max_size=4))))) if each else ()
        for each in range(size)
    }


@settings(max_examples=150, deadline=None)
@given(plans())
def test_the_characters_say_what_waits_for_what(waits: Waits) -> None:
    read = read_back(drawing(waits))
    assert list(read) == [each for level in dependencies(a_plan(waits)).levels for each in level]
    assert behind(read) == behind(waits)
    for each, others in read.items():
        assert not any(other in behind(waits)[more] for other in others for more in others), f"{each}: implied"


def test_a_line_knows_whom_it_joins() -> None:
    waits: Waits = {"1": (), "2": (), "3": ("1",), "4": ("2",), "5": ("1",)}
    lines = {line.achievement: line for line in drawing(waits)}
    third = lines["3"].pieces
    assert "".join(each.text for each in third) == "├─│─• "
    assert [each.ends for each in third[:3]] == [{"1", "3", "5"}, {"1", "3"}, {"2", "4"}]
    assert third[4].kind is PieceKind.NODE
    assert lane_width(lines.values()) == 6


def behind(waits: Waits) -> dict[str, set[str]]:
    """All that each waits for, also by way of others."""
    found: dict[str, set[str]] = {}
    for each, others in sorted(waits.items(), key=lambda item: int(item[0])):
        found[each] = set(others).union(*(found[other] for other in others))
    return found


def read_back(lines: tuple[GraphLine, ...]) -> Waits:
    """What each waits for, by the characters alone: as a person follows the lines."""
    texts = ["".join(each.text for each in line.pieces) for line in lines]
    lanes: dict[int, str] = {}
    waits: Waits = {}
    for line, text, below in zip(lines, texts, [*texts[1:], ""], strict=True):
        if line.achievement is None:
            assert [place for place, character in enumerate(text) if character == "│"] == sorted(lanes)
            continue
        own = text.index("•")
        joined = {lanes.pop(own)} if own in lanes else set()
        for step in (-2, 2):
            place = own
            while text[place + step // 2 : place + step // 2 + 1] == "─":
                place += step
                if text[place] in "├┼┤╰┴╯":
                    joined.add(lanes.pop(place) if text[place] in "╰┴╯" else lanes[place])
                assert text[place] in "├┼┤╰┴╯│─"
        waits[line.achievement] = tuple(sorted(joined))
        # Right below its last line nothing leads on: what stands there is another achievement.
        if below[own : own + 1] not in ("", " ", "•", "─"):
            lanes[own] = line.achievement
    return waits

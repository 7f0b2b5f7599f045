import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_dashboard.plans.parallel import read_parallel


@pytest.mark.parametrize(
    ("text", "expected", "problems"),
    [
        ('{"achievements": [{"achievement_id": "1.1", "dependencies": ["1.2"]}]}', {"1.1": ("1.2",)}, 0),
        ('{"achievements": [{"id": "1.1", "dependencies": []}, {"id": "1.2"}]}', {}, 0),
        ('{"achievements": [{"id": "1.1", "dependencies": null, "blocks": null}]}', {}, 0),
        ('{"achievements": [{"id": "1.1", "blocks": ["1.2"]}, {"id": "1.2", "dependencies": ["1.1"]}]}', None, 0),
        ('{"achievements": [{"id": "9.9", "dependencies": ["1.1"]}]}', {}, 1),
        ('{"achievements": [{"id": "1.1", "blocks": ["9.9"]}, {"id": "9.9"}]}', {}, 1),
        ('{"achievements": [{"id": "1.1", "dependencies": ["9.9"]}]}', {"1.1": ("9.9",)}, 0),
        ('{"achievements": [{"id": "1.1", "dependencies": "1.2"}]}', {}, 1),
        ('{"achievements": [{"id": "1.1", "dependencies": ["1.2", 3]}]}', {"1.1": ("1.2",)}, 1),
        ('{"achievements": [{"id": "1.1", "blocks": {"1.2": 1}}]}', {}, 1),
        ('{"achievements": [{"title": "A"}, 7, {"achievement_id": 1.1}, {"id": ["1.2"]}]}', {}, 4),
        (
            '{"achievements": [], "cross_priority_dependencies": [{"from_achievement": "1.2", "to_achievement": "1.1"}]}',
            {"1.2": ("1.1",)},
            0,
        ),
        ('{"achievements": [], "cross_priority_dependencies": [{"from_achievement": "1.2"}, 7]}', {}, 2),
        ('{"achievements": [], "cross_priority_dependencies": {"1.1": "1.2"}}', {}, 1),
        ('{"achievements": {"1.1": []}}', {}, 1),
        ("[]", {}, 1),
        ("{not json", {}, 1),
        ("", {}, 1),
        ("[" * 100_000, {}, 1),
    ],
)
def test_dependencies(text: str, expected: dict[str, tuple[str, ...]] | None, problems: int) -> None:
    found = read_parallel(text.encode(), ["1.1", "1.2"], "p/parallel.json")
    assert found.dependencies == ({"1.2": ("1.1", "1.1")} if expected is None else expected)
    assert [(each.code, each.file) for each in found.problems] == [("parallel-invalid", "p/parallel.json")] * problems


@pytest.mark.parametrize(
    ("hours", "effort"),
    [
        ("4-6", "4-6 hours"),
        (3.5, "3.5 hours"),
        (2, "2 hours"),
        ("30 minutes", "30 minutes"),
        ("2-3h", "2-3h"),
        (None, None),
        ("", None),
        ("soon", None),
        (True, None),
        ([], None),
    ],
)
def test_estimated_hours(hours: object, effort: str | None) -> None:
    data = json.dumps({"achievements": [{"id": "1.1", "estimated_hours": hours}]}).encode()
    assert read_parallel(data, ["1.1"], "p").efforts.get("1.1") == effort


def test_what_is_not_utf8_is_a_problem() -> None:
    assert len(read_parallel(b'{"achievements": ["\xff"]}', [], "p").problems) == 1


_ENTRY = ("id", "achievement_id", "dependencies", "blocks", "estimated_hours")
_keys = st.sampled_from(["achievements", "cross_priority_dependencies", "from_achievement", "to_achievement", *_ENTRY])


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.sampled_from(["1.1", "1.2"]) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=5),
        max_leaves=20,
    )
)
def test_any_json_can_be_read(content: object) -> None:
    found = read_parallel(json.dumps(content).encode(), ["1.1", "1.2"], "p")
    assert set(found.dependencies) <= {"1.1", "1.2"}
    assert all(isinstance(each, str) for ids in found.dependencies.values() for each in ids)
    assert found.problems or isinstance(content, dict)

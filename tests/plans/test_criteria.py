"""What a reviewer holds the work against, read from documents in the shapes of real ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.plans.criteria import (
    answered_issues,
    claimed_tests,
    named_files,
    success_criteria,
    ticked_boxes,
)


@pytest.mark.parametrize(
    ("subplan", "criteria"),
    [
        ("# SUBPLAN: A\n\n## Success Criteria\n\n- [ ] Bright\n- [x] **Warm**\n", ("Bright", "**Warm**")),
        (
            "## Expected Results\n\n- a table\n\n### Success Criteria\n\n1. Bright\n   - at night\n2. Warm\n\n### Other\n",
            ("Bright\n- at night", "Warm"),
        ),
        ("## Expected Results\n\n- Bright\n", ("Bright",)),
        ("## Definition of Done\n\n- Done\n\n## Expected Results\n\n- Bright\n", ("Done",)),
        ("## Success Criteria\n\n### One\n\n- a\n\n### Two\n\n- b\n\n## Next\n\n- c\n", ("a", "b")),
        ("## Success Criteria\n\n- [ ] [TO BE FILLED: what must be true]\n", ()),
        ("```\n## Success Criteria\n\n- quoted\n```\n", ()),
        ("", ()),
    ],
)
def test_success_criteria(subplan: str, criteria: tuple[str, ...]) -> None:
    assert success_criteria(subplan) == criteria


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("- **File**: `station/store.py` (~300 lines, NEW)\n- store.py with a class", ("station/store.py",)),
        ("- `./a/b.toml`, tests/test_a.py: cases. See https://x.org/c.md", ("a/b.toml", "tests/test_a.py")),
        ("- `subprocess.run` and `json.dumps()` e.g. i.e. v1.2", ()),
        ("- `../out.py` and APPROVED_12.md, FIX_12.md, `<NAME>.md`, `*.py`", ()),
        ("- REPORT.md\n\n```\n- code.py\n```\n", ("REPORT.md",)),
        ("- module.call(x.py) or load.py()", ("x.py",)),
    ],
)
def test_named_files(text: str, files: tuple[str, ...]) -> None:
    assert named_files(f"# SUBPLAN: A\n\n## Deliverables\n\n{text}\n\n## Other\n\n- `not/this.py`\n") == files


def test_files_of_several_documents_are_named_once() -> None:
    subplan = "## Deliverables\n\n- `station/store.py`\n"
    task = "## Deliverables Checklist\n\n- [x] store.py written\n- [x] `docs/STORE.md`\n"
    assert named_files(subplan, task) == ("station/store.py", "docs/STORE.md")


@pytest.mark.parametrize(
    ("task", "claim"),
    [
        ("**Tests**: 56/56 passing (100%)", "Tests: 56/56 passing (100%)"),
        ("- ✅ All tests pass - **19/19 PASSED**", "All tests pass - 19/19 PASSED"),
        ("- [x] Final: 306/335 tests passing", "Final: 306/335 tests passing"),
        ("- 3 tests passing\n\nThen 5 passed in 0.1s", "Then 5 passed in 0.1s"),
        ("- [ ] All tests passing", ""),
        ("| 1/2 | it | passes |", ""),
        ("```\n5 passed in 0.1s\n```", ""),
        ("1" * 20_000, ""),
    ],
)
def test_claimed_tests(task: str, claim: str) -> None:
    assert claimed_tests(task) == claim


def test_ticked_boxes() -> None:
    assert ticked_boxes("- [x] a\n  - [X] b\n* [ ] c\n```\n- [x] code\n```\n[x] no item\n") == (2, 3)


FIX = """# FIX REQUIRED: Achievement 1.1

## Issues Found

### Critical Issues (must fix)

#### 1. **Dark** at night

**Impact**: none sees it

#### 2. **Cold**

### Minor Issues

1. Dust
"""


def test_answers_are_told_apart_by_their_order() -> None:
    resolution = (
        "# FIX RESOLUTION\n\n## Critical Issues - RESOLVED\n\n### Issue 1: Dark\n\n**Fix**: a bulb\n\n- seen\n\n"
        "### Issue 2: Cold\n\n- **Fix**: \n\n## Minor Issues\n\n### Issue 3: Dust\n\nWiped.\n"
    )
    assert [(each.kind, each.title, each.answer) for each in answered_issues(FIX, resolution)] == [
        ("critical", "Dark at night", "**Fix**: a bulb\n- seen"),
        ("critical", "Cold", ""),
        ("minor", "Dust", "Wiped."),
    ]


@pytest.mark.parametrize("resolution", ["", "# FIX RESOLUTION\n\n## Critical Issues\n\n### Issue 1\n\nAll at once.\n"])
def test_answers_that_cannot_be_told_apart_are_none(resolution: str) -> None:
    found = answered_issues(FIX, resolution)
    assert [each.title for each in found] == ["Dark at night", "Cold", "Dust"]
    assert not any(each.answer for each in found)


LINES = st.sampled_from(
    [
        "## Deliverables",
        "## Success Criteria",
        "### Critical Issues",
        "- [ ] `a/b.py`",
        "1. **c**",
        "```",
        "  - d",
        "5/5 tests pass",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES | st.text(max_size=20), max_size=12).map("\n".join))
def test_any_text_is_read_without_a_word_that_is_not_in_it(text: str) -> None:
    for file in named_files(text):
        assert ".." not in file
        assert not file.startswith("/")
    ticked, boxes = ticked_boxes(text)
    assert 0 <= ticked <= boxes
    assert all(success_criteria(text))
    assert isinstance(claimed_tests(text), str)
    assert isinstance(answered_issues(text, text), tuple)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.plans.documents import (
    AchievementSection,
    achievement_section,
    fix_issues,
    header_field,
    place,
    subplan_document,
)
from llm_dashboard.plans.models import Achievement, AchievementStatus, Counts, NextStep, Plan, StepKind


def plan_text(body: str, declaration: str = "**Achievement 1.1**: Lamps") -> str:
    return (
        "# PLAN: Harbour\n\n## \U0001f4cb Achievement Index\n\n- Achievement 1.1: Lamps\n\n"
        "## \U0001f3af Desirable Achievements (Priority Order)\n\n### Priority 1: HIGH\n\n"
        f"{declaration}\n\n{body}\n\n**Achievement 1.2**: Rails\n\n- **Goal**: another\n\n"
        "## Handoff\n\n**Achievement 1.1**: done long ago\n- **Goal**: wrong\n"
    )


BULLETED = """\
- **Goal**: Give the pier light
- **What**:
  - **Mount**: the lamps
    ```
    - **Effort**: not this
    ```
  - wire them
- **Deliverables**:
  1. `mount.py`, with
     the plan
  2. [x] `wiring.md`
- **Success Criteria** (from the review):
  - seen from a mile
- **Tests**: `test_mount.py`
- **Dependencies**: 0.1, 0.2
- **Effort**: 2-3 hours
"""

BARE = """\
**Purpose**: Give the pier light

**What**:

- **Success**: is part of what is done
- wire them

**All of them** shine.

**Deliverables**

- `mount.py`
- Tests for the mount

**Success**: seen from a mile

**Note**: nobody's field

**Effort**: 2-3 hours

---
"""

PLAIN = """\
- Mount the lamps
- **Order**: pier first
- Test: a lamp falls
- Test: a lamp stays
- \u2705 Success: seen from a mile
- \u2705 Effort: ~25 minutes (completed)
- Files: `mount.py`
- Wire them
"""


def test_bulleted_fields() -> None:
    section = achievement_section(plan_text(BULLETED), "1.1")
    assert section.goal == "Give the pier light"
    assert section.what.startswith("- **Mount**: the lamps\n  ```\n  - **Effort**: not this")
    assert section.deliverables == ("`mount.py`, with\nthe plan", "`wiring.md`")
    assert section.success == ("seen from a mile",)
    assert section.tests == ("`test_mount.py`",)
    assert (section.dependencies, section.effort) == ("0.1, 0.2", "2-3 hours")
    assert (section.body, section.line) == (BULLETED.strip(), 11)


def test_bare_fields_keep_bulleted_names_as_content() -> None:
    section = achievement_section(plan_text(BARE), "1.1")
    assert section == AchievementSection(
        goal="Give the pier light",
        what="- **Success**: is part of what is done\n- wire them\n\n**All of them** shine.",
        deliverables=("`mount.py`", "Tests for the mount"),
        effort="2-3 hours",
        success=("seen from a mile",),
        tests=("Tests for the mount",),
        body=BARE.strip().removesuffix("---").strip(),
        line=11,
    )


def test_a_plain_list_with_names() -> None:
    section = achievement_section(plan_text(PLAIN), "1.1")
    assert section.what == "- Mount the lamps\n- **Order**: pier first\n- Wire them"
    assert section.tests == ("a lamp falls", "a lamp stays")
    assert section.deliverables == ("`mount.py`",)
    assert (section.success, section.effort) == (("seen from a mile",), "~25 minutes (completed)")


@pytest.mark.parametrize(
    "declaration",
    [
        "**Achievement 1.1: Lamps**",
        "**Achievement 1.1: Lamps** \u23f1\ufe0f 4-6 hours",
        "**Achievement 1.1**: Lamps \u2705",
    ],
)
def test_declarations(declaration: str) -> None:
    assert achievement_section(plan_text("- **Goal**: light", declaration), "1.1").goal == "light"


@pytest.mark.parametrize("achievement_id", ["9.9", "1", "1.10", "", "1.1.1"])
def test_an_unknown_achievement_says_nothing(achievement_id: str) -> None:
    assert achievement_section(plan_text(BULLETED), achievement_id) == AchievementSection()


def test_a_quoted_declaration_in_a_fence_is_code() -> None:
    body = "- **What**: this\n\n```markdown\n**Achievement 1.2**: quoted\n## Achievements\n```\n\n- **Effort**: 1 hour"
    section = achievement_section(plan_text(body), "1.1")
    assert section.effort == "1 hour"
    assert "quoted" in section.body


def test_an_open_fence_does_not_swallow_the_next_achievement() -> None:
    text = plan_text("- **Goal**: light\n\n```python\ncode without an end")
    assert achievement_section(text, "1.2").goal == "another"


def test_texts_are_safe_to_draw() -> None:
    section = achievement_section(plan_text("- **Goal**: \x1b[31mred\x1b[0m \x07[b]x[/b]"), "1.1")
    assert section.goal == "red \u2407[b]x[/b]"


def test_place_in_the_plan() -> None:
    first, second = (
        Achievement(id=id_, title=id_, group="G", line=1, status=AchievementStatus.APPROVED) for id_ in ("1.1", "1.2")
    )
    plan = Plan(
        name="P",
        path="p",
        plan_file="p/PLAN_P.md",
        container="",
        own_folder=True,
        title="P",
        header={},
        achievements=(first, second),
        counts=Counts(),
        next=NextStep(None, StepKind.NONE, ""),
    )
    there = place(plan, second)
    assert (there.number, there.total, there.group, there.previous, there.following) == (2, 2, "G", first, None)
    assert place(plan, first).following == second


SUBPLAN = """\
# SUBPLAN: Lamps

## \U0001f3af Objective

Give the pier light.

---

## \U0001f4cb What Needs to Be Created

### Files to Create

1. **`mount.py`** (20 lines)
   - a plan
2. `wiring.md`

### Functions

**Mount**:

```python
- not an item
```

## \U0001f3a8 Approach

**Strategy**: simple.

### Phase 1

Mount.

## \U0001f9ea Tests Required

- [ ] `test_mount.py`

## \u2705 Expected Results

### Success Criteria

- [ ] seen from a mile
"""


def test_subplan() -> None:
    subplan = subplan_document(SUBPLAN)
    assert subplan.objective == "Give the pier light."
    assert subplan.approach == "**Strategy**: simple.\n\n### Phase 1\n\nMount."
    assert subplan.deliverables == ("**`mount.py`** (20 lines)\n- a plan", "`wiring.md`")
    assert subplan.tests == ("`test_mount.py`",)
    assert subplan.success == ("seen from a mile",)


def test_an_empty_subplan() -> None:
    subplan = subplan_document("# SUBPLAN: nothing\n\n## Tests\n\nNone.\n")
    assert (subplan.objective, subplan.approach, subplan.tests) == ("", "", ())


HEADER = """\
# FIX REQUIRED: Achievement 1.1

**Reviewer**: A Keeper
**Review Date**: 2026-01-02
**Status**: NEEDS FIXES

## Summary

Dark.

## Issues Found

"""
NUMBERED = "1. **No light**\n   - **Fix**:\n     1. mount\n\n2. Cold"
HEADINGS = "#### 1. **No light**\n\n1. mount\n2. wire\n\n#### 2. Cold"
BOLD = "**1. No light**\n\n- **Fix**:\n  1. mount\n\n**2. Cold**"
BULLETS = "- No light\n  - mount\n- Cold"


@pytest.mark.parametrize("issues", [NUMBERED, HEADINGS, BOLD, BULLETS])
def test_fix_issues_in_every_shape(issues: str) -> None:
    both = f"### Critical Issues (must fix)\n\n{issues}\n\n### Minor Issues (should fix)\n\n{issues}"
    text = f"{HEADER}{both}\n\n---\n\n## Next Steps\n\nCritical issues first.\n"
    fix = fix_issues(text)
    assert (fix.reviewer, fix.date) == ("A Keeper", "2026-01-02")
    assert len(fix.critical) == 2
    assert fix.critical == fix.minor
    assert "mount" in fix.critical[0]
    assert fix.critical[1].strip("#*0123456789.- ") == "Cold"


@pytest.mark.parametrize(
    ("section", "critical"),
    [("None.", ()), ("No critical issues found", ()), ("The lamp is dark.\n\nVery.", ("The lamp is dark.\n\nVery.",))],
)
def test_fix_without_a_list(section: str, critical: tuple[str, ...]) -> None:
    fix = fix_issues(f"{HEADER}### Critical Issues\n\n{section}\n")
    assert (fix.critical, fix.minor) == (critical, ())


def test_fix_of_another_shape_keeps_its_text() -> None:
    fix = fix_issues("# FIX\n\n**Date**: 2026-01-02\n\nAll of it.")
    assert (fix.critical, fix.minor, fix.date) == ((), (), "2026-01-02")
    assert fix.text.endswith("All of it.")


def test_header_field_skips_fences() -> None:
    assert header_field("```\n**Status**: no\n```\n  **Status**: yes  \n**Status**: later", "Status") == "yes"


PIECES = st.sampled_from(
    [
        *(
            "**Achievement 1.1**: t",
            "## Achievements",
            "### Critical Issues",
            "### x",
            "#### 1. d",
            "```",
            "~~~~",
            "---",
        ),
        *(
            "- **Goal**: g",
            "**What**:",
            "**Tests**",
            "- [ ] a",
            "1. b",
            "  - c",
            "**2. e**",
            "    f",
            "\t- g",
            "> h",
            "",
        ),
        "\x1b[1m",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=20), max_size=25))
def test_no_document_breaks_a_reader(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    section = achievement_section(text, "1.1")
    shown = plain_words(section.body)
    assert all(plain_words(item) <= shown for item in (*section.deliverables, *section.success, *section.tests))
    fix = fix_issues(text)
    assert all(plain_words(issue) <= plain_words(fix.text) for issue in (*fix.critical, *fix.minor))
    subplan_document(text)


def plain_words(text: str) -> set[str]:
    return set(text.split())

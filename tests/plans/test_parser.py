import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.plans.parser import Declaration, PlanText, clean_title, is_plan, parse_plan


def parse(text: str) -> PlanText:
    return parse_plan(text.encode(), "PLAN_X.md")


def ids(text: str) -> list[str]:
    return [each.id for each in parse(text).declarations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# PLAN: A", True),
        ("\ufeff\n \n# PLAN: A", True),
        ("# PLAN:", True),
        ("# PLAN Summary: A", False),
        ("# PLAN COMPLETE: A", False),
        ("# NORTH_STAR: A", False),
        ("text\n# PLAN: A", False),
        ("", False),
    ],
)
def test_is_plan(text: str, expected: bool) -> None:
    assert is_plan(text.encode()) is expected


def test_title_and_header() -> None:
    plan = parse(
        "# PLAN: The 🚀 title\r\n\r\n**Status**: ✅ **COMPLETE**  \r\n  **Estimated Effort**: 25-35 hours\r\n"
        "**Archive Location** (when complete): a/b\r\n**Goal:** say **it**\r\n**Status**: later\r\n"
        "**⚠️ IMPORTANT NOTE**: read\r\nno field\r\n---\r\n**Type**: below\r\n"
    )
    assert plan.title == "The 🚀 title"
    assert plan.header == {
        "Status": "✅ COMPLETE",
        "Estimated Effort": "25-35 hours",
        "Archive Location": "a/b",
        "Goal": "say it",
        "⚠️ IMPORTANT NOTE": "read",
    }


def test_header_ends_at_the_first_section() -> None:
    assert parse("# PLAN: A\n**Status**: a\n## B\n**Goal**: b\n").header == {"Status": "a"}


def test_index_comes_before_the_body() -> None:
    plan = parse(
        "# PLAN: A\n---\n## 📋 Achievement Index\n\n**Priority 0: FOUNDATION (CRITICAL)**\n\n- Achievement 0.1: First\n"
        "- ✅ Achievement 0.2: Second ✅\n\n**Priority 1: Core** (4-6 hours)\n\n**Achievement 1.10**: Third (4-6h)\n"
        "- [x] Achievement 3.5.1: Fourth\n* **Achievement 10.2**: Fifth\n- Achievement 10.3 - 10.5: prose\n"
        "Achievement 9.3: is prose\n"
        "- ✅ Achievement 9.1 COMPLETE: no\n| Achievement 9.2: no |\n"
        "## 🎯 Desirable Achievements\n\n### Priority 0: FOUNDATION\n\n**Achievement 0.1**: Other title\n\n"
        "- **Effort**: 2-3 hours\n- Effort: 9 hours\n\n**Achievement 8.8**: not in the index\n"
    )
    assert plan.declarations == (
        Declaration("0.1", "First", "Priority 0: FOUNDATION (CRITICAL)", 7, "2-3 hours"),
        Declaration("0.2", "Second", "Priority 0: FOUNDATION (CRITICAL)", 8),
        Declaration("1.10", "Third", "Priority 1: Core", 12, "4-6h"),
        Declaration("3.5.1", "Fourth", "Priority 1: Core", 13),
        Declaration("10.2", "Fifth", "Priority 1: Core", 14),
    )
    assert plan.problems == ()


@pytest.mark.parametrize(
    "section",
    [
        "## 🎯 Desirable Achievements (Priority Order)",
        "## 🎯 Desirable Achievements",
        "## 📋 Achievements",
        "## Achievements",
        "## 📋 Achievement Index\n\nsee below\n\n## Achievements",
    ],
)
def test_body(section: str) -> None:
    plan = parse(
        f"# PLAN: A\n---\n{section}\n\n### Priority 1: HIGH - Core\n\n**Achievement 1.1**: First\n- **Effort**: 1 hour\n\n"
        "**Achievement 1.2: Second** ⏱️ 4-6 hours\n\n- Achievement 1.3: in a list\n**Achievement 2.2/2.3**: none\n"
        "**Achievement 3.3 will document**:\n\n#### Steps\n\n**Effort**: of the steps\n\n"
        "## Success\n\n**Achievement 9.9**: no\n"
    )
    assert [(each.id, each.title, each.group, each.effort) for each in plan.declarations] == [
        ("1.1", "First", "Priority 1: HIGH - Core", "1 hour"),
        ("1.2", "Second", "Priority 1: HIGH - Core", "of the steps"),
    ]


@pytest.mark.parametrize(
    "section",
    ["## ✅ Achievements Completed", "## 📋 Achievement Addition Log", "## Success Criteria", "### Achievements"],
)
def test_other_sections_declare_nothing(section: str) -> None:
    plan = parse(f"# PLAN: A\n---\n{section}\n\n**Achievement 1.1**: A\n### Achievement 1.2: B\n")
    assert plan.declarations == ()
    assert [problem.code for problem in plan.problems] == ["no-achievements"]


def test_fences_are_skipped() -> None:
    quoted = "```markdown\n## 📋 Achievement Index\n- Achievement 9.1: Quoted\n```\n"
    text = (
        f"# PLAN: A\n---\n## Context\n{quoted}\n## Achievements\n**Achievement 1.1**: A\n\n```\n**Achievement 9.2**: B\n"
        "**Effort**: 9 hours\n### Priority 9: C\n```\n\n**Achievement 1.2**: D\n"
    )
    plan = parse(text)
    assert [(each.id, each.group, each.effort) for each in plan.declarations] == [("1.1", "", None), ("1.2", "", None)]


def test_an_unclosed_fence_loses_nothing() -> None:
    plan = parse(
        "# PLAN: A\n## Context\n```sh\nx\n\n## Achievements\n**Achievement 1.1**: A\n```\ncode\n```\n**Achievement 1.2**: B\n"
    )
    assert [each.id for each in plan.declarations] == ["1.1", "1.2"]
    assert [(problem.code, problem.line) for problem in plan.problems] == [("fence-unclosed", 3)]


def test_a_second_declaration_is_a_problem() -> None:
    plan = parse("# PLAN: A\n## Achievements\n**Achievement 1.1**: A\n**Achievement 1.1**: B\n")
    assert [each.title for each in plan.declarations] == ["A"]
    assert [(problem.code, problem.line) for problem in plan.problems] == [("achievement-duplicate", 4)]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("- **Dependencies**: 1.1", ("1.1",)),
        ("**Dependencies:** 1.1, 1.2 and Achievement 2.10 (all), 1.1", ("1.1", "1.2", "2.10")),
        ("- Dependencies: Achievements 0.1-0.3", ("0.1", "0.3")),
        (
            "**Dependencies**:\n\n- Achievement 2.7 (Tests) should be complete\n- 3.5.1\n- `a/b.py` 1.9\n",
            ("2.7", "3.5.1"),
        ),
        ("- **Dependencies**: None\n\n- 1.1", ()),
        ("- **Dependencies**:\n-  **Blocks**: 1.1\n", ()),
        ("- **Dependencies**: Requires Achievement 0.1 from another plan", ()),
        ("- **Dependencies**: Python 3.11", ()),
        ("- **Dependencies**: 1.1.md", ()),
        ("about Dependencies: 1.1", ()),
    ],
)
def test_dependencies(field: str, expected: tuple[str, ...]) -> None:
    plan = parse(f"# PLAN: A\n## Achievements\n**Achievement 5.1**: A\n\n{field}\n")
    assert plan.declarations[0].dependencies == expected


@pytest.mark.parametrize(
    ("text", "title", "effort"),
    [
        ("Plain", "Plain", None),
        ("Test Bug Fix ✅ **SUPERSEDED**", "Test Bug Fix", None),
        ("Mapping Fixed ⚠️ **CRITICAL**", "Mapping Fixed", None),
        ("Done ✅ COMPLETE", "Done", None),
        ("Coverage for `a_b.py` ✅ **SCRIPT ALREADY EXISTS**", "Coverage for `a_b.py`", None),
        ("Patterns (NEW - Gap Fix #1)", "Patterns (NEW - Gap Fix #1)", None),
        ("Prompt (4-6h)", "Prompt", "4-6h"),
        ("Prompt (4-6h) ✅", "Prompt", "4-6h"),
        ("Prompt** ⏱️ 4-6 hours", "Prompt", "4-6 hours"),
        ("Coverage (70%) ✅ **COMPLETE**", "Coverage (70%)", None),
        ("Show ⚠️ in the list", "Show ⚠️ in the list", None),
        ("✅", "✅", None),
        ("****", "****", None),
    ],
)
def test_clean_title(text: str, title: str, effort: str | None) -> None:
    assert clean_title(text) == (title, effort)


def test_strings_are_safe_to_draw() -> None:
    plan = parse(
        "# PLAN: a\x1b[2Jb\n**Goal**: \x9b31m\n---\n## Achievements\n### Priority 1: \x1b]0;x\x07\n**Achievement 1.1**: \x00\n"
    )
    assert plan.title == "ab"
    assert plan.header == {"Goal": ""}
    assert plan.declarations == (Declaration("1.1", "\u2400", "Priority 1:", 6),)


_MARKDOWN = """# PLAN: A
---
## 📋 Achievement Index
## Achievements
- Achievement 1.1: A
**Achievement 1.2**: B
```
```py
~~~
**Priority 1: A**
### Priority 2: B
- **Effort**: 1h
- **Dependencies**: 1.1"""
_lines = st.lists(st.one_of(st.sampled_from(_MARKDOWN.split("\n")), st.text(max_size=30)), max_size=30)


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=300), _lines.map(lambda lines: "\n".join(lines).encode(errors="replace"))))
def test_any_bytes_can_be_read(data: bytes) -> None:
    plan = parse_plan(data, "PLAN_X.md")
    strings = [
        plan.title,
        *plan.header,
        *plan.header.values(),
        *(each.title + each.group for each in plan.declarations),
    ]
    assert all("\x1b" not in each and "\n" not in each for each in strings)
    assert [each.line for each in plan.declarations] == sorted(each.line for each in plan.declarations)


_ids = st.lists(
    st.lists(st.integers(0, 120), min_size=2, max_size=3).map(lambda parts: ".".join(map(str, parts))),
    unique=True,
    max_size=12,
)
_word = st.text(st.characters(categories=["L", "N"], include_characters="-_/&'"), min_size=1, max_size=12)
_title = st.lists(_word, min_size=1, max_size=4).map(" ".join)


def rendered(titles: dict[str, str], has_index: bool) -> str:
    """A plan as real ones are written: a header, a context with code in it, an index or none, and the achievements."""
    index = "".join(f"- Achievement {each}: {title}\n" for each, title in titles.items())
    body = "".join(
        f"**Achievement {each}**: {title}\n\n- **Effort**: 2-3 hours\n- **Deliverables**:\n  - `{number}.py`\n\n---\n\n"
        for number, (each, title) in enumerate(titles.items())
    )
    quoted = "```markdown\n## 📋 Achievement Index\n\n- Achievement 0.0: quoted\n```\n"
    return (
        "# PLAN: A plan\n\n**Status**: 🚀 Ready  \n**Goal**: say it\n\n---\n\n## 📖 Context\n\n"
        f"{quoted}\n{f'## 📋 Achievement Index{chr(10)}{chr(10)}{index}{chr(10)}' if has_index else ''}"
        f"## 🎯 Desirable Achievements (Priority Order)\n\n### Priority 0: HIGH - Core\n\n{body}## Success\n\n"
        + "".join(f"- ✅ Achievement {each}: done\n" for each in titles)
    )


@settings(max_examples=80)
@given(_ids.flatmap(lambda ids: st.fixed_dictionaries(dict.fromkeys(ids, _title))), st.booleans())
def test_ids_titles_and_order_of_a_rendered_plan_come_back(titles: dict[str, str], has_index: bool) -> None:
    plan = parse(rendered(titles, has_index))
    assert [(each.id, each.title) for each in plan.declarations] == list(titles.items())
    assert all(each.effort == "2-3 hours" for each in plan.declarations)


def test_hostile_plans_end() -> None:
    """Sizes at which a reading that is not linear takes minutes."""
    text = "# PLAN: A\n## Achievements\n" + "".join(f"**Achievement 1.{number}**: A\n" for number in range(5000))
    assert len(ids(text)) == 5000
    assert len(parse("# PLAN: A\n## Achievements\n**Achievement 1.1**: " + "✅ (4h) " * 50_000).declarations) == 1
    assert ids("# PLAN: A\n## Achievements (" + ")" * 500_000 + "x\n**Achievement 1.1**: A\n") == ["1.1"]
    filler = "text\n" * 200_000 + "### Steps\n" + "- **Effort**: 1h\n" * 50_000
    assert parse(f"# PLAN: A\n## Achievements\n**Achievement 1.1**: A\n{filler}").declarations[0].effort is None


@pytest.mark.parametrize(
    ("declared", "title", "effort"),
    [
        ("**Achievement 1.1: T (4-6h)**", "T", "4-6h"),
        ("**Achievement 1.1: U \u2705**", "U", None),
        ("**Achievement 1.1: V \u23f1\ufe0f 4-6 hours**", "V", "4-6 hours"),
        ("**Achievement 1.1: W \u2705 COMPLETE**", "W", None),
        ("**Achievement 1.1**: Export \U0001f4ca CSV", "Export \U0001f4ca CSV", None),
        ("**Achievement 1.1**: Cache (24h retention)", "Cache (24h retention)", None),
        ("**Achievement 1.1**: Cache (4-6h, was 3h)", "Cache", "4-6h, was 3h"),
    ],
)
def test_what_follows_a_title(declared: str, title: str, effort: str | None) -> None:
    plan = parse(f"# PLAN: A\n\n## Achievements\n\n{declared}\n")
    assert [(each.title, each.effort) for each in plan.declarations] == [(title, effort)]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("- **Dependencies**: Achievement 1.2 complete, Achievement 1.3 complete", ("1.2", "1.3")),
        ("- **Dependencies**: 1.3 \u2192 1.2", ("1.3", "1.2")),
        ("- **Dependencies**: (1.2)", ("1.2",)),
        ("- **Dependencies**: \u2705 1.2", ("1.2",)),
        ("**Dependencies** (hard): 1.2", ("1.2",)),
        ("- **Depends on**: 1.2", ("1.2",)),
        ("- **Dependencies**: 2.1 of PLAN_OTHER", ()),
        ("- **Dependencies**: 1.2 (PLAN_OTHER)", ()),
        ("#### Detail\n- **Dependencies**: 1.2", ("1.2",)),
        ("```bash\n## a comment\n```\n- **Dependencies**: 1.2", ("1.2",)),
        ("### Other\n- **Dependencies**: 1.2", ()),
        ("- **Dependencies**: None", ()),
    ],
)
def test_dependencies_in_other_words(field: str, expected: tuple[str, ...]) -> None:
    plan = parse(f"# PLAN: A\n\n## Achievements\n\n**Achievement 1.1**: T\n\n{field}\n")
    assert plan.declarations[0].dependencies == expected


def test_a_quoted_declaration_in_a_fence_with_a_fence_is_none() -> None:
    quoted = "```markdown\n**Achievement 9.1**: quoted\n```bash\nrun\n```\n"
    plan = parse(f"# PLAN: A\n\n## Achievements\n\n**Achievement 1.1**: a\n\n{quoted}\n**Achievement 1.2**: b\n")
    assert [each.id for each in plan.declarations] == ["1.1", "1.2"]


def test_a_group_ends_at_another_heading_and_a_section_at_the_first_level() -> None:
    plan = parse(
        "# PLAN: A\n\n## Achievements\n\n### Priority 1: a\n\n**Achievement 1.1**: T\n\n### More\n\n"
        "**Achievement 2.1**: U\n\n# Part two\n\n**Achievement 3.1**: V\n"
    )
    assert [(each.id, each.group) for each in plan.declarations] == [("1.1", "Priority 1: a"), ("2.1", "")]


def test_a_long_line_is_cut_between_characters() -> None:
    plan = parse("# PLAN: " + "\u00e9" * 3000 + "\n")
    assert plan.title.rstrip("\u2026") == "\u00e9" * (len(plan.title) - 1)


def test_problems_of_one_kind_are_bounded() -> None:
    plan = parse("# PLAN: A\n\n## Achievements\n\n**Achievement 1.1**: T\n" + "```a\n" * 500)
    assert len(plan.problems) <= 20


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Dependencies**: 1.1-2.1", ("1.1", "1.3", "1.2", "2.1")),
        ("Dependencies**: 1.1 \u2013 1.2, 2.1", ("1.1", "1.3", "1.2", "2.1")),
        ("Dependencies**: Achievements 1.1 through 1.3", ("1.1", "1.3")),
        ("Depends on**: 1.1 to 1.2", ("1.1", "1.3", "1.2")),
        ("Dependencies**:\n- 1.1\u20131.3\n- 2.1", ("1.1", "1.3", "2.1")),
        ("Dependencies**: 1.1-9.9", ("1.1", "9.9")),
        ("Dependencies**: 2.1-1.1", ("2.1", "1.1")),
        ("Dependencies**: 1.1, 1.2", ("1.1", "1.2")),
        ("Dependencies**: 1.1-1.2-2.1", ("1.1", "1.3", "1.2", "2.1")),
        ("Dependencies**: 1.1 (PLAN_OTHER) - 1.2", ("1.2",)),
    ],
)
def test_a_range_of_dependencies_is_all_between_in_plan_order(field: str, expected: tuple[str, ...]) -> None:
    ids = ("3.1", "1.1", "1.3", "1.2", "2.1")
    text = "# PLAN: A\n## Achievements\n" + "".join(f"**Achievement {each}**: T\n- **Effort**: 1h\n" for each in ids)
    plan = parse_plan(text.replace("- **Effort**: 1h", f"- **{field}\n", 1).encode(), "p")
    assert plan.declarations[0].dependencies == expected


def test_blocks() -> None:
    text = "# PLAN: A\n## Achievements\n**Achievement 1.1**: A\n- **Blocks**: 1.2-1.3\n**Achievement 1.2**: B\n"
    text += "- **Dependencies**: 1.1\n- **Blocks**: None\n**Achievement 1.3**: C\n- Code Blocks: 1.1\n"
    first, second, third = parse_plan(text.encode(), "p").declarations
    assert (first.blocks, second.blocks, third.blocks) == (("1.2", "1.3"), (), ())
    assert (first.dependencies, second.dependencies) == ((), ("1.1",))

import os
from pathlib import Path

import pytest

from llm_dashboard.plans.artifacts import approved_path, execution_path, fix_path, resolution_path, subplan_path
from llm_dashboard.plans.documents import (
    AchievementSection,
    FixIssues,
    SubplanDocument,
    achievement_section,
    place,
    subplan_document,
)
from llm_dashboard.plans.models import AchievementStatus
from llm_dashboard.workflows.prompts import BUILT_IN_TEMPLATES, LARGEST_TEMPLATE, TemplateContext, TemplateError, render
from tests.workflows.plans import PLAN_TEXT, achievement, plan

TEMPLATES = "work-space/templates"
BUILT_IN = sorted(path.name for path in BUILT_IN_TEMPLATES.iterdir() if path.name != "PLAN.md.j2")
"""Those about an achievement."""


def context(
    section: AchievementSection | None = None, subplan: SubplanDocument | None = None, fix: FixIssues | None = None
) -> TemplateContext:
    subject = achievement("1.2", dependencies=("1.1", "8.8"))
    whole = plan(achievement("1.1", AchievementStatus.APPROVED), subject, achievement("1.3"))
    return TemplateContext(
        plan=whole,
        achievement=subject,
        section=section or achievement_section(PLAN_TEXT, "1.2"),
        place=place(whole, subject),
        created="2026-11-23 01:45 UTC",
        subplan_file=subplan_path(whole, "1.2"),
        subplan=subplan or SubplanDocument(),
        execution_file=execution_path(whole, "1.2", 1),
        execution_number=1,
        executions=(),
        fix_file=fix_path(whole, "1.2"),
        fix=fix or FixIssues("", "", (), (), ""),
        new_fix_file=fix_path(whole, "1.2"),
        approved_file=approved_path(whole, "1.2"),
        resolution_file=resolution_path(whole, "1.2"),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / TEMPLATES
    path.mkdir(parents=True)
    return path


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_template_renders_with_much_and_with_nothing(name: str, tmp_path: Path) -> None:
    for each in (context(), context(section=AchievementSection())):
        text = render(name, each, tmp_path, TEMPLATES)
        assert text.startswith("# ")
        assert text.endswith("\n")
        assert "1.2" in text
        assert "{{" not in text.replace("{{ 7 * 7 }}", "")


def test_the_text_of_a_plan_is_data(tmp_path: Path) -> None:
    section = AchievementSection(goal="{{ 7 * 7 }} {% raw %} <b>&", body="{{ 7 * 7 }} [b]")
    text = render("SUBPLAN.md.j2", context(section), tmp_path, TEMPLATES)
    assert "{{ 7 * 7 }} {% raw %} <b>&" in text
    assert "> {{ 7 * 7 }} [b]" in text


def test_a_subplan_holds_what_the_plan_says(tmp_path: Path) -> None:
    text = render("SUBPLAN.md.j2", context(), tmp_path, TEMPLATES)
    assert "**Achievement Addressed**: Achievement 1.2 (Title of 1.2)  \n**Achievement**: 1.2  \n" in text
    assert "**Estimated Effort**: 1 hour\n" in text
    assert "- **Before it**: Achievement 1.1 (Title of 1.1), approved\n- **After it**: Achievement 1.3" in text
    assert "- Achievement 1.1 (Title of 1.1): approved\n- Achievement 8.8\n" in text
    subplan = subplan_document(text)
    assert subplan.objective == "Tell the pier from a star"
    assert subplan.deliverables[:2] == ("`lamps/blink.py`", "Tests for the blink pattern")
    assert subplan.tests == ("Tests for the blink pattern",)
    assert subplan.approach.startswith("[TO BE FILLED: ")


def test_structure_in_the_text_of_a_plan_stays_text(tmp_path: Path) -> None:
    section = AchievementSection(goal="# No heading\n\n```open", body="## Approach\n\n```open")
    subplan = subplan_document(render("SUBPLAN.md.j2", context(section), tmp_path, TEMPLATES))
    assert subplan.objective.startswith("\\# No heading\n\n\\```open")
    assert subplan.approach.startswith("[TO BE FILLED: ")


def test_an_execution_task_stays_under_200_lines(tmp_path: Path) -> None:
    many = tuple(f"item {number}\nand more" for number in range(300))
    subplan = SubplanDocument("objective\n" * 90, "approach\n" * 900, many, many, many)
    text = render("EXECUTION_TASK.md.j2", context(subplan=subplan), tmp_path, TEMPLATES)
    assert len(text.splitlines()) < 200
    assert "more lines in the SUBPLAN)" in text
    assert "- [ ] The other 276 of the SUBPLAN\n" in text


def test_a_fix_prompt_has_every_issue_whole(tmp_path: Path) -> None:
    fix = FixIssues("A", "2026-01-02", ("1. Dark\n   - very", "2. Cold"), ("Dust",), "all")
    text = render("fix-prompt.md.j2", context(fix=fix), tmp_path, TEMPLATES)
    assert "1. Dark\n   - very\n</issue>" in text
    assert text.count("<issue ") == 3
    assert "<feedback>" not in text


def test_a_fix_without_told_issues_is_quoted_whole(tmp_path: Path) -> None:
    text = render("fix-prompt.md.j2", context(fix=FixIssues("", "", (), (), "All\nof it.")), tmp_path, TEMPLATES)
    assert "<feedback>\nAll\nof it.\n</feedback>" in text


def test_a_template_of_the_workspace_wins(tmp_path: Path, folder: Path) -> None:
    (folder / "SUBPLAN.md.j2").write_text("# {{ achievement.title }} by {{ plan.name }}\n{% include 'part.md.j2' %}")
    (folder / "part.md.j2").write_text("own part {{ place.number }}/{{ place.total }}")
    assert render("SUBPLAN.md.j2", context(), tmp_path, TEMPLATES) == "# Title of 1.2 by DEMO\nown part 2/3"
    assert render("fix-prompt.md.j2", context(), tmp_path, TEMPLATES).startswith("# Fix Achievement 1.2")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("one\n{% if %}\n", "work-space/templates/SUBPLAN.md.j2, line 2: Expected an expression"),
        ("one\ntwo\n{{ nothing.there }}", "work-space/templates/SUBPLAN.md.j2, line 3: 'nothing' is undefined"),
        ("{{ 1 / 0 }}", "work-space/templates/SUBPLAN.md.j2, line 1: ZeroDivisionError"),
        ("{{ plan.__class__.__mro__ }}", "work-space/templates/SUBPLAN.md.j2, line 1: access to attribute '__class__'"),
        ("{{ plan.header.update(a=1) }}", "line 1: access to attribute 'update'"),
        ("{% include '../secret.md.j2' %}", "there is no template ../secret.md.j2"),
        ("{% include 'secret.txt' %}", "there is no template secret.txt"),
        ("{{ 'x' * 10 | nofilter }}", "line 1: No filter named 'nofilter'"),
    ],
)
def test_a_broken_template_is_named_with_its_line(source: str, message: str, tmp_path: Path, folder: Path) -> None:
    (folder / "SUBPLAN.md.j2").write_text(source)
    (folder.parent / "secret.md.j2").write_text("secret")
    (folder / "secret.txt").write_text("secret")
    with pytest.raises(TemplateError) as caught:
        render("SUBPLAN.md.j2", context(), tmp_path, TEMPLATES)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_template_that_leads_out_is_refused(
    tmp_path: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("outside") / "secret"
    secret.write_text("secret")
    (folder / "SUBPLAN.md.j2").symlink_to(secret)
    with pytest.raises(TemplateError, match="leads out of the workspace"):
        render("SUBPLAN.md.j2", context(), tmp_path, TEMPLATES)


def test_a_template_that_is_no_small_text_file_is_refused(tmp_path: Path, folder: Path) -> None:
    path = folder / "SUBPLAN.md.j2"
    path.write_bytes(b"x" * (LARGEST_TEMPLATE + 1))
    with pytest.raises(TemplateError, match="256 KiB"):
        render("SUBPLAN.md.j2", context(), tmp_path, TEMPLATES)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match="cannot be read"):
        render("SUBPLAN.md.j2", context(), tmp_path, TEMPLATES)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(TemplateError, match="no file"):
        render("SUBPLAN.md.j2", context(), tmp_path, TEMPLATES)


def test_an_unknown_template(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"nothing\.md\.j2"):
        render("nothing.md.j2", context(), tmp_path, TEMPLATES)

"""From a FIX to its answer and to the next verdict: what is written is read back as what it means."""

import datetime
from pathlib import Path

import pytest

from llm_dashboard.plans.documents import fix_issues, issue_title
from llm_dashboard.plans.models import AchievementStatus, Artifacts, CheckedCriterion, Plan, StepKind
from llm_dashboard.plans.review import (
    answers_draft,
    approve,
    issue_list,
    request_fix,
    resolve,
)
from llm_dashboard.plans.schedule import achievement_step
from llm_dashboard.plans.status import achievement_status, feedback_round
from llm_dashboard.plans.workspace import Workspace

FIRST = datetime.date(2026, 3, 1)
SECOND = datetime.date(2026, 3, 2)
THIRD = datetime.date(2026, 3, 3)
FEEDBACKS = "work-space/plans/PIER/execution/feedbacks"
PLAN = """\
# PLAN: Pier

## Achievements

**Achievement 1.1**: Lamps
**Achievement 1.10**: Rails
**Achievement 11.0**: Paint
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "work-space/plans/PIER"
    (folder / "execution").mkdir(parents=True)
    (folder / "PLAN_PIER.md").write_text(PLAN)
    (folder / "execution/EXECUTION_TASK_PIER_11_01.md").write_text("# EXECUTION_TASK: Lamps\n\n**Status**: Complete\n")
    return tmp_path


def load(root: Path) -> Plan:
    (plan,) = Workspace(root).load().plans
    assert not plan.problems
    return plan


def status(root: Path, achievement_id: str = "1.1") -> AchievementStatus:
    achievement = load(root).achievement(achievement_id)
    assert achievement is not None
    return achievement.status


def reason(root: Path) -> str:
    plan = load(root)
    achievement = plan.achievement("1.1")
    assert achievement is not None
    return achievement_step(achievement, plan).reason


def test_fix_answer_and_approval_all_stay(root: Path) -> None:
    plan = load(root)
    fix = request_fix(root, plan, "1.1", reviewer="A", critical=["No light\nat night"], minor=["Dust"], date=FIRST)
    assert status(root) is AchievementStatus.NEEDS_FIX
    resolution = resolve(
        root,
        plan,
        "1.1",
        executor="B",
        answers="## Critical Issues\n\n### Issue 1: No light\n\n- **Fix**: a new bulb\n",
        date=FIRST,
    )
    assert (fix, resolution) == (f"{FEEDBACKS}/FIX_11.md", f"{FEEDBACKS}/FIX_11_RESOLUTION.md")
    assert status(root) is AchievementStatus.AWAITING_REVIEW
    assert reason(root) == "FIX_11_RESOLUTION.md answers FIX_11.md and has no verdict"
    approve(root, plan, "1.1", reviewer="A", date=FIRST)
    assert status(root) is AchievementStatus.APPROVED
    names = sorted(path.name for path in (root / FEEDBACKS).iterdir())
    assert names == ["APPROVED_11.md", "FIX_11.md", "FIX_11_RESOLUTION.md"]
    assert "a new bulb" in fix_issues((root / resolution).read_text()).critical[0]


def test_a_resolution_without_answers_lists_the_issues(root: Path) -> None:
    plan = load(root)
    request_fix(root, plan, "1.1", reviewer="A", critical=["**Dark**: no lamp", "Cold"], minor=["Dust"], date=FIRST)
    path = resolve(root, plan, "1.1", executor="B", notes="# All done", date=SECOND)
    text = (root / path).read_text()
    assert text.startswith(
        "# FIX RESOLUTION: Achievement 1.1\n\n**Executor**: B  \n**Resolution Date**: 2026-03-02  \n"
    )
    assert "**Reference**: FIX_11.md\n\n## Summary\n\n\\# All done\n" in text
    assert "### Issue 1: Dark: no lamp\n\n- **Fix**: see the summary\n\n### Issue 2: Cold" in text
    answers = fix_issues(text)
    assert (len(answers.critical), len(answers.minor)) == (2, 1)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ("", "✅ ALL ISSUES FIXED"),
        ("Both are done.", "✅ ALL ISSUES FIXED"),
        (
            "## Critical Issues\n\n### Issue 1: Dark\n\n- **Fix**: a bulb\n\n### Issue 2: Cold\n\n- **Fix**:\n",
            "⚠️ 1 OF 2 ISSUES ANSWERED",
        ),
        (
            "## Critical Issues\n\n### Issue 1: Dark\n\n- **Fix**: \n\n### Issue 2: Cold\n\n- **Fix**: \n",
            "⚠️ 0 OF 2 ISSUES ANSWERED",
        ),
    ],
)
def test_a_resolution_says_fixed_only_where_every_issue_has_its_answer(root: Path, answers: str, says: str) -> None:
    plan = load(root)
    request_fix(root, plan, "1.1", reviewer="A", critical=["Dark", "Cold"], date=FIRST)
    path = resolve(root, plan, "1.1", executor="B", answers=answers, date=FIRST)
    assert f"**Status**: {says}\n" in (root / path).read_text()


def test_an_answer_that_did_not_help_leads_to_another_round(root: Path) -> None:
    plan = load(root)
    request_fix(root, plan, "1.1", reviewer="A", critical=["Dark"], date=FIRST)
    with pytest.raises(FileExistsError, match=r"FIX_11\.md exists already and is open"):
        request_fix(root, plan, "1.1", reviewer="A", critical=["Cold"], date=FIRST)
    resolve(root, plan, "1.1", executor="B", date=FIRST)
    second = request_fix(root, plan, "1.1", reviewer="A", critical=["Still dark"], date=FIRST)
    assert second == f"{FEEDBACKS}/FIX_11_02.md"
    assert f"{FEEDBACKS}/FIX_11_02_RESOLUTION.md" in (root / second).read_text()
    assert status(root) is AchievementStatus.NEEDS_FIX
    assert reason(root) == "FIX_11_02.md is open"
    assert resolve(root, plan, "1.1", executor="B", date=FIRST) == f"{FEEDBACKS}/FIX_11_02_RESOLUTION.md"
    assert status(root) is AchievementStatus.AWAITING_REVIEW
    assert reason(root) == "FIX_11_02_RESOLUTION.md answers FIX_11_02.md and has no verdict"
    approve(root, plan, "1.1", reviewer="A", date=FIRST)
    assert status(root) is AchievementStatus.APPROVED


def test_an_approval_that_a_fix_reopened_is_given_again(root: Path) -> None:
    plan = load(root)
    approve(root, plan, "1.1", reviewer="A", date=FIRST)
    request_fix(root, plan, "1.1", reviewer="A", critical=["Dark"], date=SECOND)
    assert status(root) is AchievementStatus.NEEDS_FIX
    with pytest.raises(ValueError, match=r"is of 2026-03-02: an answer of 2026-03-01 would not count"):
        resolve(root, plan, "1.1", executor="B", date=FIRST)
    resolve(root, plan, "1.1", executor="B", date=SECOND)
    assert status(root) is AchievementStatus.AWAITING_REVIEW
    assert approve(root, plan, "1.1", reviewer="A", date=THIRD) == f"{FEEDBACKS}/APPROVED_11_02.md"
    assert status(root) is AchievementStatus.APPROVED
    with pytest.raises(FileExistsError, match=r"APPROVED_11_02\.md exists already"):
        approve(root, plan, "1.1", reviewer="A", date=THIRD)


def test_nothing_is_answered_twice_or_without_a_question(root: Path) -> None:
    plan = load(root)
    with pytest.raises(ValueError, match=r"1\.1 has no open FIX"):
        resolve(root, plan, "1.1", executor="B", date=FIRST)
    request_fix(root, plan, "1.1", reviewer="A", critical=["Dark"], date=FIRST)
    resolve(root, plan, "1.1", executor="B", date=FIRST)
    with pytest.raises(ValueError, match=r"1\.1 has no open FIX"):
        resolve(root, plan, "1.1", executor="B", date=FIRST)


def test_a_name_that_another_achievement_has_is_left_to_it(root: Path) -> None:
    plan = load(root)
    approve(root, plan, "11.0", reviewer="A", date=FIRST)
    assert approve(root, plan, "1.10", reviewer="A", date=FIRST) == f"{FEEDBACKS}/APPROVED_110_02.md"
    assert {status(root, "11.0"), status(root, "1.10")} == {AchievementStatus.APPROVED}
    assert status(root) is AchievementStatus.AWAITING_REVIEW


def test_what_the_reviewer_ticked_stands_in_both_verdicts(root: Path) -> None:
    plan = load(root)
    criteria = (CheckedCriterion("Bright # at night", is_met=True), CheckedCriterion("Warm\n# light", is_met=False))
    fix = request_fix(root, plan, "1.1", reviewer="A", critical=["Cold"], criteria=criteria, date=FIRST)
    checklist = "## Success Criteria\n\n- [x] Bright # at night\n- [ ] Warm # light\n"
    assert checklist in (root / fix).read_text()
    assert fix_issues((root / fix).read_text()).critical == ("1. Cold",)
    resolve(root, plan, "1.1", executor="B", date=FIRST)
    approved = approve(root, plan, "1.1", reviewer="A", criteria=criteria, date=FIRST)
    assert (root / approved).read_text().endswith(f"Achievement 1.1 is approved.\n\n{checklist}")


@pytest.mark.parametrize(
    ("fix", "resolutions", "expected"),
    [
        (["FIX_11.md"], [], AchievementStatus.NEEDS_FIX),
        (["FIX_11.md"], ["FIX_11_RESOLUTION.md"], AchievementStatus.AWAITING_REVIEW),
        (["FIX_11.md", "FIX_11_02.md"], ["FIX_11_RESOLUTION.md"], AchievementStatus.NEEDS_FIX),
        (["FIX_11.md", "FIX_11_02.md"], ["FIX_11_02_RESOLUTION.md"], AchievementStatus.AWAITING_REVIEW),
        (["FIX_1.1.md"], ["FIX_11_RESOLUTION.md"], AchievementStatus.AWAITING_REVIEW),
    ],
)
def test_the_last_round_decides(fix: list[str], resolutions: list[str], expected: AchievementStatus) -> None:
    artifacts = Artifacts(fix=tuple(fix), resolutions=tuple(resolutions))
    assert achievement_status("1.1", artifacts, lambda path: b"") is expected


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("FIX_12.md", 1),
        ("a/FIX_12_02.md", 2),
        ("FIX_12_03_RESOLUTION.md", 3),
        ("FIX_12_RESOLUTION.md", 1),
        ("FIX_1_10.md", 1),
    ],
)
def test_rounds(name: str, number: int) -> None:
    assert feedback_round(name) == number


@pytest.mark.parametrize(
    ("typed", "issues"),
    [
        ("", ()),
        ("one\n\ntwo", ("one", "two")),
        ("- one\n  more\n2. two", ("one\nmore", "two")),
        ("  indented at first\n- [ ] ticked", ("indented at first", "ticked")),
        ("1.5 is not a number of a list", ("1.5 is not a number of a list",)),
    ],
)
def test_issues_as_typed(typed: str, issues: tuple[str, ...]) -> None:
    assert issue_list(typed) == issues


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("1. **A torn record**: hides\n   - more", "A torn record: hides"),
        ("#### 2. **REQUIRED** BLOCKER", "REQUIRED BLOCKER"),
        ("**3. Late**", "Late"),
        ("### Issue 4: Loud", "Loud"),
        ("- plain", "plain"),
        ("5.", "5."),
    ],
)
def test_titles_of_issues(text: str, title: str) -> None:
    assert issue_title(text) == title


def test_a_draft_without_told_issues_is_empty() -> None:
    assert answers_draft(fix_issues("# FIX REQUIRED\n\nAll of it.")) == ""


def test_the_next_step_after_an_answer_is_a_review(root: Path) -> None:
    plan = load(root)
    request_fix(root, plan, "1.1", reviewer="A", critical=["Dark"], date=FIRST)
    assert load(root).next.workflow is StepKind.FIX
    resolve(root, plan, "1.1", executor="B", date=FIRST)
    assert load(root).next.workflow is StepKind.REVIEW

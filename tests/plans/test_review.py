import datetime
import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.plans.artifacts import (
    approved_path,
    compact_id,
    execution_path,
    fix_path,
    inert,
    next_execution_number,
    subplan_path,
    write_document,
)
from llm_dashboard.plans.documents import fix_issues
from llm_dashboard.plans.models import AchievementStatus, Plan
from llm_dashboard.plans.review import approve, request_fix
from llm_dashboard.plans.workspace import Workspace

DAY = datetime.date(2026, 3, 1)
DAY_AFTER = datetime.date(2026, 3, 2)
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
    folder.mkdir(parents=True)
    (folder / "PLAN_PIER.md").write_text(PLAN)
    execution = folder / "execution/EXECUTION_TASK_PIER_11_01.md"
    execution.parent.mkdir()
    execution.write_text("# EXECUTION_TASK: Lamps\n\n**Status**: Complete\n")
    return tmp_path


def load(root: Path) -> Plan:
    (plan,) = Workspace(root).load().plans
    return plan


def status(root: Path, achievement_id: str) -> AchievementStatus:
    achievement = load(root).achievement(achievement_id)
    assert achievement is not None
    return achievement.status


def test_an_approval_is_read_back_as_one(root: Path) -> None:
    assert status(root, "1.1") is AchievementStatus.AWAITING_REVIEW
    path = approve(root, load(root), "1.1", reviewer="A  Keeper\n", notes="Bright.\n\n# And steady", date=DAY)
    assert path == "work-space/plans/PIER/execution/feedbacks/APPROVED_11.md"
    assert status(root, "1.1") is AchievementStatus.APPROVED
    lines = (root / path).read_text().split("\n")
    assert lines[:5] == [
        "# APPROVED: Achievement 1.1",
        "",
        "**Reviewer**: A  Keeper  ",
        "**Review Date**: 2026-03-01  ",
        "**Status**: ✅ APPROVED",
    ]
    assert "Bright." in lines
    assert "\\# And steady" in lines


def test_a_fix_is_read_back_with_its_issues(root: Path) -> None:
    plan = load(root)
    issues = ["No light\n\n```\n1. not an issue\n```\n2. nor this", "Cold\n### Minor Issues\n```open"]
    path = request_fix(root, plan, "1.1", reviewer="A", critical=issues, minor=[" ", "Dust"], notes="Dark.", date=DAY)
    assert status(root, "1.1") is AchievementStatus.NEEDS_FIX
    fix = fix_issues((root / path).read_text())
    assert (fix.reviewer, fix.date, len(fix.critical)) == ("A", "2026-03-01", 2)
    assert fix.critical[0] == "1. No light\n\n    ```\n    1. not an issue\n    ```\n    2. nor this"
    assert fix.critical[1].startswith("2. Cold")
    assert fix.minor == ("1. Dust",)


def test_a_verdict_is_never_overwritten(root: Path) -> None:
    plan = load(root)
    path = approve(root, plan, "1.1", reviewer="A", date=DAY)
    before = (root / path).read_bytes()
    with pytest.raises(FileExistsError, match=r"APPROVED_11\.md exists already"):
        approve(root, plan, "1.1", reviewer="B", date=DAY_AFTER)
    assert (root / path).read_bytes() == before


def test_the_later_verdict_counts(root: Path) -> None:
    plan = load(root)
    approve(root, plan, "1.1", reviewer="A", date=DAY)
    with pytest.raises(ValueError, match="counts from the day after"):
        request_fix(root, plan, "1.1", reviewer="A", critical=["Dark"], date=DAY)
    request_fix(root, plan, "1.1", reviewer="A", critical=["Dark"], date=DAY_AFTER)
    assert status(root, "1.1") is AchievementStatus.NEEDS_FIX


def test_an_approval_on_the_day_of_the_fix_counts_an_earlier_one_does_not(root: Path) -> None:
    plan = load(root)
    request_fix(root, plan, "1.1", reviewer="A", critical=["Dark"], date=DAY_AFTER)
    with pytest.raises(ValueError, match="would not count"):
        approve(root, plan, "1.1", reviewer="A", date=DAY)
    approve(root, plan, "1.1", reviewer="A", date=DAY_AFTER)
    assert status(root, "1.1") is AchievementStatus.APPROVED


def test_a_shared_name_belongs_to_the_id_of_its_heading(root: Path) -> None:
    approve(root, load(root), "11.0", reviewer="A", date=DAY)
    assert status(root, "11.0") is AchievementStatus.APPROVED
    assert status(root, "1.10") is AchievementStatus.NOT_STARTED


def test_what_would_not_count_is_refused(root: Path) -> None:
    plan = load(root)
    with pytest.raises(ValueError, match=r"no achievement 9\.9"):
        approve(root, plan, "9.9", reviewer="A", date=DAY)
    with pytest.raises(ValueError, match="reviewer's name"):
        approve(root, plan, "1.1", reviewer=" \n", date=DAY)
    with pytest.raises(ValueError, match="needs an issue"):
        request_fix(root, plan, "1.1", reviewer="A", critical=[], minor=["\n"], date=DAY)
    (root / "work-space/plans/PLAN_FLAT.md").write_text(PLAN)
    flat = next(each for each in Workspace(root).load().plans if each.name == "FLAT")
    with pytest.raises(ValueError, match="no folder of its own"):
        approve(root, flat, "1.1", reviewer="A", date=DAY)
    assert not (root / "work-space/plans/PIER/execution/feedbacks").exists()


def test_a_folder_that_leads_out_is_refused(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (root / "work-space/plans/PIER/execution/feedbacks").symlink_to(outside)
    with pytest.raises(OSError, match="leads out of the workspace"):
        approve(root, load(root), "1.1", reviewer="A", date=DAY)
    assert list(outside.iterdir()) == []


def test_a_dangling_link_is_refused(root: Path) -> None:
    (root / "work-space/plans/PIER/subplans").symlink_to("/nowhere/at/all")
    with pytest.raises(OSError, match="leads out of the workspace"):
        write_document(root, "work-space/plans/PIER/subplans/SUBPLAN_PIER_11.md", "x")


def test_a_document_that_cannot_be_written_is_named_in_a_sentence(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), f"{path}.tmp")

    monkeypatch.setattr("llm_dashboard.plans.artifacts.write_new", full)
    with pytest.raises(OSError, match=r"^a/B.md cannot be written: No space left on device$"):
        write_document(root, "a/B.md", "x")


def test_names(root: Path) -> None:
    plan = load(root)
    assert [compact_id(each) for each in ("0.1", "10.2", "3.5.1")] == ["01", "102", "351"]
    assert subplan_path(plan, "10.2") == "work-space/plans/PIER/subplans/SUBPLAN_PIER_102.md"
    assert execution_path(plan, "0.1", 3) == "work-space/plans/PIER/execution/EXECUTION_TASK_PIER_01_03.md"
    assert approved_path(plan, "1.1").endswith("/execution/feedbacks/APPROVED_11.md")
    assert fix_path(plan, "1.1").endswith("/execution/feedbacks/FIX_11.md")


@pytest.mark.parametrize(
    ("files", "number"),
    [
        ([], 1),
        (["EXECUTION_TASK_PIER_11_01.md"], 2),
        (["EXECUTION_TASK_PIER_11_01_V2.md", "EXECUTION_TASK_PIER_11_04_RECOVERY.md"], 5),
        (["EXECUTION_TASK_PIER_12_07.md", "EXECUTION_TASK_OTHER_11_08.md", "EXECUTION_DEBUG_11_09.md"], 1),
        (["EXECUTION_TASK_PIER_11_09.md", "EXECUTION_TASK_PIER_11_99999.md"], 10),
    ],
)
def test_next_execution_number(root: Path, files: list[str], number: int) -> None:
    plan = load(root)
    folder = root / "work-space/plans/PIER/execution"
    (folder / "EXECUTION_TASK_PIER_11_01.md").unlink()
    for name in files:
        (folder / name).touch()
    assert next_execution_number(root, plan, "1.1") == number


def test_next_execution_number_without_a_folder(root: Path) -> None:
    plan = load(root)
    (root / "work-space/plans/PIER/execution").rename(root / "elsewhere")
    assert next_execution_number(root, plan, "1.1") == 1


PIECES = st.sampled_from(
    ["# a", "  ### b", "```", "~~~", "```py", "1. c", "- d", "**2. e**", "", "    f", "\x1b[2J", "#g"]
)
TEXTS = st.lists(PIECES | st.text(max_size=12), max_size=8).map("\n".join)


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3), TEXTS)
def test_any_issues_come_back_one_by_one(critical: list[str], minor: list[str], notes: str) -> None:
    from tempfile import TemporaryDirectory

    wanted = [[each for each in issues if inert(each)] for issues in (critical, minor)]
    with TemporaryDirectory() as name:
        root = Path(name)
        folder = root / "work-space/plans/PIER"
        folder.mkdir(parents=True)
        (folder / "PLAN_PIER.md").write_text(PLAN)
        plan = load(root)
        if not any(wanted):
            with pytest.raises(ValueError, match="needs an issue"):
                request_fix(root, plan, "1.1", reviewer="A", critical=critical, minor=minor, notes=notes, date=DAY)
            return
        path = request_fix(root, plan, "1.1", reviewer="A", critical=critical, minor=minor, notes=notes, date=DAY)
        fix = fix_issues((root / path).read_text(encoding="utf-8"))
        assert [len(fix.critical), len(fix.minor)] == [len(each) for each in wanted]
        assert status(root, "1.1") is AchievementStatus.NEEDS_FIX

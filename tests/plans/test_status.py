import datetime
from collections.abc import Mapping, Sequence

import pytest

from llm_dashboard.plans.models import AchievementStatus, Artifacts
from llm_dashboard.plans.status import (
    FileNames,
    achievement_status,
    collect_artifacts,
    is_complete,
    review_date,
    written_id,
)
from tests.plans.samples import task_text


def collect(
    names: FileNames, ids: Sequence[str], texts: Mapping[str, str] | None = None
) -> tuple[dict[str, dict[str, list[str]]], list[str]]:
    """File names by id and kind, and the codes of the problems. Only `texts` may be read."""
    found, problems = collect_artifacts(names, ids, lambda path: (texts or {})[path.rpartition("/")[2]].encode())
    kinds = ("subplans", "executions", "approved", "fix", "resolutions")
    by_id = {
        each: {
            kind: [path.rpartition("/")[2] for path in getattr(artifacts, kind)]
            for kind in kinds
            if getattr(artifacts, kind)
        }
        for each, artifacts in found.items()
    }
    return by_id, [problem.code for problem in problems]


def test_files_are_found_by_the_digits_of_the_id() -> None:
    names = FileNames(
        "X",
        "plans/X",
        subplans=["SUBPLAN_X_11.md", "SUBPLAN_X_102.md", "SUBPLAN_X_351_V2.md", "notes.md", "SUBPLAN_X_11.txt"],
        executions=["EXECUTION_TASK_X_11_01.md", "EXECUTION_TASK_X_11_02_RECOVERY.md", "EXECUTION_SUPPORT_X_11.md"],
        feedbacks=["APPROVED_11.md", "FIX_102.md", "FIX_102_RESOLUTION.md", "APPROVED_3.5.1.md", "INDEX.md"],
    )
    assert collect(names, ["1.1", "10.2", "3.5.1"]) == (
        {
            "1.1": {
                "subplans": ["SUBPLAN_X_11.md"],
                "executions": ["EXECUTION_TASK_X_11_01.md", "EXECUTION_TASK_X_11_02_RECOVERY.md"],
                "approved": ["APPROVED_11.md"],
            },
            "10.2": {"subplans": ["SUBPLAN_X_102.md"], "fix": ["FIX_102.md"], "resolutions": ["FIX_102_RESOLUTION.md"]},
            "3.5.1": {"subplans": ["SUBPLAN_X_351_V2.md"], "approved": ["APPROVED_3.5.1.md"]},
        },
        [],
    )


def test_paths_lead_into_the_folders_of_the_plan() -> None:
    names = FileNames("X", "plans/X", ["SUBPLAN_X_11.md"], ["EXECUTION_TASK_X_11_01.md"], ["APPROVED_11.md"])
    found, _ = collect_artifacts(names, ["1.1"], lambda path: b"")
    assert found["1.1"] == Artifacts(
        subplans=("plans/X/subplans/SUBPLAN_X_11.md",),
        executions=("plans/X/execution/EXECUTION_TASK_X_11_01.md",),
        approved=("plans/X/execution/feedbacks/APPROVED_11.md",),
    )


@pytest.mark.parametrize(
    ("file", "ids", "text", "owner", "codes"),
    [
        ("APPROVED_110.md", ["1.10"], "# APPROVED: Achievement 9.9", "1.10", []),
        ("APPROVED_110.md", ["11.0"], "", "11.0", []),
        ("APPROVED_110.md", ["1.10", "11.0"], "# ✅ APPROVED: Achievement 11.0 - title", "11.0", []),
        ("APPROVED_110.md", ["1.10", "11.0"], "# APPROVED\n\n**Achievement**: 1.10\n", "1.10", []),
        ("APPROVED_110.md", ["1.10", "11.0"], "# APPROVED: Achievement 1.1", None, ["artifact-ambiguous"]),
        ("APPROVED_99.md", ["1.1"], "# APPROVED: Achievement 1.1", "1.1", []),
        ("APPROVED_99.md", ["1.1"], "# APPROVED: Achievement 9.9", None, ["artifact-orphan"]),
        ("APPROVED_11_DRAFT.md", ["1.1"], "# APPROVED: Achievement 1.1", None, ["artifact-name"]),
        ("APPROVED_11_RESOLUTION.md", ["1.1"], "", None, ["artifact-name"]),
        ("FIX_.md", ["1.1"], "", None, ["artifact-name"]),
    ],
)
def test_feedback_ids(file: str, ids: list[str], text: str, owner: str | None, codes: list[str]) -> None:
    found, problems = collect(FileNames("X", "p", feedbacks=[file]), ids, {file: text})
    assert (list(found), problems) == ([owner] if owner else [], codes)


@pytest.mark.parametrize(
    ("file", "text", "owner", "codes"),
    [
        ("SUBPLAN_X_34.md", "# SUBPLAN: A\n**Achievement Addressed**: Achievement 3.5.1 (B)\n", "3.5.1", []),
        ("SUBPLAN_X_08_05.md", "# SUBPLAN: A\n**Achievement**: 8.5\n", "8.5", []),
        ("SUBPLAN_X_MULTI-EXECUTION.md", "# SUBPLAN: A\n", None, ["artifact-orphan"]),
        ("SUBPLAN_X_77.md", "# SUBPLAN: needs Python 3.5.1\n", None, ["artifact-orphan"]),
        ("SUBPLAN_OTHER_85.md", "", None, ["artifact-plan"]),
        ("SUBPLAN_X-Y_85.md", "", None, ["artifact-plan"]),
    ],
)
def test_subplan_ids(file: str, text: str, owner: str | None, codes: list[str]) -> None:
    found, problems = collect(FileNames("X", "p", subplans=[file]), ["0.8", "3.5.1", "8.5"], {file: text})
    assert (list(found), problems) == ([owner] if owner else [], codes)


def test_problems_name_the_file_safely() -> None:
    _, problems = collect_artifacts(FileNames("X", "p", feedbacks=["APPROVED_\x1b[2J.md"]), [], lambda path: b"")
    assert problems[0].file == "p/execution/feedbacks/APPROVED_.md"
    assert "\x1b" not in problems[0].message


def test_written_id_is_of_the_first_lines_only() -> None:
    assert written_id("\n" * 40 + "# APPROVED: Achievement 1.1") is None
    assert written_id("# SUBPLAN: Achievement 1.1\n\n- **Achievement**: 2.1\n") == "2.1"


_APPROVED, _FIX, _RESOLUTION, _TASK, _TASK_2, _SUBPLAN = (("a",), ("f",), ("r",), ("t",), ("t", "u"), ("s",))


@pytest.mark.parametrize(
    ("artifacts", "texts", "status"),
    [
        (Artifacts(), {}, "not_started"),
        (Artifacts(subplans=_SUBPLAN), {}, "subplan_ready"),
        (Artifacts(subplans=_SUBPLAN, executions=_TASK), {"t": task_text("In Progress")}, "in_progress"),
        (Artifacts(executions=_TASK), {"t": task_text("✅ Complete")}, "awaiting_review"),
        (Artifacts(executions=_TASK_2), {"t": task_text("Complete"), "u": task_text("Planning")}, "in_progress"),
        (
            Artifacts(executions=_TASK_2),
            {"t": task_text("Complete"), "u": task_text("Planning", "Done")},
            "awaiting_review",
        ),
        (Artifacts(executions=_TASK, fix=_FIX), {}, "needs_fix"),
        (Artifacts(fix=_FIX, resolutions=_RESOLUTION), {}, "awaiting_review"),
        (Artifacts(approved=_APPROVED, executions=_TASK), {}, "approved"),
        (Artifacts(approved=_APPROVED, fix=_FIX), {"a": "2025-11-09", "f": "2025-11-08"}, "approved"),
        (Artifacts(approved=_APPROVED, fix=_FIX), {"a": "2025-11-08", "f": "2025-11-08"}, "approved"),
        (Artifacts(approved=_APPROVED, fix=_FIX), {"a": "2025-11-08", "f": "2025-11-09"}, "needs_fix"),
        (Artifacts(approved=_APPROVED, fix=_FIX), {"a": "2025-11-08 09:00", "f": "2025-11-08 10:30 UTC"}, "approved"),
        (Artifacts(approved=_APPROVED, fix=_FIX), {"a": "2025-11-08", "f": "2025-11-08 10:30 UTC"}, "approved"),
        (Artifacts(approved=_APPROVED, fix=_FIX), {"a": "soon", "f": "2025-11-09"}, "approved"),
        (
            Artifacts(approved=_APPROVED, fix=_FIX, resolutions=_RESOLUTION),
            {"a": "2025-11-08", "f": "2025-11-10", "r": "2025-11-09"},
            "needs_fix",
        ),
        (
            Artifacts(approved=_APPROVED, fix=_FIX, resolutions=_RESOLUTION),
            {"a": "2025-11-08", "f": "2025-11-09", "r": "2025-11-09"},
            "awaiting_review",
        ),
    ],
)
def test_status(artifacts: Artifacts, texts: dict[str, str], status: str) -> None:
    def read(path: str) -> bytes:
        return (texts[path] if path in "tu" else f"# FEEDBACK\n\n**Review Date**: {texts[path]}\n").encode()

    assert achievement_status("0.1", artifacts, read) is AchievementStatus(status)


@pytest.mark.parametrize(
    ("header", "closing", "expected"),
    [
        ("✅ Complete", None, True),
        ("✅ **COMPLETE** - All done", None, True),
        ("Complete ✅", None, True),
        ("Completed", None, True),
        ("Done", None, True),
        ("In Progress", None, False),
        ("In Progress", "✅ Complete", True),
        ("Complete", "In Progress", True),
        ("In Progress", "✅ Phase 1 Complete (Unit Tests)", False),
        ("Implementation Complete", None, False),
        ("Not Complete", None, False),
        ("[In Progress / Complete]", "[Complete / In Progress]", False),
        ("Completely open", None, False),
        ("", None, False),
    ],
)
def test_complete(header: str, closing: str | None, expected: bool) -> None:
    assert is_complete(task_text(header, closing), "0.1") is expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("**EXECUTION_TASK Status**: ✅ **COMPLETE**", True),
        ("**Status:** Done", True),
        ("- **Status**: ✅ Complete", True),
        ("**Achievement 0.1**: ✅ **COMPLETE**", True),
        ("**Achievement 0.2**: ✅ **COMPLETE**", False),
        ("**Achievement 0.1**: Complete the docs", False),
        ("**Achievement 0.1**: ✅ **COMPLETE**\n**Achievement 0.1**: open", False),
        ("**Status**: ✅ Complete\n**Status**: Blocked", False),
        ("**Final Status**: Complete", False),
        ("Status: Complete", False),
        ("```\n**Status**: ✅ Complete\n```", False),
        ("```\n**Achievement 0.1**: ✅ Complete\n```", False),
        ("**Status**: ✅ Complete" + "\n- later" * 40, False),
        ("**Status**: ✅ Complete" + "\n\n" * 40, True),
    ],
)
def test_closing(end: str, expected: bool) -> None:
    assert is_complete(task_text("In Progress") + "\n" + end, "0.1") is expected


def test_a_status_in_the_middle_is_of_an_iteration() -> None:
    text = task_text("In Progress") + "**Status**: ✅ Complete\n" + task_text("In Progress")
    assert is_complete(text, "0.1") is False


def test_the_closing_part_of_a_long_task_is_its_last_fifth() -> None:
    assert is_complete("# EXECUTION_TASK: A\n" + "- a\n" * 850 + "**Status**: Done\n" + "- b\n" * 149, "0.1") is True
    assert is_complete("# EXECUTION_TASK: A\n" + "- a\n" * 700 + "**Status**: Done\n" + "- b\n" * 300, "0.1") is False


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2025-11-08", "2025-11-08"),
        ("2025/1/8", "2025-01-08"),
        ("2025.11.08", "2025-11-08"),
        ("2025\u201111\u201108", "2025-11-08"),
        ("2025-11-08 07:45 PM", "2025-11-08"),
        ("2025-11-08T19:45:00Z", "2025-11-08"),
        ("November 7, 2025", "2025-11-07"),
        ("Nov. 7th 2025", "2025-11-07"),
        ("7 November 2025", "2025-11-07"),
        ("7th November 2025", "2025-11-07"),
        ("7-Nov-2025", "2025-11-07"),
        ("November 2025", None),
        ("Sprint 7, 2025", None),
        ("2025-13-01", None),
        ("2025-02-30", None),
        ("today", None),
    ],
)
def test_review_date(written: str, expected: str | None) -> None:
    day = datetime.date.fromisoformat(expected) if expected else None
    assert review_date(f"# APPROVED\n- **Date:** {written}\n") == day
    assert review_date(f"# FIX\n\n**Date**: 2020-01-01\n**Review Date**: {written}\n") == (
        day or datetime.date(2020, 1, 1)
    )


@pytest.mark.parametrize(
    "text",
    [
        "# FIX\n" + "text\n" * 40 + "**Review Date**: 2025-01-02\n",
        "# FIX\n**Review Date**: TBD\n**Review Date** (UTC): 2025-01-02\n",
        "# FIX\n```\n**Review Date**: 2020-01-01\n```\nReview Date: 2025-01-02\n",
    ],
)
def test_a_review_date_is_found_wherever_it_stands(text: str) -> None:
    assert review_date(text) == datetime.date(2025, 1, 2)

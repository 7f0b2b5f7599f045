"""A finished plan leaves the plans root."""

import datetime
from pathlib import Path

import pytest

from llm_dashboard.plans.archive import Move, archive, planned_move
from llm_dashboard.plans.models import Plan, WorkspaceState
from llm_dashboard.plans.workspace import Workspace
from tests.plans.samples import PLANS, plan_text, write

DAY = datetime.date(2026, 11, 23)
APPROVED = "# APPROVED: Achievement 1.1\n\n**Review Date**: 2026-11-02\n"


def the_plan(root: Path, name: str) -> tuple[WorkspaceState, Plan]:
    state = Workspace(root).load()
    return state, next(plan for plan in state.plans if plan.name == name)


def planned(root: Path, name: str, plans_root: str = PLANS) -> Move | str:
    return planned_move(root, plans_root, *the_plan(root, name), DAY)


def test_a_finished_plan_moves_as_it_is_and_is_not_listed_any_more(tmp_path: Path) -> None:
    files = {
        "done/A/PLAN_A.md": plan_text(["1.1"]),
        "done/A/execution/feedbacks/APPROVED_11.md": APPROVED,
        "B/PLAN_B.md": "x",
    }
    write(tmp_path, files)
    move = planned(tmp_path, "A")
    assert isinstance(move, Move)
    octets = len(files["done/A/PLAN_A.md"].encode()) + len(APPROVED)
    assert move == Move(f"{PLANS}/done/A", "documentation/archive/a-nov2026", 2, octets, "")
    archive(tmp_path, move)
    target = tmp_path / "documentation/archive/a-nov2026"
    assert (target / "PLAN_A.md").read_text(encoding="utf-8") == files["done/A/PLAN_A.md"]
    assert (target / "execution/feedbacks/APPROVED_11.md").read_text(encoding="utf-8") == APPROVED
    assert not (tmp_path / PLANS / "done" / "A").exists()
    assert not Workspace(tmp_path).load().plans


@pytest.mark.parametrize(
    ("ids", "warning"),
    [
        (["1.1", "1.2", "1.3"], "2 of 3 achievements are not approved."),
        (["1.1", "1.2"], "1 of 2 achievements is not approved."),
        ([], "It declares no achievements."),
    ],
)
def test_a_plan_that_is_not_finished_is_warned_of(ids: list[str], warning: str, tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text(ids), "A/execution/feedbacks/APPROVED_11.md": APPROVED})
    move = planned(tmp_path, "A")
    assert isinstance(move, Move)
    assert move.warning == warning


def test_what_is_there_is_never_replaced(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text()})
    move = planned(tmp_path, "A")
    assert isinstance(move, Move)
    target = tmp_path / move.target
    target.mkdir(parents=True)
    with pytest.raises(FileExistsError, match=r"a-nov2026 exists already$"):
        archive(tmp_path, move)
    assert (
        planned(tmp_path, "A") == "documentation/archive/a-nov2026 exists already: rename it, nothing is overwritten."
    )
    assert (tmp_path / PLANS / "A" / "PLAN_A.md").is_file()
    assert not list(target.iterdir())


def test_some_plans_cannot_be_archived(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "box/PLAN_FLAT.md": plan_text(),
            "OUTER/PLAN_OUTER.md": plan_text(),
            "OUTER/INNER/PLAN_INNER.md": plan_text(),
        },
    )
    assert (
        planned(tmp_path, "FLAT")
        == f"{PLANS}/box/PLAN_FLAT.md has no folder of its own (FLAT/): move the file by hand."
    )
    assert (
        planned(tmp_path, "OUTER")
        == f"{PLANS}/OUTER/INNER/PLAN_INNER.md lies in the folder of OUTER: move it out first."
    )
    assert isinstance(planned(tmp_path, "INNER"), Move)
    assert "is in the plans root" in str(planned(tmp_path, "INNER", "documentation"))


def test_an_archive_outside_of_the_workspace_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "work"
    write(root, {"A/PLAN_A.md": plan_text()})
    (root / "documentation").symlink_to(tmp_path)
    move = planned(root, "A")
    assert isinstance(move, Move)
    with pytest.raises(OSError, match="leads out of the workspace"):
        archive(root, move)
    assert not (tmp_path / "archive").exists()


def test_a_plan_that_is_gone_leaves_nothing_in_the_archive(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text()})
    move = planned(tmp_path, "A")
    assert isinstance(move, Move)
    (tmp_path / PLANS / "A").rename(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"^work-space/plans/A cannot be moved: No such file or directory$"):
        archive(tmp_path, move)
    assert not (tmp_path / move.target).exists()

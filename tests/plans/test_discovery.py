import os
import socket
from pathlib import Path

import pytest

from llm_dashboard.plans.discovery import PlanFile, plan_files
from llm_dashboard.plans.tree import Folder, FolderTree
from tests.plans.samples import PLANS, write


def tree_of(root: Path, plans_root: str = PLANS) -> dict[str, Folder]:
    tree = FolderTree(str(root), plans_root)
    tree.list_all()
    return tree.folders


def found(root: Path) -> list[PlanFile]:
    return list(plan_files(tree_of(root), PLANS))


def test_plan_files_at_any_depth(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "A/PLAN_A.md": "",
            "A/PLAN_OTHER.md": "",
            "paused/B/PLAN_B.md": "",
            "paused/deep/er/C/PLAN_C.md": "",
            "paused/PLAN_FLAT.md": "",
            "PLAN_TOP.md": "",
            "A/PLAN_.md": "",
            "A/PLAN_A.txt": "",
            "A/PLAN-UPDATE.md": "",
            "A/documentation/PLAN_D.md": "",
            "A/documents-plan/PLAN_D.md": "",
            "A/summary/PLAN_D.md": "",
            "A/planning/PLAN_D.md": "",
        },
    )
    assert sorted((file.path, file.container, file.own_folder) for file in found(tmp_path)) == [
        (f"{PLANS}/A/PLAN_A.md", "", True),
        (f"{PLANS}/A/PLAN_OTHER.md", "A", False),
        (f"{PLANS}/PLAN_TOP.md", "", False),
        (f"{PLANS}/paused/B/PLAN_B.md", "paused", True),
        (f"{PLANS}/paused/PLAN_FLAT.md", "paused", False),
        (f"{PLANS}/paused/deep/er/C/PLAN_C.md", "paused/deep/er", True),
    ]


def test_a_plans_root_may_have_the_name_of_a_folder_without_plans(tmp_path: Path) -> None:
    (tmp_path / "planning").mkdir()
    (tmp_path / "planning" / "PLAN_A.md").touch()
    assert [file.name for file in plan_files(tree_of(tmp_path, "planning"), "planning")] == ["A"]


def test_what_is_no_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / PLANS
    (folder / "PLAN_FOLDER.md" / "A").mkdir(parents=True)
    os.mkfifo(folder / "PLAN_PIPE.md")
    (folder / "PLAN_LINK.md").symlink_to("/etc/passwd")
    (folder / "PLAN_DANGLING.md").symlink_to("nowhere")
    # The address of a socket is at most 107 bytes long: a bare name fits wherever the test runs.
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("PLAN_SOCKET.md")
        assert {file.name: file.obstacle for file in found(tmp_path)} == {
            "FOLDER": "a folder",
            "PIPE": "a pipe",
            "LINK": "a link",
            "DANGLING": "a link",
            "SOCKET": "a socket",
        }

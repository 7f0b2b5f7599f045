import os
import socket
from pathlib import Path

import pytest

from llm_dashboard.plans.discovery import Folder, PlanFile, kind_of, list_tree, plan_files, read_file, signature_of
from tests.plans.samples import PLANS, write


def tree_of(root: Path) -> dict[str, Folder]:
    return list_tree(str(root), PLANS, {})


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
    assert [file.name for file in plan_files(list_tree(str(tmp_path), "planning", {}), "planning")] == ["A"]


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


def test_links_are_never_followed(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": ""})
    outside = tmp_path / "outside" / "B"
    outside.mkdir(parents=True)
    (outside / "PLAN_B.md").touch()
    (tmp_path / PLANS / "out").symlink_to(outside.parent)
    (tmp_path / PLANS / "A" / "loop").symlink_to("..")
    (tmp_path / PLANS / "self").symlink_to("self")
    assert [file.name for file in found(tmp_path)] == ["A"]
    assert tree_of(tmp_path)[PLANS].folders == ("A",)


def test_a_known_folder_is_listed_again_only_when_it_changed(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": "", "B/PLAN_B.md": ""})
    before = tree_of(tmp_path)
    (tmp_path / PLANS / "A" / "subplans").mkdir()
    after = list_tree(str(tmp_path), PLANS, before)
    assert after[f"{PLANS}/B"] is before[f"{PLANS}/B"]
    assert after[f"{PLANS}/A"].folders == ("subplans",)


@pytest.mark.parametrize("make", ["nothing", "file", "link"])
def test_a_root_that_is_no_folder_is_refused(tmp_path: Path, make: str) -> None:
    if make == "file":
        (tmp_path / "plans").touch()
    elif make == "link":
        (tmp_path / "plans").symlink_to("/tmp")
    with pytest.raises(OSError, match=r"No such file|not a folder"):
        list_tree(str(tmp_path), "plans", {})


def test_read_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    data, signature = read_file(str(path), 4)
    assert data == b"0123"
    assert signature == signature_of(path.stat())
    assert read_file(str(path), 100)[0] == b"0123456789"
    path.write_bytes(b"")
    assert read_file(str(path), 100)[0] == b""


def test_read_file_refuses_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/passwd")
    for name in ("pipe", "link", ".", "missing"):
        with pytest.raises(OSError, match=r"a pipe|a folder|symbolic|No such|directory"):
            read_file(str(tmp_path / name), 10)
    with pytest.raises(OSError, match="a device"):
        read_file("/dev/zero", 10)


def test_kinds() -> None:
    assert kind_of(Path("/dev/null").stat().st_mode) == "a device"
    assert kind_of(Path(__file__).stat().st_mode) == "a file"

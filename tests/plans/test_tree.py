from pathlib import Path

import pytest

from llm_dashboard.plans.tree import FolderTree
from tests.plans.samples import PLANS, write


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust time stamps at once: the tests below change names, so that no change can hide behind one."""
    monkeypatch.setattr("llm_dashboard.plans.files._UNSETTLED_NS", -(10**12))


def listed(root: Path) -> FolderTree:
    tree = FolderTree(str(root), PLANS)
    tree.list_all()
    return tree


def test_links_are_never_followed(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": ""})
    outside = tmp_path / "outside" / "B"
    outside.mkdir(parents=True)
    (outside / "PLAN_B.md").touch()
    (tmp_path / PLANS / "out").symlink_to(outside.parent)
    (tmp_path / PLANS / "A" / "loop").symlink_to("..")
    (tmp_path / PLANS / "self").symlink_to("self")
    folders = listed(tmp_path).folders
    assert sorted(folders) == [PLANS, f"{PLANS}/A"]
    assert folders[PLANS].folders == ("A",)
    assert folders[PLANS].others == {"out": "a link", "self": "a link"}


@pytest.mark.usefixtures("settled")
def test_a_known_folder_is_listed_again_only_when_it_changed(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": "", "B/PLAN_B.md": ""})
    tree = listed(tmp_path)
    before = tree.folders
    (tmp_path / PLANS / "A" / "subplans").mkdir()
    tree.list_all()
    assert tree.folders[f"{PLANS}/B"] is before[f"{PLANS}/B"]
    assert tree.folders[f"{PLANS}/A"].folders == ("subplans",)


def test_a_folder_that_has_just_changed_is_listed_again(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": ""})
    tree = listed(tmp_path)
    before = tree.folders
    tree.list_all()
    assert tree.folders[f"{PLANS}/A"] is not before[f"{PLANS}/A"]


@pytest.mark.parametrize("make", ["nothing", "file", "link"])
def test_a_root_that_is_no_folder_is_refused(tmp_path: Path, make: str) -> None:
    if make == "file":
        (tmp_path / "plans").touch()
    elif make == "link":
        (tmp_path / "plans").symlink_to("/tmp")
    tree = FolderTree(str(tmp_path), "plans")
    with pytest.raises(OSError, match=r"No such file|not a folder"):
        tree.list_all()
    with pytest.raises(OSError, match=r"No such file|not a folder"):
        tree.list_changed({"plans/A"})


@pytest.mark.usefixtures("settled")
def test_only_folders_around_a_change_are_listed(tmp_path: Path) -> None:
    write(tmp_path, {"A/x/y/file": "", "B/x/file": ""})
    tree = listed(tmp_path)
    before = dict(tree.folders)
    write(tmp_path, {"A/x/new/deep/file": "", "B/x/unseen": ""})
    assert tree.list_changed({f"{PLANS}/A/x/new/deep/file"}) == {
        f"{PLANS}/A/x{each}" for each in ("", "/new", "/new/deep")
    }
    assert tree.folders[f"{PLANS}/B/x"] is before[f"{PLANS}/B/x"]
    assert tree.folders[f"{PLANS}/A/x/y"] is before[f"{PLANS}/A/x/y"]
    assert tree.list_changed({f"{PLANS}/B/x"}) == {f"{PLANS}/B/x"}
    assert tree.folders == listed(tmp_path).folders


@pytest.mark.usefixtures("settled")
def test_a_folder_that_is_another_now_is_listed_with_all_below(tmp_path: Path) -> None:
    write(tmp_path, {"A/x/a": "", "B/x/b": ""})
    tree = listed(tmp_path)
    plans = tmp_path / PLANS
    (plans / "A").rename(plans / "C")
    (plans / "B").rename(plans / "A")
    (plans / "C").rename(plans / "B")
    assert tree.list_changed({f"{PLANS}/{each}" for each in "ABC"}) == {
        PLANS,
        *(f"{PLANS}/{each}" for each in ("A", "A/x", "B", "B/x")),
    }
    assert tree.folders == listed(tmp_path).folders


@pytest.mark.usefixtures("settled")
def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"A/x/a": ""})
    tree = listed(tmp_path)
    (tmp_path / "outside" / "x").mkdir(parents=True)
    (tmp_path / PLANS / "A").rename(tmp_path / "A")
    (tmp_path / PLANS / "A").symlink_to(tmp_path / "outside")
    assert tree.list_changed({f"{PLANS}/A/x/a"}) == {PLANS, f"{PLANS}/A", f"{PLANS}/A/x"}
    assert tree.folders == listed(tmp_path).folders
    assert sorted(tree.folders) == [PLANS]


@pytest.mark.usefixtures("settled")
def test_what_went_from_a_folder_is_forgotten_with_all_below(tmp_path: Path) -> None:
    write(tmp_path, {"A/x/deep/a": "", "A/y/a": ""})
    tree = listed(tmp_path)
    (tmp_path / PLANS / "A" / "x").rename(tmp_path / "gone")
    write(tmp_path, {"A/file": ""})
    assert tree.list_changed({f"{PLANS}/A/file"}) == {f"{PLANS}/A{each}" for each in ("", "/x", "/x/deep")}
    assert tree.folders == listed(tmp_path).folders

"""Folders of the workspace: what is made, and what is in the way."""

import os
from pathlib import Path

import pytest

from llm_dashboard.plans.folders import make_folder


def test_a_folder_is_made_with_its_parents_once(tmp_path: Path) -> None:
    make_folder(tmp_path, "a/b", new=True)
    make_folder(tmp_path, "a/b")
    assert (tmp_path / "a" / "b").is_dir()
    with pytest.raises(FileExistsError, match=r"^a/b exists already$"):
        make_folder(tmp_path, "a/b", new=True)


def test_something_else_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(OSError, match=r"^file is a file, not a folder; move it out of the way$"):
        make_folder(tmp_path, "file/below")
    with pytest.raises(OSError, match=r"^pipe is a pipe"):
        make_folder(tmp_path, "pipe")
    with pytest.raises(OSError, match=r"^dangling exists already$"):
        make_folder(tmp_path, "dangling")


def test_nothing_is_made_outside_of_the_workspace(tmp_path: Path) -> None:
    root = tmp_path / "work"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    with pytest.raises(OSError, match=r"^out/x leads out of the workspace$"):
        make_folder(root, "out/x")
    assert not (tmp_path / "x").exists()


def test_what_cannot_be_made_is_said(tmp_path: Path) -> None:
    name = "x" * 300
    with pytest.raises(OSError, match=r"^x+ cannot be"):
        make_folder(tmp_path, name)

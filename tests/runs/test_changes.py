"""What changed on disk: table and property."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.runs import changes as module
from llm_dashboard.runs.changes import Changes, changes, snapshot


def mark(root: Path) -> int:
    """The change time of a file made now, where it is not looked for."""
    path = root / ".llm-dash" / "mark"
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch()
    return path.stat().st_ctime_ns


def settled(root: Path) -> int:
    """The same, once the file system's clock has moved on from all that was written before."""
    first = mark(root)
    while (now := mark(root)) == first:
        pass
    return now


def fill(root: Path, *paths: str) -> None:
    """Make files with their folders."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("old")


def test_each_kind_of_change(tmp_path: Path) -> None:
    fill(tmp_path, "a", "b", "kept", "d/c", "d/e", "gone/x", "gone/y/z", "file-then-folder", "moved/inner")
    before = snapshot(str(tmp_path))
    since = settled(tmp_path)
    (tmp_path / "a").write_text("new")
    times = (tmp_path / "b").stat()
    (tmp_path / "b").write_text("neu")
    os.utime(tmp_path / "b", ns=(times.st_atime_ns, times.st_mtime_ns))
    (tmp_path / "d" / "c").unlink()
    (tmp_path / "d" / "other").write_text("x")
    (tmp_path / "d" / "other").replace(tmp_path / "d" / "e")
    (tmp_path / "gone" / "x").unlink()
    (tmp_path / "gone" / "y" / "z").unlink()
    (tmp_path / "gone" / "y").rmdir()
    (tmp_path / "gone").rmdir()
    (tmp_path / "file-then-folder").unlink()
    fill(tmp_path, "file-then-folder/in", "n/e/w")
    (tmp_path / "moved").rename(tmp_path / "renamed")
    (tmp_path / "link").symlink_to("nowhere")
    assert changes(str(tmp_path), before, since) == Changes(
        created=["file-then-folder/in", "link", "n/e/w", "renamed/inner"],
        changed=["a", "b", "d/e"],
        deleted=["d/c", "file-then-folder", "gone/x", "gone/y/z", "moved/inner"],
        complete=True,
    )


def test_folders_of_tools_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    fill(tmp_path, "outside/x")
    (tmp_path / "root" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "root" / "loop").symlink_to(".")
    root = tmp_path / "root"
    before = snapshot(str(root))
    since = settled(root)
    fill(root, ".git/a", "sub/node_modules/b", "__pycache__/c", ".llm-dash/d")
    fill(tmp_path, "outside/new")
    assert changes(str(root), before, since) == Changes([], [], [], True)


def test_a_bounded_look_says_so_and_claims_nothing_that_it_cannot_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a", "b", "deep/er/old", "deep/er/rewritten")
    monkeypatch.setattr(module, "MAX_ENTRIES", 2)
    before = snapshot(str(tmp_path))
    monkeypatch.undo()
    since = settled(tmp_path)
    fill(tmp_path, "new", "deep/er/rewritten", "deep/er/new", "fresh/file")
    found = changes(str(tmp_path), before, since)
    assert found == Changes(["fresh/file", "new"], ["deep/er/new", "deep/er/rewritten"], [], False)


def test_a_look_afterwards_that_is_bounded_reports_no_deletion_of_the_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a", "deep/old")
    before = snapshot(str(tmp_path))
    since = settled(tmp_path)
    (tmp_path / "a").unlink()
    monkeypatch.setattr(module, "MAX_ENTRIES", 0)
    assert changes(str(tmp_path), before, since) == Changes([], [], ["a"], False)


def test_more_changes_than_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(str(tmp_path))
    since = settled(tmp_path)
    fill(tmp_path, "a", "b", "c")
    monkeypatch.setattr(module, "MAX_CHANGES", 2)
    assert changes(str(tmp_path), before, since) == Changes(["a", "b"], [], [], False)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    root = str(tmp_path / "none")
    assert changes(root, snapshot(root), 0) == Changes([], [], [], True)


NAMES = st.sampled_from(["a", "b", "d/a", "d/e/a", "f/a"])


@settings(max_examples=25, deadline=None)
@given(st.sets(NAMES), st.sets(NAMES), st.sets(NAMES))
def test_what_was_done_is_what_is_found(old: set[str], removed: set[str], written: set[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        fill(root, *old)
        before = snapshot(folder)
        since = settled(root)
        for path in removed & old:
            (root / path).unlink()
        fill(root, *written)
        assert changes(folder, before, since) == Changes(
            created=sorted(written - old),
            changed=sorted(written & old),
            deleted=sorted((removed & old) - written),
            complete=True,
        )

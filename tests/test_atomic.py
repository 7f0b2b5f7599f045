"""Files that are whole or not there."""

import os
from pathlib import Path

import pytest

from llm_dashboard import atomic


def test_a_new_file_is_written_with_its_folders(tmp_path: Path) -> None:
    atomic.write_new(tmp_path / "a" / "b.md", b"text")
    assert (tmp_path / "a" / "b.md").read_bytes() == b"text"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.md"]


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_nothing_is_overwritten(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "b.md"
    if kind == "file":
        target.write_bytes(b"old")
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        atomic.write_new(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["b.md"]
    assert kind != "file" or target.read_bytes() == b"old"
    assert not (tmp_path / "nowhere").exists()


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        atomic.replace(tmp_path / "run.json", data)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("run.json", b"two")]


def test_what_cannot_be_replaced_stays(tmp_path: Path) -> None:
    (tmp_path / "run.json").mkdir()
    with pytest.raises(OSError, match="directory"):
        atomic.replace(tmp_path / "run.json", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_a_temporary_file_tells_what_it_becomes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    monkeypatch.setattr(os, "link", lambda source, *_, **__: seen.append(source))
    atomic.write_new(tmp_path / ".b c.md", b"text")
    assert atomic.destination(str(seen[0])) == str(tmp_path / ".b c.md")
    for path in ("a/b.md", "a/.b.md.tmp", ".b.md.0123ABCD.tmp", "tmp", ""):
        assert atomic.destination(path) == path


def test_a_copy_is_whole_or_not_there(tmp_path: Path) -> None:
    source, target = tmp_path / "log", tmp_path / "copy"
    source.write_bytes(b"\x1b[31mred\xff\n" * 200_000)
    atomic.copy_new(source, target)
    assert target.read_bytes() == source.read_bytes()
    with pytest.raises(FileExistsError):
        atomic.copy_new(source, target)
    with pytest.raises(FileNotFoundError):
        atomic.copy_new(tmp_path / "absent", tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "log"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    atomic.copy_new(tmp_path / "log", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b""

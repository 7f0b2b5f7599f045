"""What git says has changed: in real repositories, also in one that tries to run its own commands."""

import subprocess
from pathlib import Path

import pytest

from llm_dashboard.runs import differences as module
from llm_dashboard.runs import git as git_module
from llm_dashboard.runs.differences import Differences, FileDifference, differences
from llm_dashboard.runs.models import Change

WHO = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false")


def git(folder: Path, *arguments: str) -> str:
    """Do that in the repository."""
    done = subprocess.run(
        ["git", "-C", str(folder), *WHO, *arguments],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit of two files."""
    root = tmp_path / "work"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "lamp.py").write_text("one\ntwo\nthree\n")
    (root / "old.py").write_text("gone\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first", "--date=2026-01-01T00:00:00Z")
    return root


def add_config(folder: Path, lines: bytes) -> None:
    """Add lines to the configuration of a repository, as they are."""
    with open(folder / ".git" / "config", "ab") as config:
        config.write(lines)


def by_path(found: Differences) -> dict[str, FileDifference]:
    """The files by their paths."""
    assert found.problem == ""
    return {file.path: file for file in found.files}


async def test_changed_new_deleted_and_binary_files(repository: Path) -> None:
    (repository / "lamp.py").write_text("one\n2\tx\nthree\n")
    (repository / "old.py").unlink()
    (repository / "a folder").mkdir()
    (repository / "a folder" / "new ü.py").write_text("fresh\n\x1b[2Jred")
    (repository / "picture.png").write_bytes(b"\x89PNG\0\0")
    (repository / "not asked.py").write_text("x")
    asked = ["lamp.py", "old.py", "a folder/new ü.py", "picture.png", "nowhere.py", "lamp.py"]
    found = await differences(repository, asked)
    files = by_path(found)
    assert list(files) == ["lamp.py", "old.py", "a folder/new ü.py", "picture.png"]
    assert files["lamp.py"].lines == ("@@ -1,3 +1,3 @@", " one", "-two", "+2    x", " three")
    assert (files["lamp.py"].change, files["lamp.py"].added, files["lamp.py"].removed) == (Change.CHANGED, 1, 1)
    assert (files["old.py"].change, files["old.py"].lines[-1]) == (Change.DELETED, "-gone")
    new = files["a folder/new ü.py"]
    assert (new.change, new.added, new.lines) == (Change.CREATED, 2, ("+fresh", "+red"))
    assert (files["picture.png"].is_binary, files["picture.png"].lines) == (True, ())
    assert found.base == git(repository, "rev-parse", "HEAD")[:10]
    assert not found.is_cut


async def test_a_tracked_binary_and_a_name_with_quotes(repository: Path) -> None:
    for name in ("data.bin", 'say "hi"\\.py'):
        (repository / name).write_bytes(b"\0one")
    git(repository, "add", "-A")
    (repository / "data.bin").write_bytes(b"\0two")
    found = await differences(repository, ["data.bin", 'say "hi"\\.py'])
    assert [file.is_binary for file in found.files] == [True, True]
    assert [file.path for file in found.files] == ["data.bin", 'say "hi"\\.py']


async def test_what_a_run_committed_shows_since_the_commit_before_it(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")[:10]
    (repository / "lamp.py").write_text("one\nTWO\nthree\n")
    subprocess.run(
        ["git", "-C", str(repository), *WHO, "commit", "-qam", "second"],
        check=True,
        env={"GIT_COMMITTER_DATE": "2099-01-01T00:00:00Z", "PATH": "/usr/bin:/bin"},
    )
    assert by_path(await differences(repository, ["lamp.py"])) == {}
    found = await differences(repository, ["lamp.py"], since="2098-06-01T12:00:00.000Z")
    assert (found.base, by_path(found)["lamp.py"].added) == (first, 1)
    before_all = await differences(repository, ["lamp.py"], since="1999-01-01T00:00:00Z")
    assert by_path(before_all) == {}


async def test_a_workspace_inside_of_a_repository(repository: Path) -> None:
    inner = repository / "sub" / "work"
    inner.mkdir(parents=True)
    (inner / "a.py").write_text("1\n")
    git(repository, "add", "-A")
    (inner / "a.py").write_text("2\n")
    (inner / "b.py").write_text("new\n")
    found = await differences(inner, ["a.py", "b.py", "lamp.py"])
    assert list(by_path(found)) == ["a.py", "b.py"]


async def test_nothing_committed_yet(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "staged.py").write_text("1\n")
    git(tmp_path, "add", "-A")
    (tmp_path / "new.py").write_text("2\n")
    found = by_path(await differences(tmp_path, ["staged.py", "new.py"]))
    assert [(file.path, file.change, file.added) for file in found.values()] == [
        ("staged.py", Change.CREATED, 1),
        ("new.py", Change.CREATED, 1),
    ]


async def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    found = await differences(tmp_path, ["a.py"])
    assert found.problem == "The workspace is in no git repository: what has changed cannot be shown."


async def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (await differences(tmp_path, ["a.py"])).problem.startswith("git cannot be run (No such file or directory)")


async def test_nothing_asked(repository: Path) -> None:
    assert (await differences(repository, [])).problem == "No file is known to have been changed."
    assert (await differences(repository, ["../out.py", "/etc/passwd", ""])).problem != ""


async def test_ignored_files_are_left_out(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.tmp\n")
    (repository / "a.tmp").write_text("x")
    assert by_path(await differences(repository, ["a.tmp"])) == {}


async def test_a_link_and_a_nested_repository_do_not_spoil_the_rest(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.py").write_text("secret\n")
    (repository / "link").symlink_to(tmp_path / "outside")
    nested = repository / "nested"
    nested.mkdir()
    git(nested, "init", "-q")
    (nested / "own.py").write_text("own\n")
    (repository / "lamp.py").write_text("new\n")
    found = await differences(repository, ["link/secret.py", "nested/own.py", "lamp.py"])
    assert "secret" not in str(found)
    assert "lamp.py" in by_path(found)


async def test_much_is_cut(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINES", 50)
    (repository / "lamp.py").write_text("x\n" * 100)
    (repository / "new.py").write_text("y\n" * 100)
    found = await differences(repository, ["lamp.py", "new.py"])
    files = by_path(found)
    assert found.is_cut
    assert [len(file.lines) for file in files.values()] == [50, 0]
    assert files["new.py"].added == 100
    monkeypatch.setattr(git_module, "MAX_BYTES", 300)
    found = await differences(repository, ["lamp.py"])
    assert found.is_cut
    assert 0 < by_path(found)["lamp.py"].added < 100


async def test_a_git_that_hangs_is_given_up(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "git").write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(git_module, "TIME_LIMIT", 0.2)
    assert "git took longer" in (await differences(repository, ["lamp.py"])).problem
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


async def test_a_repository_cannot_run_its_commands(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = tmp_path / "ran"
    attack = tmp_path / "attack"
    attack.write_text(f'#!/bin/sh\necho "$0 $@" >> {proof}\ncat\n')
    attack.chmod(0o755)
    (repository / ".gitattributes").write_text("*.py filter=evil diff=evil\n*.txt filter=slow diff=evil\n")
    (repository / "note.txt").write_text("1\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "second")
    blob = git(repository, "rev-parse", "HEAD:lamp.py")
    for key, value in {
        "core.fsmonitor": attack,
        "core.hooksPath": tmp_path / "hooks",
        "core.pager": attack,
        "pager.diff": attack,
        "core.sshCommand": attack,
        "core.editor": attack,
        "diff.external": attack,
        "diff.evil.command": attack,
        "diff.evil.textconv": attack,
        "filter.evil.clean": attack,
        "filter.evil.smudge": attack,
        "filter.evil.required": "true",
        "filter.slow.process": attack,
        "filter.slow.required": "true",
        "log.showSignature": "true",
        "gpg.program": attack,
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
        "remote.origin.url": f"ext::{attack}",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": attack,
        "alias.diff": f"!{attack}",
        "alias.rev-list": f"!{attack}",
    }.items():
        git(repository, "config", key, str(value))
    (tmp_path / "hooks").mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        (tmp_path / "hooks" / hook).symlink_to(attack)
    proof.unlink(missing_ok=True)
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_ASKPASS"):
        monkeypatch.setenv(name, str(attack))
    (repository / "lamp.py").write_text("one\n2\nthree\n")
    (repository / "note.txt").write_text("2\n")
    (repository / "new.py").write_text("new\n")
    found = by_path(await differences(repository, ["lamp.py", "note.txt", "new.py"], since="2000-01-01T00:00:00Z"))
    assert {path: file.added for path, file in found.items()} == {"lamp.py": 1, "note.txt": 1, "new.py": 1}
    assert not proof.exists(), proof.read_text()
    (repository / ".git" / "objects" / blob[:2] / blob[2:].strip()).unlink()
    assert (await differences(repository, ["lamp.py"])).problem.startswith("git cannot tell what has changed: ")
    assert not proof.exists(), proof.read_text()
    subprocess.run(["git", "-C", str(repository), "diff", "HEAD"], capture_output=True, check=False, timeout=20)
    assert "attack" in proof.read_text()


async def test_a_filter_whose_name_is_no_text_runs_nothing(repository: Path, tmp_path: Path) -> None:
    proof, attack = tmp_path / "ran", tmp_path / "attack"
    attack.write_text(f"#!/bin/sh\necho ran >> {proof}\ncat\n")
    attack.chmod(0o755)
    add_config(repository, b'[filter "\xff"]\n\tclean = ' + str(attack).encode() + b"\n")
    (repository / ".gitattributes").write_bytes(b"*.py filter=\xff\n")
    (repository / "lamp.py").write_text("one\n2\nthree\n")
    assert (await differences(repository, ["lamp.py"])).files
    assert not proof.exists()


@pytest.mark.parametrize(("count", "length"), [(git_module.MAX_FILTERS + 1, 5), (3_000, 300)])
async def test_too_many_filters_are_a_trap(repository: Path, count: int, length: int) -> None:
    filters = "".join(f'[filter "{number:0{length}}"]\n\tclean = false\n' for number in range(count))
    add_config(repository, filters.encode())
    assert "too many filters" in (await differences(repository, ["lamp.py"])).problem


async def test_a_new_file_that_is_too_long_is_cut(repository: Path) -> None:
    (repository / "new.txt").write_text("a line\n" * (module.MAX_NEW_FILE // 7 + 1))
    assert (await differences(repository, ["new.txt"])).is_cut

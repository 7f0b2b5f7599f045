import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.plans.watching import MANY, is_silent

MOUNTS = r"""
22 1 0:21 / / rw,relatime - overlay overlay rw,lowerdir=/a
30 22 0:26 / /home rw,nosuid shared:5 - ext4 /dev/sda2 rw
31 30 0:27 / /home/me/far rw - nfs4 server:/export rw
32 30 0:28 / /home/me/a\040b rw - fuse.sshfs me@there:/ rw
33 31 0:29 / /home/me/far/near rw master:1 - tmpfs tmpfs rw
34 22 0:30 / /mnt/c rw - 9p drvfs rw
broken
"""


@pytest.mark.parametrize(
    ("path", "silent"),
    [
        ("/work", False),
        ("/home/me", False),
        ("/home/me/far", True),
        ("/home/me/far/plans", True),
        ("/home/me/farther", False),
        ("/home/me/far/near/plans", False),
        ("/home/me/a b/c", True),
        ("/mnt/c/work", True),
    ],
)
def test_the_file_systems_that_do_not_tell(path: str, silent: bool) -> None:
    assert is_silent(path, MOUNTS) is silent


def test_without_mounts_every_file_system_is_taken_to_tell() -> None:
    assert not is_silent("/work", "")


class Watching:
    """The process that watches."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process

    def ask(self, *folders: Path) -> list[str] | str:
        assert self.process.stdin
        self.process.stdin.write(msgspec.json.encode([str(folder) for folder in folders]) + b"\n")
        self.process.stdin.flush()
        return self.news()

    def news(self) -> list[str] | str:
        assert self.process.stdout
        return msgspec.json.decode(self.process.stdout.readline(), type=list[str] | str)


@pytest.fixture
def watching() -> Iterator[Watching]:
    argv = [sys.executable, "-P", "-m", "llm_dashboard.plans.watching"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Watching(process)
        process.kill()


def test_a_change_is_told_with_its_path(watching: Watching, tmp_path: Path) -> None:
    assert watching.ask(tmp_path, tmp_path / "absent") == []
    (tmp_path / "PLAN_A.md").write_text("# PLAN: A")
    assert watching.news() == [str(tmp_path / "PLAN_A.md")]
    (tmp_path / "PLAN_A.md").rename(tmp_path / "PLAN_B.md")
    assert watching.news() == [str(tmp_path / "PLAN_A.md"), str(tmp_path / "PLAN_B.md")]


def test_another_request_replaces_the_one_before(watching: Watching, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    assert watching.ask(first) == []
    assert watching.ask(second) == []
    (first / "unseen").touch()
    (second / "seen").touch()
    assert watching.news() == [str(second / "seen")]


def test_what_lies_below_a_folder_or_behind_a_link_is_not_watched(watching: Watching, tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "below").mkdir(parents=True)
    outside.mkdir()
    (root / "link").symlink_to(outside)
    assert watching.ask(root) == []
    (outside / "unseen").touch()
    (root / "below" / "unseen").touch()
    (root / "seen").touch()
    news = watching.news()
    assert str(root / "seen") in news
    assert not any("unseen" in path for path in news)


def test_a_folder_that_goes_and_comes_again_is_watched_anew(watching: Watching, tmp_path: Path) -> None:
    folder = tmp_path / "subplans"
    folder.mkdir()
    assert watching.ask(tmp_path, folder) == []
    shutil.rmtree(folder)
    folder.mkdir()
    # What has happened is told, and then that the folders are watched anew.
    while watching.news() != []:
        pass
    (folder / "SUBPLAN.md").touch()
    told = watching.news()
    while told == []:
        told = watching.news()
    assert str(folder / "SUBPLAN.md") in told


def test_very_many_changes_are_told_as_one(watching: Watching, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for number in range(MANY + 1):
        (source / f"{number}").touch()
    target = tmp_path / "target"
    target.mkdir()
    assert watching.ask(target) == []
    shutil.copytree(source, target, dirs_exist_ok=True)
    told: set[str] = set()
    while len(told) <= MANY:
        news = watching.news()
        assert len(news) <= MANY
        if not news:
            return
        told.update(news)


def test_it_ends_with_its_requests(watching: Watching, tmp_path: Path) -> None:
    assert watching.ask(tmp_path) == []
    assert watching.process.stdin
    watching.process.stdin.close()
    assert watching.process.wait(timeout=20) == 0

"""What the system says about processes, and the fallbacks for one that says less."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from llm_dashboard.runs import processes


def test_this_process() -> None:
    found = processes.stat(os.getpid())
    assert found is not None
    assert (found.parent, found.session, found.is_alive) == (os.getppid(), os.getsid(0), True)
    assert processes.start_time(os.getpid()) == found.start > 0
    assert processes.is_alive(os.getpid(), found.start)
    assert not processes.is_alive(os.getpid(), found.start + 1)
    assert processes.table()[os.getpid()].name == found.name


def test_a_name_with_parentheses_and_spaces(tmp_path: Path) -> None:
    program = tmp_path / "a) R 1 (b"
    shutil.copy(shutil.which("sleep") or "", program)
    with subprocess.Popen([program, "60"]) as child:
        found = processes.stat(child.pid)
        child.kill()
    assert found is not None
    assert (found.name, found.parent) == ("a) R 1 (b", os.getpid())


def test_who_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    child = subprocess.Popen(["true"])
    start = processes.start_time(child.pid)
    child.wait()
    assert processes.stat(child.pid) is None
    assert processes.start_time(child.pid) == 0
    assert not processes.is_alive(child.pid, start or 1)
    assert not processes.is_alive(child.pid, 0)
    assert not processes.send(child.pid, signal.SIGTERM)
    assert processes.reap(child.pid)


def test_descendants() -> None:
    def made(parent: int) -> processes.ProcessStat:
        return processes.ProcessStat("x", "S", parent, 1, 1)

    table = {1: made(0), 2: made(1), 3: made(2), 4: made(2), 5: made(4), 6: made(1)}
    assert processes.descendants(2, table) == [3, 4, 5]
    assert processes.descendants(9, table) == []


def test_a_signal_reaches_only_the_very_process() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        start = processes.start_time(child.pid)
        assert not processes.send(child.pid, signal.SIGKILL, start + 1)
        assert child.poll() is None
        assert processes.send(child.pid, signal.SIGTERM, start)
        assert child.wait() == -signal.SIGTERM


@pytest.mark.parametrize(("source", "exit_code", "number"), [("exit 3", 3, None), ("kill -9 $$", None, 9)])
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_children_that_have_ended(
    monkeypatch: pytest.MonkeyPatch, platform: str, source: str, exit_code: int | None, number: int | None
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", source], os.environ)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    found = processes.ended_child()
    while found and found.pid != pid:
        processes.reap(found.pid)
        found = processes.ended_child()
    assert found == processes.EndedChild(pid, exit_code, number)
    # Its id stays taken, so that nothing else is signalled in its place.
    assert (processes.stat(pid) is not None) == (platform == "linux")
    assert processes.reap(pid)


def test_a_child_that_runs_is_not_reaped() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        assert not processes.reap(child.pid)
        child.kill()


def test_a_system_that_tells_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not processes.adopt_orphans()
    assert processes.is_alive(os.getpid(), 0)
    monkeypatch.setattr(os, "listdir", _fails)
    assert processes.table() == {}
    monkeypatch.setattr("builtins.open", _fails)
    processes.boot_id.cache_clear()
    assert processes.boot_id() is None
    processes.boot_id.cache_clear()


def test_a_process_of_somebody_else_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int, number: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "kill", refuse)
    assert processes.is_alive(1, 0)
    assert not processes.send(1, signal.SIGTERM)


def _fails(*arguments: object) -> None:
    raise FileNotFoundError(2, "No such file or directory")

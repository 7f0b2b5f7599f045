"""Processes as the system shows them: who lives, who started whom, and who has ended.

What only Linux can tell stands here alone. Elsewhere there is no /proc and no sub-reaper: `table` is then empty, start
times are 0, and only the process group of a run can be ended. The supervisor imports this at its start: nothing heavy.
"""

import os
import signal
import sys
from functools import cache
from typing import NamedTuple


class ProcessStat(NamedTuple):
    """A line of /proc/<pid>/stat (proc(5)), as far as it matters here."""

    name: str
    state: str
    parent: int
    session: int
    start: int
    """Clock ticks after boot."""

    @property
    def is_alive(self) -> bool:
        """Whether it still runs: a zombie is in the table and does not."""
        return self.state not in ("Z", "X", "x")


class EndedChild(NamedTuple):
    """How a child ended: one of exit code and signal is None."""

    pid: int
    exit_code: int | None
    signal: int | None


def stat(pid: int) -> ProcessStat | None:
    """What the system says about a process; None where there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            line = file.read()
    except OSError:
        return None
    opening, closing = line.index(b"("), line.rindex(b")")
    """The name stands in parentheses and may hold any byte, parentheses too: the last one ends it."""
    fields = line[closing + 2 :].split()
    name = line[opening + 1 : closing].decode(errors="replace")
    return ProcessStat(name, fields[0].decode(), int(fields[1]), int(fields[3]), int(fields[19]))


def table() -> dict[int, ProcessStat]:
    """All processes by id."""
    try:
        names = os.listdir("/proc")  # noqa: PTH208
    except OSError:
        return {}
    return {int(name): found for name in names if name.isdigit() and (found := stat(int(name)))}


def descendants(root: int, processes: dict[int, ProcessStat]) -> list[int]:
    """The ids of all that a process started, directly or not, parents first."""
    children: dict[int, list[int]] = {}
    for pid, found in processes.items():
        children.setdefault(found.parent, []).append(pid)
    result = list(children.get(root, ()))
    for pid in result:
        result += children.get(pid, ())
    return result


def start_time(pid: int) -> int:
    """Clock ticks after boot; 0 where the system does not tell."""
    found = stat(pid)
    return found.start if found else 0


@cache
def boot_id() -> str | None:
    """What the machine calls the time since its start; None where it does not."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    except OSError:
        return None


def is_alive(pid: int, start: int) -> bool:
    """Whether that very process runs: another one with its id has another start time."""
    if start:
        found = stat(pid)
        return found is not None and found.is_alive and found.start == start
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def send(pid: int, number: signal.Signals, start: int = 0) -> bool:
    """Signal a process, or a group by its negative id; False where it is gone or not ours.

    With a start time no other process that has taken the id can be hit.
    """
    try:
        if start and hasattr(os, "pidfd_open"):
            descriptor = os.pidfd_open(pid)
            try:
                if not is_alive(pid, start):
                    return False
                signal.pidfd_send_signal(descriptor, number)
            finally:
                os.close(descriptor)
        else:
            os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def adopt_orphans() -> bool:
    """Make every orphan among our descendants our child (PR_SET_CHILD_SUBREAPER); False where the system cannot."""
    if sys.platform != "linux":
        return False
    import ctypes

    return bool(ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


_PR_SET_CHILD_SUBREAPER = 36


def ended_child() -> EndedChild | None:
    """A child that has ended, left unreaped so that its id stays taken; None where none has.

    Raises ChildProcessError where there is no child at all. macOS has no waitid before Python 3.13: there it is reaped.
    """
    if sys.platform == "darwin":
        pid, status = os.waitpid(-1, os.WNOHANG)
        code = os.waitstatus_to_exitcode(status)
        return EndedChild(pid, code if code >= 0 else None, -code if code < 0 else None) if pid else None
    ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if ended is None:
        return None
    exited = ended.si_code == os.CLD_EXITED
    return EndedChild(ended.si_pid, ended.si_status if exited else None, None if exited else ended.si_status)


def reap(pid: int) -> bool:
    """Take a child out of the table; False where it still runs. One that is not our child has been taken out already."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True

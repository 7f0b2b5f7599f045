"""The main process of a run and everything that it starts, from the spawn to the last one's end."""

import os
import signal
from collections.abc import Sequence
from time import monotonic

from llm_dashboard.runs import processes
from llm_dashboard.runs.signals import Signals

PARTING = 0.2
"""Seconds that a killed main process may take to end before its group is killed all the same."""

SWEEP = 2.0
"""Seconds after which what cannot be killed is given up."""


class ProcessTree:
    """Spawned at once, in a session of its own, with no terminal. The caller must be the adopter of orphans."""

    def __init__(self, argv: list[str], streams: Sequence[int], signals: Signals) -> None:
        """`streams`: the descriptors that become standard input, output and error output.

        Raises OSError or ValueError where the program cannot be started."""
        self.main: processes.EndedChild | None = None
        """How the main process ended; None while it runs."""
        self.ended_at: float | None = None
        """When it ended, by the monotonic clock."""
        self.leftovers: dict[int, str] = {}
        """What was alive after the main process and was ended: name by process id."""
        self.survivors: dict[int, str] = {}
        """What could not be ended."""
        self._signals = signals
        self._reapable = False
        self.pid = os.posix_spawnp(
            argv[0],
            argv,
            os.environ,
            setsid=True,
            setsigmask=[],
            setsigdef=[number for number in signal.valid_signals() if number not in _UNCHANGEABLE],
            file_actions=[(os.POSIX_SPAWN_DUP2, stream, number) for number, stream in enumerate(streams)],
        )

    def look(self) -> bool:
        """Reap orphans that have ended; True once the main process has."""
        self._reap()
        return self.main is not None

    def stop(self, graces: tuple[float, float]) -> None:
        """SIGINT to the group, then SIGTERM to all, each with its grace, then SIGKILL: at once where that is wanted."""
        for number, grace in zip((signal.SIGINT, signal.SIGTERM), graces, strict=True):
            if self._signals.at_once:
                break
            # A process that left the group hears of the end here: SIGINT is for what a terminal would have reached.
            if number == signal.SIGTERM:
                for pid in self._note_leftovers():
                    _signal_and_wake(pid, number)
            _signal_and_wake(-self.pid, number)
            if self._is_gone_within(grace):
                break
        self._kill()

    def finish(self, linger: float) -> None:
        """Take the main process out of the table, give what it left `linger` seconds, and end the rest."""
        self._reapable = True
        end = monotonic() + linger
        while not self._reap():
            if monotonic() >= end:
                self._sweep()
                break
            self._signals.wait(end - monotonic())

    def _kill(self) -> None:
        """SIGKILL to the main process, and once it has ended to its group: so what it leaves is known by name."""
        end = monotonic() + PARTING
        if not self.look():
            processes.send(self.pid, signal.SIGKILL)
        while not self.look() and monotonic() < end:
            self._signals.wait(end - monotonic())
        self._note_leftovers()
        processes.send(-self.pid, signal.SIGKILL)

    def _reap(self) -> bool:
        """Reap what has ended; True when no child is left. Exact: with orphans adopted nothing can hide."""
        try:
            while ended := processes.ended_child():
                if ended.pid == self.pid:
                    self.main = self.main or ended
                    self.ended_at = self.ended_at or monotonic()
                    # Its zombie keeps the group's id from being taken by another while the group may be signalled.
                    if not self._reapable:
                        return False
                processes.reap(ended.pid)
        except ChildProcessError:
            return True
        return False

    def _others(self) -> dict[int, str]:
        """The living descendants but the main process: name by id."""
        found = processes.table()
        others = {}
        for pid in processes.descendants(os.getpid(), found):
            if pid == self.pid:
                continue
            if found[pid].is_alive:
                others[pid] = found[pid].name
            elif found[pid].parent == os.getpid():
                processes.reap(pid)
        return others

    def _note_leftovers(self) -> dict[int, str]:
        others = self._others()
        if self.main:
            self.leftovers |= others
        return others

    def _is_gone_within(self, seconds: float) -> bool:
        end = monotonic() + seconds
        while True:
            if self.look() and not self._others():
                return True
            if monotonic() >= end or self._signals.at_once:
                return False
            self._signals.wait(min(0.02, end - monotonic()))

    def _sweep(self) -> None:
        """Kill all descendants: stopped first, so that none can start another ahead of us."""
        end = monotonic() + SWEEP
        while not self._reap():
            frozen: dict[int, str] = {}
            while new := {pid: name for pid, name in self._others().items() if pid not in frozen}:
                frozen |= new
                for pid in new:
                    processes.send(pid, signal.SIGSTOP)
            for pid in frozen:
                processes.send(pid, signal.SIGKILL)
            self.leftovers |= frozen
            if monotonic() >= end:
                self.survivors = self._others() if self.main else {self.pid: "main process", **self._others()}
                self.leftovers = {pid: name for pid, name in self.leftovers.items() if pid not in self.survivors}
                return
            self._signals.wait(0.002)


def _signal_and_wake(pid: int, number: signal.Signals) -> None:
    """A stopped process acts on a signal only once it goes on."""
    processes.send(pid, number)
    processes.send(pid, signal.SIGCONT)


_UNCHANGEABLE = (signal.SIGKILL, signal.SIGSTOP)

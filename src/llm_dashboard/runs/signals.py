"""What a supervisor hears: requests to stop, new limits, and the end of children."""

import os
import select
import signal
from types import FrameType

STOP = signal.SIGTERM
"""Asks a supervisor to end its run; a second one ends it at once."""
STOP_AT_ONCE = signal.SIGQUIT
"""Asks a supervisor to end its run without graces."""

HELD_UNTIL_READY = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
"""Blocked when a supervisor is started, so that a request that comes too early waits."""


class Signals:
    """Takes the process's signals over. SIGHUP is ignored: a closed terminal does not end a run."""

    def __init__(self, control: int | None = None) -> None:
        """`control`: the open pipe, in non-blocking mode; None where nobody can ask for new limits."""
        self.stop = False
        self.at_once = False
        self._control = control
        self._asked: dict[str, float | None] = {}
        self._bell, ring = os.pipe()
        for descriptor in (self._bell, ring):
            os.set_blocking(descriptor, False)
        self._heard = [self._bell] if control is None else [self._bell, control]
        signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, _ring_only)
        for number in HELD_UNTIL_READY:
            signal.signal(number, self._on_stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_UNTIL_READY)

    def wait(self, seconds: float) -> None:
        """Sleep until something is to be heard, `seconds` at most."""
        ready = select.select(self._heard, [], [], max(0.0, seconds))[0]
        if self._bell in ready:
            os.read(self._bell, 4096)
        if self._control in ready:
            self._asked.update(filter(None, map(_limit, os.read(self._control, 1 << 16).split(b"\n"))))

    def new_limits(self) -> dict[str, float | None]:
        """The limits that were asked for since the last call, by name: seconds, None for no limit."""
        asked, self._asked = self._asked, {}
        return asked

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self.at_once = self.at_once or self.stop or number == STOP_AT_ONCE
        self.stop = True


def _limit(line: bytes) -> tuple[str, float | None] | None:
    """What a line asks for; None where it is not of our making: the pipe lies where the run itself can write."""
    name, _, value = line.decode(errors="replace").partition(" ")
    try:
        seconds = float(value)
    except ValueError:
        return None
    return (name, seconds or None) if name in ("wall", "idle") and 0 <= seconds < float("inf") else None


def _ring_only(number: int, frame: FrameType | None) -> None:
    """Without a handler the signal would not reach the wake-up pipe."""

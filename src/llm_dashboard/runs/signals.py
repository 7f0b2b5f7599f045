"""What a supervisor hears: requests to stop, and the end of children."""

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

    def __init__(self) -> None:
        self.stop = False
        self.at_once = False
        self._bell, ring = os.pipe()
        for descriptor in (self._bell, ring):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, _ring_only)
        for number in HELD_UNTIL_READY:
            signal.signal(number, self._on_stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_UNTIL_READY)

    def wait(self, seconds: float) -> None:
        """Sleep until a signal comes, `seconds` at most."""
        if select.select([self._bell], [], [], max(0.0, seconds))[0]:
            os.read(self._bell, 4096)

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self.at_once = self.at_once or self.stop or number == STOP_AT_ONCE
        self.stop = True


def _ring_only(number: int, frame: FrameType | None) -> None:
    """Without a handler the signal would not reach the wake-up pipe."""

"""When garbage is collected: while nobody types.

A full collection takes some 30 ms in which no key is answered, and each dialog that closes leaves enough to bring one about.
"""

import gc
from collections.abc import Callable
from time import monotonic

from textual.app import App

LOOK = 1.0
"""Seconds between two looks whether it is time."""
REST = 2.0
"""Seconds after the last key from which on it is."""
FEW = 20_000
"""Objects that have to be made since the last collection, more than were let go, for another one."""
MANY = 1_000_000
"""So many are collected in the middle of typing: memory has an end."""
SHARE = 100
"""The pause after a collection is this many times as long as it took: where much is alive there are fewer of them."""


class Garbage:
    """Collects for an app that has the process for itself, from its first screen on."""

    def __init__(self, app: App[None], pressed_at: Callable[[], float]) -> None:
        """`pressed_at` says when the last key was pressed, in seconds of the monotonic clock."""
        self._pressed_at = pressed_at
        self._pause_ends = 0.0
        # What is there by now lives as long as the app.
        gc.freeze()
        gc.disable()
        app.set_interval(LOOK, self._look)

    def _look(self) -> None:
        began = monotonic()
        if began > self._pause_ends and is_due(gc.get_count()[0], began - self._pressed_at()):
            gc.collect()
            ended = monotonic()
            self._pause_ends = ended + SHARE * (ended - began)


def is_due(made: int, rest: float) -> bool:
    """Whether to collect, with so many objects made since the last time, and that many seconds after the last key."""
    return made > MANY or (made > FEW and rest > REST)

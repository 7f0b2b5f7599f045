"""Says on the screen what is being waited for, and for how long already."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from textual.app import App

from llm_dashboard import measures
from llm_dashboard.ui.widgets.bars import TitleBar

DELAY = 0.02
"""Seconds: what is done by then needs no words."""


@contextmanager
def waiting(app: App[None], what: str) -> Iterator[None]:
    """In this block, from `DELAY` on, the title of the screen says it, with the seconds."""
    began = monotonic()
    is_over = False

    def say() -> None:
        # A timer that was stopped may have come due before.
        if is_over:
            return
        seconds = monotonic() - began
        _show(app, f"{what} {measures.clock(seconds)}" if seconds >= 1 else f"{what} …")

    timers = app.set_timer(DELAY, say), app.set_interval(1, say)
    try:
        yield
    finally:
        is_over = True
        for timer in timers:
            timer.stop()
        _show(app, "")


def _show(app: App[None], text: str) -> None:
    for screen in app.screen_stack:
        for bar in screen.query(TitleBar):
            bar.waits = text

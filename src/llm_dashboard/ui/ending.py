"""The part of the app that ends, in every way there is, and leaves the terminal as it was."""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType

EXIT_SECONDS = 5
"""So long a terminal may keep the app from ending that has been told to."""
SIGNALLED = 128
"""The exit status of what a signal has ended is this and the number of the signal, as shells have it."""


class EndingApp(App[None]):
    """Ends when it is told to by a signal, steps aside for the shell, and says where the traceback of a crash is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit_dashboard", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", show=False),
    ]
    _has_crashed = False

    def on_load(self) -> None:
        """From here on signals end it in order; the terminal is taken only after that."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._leave_at_once, number)

    def crash_folder(self) -> Path:
        """The workspace, whose own folder gets the report of a crash."""
        raise NotImplementedError

    def _leave_at_once(self, number: signal.Signals) -> None:
        """Exit; where the terminal is gone and drawing on it blocks, the alarm ends the process all the same."""
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(EXIT_SECONDS)
        self.exit(return_code=SIGNALLED + number)

    def _fatal_error(self) -> None:
        """What Textual does after an exception that nobody caught: instead of the traceback, print where it is."""
        from llm_dashboard.ui.crash import report_crash

        error = sys.exception() or self._exception
        if self._has_crashed or error is None:
            self._close_messages_no_wait()
            return
        self._has_crashed = True
        self.panic(Text(report_crash(self.crash_folder(), error, datetime.now(UTC))))

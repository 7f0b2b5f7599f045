"""The part of the app that ends, in every way there is, and leaves the terminal as it was."""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.worker import WorkerFailed, get_current_worker

EXIT_SECONDS = 5
"""So long a terminal may keep the app from ending that has been told to."""
SIGNALLED = 128
"""The exit status of what a signal has ended is this and the number of the signal, as shells have it."""
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGABRT)
"""Signals that end the app in order."""
OF_KEYS = (signal.SIGINT, signal.SIGQUIT)
"""Those that do so too, but which a key sends to every program on the terminal."""
_PIXELS_OFF = "\x1b[?1016l"


class TerminalDriver(LinuxDriver):
    """Textual's on a terminal; it switches off all that it has switched on, and ends where the terminal is gone."""

    def write(self, data: str) -> None:
        """Draw; nothing where the terminal is gone. The thread that draws has died of that, and its queue would fill up."""
        if self._is_drawing:
            super().write(data)

    def close(self) -> None:
        """Wait until all is drawn, where something draws."""
        if self._is_drawing:
            super().close()

    @property
    def _is_drawing(self) -> bool:
        return self._writer_thread is not None and self._writer_thread.is_alive()

    def stop_application_mode(self) -> None:
        """Places of the mouse in pixels too, which Textual leaves on in terminals that know them."""
        self.write(_PIXELS_OFF)
        super().stop_application_mode()


class EndingApp(App[None]):
    """Ends when it is told to by a signal, steps aside for the shell, and says where the traceback of a crash is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit_dashboard", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", show=False),
    ]
    _events: asyncio.AbstractEventLoop | None = None
    _is_ready = False
    has_process = False
    """Whether the process is there for this app alone."""
    _told = 0
    """The number of the signal that ends it."""
    _crash = ""
    """What is said of a crash when the terminal is given back."""

    def run_on_terminal(self) -> int:
        """Run to the end, and say where the report of a crash is; the exit status."""
        before = {number: signal.signal(number, self._interrupt) for number in OF_KEYS}
        self.has_process = True
        try:
            self.run()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        if self._crash:
            print(self._crash, file=sys.stderr)
        return self.return_code or 0

    def on_load(self) -> None:
        """From here on signals end it in order; the terminal is taken only after that."""
        self._events = asyncio.get_running_loop()
        for number in ENDING:
            self._events.add_signal_handler(number, self._leave_at_once, number)

    def on_ready(self) -> None:
        """Exit, where it was told to in the middle of the start: the start would have failed."""
        self._is_ready = True
        if self._told:
            self.exit(return_code=SIGNALLED + self._told)

    async def on_mount(self) -> None:
        """What other programs have drawn meanwhile is drawn over, also where the size is the same."""
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))

    def crash_folder(self) -> Path:
        """The workspace, whose own folder gets the report of a crash."""
        raise NotImplementedError

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """End at a SIGINT or a SIGQUIT from outside; here Ctrl+C is a key.

        No handler of the loop: it would hear of those as well that a program gets which is on the terminal meanwhile.
        """
        if self._events is None:
            raise KeyboardInterrupt
        self._events.call_soon_threadsafe(self._leave_at_once, signal.Signals(number))

    def _leave_at_once(self, number: signal.Signals) -> None:
        """Exit; where the terminal is gone and drawing on it blocks, the alarm ends the process all the same."""
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(EXIT_SECONDS)
        self._told = number
        if self._is_ready:
            self.exit(return_code=SIGNALLED + number)

    def get_driver_class(self) -> type[Driver]:
        """Textual's, which on a terminal leaves a mode of the mouse on."""
        found = super().get_driver_class()
        return TerminalDriver if found is LinuxDriver else found

    def _handle_exception(self, error: Exception) -> None:
        """What Textual does with an exception that nobody caught: end. What comes too late is none."""
        if not self._is_late(error):
            super()._handle_exception(error)

    def _is_late(self, error: Exception) -> bool:
        """Whether widgets were looked for that are gone: the app ends, or a worker's screen was left while it worked."""
        is_left = self._exit
        cause: BaseException = error
        if isinstance(error, WorkerFailed):
            cause = error.error
            node = get_current_worker().node
            is_left = not node.is_attached or not any(each in self.screen_stack for each in node.ancestors_with_self)
        return is_left and isinstance(cause, NoMatches)

    def _fatal_error(self) -> None:
        """What Textual does after an exception that nobody caught: instead of printing the traceback, report the first."""
        from llm_dashboard.ui.crash import report_crash

        error = sys.exception() or self._exception
        if not self._crash and error is not None:
            self._crash = report_crash(self.crash_folder(), error, datetime.now(UTC))
        self._close_messages_no_wait()

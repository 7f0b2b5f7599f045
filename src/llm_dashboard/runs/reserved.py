"""What lies in a run's folder only until its end: the space for its record, and the pipe to its supervisor.

The space is taken before the run starts, so that a disk that fills up loses no record; the pipe needs none. The supervisor
imports this at its start: nothing heavy.
"""

import os

from llm_dashboard.agents.answers import ANSWERS

RESULT_SPACE = 64 * 1024
"""Bytes set aside for `result.json`, besides what the command itself needs in it."""
CONTROL = "control"
"""The pipe that takes new limits, each a line: `wall 600`. It is there from the start of the supervisor on."""


def reserve(folder: str) -> None:
    """Take the space for what will be written of the run in that folder. Raises OSError."""
    size = os.stat(f"{folder}/run.json").st_size  # noqa: PTH116
    for name, space in (("run.json", size + 1024), ("result.json", 2 * size + RESULT_SPACE)):
        with open(f"{folder}/{name}.tmp", "wb") as file:
            file.write(b" " * space)


def release(folder: str) -> None:
    """Take away what is of no use after the end."""
    for name in (CONTROL, ANSWERS, "run.json.tmp", "result.json.tmp"):
        try:
            os.unlink(f"{folder}/{name}")  # noqa: PTH108
        except OSError:
            pass


class ReservedFile:
    """A file that is written in reserved space, and appears under its name only when it is whole."""

    def __init__(self, path: str) -> None:
        """Raises OSError where there is no reserved space of it."""
        self.path = path
        self._temporary = f"{path}.tmp"
        self._descriptor = self._open()

    def write(self, data: bytes) -> None:
        """Put the file in its place, instead of an older one. Raises OSError."""
        written = 0
        while written < len(data):
            written += os.pwrite(self._descriptor, data[written:], written)
        os.ftruncate(self._descriptor, len(data))
        os.fsync(self._descriptor)
        os.replace(self._temporary, self.path)  # noqa: PTH105

    def exchange(self, data: bytes) -> None:
        """As `write`, in place of a file that is there: its space is then reserved for the next time."""
        spare = f"{self.path}.old"
        os.link(self.path, spare)
        self.write(data)
        os.close(self._descriptor)
        os.rename(spare, self._temporary)  # noqa: PTH104
        self._descriptor = self._open()

    def _open(self) -> int:
        return os.open(self._temporary, os.O_WRONLY | os.O_CLOEXEC)

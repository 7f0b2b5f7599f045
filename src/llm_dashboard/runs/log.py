"""The output of a run as lines, over a file that grows: memory holds a few offsets and the lines last asked for."""

import os
from array import array
from bisect import bisect_right
from collections import OrderedDict
from pathlib import Path

BLOCK = 64 * 1024
"""Bytes between two entries of the index, about."""
MAX_LINE = 16 * 1024
"""Bytes of a line that are ever given out; the rest stays in the file."""
_KEPT_BLOCKS = 8
_FINGERPRINT = 16


class RunLog:
    """Lines are split at line feeds only and are bytes; a file that is not there yet is empty."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        """Bytes indexed."""
        self._descriptor = -1
        self._last_bytes = b""
        self._blocks: OrderedDict[tuple[int, int], list[bytes]] = OrderedDict()
        self._forget()

    def __len__(self) -> int:
        """Lines indexed, an unterminated last one included."""
        return self._ends + (self._last_bytes[-1:] not in (b"", b"\n"))

    def catch_up(self, budget: int = 256 * 1024) -> bool:
        """Index what was appended, at most `budget` bytes; True where the log has changed.

        A file that was cut, or cut and written anew, is indexed from its beginning.
        """
        if not self._open():
            return False
        was_cut = os.fstat(self._descriptor).st_size < self.size
        known = len(self._last_bytes)
        data = b"" if was_cut else os.pread(self._descriptor, known + budget, self.size - known)
        if was_cut or not data.startswith(self._last_bytes):
            self._forget()
            known, data = 0, os.pread(self._descriptor, budget, 0)
            was_cut = True
        if len(data) == known:
            return was_cut
        for start in range(known, len(data), BLOCK):
            self._index(data[start : start + BLOCK])
        self._last_bytes = data[-_FINGERPRINT:]
        return True

    def line(self, number: int) -> bytes:
        """A line, counted from 0, without its line feed and cut at `MAX_LINE`. Raises IndexError beyond the last."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        entry = bisect_right(self._numbers, number) - 1
        lines = self._block(entry)
        position = number - self._numbers[entry]
        # A file that was cut since has no such line any more.
        return lines[position][:MAX_LINE] if position < len(lines) else b""

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> bool:
        if self._descriptor < 0:
            try:
                self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return False
        return True

    def _forget(self) -> None:
        self.size = self._ends = 0
        self._last_bytes = b""
        self._offsets = array("Q", [0])
        self._numbers = array("Q", [0])
        self._blocks.clear()

    def _index(self, data: bytes) -> None:
        """Count the line ends of at most one block; note where its first and last line begin if that is far enough on.

        Both, because of long lines: so every line begins within two blocks after an entry.
        """
        ends = data.count(b"\n")
        if ends:
            self._note(self.size + data.index(b"\n") + 1, self._ends + 1)
            self._note(self.size + data.rindex(b"\n") + 1, self._ends + ends)
        self._ends += ends
        self.size += len(data)

    def _note(self, offset: int, number: int) -> None:
        if offset - self._offsets[-1] >= BLOCK:
            self._offsets.append(offset)
            self._numbers.append(number)

    def _block(self, entry: int) -> list[bytes]:
        """The lines from one entry of the index to the next."""
        start = self._offsets[entry]
        end = self._offsets[entry + 1] if entry + 1 < len(self._offsets) else self.size
        lines = self._blocks.get((start, end))
        if lines is None:
            length = min(end - start, 2 * BLOCK + MAX_LINE)
            lines = os.pread(self._descriptor, length, start).split(b"\n") if self._open() else []
            self._blocks[start, end] = lines
            if len(self._blocks) > _KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end((start, end))
        return lines

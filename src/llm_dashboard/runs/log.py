"""The output of a run as lines, over a file that grows: memory holds a few offsets and the lines last asked for."""

import os
import stat
from array import array
from bisect import bisect_right
from collections import OrderedDict
from pathlib import Path

from llm_dashboard.runs.folds import Folds

BLOCK = 64 * 1024
"""Bytes between two entries of the index, about."""
MAX_LINE = 16 * 1024
"""Bytes of a line that are ever given out; the rest stays in the file."""
_KEPT_BLOCKS = 8
_FINGERPRINT = 16


class RunLog:
    """Lines are split at line feeds only and are bytes; a file that is not there yet is empty."""

    folds: Folds | None = None
    """Which lines are folded below others; None where none ever is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        """Bytes indexed."""
        self.generation = 0
        """How often the file was found cut, and was indexed from its beginning."""
        self.is_behind = False
        """Whether there was more to index at once than the last time allowed."""
        self._descriptor = -1
        self._last_bytes = b""
        self._blocks: OrderedDict[tuple[int, int], list[bytes]] = OrderedDict()
        self._forget()

    def __len__(self) -> int:
        """Lines indexed, an unterminated last one included."""
        return self._ends + (not self.is_terminated)

    @property
    def is_terminated(self) -> bool:
        """Whether the last line has its line feed; so has a log without lines."""
        return self._last_bytes[-1:] in (b"", b"\n")

    def catch_up(self, budget: int = 256 * 1024) -> bool:
        """Index what was appended, at most `budget` bytes; True where the log has changed.

        A file that was cut, or cut and written anew, is indexed from its beginning.
        """
        self.is_behind = False
        if not self._open():
            return False
        was_cut = os.fstat(self._descriptor).st_size < self.size
        known = len(self._last_bytes)
        data = b"" if was_cut else os.pread(self._descriptor, known + budget, self.size - known)
        if was_cut or not data.startswith(self._last_bytes):
            self._forget()
            self.generation += 1
            known, data = 0, os.pread(self._descriptor, budget, 0)
            was_cut = True
        self.is_behind = len(data) - known >= budget
        if len(data) == known:
            return was_cut
        for start in range(known, len(data), BLOCK):
            self._index(data, start, min(start + BLOCK, len(data)))
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

    def whole_line(self, number: int, limit: int) -> bytes:
        """A line, counted from 0, without its line feed and cut at `limit`. Raises IndexError beyond the last."""
        return self.read(self.start(number), limit).partition(b"\n")[0]

    def start(self, number: int) -> int:
        """The byte at which a line begins, counted from 0. Raises IndexError beyond the last."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        entry = bisect_right(self._numbers, number) - 1
        lines = self._block(entry)[: number - self._numbers[entry]]
        return self._offsets[entry] + sum(map(len, lines)) + len(lines)

    def between(self, first: int, last: int) -> bytes:
        """The lines from `first` to `last`, both counted from 0 and included, without the last line feed."""
        start = self.start(first)
        end = self.start(last + 1) if last + 1 < len(self) else self.size
        return self.read(start, end - start).removesuffix(b"\n")

    @property
    def blocks(self) -> int:
        """How many pieces of about `BLOCK` bytes the log has. Each begins with a line; all but the last never change."""
        return len(self._offsets)

    def first_line(self, block: int) -> int:
        """The number of the line that a block begins with, counted from 0; after the last block, the number of lines."""
        return self._numbers[block] if block < len(self._numbers) else len(self)

    def block(self, block: int, limit: int) -> bytes:
        """The lines of a block, at most `limit` bytes of them, without the last line feed."""
        start = self._offsets[block]
        end = self._offsets[block + 1] if block + 1 < len(self._offsets) else self.size
        return self.read(start, min(end - start, limit)).removesuffix(b"\n")

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def read(self, start: int, length: int) -> bytes:
        """At most `length` bytes from that one on, counted from 0; fewer at the end."""
        return os.pread(self._descriptor, length, start) if self._open() else b""

    def _open(self) -> bool:
        if self._descriptor < 0:
            try:
                flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
                self._descriptor = os.open(self.path, flags)
            except OSError:
                return False
            if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                self.close()
                return False
        return True

    def _forget(self) -> None:
        self.size = self._ends = 0
        self._last_bytes = b""
        self._offsets = array("Q", [0])
        self._numbers = array("Q", [0])
        self._blocks.clear()

    def _index(self, data: bytes, start: int, end: int) -> None:
        """Count the line ends of at most one block; note where its first and last line begin if that is far enough on.

        Both, because of long lines: so every line begins within two blocks after an entry.
        """
        ends = data.count(b"\n", start, end)
        if ends:
            first = self.size - start + 1
            self._note(first + data.index(b"\n", start, end), self._ends + 1)
            self._note(first + data.rindex(b"\n", start, end), self._ends + ends)
        self._ends += ends
        self.size += end - start

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
            lines = self.read(start, min(end - start, 2 * BLOCK + MAX_LINE)).split(b"\n")
            self._blocks[start, end] = lines
            if len(self._blocks) > _KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end((start, end))
        return lines

"""Reading `run.json` and `result.json`: as cheap as it can be, for there may be ten thousand of them, and safe."""

import errno
import os
import re
import stat
from pathlib import Path
from typing import TypeVar

import msgspec

from llm_dashboard.safe_text import TOKENS, plain_block

_T = TypeVar("_T")

MAX_BYTES = 16 * 1024 * 1024
"""No file of ours is larger."""


def load(path: str, kind: type[_T]) -> _T | None:
    """A file of JSON as a value whose every string is safe to draw; None where it cannot be read."""
    try:
        data = read_regular(path, MAX_BYTES)
        # A folder of runs may come with a repository, so that its strings are no safer than those of a plan.
        if data.isascii() and not _SUSPICIOUS.search(data):
            return msgspec.json.decode(data, type=kind)
        return msgspec.convert(_tamed(msgspec.json.decode(data)), kind)
    except (OSError, UnicodeDecodeError, RecursionError, msgspec.MsgspecError):
        return None


def open_regular(path: str | Path) -> int:
    """A regular file, open for reading; the caller closes it. Raises OSError, also for what is no such file.

    It never waits nor follows a link: what lies where a run can write, or came with a repository, may be anything.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a file", str(path))


def read_regular(path: str, size: int, *, from_end: bool = False) -> bytes:
    """At most `size` bytes of a regular file, its first or its last. Raises OSError, as `open_regular` does."""
    descriptor = open_regular(path)
    try:
        length = os.fstat(descriptor).st_size
        start = max(0, length - size) if from_end else 0
        return os.pread(descriptor, min(size, length), start)
    finally:
        os.close(descriptor)


def read_last(path: str, size: int) -> bytes:
    """The last lines of a file, at most `size` bytes, or the end of a longer one; nothing where it cannot be read."""
    try:
        data = read_regular(path, size, from_end=True)
    except OSError:
        return b""
    # The first line may have begun before.
    return (data.partition(b"\n")[2] or data) if len(data) == size else data


def _tamed(value: object) -> object:
    if isinstance(value, str):
        return plain_block(value) if TOKENS.search(value.replace("\n", "")) else value
    if isinstance(value, list):
        return [_tamed(each) for each in value]
    if isinstance(value, dict):
        return {key: each if key in _EXACT else _tamed(each) for key, each in value.items()}
    return value


_EXACT = ("argv", "cwd", "stdin")
"""What must run again as it ran. It is made safe where it is drawn."""


_SUSPICIOUS = re.compile(rb"\\[bfru]|\x7f")
"""In JSON of ASCII alone, what a character that is not safe to draw can be written with."""

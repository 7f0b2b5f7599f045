"""Reading files whose names come from a workspace: never waiting, never through a link, never without a limit."""

import os
import stat
import time

MAXIMUM_BYTES = 8 << 20
"""What is read of one file at most."""

_UNSETTLED_NS = 2_000_000_000
"""A change this short before looking can hide another behind the same time stamp: some file systems count in steps of 2 s."""

Signature = tuple[int, int, int, int]
"""What changes when a file or a folder changes: mtime and ctime in nanoseconds, size, inode."""


def signature_of(status: os.stat_result) -> Signature:
    """The signature in a stat result."""
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def signature_at(path: str | os.PathLike[str]) -> Signature | None:
    """The signature of what lies at a path, links not followed; None for what cannot be looked at."""
    try:
        return signature_of(os.lstat(path))
    except OSError:
        return None


def settled_until() -> int:
    """The latest time stamp, in nanoseconds, that is old enough for every change from now on to have another one."""
    return time.time_ns() - _UNSETTLED_NS


def read_file(path: str, limit: int) -> tuple[bytes, Signature]:
    """The first `limit` bytes of a regular file, and its signature from before reading.

    Raises OSError where it cannot be read or is no regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"is {kind_of(status.st_mode)}, not a file")
        wanted = min(limit, status.st_size + 1)
        data = os.read(descriptor, wanted)
        while 0 < len(data) < wanted and (more := os.read(descriptor, wanted - len(data))):
            data += more
        return data, signature_of(status)
    finally:
        os.close(descriptor)


def kind_of(mode: int) -> str:
    """What a file mode says that a thing is, with its article."""
    return next((text for test, text in _KINDS if test(mode)), "a device")


_KINDS = (
    (stat.S_ISREG, "a file"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a link"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)

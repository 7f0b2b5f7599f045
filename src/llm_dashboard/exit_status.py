"""The exit status of every verb."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a verb says to the shell."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    VERDICT_NEEDED = 3
    PREREQUISITE_MISSING = 4
    LIMIT = 124
    CANCELLED = 130

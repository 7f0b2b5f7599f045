"""What changed on disk during a run: the names before it, held against the names and change times after it.

Listing names costs half a microsecond an entry, `stat` of each seven times that, so only the look afterwards pays for it:
a file that was written, replaced or touched since the run began has a change time (ctime, which no program can set) that
is not earlier. The supervisor imports this at its start: nothing heavy.
"""

import os
from collections import deque
from time import monotonic
from typing import NamedTuple

IGNORED = frozenset(
    {
        ".git",
        ".hg",
        ".jj",
        ".llm-dash",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "node_modules",
        "venv",
    }
)
"""Folders whose content is not the work of a run but of its tools."""

MAX_ENTRIES = 150_000
MAX_SECONDS_BEFORE = 0.25
MAX_SECONDS_AFTER = 1.5
MAX_CHANGES = 1000


class Snapshot(NamedTuple):
    """The names under a folder at one moment."""

    files: dict[str, str | None]
    """Relative folder, to the names of its files with `/` between; None where the folder could not be read."""
    unseen: frozenset[str]
    """Relative folders that were found and not looked into, for lack of time."""


class Changes(NamedTuple):
    """The files that are not as they were: relative paths, sorted."""

    created: list[str]
    changed: list[str]
    deleted: list[str]
    complete: bool
    """Whether all folders were looked at, before and after, and all that was found is listed."""


def snapshot(root: str) -> Snapshot:
    """The names of all files under `root`, nearest folders first, within `MAX_ENTRIES` and `MAX_SECONDS_BEFORE`."""
    files: dict[str, str | None] = {}
    folders = deque([""])
    entries = 0
    end = monotonic() + MAX_SECONDS_BEFORE
    while folders and entries <= MAX_ENTRIES and monotonic() <= end:
        folder = folders.popleft()
        names: list[str] = []
        try:
            with os.scandir(f"{root}/{folder}") as found:
                for entry in found:
                    entries += 1
                    if not entry.is_dir(follow_symlinks=False):
                        names.append(entry.name)
                    elif entry.name not in IGNORED:
                        folders.append(_join(folder, entry.name))
        except OSError:
            files[folder] = None
        else:
            files[folder] = "/".join(names)
    return Snapshot(files, frozenset(folders))


def changes(root: str, before: Snapshot, since: int) -> Changes:
    """What differs from the snapshot. `since`: the change time (ns) of a file made just after it, in the same file system.

    In a folder that the snapshot did not get to, a new file cannot be told from a changed one and is called changed.
    """
    created: list[str] = []
    changed: list[str] = []
    deleted: list[str] = []
    folders = deque([""])
    unknown = set(before.unseen)
    seen: set[str] = set()
    entries = 0
    end = monotonic() + MAX_SECONDS_AFTER
    while folders and entries <= MAX_ENTRIES and monotonic() <= end:
        folder = folders.popleft()
        seen.add(folder)
        listed = None if folder in unknown else before.files.get(folder, "")
        gone = set(listed.split("/")) if listed else set()
        try:
            with os.scandir(f"{root}/{folder}") as found:
                for entry in found:
                    entries += 1
                    path = _join(folder, entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in IGNORED:
                            folders.append(path)
                            if folder in unknown:
                                unknown.add(path)
                    elif listed is not None and entry.name not in gone:
                        created.append(path)
                    else:
                        gone.discard(entry.name)
                        if _changed_since(entry, since):
                            changed.append(path)
        except OSError:
            continue
        deleted += (_join(folder, name) for name in gone)
    if not folders:
        for folder, names in before.files.items():
            if names and folder not in seen:
                deleted += (_join(folder, name) for name in names.split("/"))
    all_listed = max(map(len, (created, changed, deleted))) <= MAX_CHANGES
    complete = not before.unseen and not folders and all_listed
    for paths in (created, changed, deleted):
        paths.sort()
    return Changes(created[:MAX_CHANGES], changed[:MAX_CHANGES], deleted[:MAX_CHANGES], complete)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _changed_since(entry: os.DirEntry[str], since: int) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_ctime_ns >= since
    except OSError:
        return False

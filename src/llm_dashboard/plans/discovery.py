"""From a plans root to the folders below it and the files in them that may be plans. Links are never followed."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress

import msgspec

MAXIMUM_BYTES = 8 << 20
"""What is read of one file at most."""

NO_PLANS_IN = frozenset({"documentation", "documents-plan", "summary", "planning"})
"""Folders whose PLAN_ files are about plans and are none (GRAMMAR.md, section 10, rule 1)."""

Signature = tuple[int, int, int, int]
"""What changes when a file or a folder changes: mtime and ctime in nanoseconds, size, inode."""


class Folder(msgspec.Struct, frozen=True):
    """What a folder held when it was listed. Names are as the file system has them, sorted."""

    signature: Signature
    """Taken before listing, so that a later change shows."""
    files: tuple[str, ...] = ()
    """Regular files."""
    folders: tuple[str, ...] = ()
    plans: Mapping[str, str | None] = {}
    """What is named like a plan; with what it is where it is no regular file: `a link`."""
    error: str | None = None
    """Why it could not be listed."""


class PlanFile(msgspec.Struct, frozen=True):
    """A file that is named like a plan. Only its first line tells whether it is one."""

    name: str
    """The file's name without `PLAN_` and `.md`."""
    folder: str
    """Relative to the workspace, with `/`, as the file system has it."""
    container: str
    own_folder: bool
    obstacle: str | None = None
    """What it is, where it is no regular file: `a folder`."""

    @property
    def path(self) -> str:
        """The file, relative to the workspace, with `/`, as the file system has it."""
        return f"{self.folder}/PLAN_{self.name}.md"


def signature_of(status: os.stat_result) -> Signature:
    """The signature in a stat result."""
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def read_file(path: str, limit: int) -> tuple[bytes, Signature]:
    """The first `limit` bytes of a regular file, and its signature from before reading. Never waits, never follows a link.

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


def list_tree(workspace: str, plans_root: str, known: Mapping[str, Folder]) -> dict[str, Folder]:
    """The plans root and every folder below it, keyed by the path relative to the workspace, parents first.

    A folder of `known` whose signature still holds is taken from there. Raises OSError where the plans root is no folder.
    """
    tree: dict[str, Folder] = {}
    waiting = [plans_root]
    while waiting:
        relative = waiting.pop()
        path = f"{workspace}/{relative}"
        try:
            status = os.lstat(path)
            if not stat.S_ISDIR(status.st_mode):
                raise NotADirectoryError(f"is {kind_of(status.st_mode)}, not a folder")
        except OSError:
            if relative == plans_root:
                raise
            continue
        signature = signature_of(status)
        folder = known.get(relative)
        if folder is None or folder.signature != signature:
            folder = _list_folder(path, signature)
        tree[relative] = folder
        waiting.extend(f"{relative}/{name}" for name in reversed(folder.folders))
    return tree


def _list_folder(path: str, signature: Signature) -> Folder:
    files: list[str] = []
    folders: list[str] = []
    plans: dict[str, str | None] = {}
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                is_file = entry.is_file(follow_symlinks=False)
                if is_file:
                    files.append(entry.name)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                if entry.name.startswith("PLAN_") and entry.name.endswith(".md") and len(entry.name) > len("PLAN_.md"):
                    with suppress(FileNotFoundError):
                        plans[entry.name] = None if is_file else kind_of(entry.stat(follow_symlinks=False).st_mode)
    except OSError as error:
        return Folder(signature, error=error.strerror or str(error))
    files.sort()
    folders.sort()
    return Folder(signature, tuple(files), tuple(folders), plans)


def plan_files(tree: Mapping[str, Folder], plans_root: str) -> Iterator[PlanFile]:
    """The files of a tree that are named like plans, where plans can be."""
    for path, folder in tree.items():
        if folder.plans:
            parent, _, folder_name = path.rpartition("/")
            if folder_name in NO_PLANS_IN and path != plans_root:
                continue
            for file_name, obstacle in folder.plans.items():
                name = file_name.removeprefix("PLAN_").removesuffix(".md")
                own = name == folder_name and path != plans_root
                container = (parent if own else path)[len(plans_root) + 1 :]
                yield PlanFile(name, path, container, own, obstacle)

"""What changes on disk, as it changes: a process of its own that watches folders for the app.

Of its own, because the file system's events are set up with the interpreter held: a second for ten thousand plans. Each folder
is watched by itself and never what lies below it: watchfiles follows links out of the workspace.

On its stdin each line is a JSON list of folders, which replaces the one before; on its stdout each line is a list of changed
paths. An empty list says that anything may have changed; a string, why there is nothing to be seen. It ends with its stdin.
"""

import queue
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

STEP = 25
"""Milliseconds without a change after which the changes are told."""
LONGEST = 150
"""Milliseconds after which they are told though more follow."""
MANY = 500
"""So many changed paths are not told one by one."""

_NO_EVENTS = frozenset(
    (
        *("9p", "afs", "beegfs", "ceph", "cifs", "drvfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "prl_fs"),
        *("smb2", "smb3", "smbfs", "vboxsf", "virtiofs"),
    )
)


def is_silent(path: str, mounts: str) -> bool:
    """Whether the file system of an absolute path does not tell what others change in it: of a network, or of a host.

    `mounts` is the text of /proc/self/mountinfo (proc(5)); without it every file system is taken to tell.
    """
    longest, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
        if f"{path}/".startswith(f"{point.rstrip('/')}/") and len(point) >= longest:
            longest, kind = len(point), after.split(" ")[0]
    return kind in _NO_EVENTS or kind.startswith("fuse")


def mounts() -> str:
    """What `is_silent` needs; empty where the system does not say."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""


def is_text(path: str) -> bool:
    """Whether a path can be said to the process that watches: not every name on a disk is text."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Watch what the requests name, until they end."""
    wanted: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()
    turn = threading.Event()

    def read() -> None:
        for line in requests:
            wanted.put(msgspec.json.decode(line, type=list[str]))
            turn.set()
        wanted.put(None)
        turn.set()

    def tell(news: list[str] | str) -> None:
        answers.write(msgspec.json.encode(news) + b"\n")
        answers.flush()

    threading.Thread(target=read, daemon=True).start()
    while (folders := wanted.get()) is not None:
        try:
            watcher = _watcher(folders)
        except OSError as error:
            tell(error.strerror or str(error))
            return
        tell([])
        while True:
            turn.clear()
            if not wanted.empty():
                break
            changes = watcher.watch(LONGEST, STEP, 0, turn)
            if isinstance(changes, set):
                paths = sorted({path for _, path in changes})
                tell(paths if len(paths) <= MANY else [])
                if wanted.empty() and not set(folders).isdisjoint(paths):
                    # One of them went, came, or both: the watch on it may have gone with it.
                    wanted.put(folders)
                    break


def _watcher(folders: list[str]) -> "RustNotify":
    """What watches those of the folders that are there."""
    from watchfiles._rust_notify import RustNotify

    while True:
        try:
            return RustNotify([folder for folder in folders if Path(folder).is_dir()], False, False, 0, False, True)
        except FileNotFoundError:
            # One of them went just now.
            continue


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)

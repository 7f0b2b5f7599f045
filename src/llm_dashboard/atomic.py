"""Files that are whole or not there."""

import os
import re
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet, with its parent folders. It appears whole or not at all.

    Raises FileExistsError where the path is taken (by anything), OSError where it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path, data)
    try:
        os.link(temporary, path, follow_symlinks=False)
    finally:
        temporary.unlink()
    _sync_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Write a file, in place of an older one if there is one. Readers see the old or the new bytes, never a mixture.

    Raises OSError where it cannot be written; the old file is then untouched.
    """
    temporary = _temporary(path, data)
    try:
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def destination(path: str) -> str:
    """The path that a temporary file of this module is about to get; any other path as it is."""
    folder, slash, name = path.rpartition("/")
    match = _TEMPORARY.fullmatch(name)
    return f"{folder}{slash}{match[1]}" if match else path


_TEMPORARY = re.compile(r"\.(.+)\.[0-9a-f]{8}\.tmp", re.DOTALL)


def _temporary(path: Path, data: bytes) -> Path:
    # The supervisor of a run imports this module, and makes no temporary file.
    import secrets

    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

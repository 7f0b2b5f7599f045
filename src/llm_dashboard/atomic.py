"""Files that are whole or not there."""

import io
import os
import re
from pathlib import Path
from typing import BinaryIO

_PIECE = 1 << 20
"""Bytes that are copied in one go."""


def write_new(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file that must not exist yet, with its parent folders. It appears whole or not at all.

    `mode` are its permissions, at no moment wider; None for what the umask leaves.
    Raises FileExistsError where the path is taken (by anything), OSError where it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _appear(_temporary(path, io.BytesIO(data), mode), path)


def copy_new(source: Path, path: Path) -> None:
    """Copy a file of any size, byte for byte, to one that must not exist yet. It appears whole or not at all.

    Raises FileExistsError where the path is taken (by anything), OSError where one cannot be read or the other written.
    """
    with open(source, "rb", opener=_at_once) as file:
        temporary = _temporary(path, file)
    _appear(temporary, path)


def replace(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file, in place of an older one if there is one. Readers see the old or the new bytes, never a mixture.

    `mode` are its permissions, as in `write_new`.
    Raises OSError where it cannot be written; the old file is then untouched.
    """
    temporary = _temporary(path, io.BytesIO(data), mode)
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


def _at_once(path: str, flags: int) -> int:
    """A pipe that lies there would be waited for."""
    return os.open(path, flags | os.O_NONBLOCK)


def _for_owner(path: str, flags: int) -> int:
    """Whoever else opened it while it is empty would read what is written afterwards."""
    return os.open(path, flags, 0o600)


def _appear(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path, follow_symlinks=False)
    finally:
        temporary.unlink()
    _sync_folder(path.parent)


def _temporary(path: Path, source: BinaryIO, mode: int | None = None) -> Path:
    # The supervisor of a run imports this module, and makes no temporary file.
    import secrets

    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb", opener=None if mode is None else _for_owner) as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            while piece := source.read(_PIECE):
                file.write(piece)
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

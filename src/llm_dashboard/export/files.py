"""Where an exported document goes: a file that is whole or not there."""

import os
from pathlib import Path

from llm_dashboard import atomic
from llm_dashboard.export.documents import ExportFormat
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import is_folder


def format_of(path: Path) -> ExportFormat | None:
    """The format that the ending of a file's name stands for; None where it is another one."""
    endings: dict[str, ExportFormat] = {f".{each.value}": each for each in ExportFormat}
    return (endings | {".htm": ExportFormat.HTML, ".markdown": ExportFormat.MARKDOWN}).get(path.suffix.lower())


def write(path: Path, text: str, *, over: bool = False) -> str:
    """Write the document; `over` replaces a file that is there. Nothing, or why not and what to do, safe to draw.

    A folder that is not there is not made: it is most likely a slip of the pen.
    """
    shown = plain(str(path))
    if not is_folder(path.parent):
        return (
            f"{shown} cannot be written: there is no folder {plain(str(path.parent))}; make it, or name another file."
        )
    try:
        (atomic.replace if over and path.exists() else atomic.write_new)(path, text.encode())
    except (OSError, ValueError) as error:
        if isinstance(error, FileExistsError) and os.path.lexists(path):
            return f"{shown} exists already; name another file."
        return f"{shown} cannot be written: {plain(getattr(error, 'strerror', None) or str(error))}; name another file."
    return ""

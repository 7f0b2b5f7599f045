"""What is left of a crash: the traceback in a file, and a sentence that says where."""

import platform
import tempfile
import traceback
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from llm_dashboard import atomic
from llm_dashboard.runs.folders import make_own_folder
from llm_dashboard.safe_text import plain

CRASHES = "crashes"
"""The folder of the reports, in the workspace's own one."""

_OWNER_ONLY = 0o600


def report_crash(workspace: Path, error: BaseException, now: datetime) -> str:
    """Write the traceback to a file that is not there yet; a sentence for the person, safe to print.

    It is in the workspace's own folder, or where that cannot be written among the temporary files. Only its owner can read it:
    values of variables are not listed in it, but what the error says may hold some, and those may be secrets.
    """
    what = plain(f"{type(error).__name__}: {error}".removesuffix(": "))
    text = "".join((_about(now), "\n", *traceback.format_exception(error)))
    try:
        path = _write(workspace, f"{now:%Y%m%dT%H%M%S}-{now.microsecond:06}.log", text.encode(errors="replace"))
    except OSError as problem:
        where = f"The traceback could not be written: {problem.strerror or problem}."
    else:
        where = f"The traceback is in {plain(str(path))}"
    return f"llm-dash has crashed ({what}). What was running goes on. {where}"


def _write(workspace: Path, name: str, data: bytes) -> Path:
    try:
        path = make_own_folder(workspace, CRASHES) / name
        atomic.write_new(path, data, _OWNER_ONLY)
    except OSError:
        path = Path(tempfile.mkdtemp(prefix="llm-dash-crash-")) / name
        atomic.write_new(path, data, _OWNER_ONLY)
    return path


def _about(now: datetime) -> str:
    return (
        f"{now.isoformat(timespec='seconds')}\n"
        f"llm-dash {version('llm-dash')}, textual {version('textual')}, "
        f"Python {platform.python_version()}, {platform.platform()}\n"
    )

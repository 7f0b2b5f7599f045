"""What the output of a run says it has made: a hint, held against the disk."""

import re
from collections.abc import Iterable
from pathlib import Path

from llm_dashboard.safe_text import plain

MAX_CLAIMS = 20


def claimed_files(output: str) -> tuple[str, ...]:
    """The paths that lines such as `Wrote report.md (128 lines)` speak of, in their order, each once.

    Only a verb at the beginning of a line followed by one thing with the shape of a file's path counts. Escape sequences
    must be gone from the output.
    """
    found = (match["path"].rstrip(".") for match in _CLAIM.finditer(output))
    return tuple(dict.fromkeys(path for path in found if _FILE.search(path)))


def absent(paths: Iterable[str], workspace: Path, folder: Path) -> tuple[str, ...]:
    """Those of the paths that name nothing that is there: relative to the workspace, safe to draw.

    A relative path is looked for in the workspace and in the folder where the run was. One outside is no business of ours.
    """
    missing = []
    for path in paths:
        places = [place for root in (workspace, folder) if (place := _inside(workspace, root / path)) is not None]
        if places and not any(_is_there(workspace / place) for place in places):
            missing.append(plain(places[0]))
    return tuple(missing[:MAX_CLAIMS])


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _inside(workspace: Path, path: Path) -> str | None:
    parts = path.parts
    if ".." in parts or not path.is_relative_to(workspace):
        return None
    return path.relative_to(workspace).as_posix()


_CLAIM = re.compile(
    r"^[^\w\n`'\"/.]{0,8}"
    r"(?:wrote|written|created|generated|saved|updated|writing|creating|generating|saving|updating)"
    r"(?: (?:to|as|in|into|a|new|file|the|report|output))*:? +"
    r"[`'\"]?(?P<path>[\w./~+@-]{1,300})[`'\"]?(?=[\s:,;()]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_FILE = re.compile(r"[\w)-]\.[A-Za-z]\w{0,9}$|^[A-Z]\w*file$")
"""A path ends with an extension: `Updated 3 files` and `Created branch main` speak of none."""

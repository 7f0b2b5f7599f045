"""A folder that a person types: what it is, and how its name can go on."""

import os
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from llm_dashboard.safe_text import plain
from llm_dashboard.settings import find_workspace

MOST_NAMES = 2_000
"""Entries of one folder that are looked at."""


class Chosen(NamedTuple):
    """What a typed path leads to."""

    root: Path
    """The workspace to open; a folder that lies in none is opened as one that has no plans yet."""
    sentence: str


class Completed(NamedTuple):
    """How a typed path can go on."""

    text: str
    """The path, as far as it is certain."""
    names: tuple[str, ...]
    """The folders that it may lead to, sorted, safe to draw."""


def chosen(text: str, base: Path) -> Chosen | str:
    """What opens for a path, which may begin with `~` or be relative to `base`; or a sentence that says why nothing does."""
    try:
        path = _absolute(text, base).resolve(strict=True)
        if not path.is_dir():
            return f"{plain(text)} is a file, not a folder."
        with os.scandir(path):
            pass
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return f"{plain(text)} cannot be opened: {plain(reason).rstrip('.')}."
    root = find_workspace(path)
    if root is None:
        return Chosen(path, "No plans in it yet: it opens, and nothing is written before you say so.")
    if root == path:
        return Chosen(root, "A workspace.")
    return Chosen(root, f"Lies in the workspace {plain(str(root))}, which opens.")


def completed(text: str, base: Path) -> Completed:
    """The path, gone on with as far as all folders agree that begin like it, and these folders."""
    if text == "~":
        return Completed("~/", ())
    before, slash, beginning = text.rpartition("/")
    try:
        folder = _absolute(before + slash, base)
        with os.scandir(folder) as entries:
            found = [
                entry.name
                for entry, _ in zip(entries, range(MOST_NAMES), strict=False)
                if entry.name.startswith(beginning) and entry.is_dir()
            ]
    except (OSError, RuntimeError, ValueError):
        return Completed(text, ())
    names = sorted(name for name in found if beginning.startswith(".") or not name.startswith("."))
    if not names:
        return Completed(text, ())
    agreed = takewhile(lambda pair: pair[0] == pair[1], zip(names[0], names[-1], strict=False))
    certain = "".join(letter for letter, _ in agreed)
    end = "/" if len(names) == 1 else ""
    return Completed(f"{before}{slash}{certain}{end}", tuple(map(plain, names)))


def _absolute(text: str, base: Path) -> Path:
    return base / Path(text).expanduser()

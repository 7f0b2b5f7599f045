"""What differs between the files of a workspace and a commit, new files that git does not know yet among them."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from llm_dashboard.plans.workspace import read_document
from llm_dashboard.runs.git import Git, GitError
from llm_dashboard.runs.models import Change
from llm_dashboard.safe_text import plain

MAX_FILES = 300
"""So many paths are asked for."""
MAX_LINES = 4000
"""Of all files together."""
MAX_NEW_FILE = 128 * 1024
"""Bytes of a file that git does not know."""


class FileDifference(msgspec.Struct, frozen=True):
    """How one file differs."""

    path: str
    """Relative to the workspace, with `/`."""
    change: Change
    added: int
    removed: int
    lines: tuple[str, ...]
    """As in a unified diff: `@@`, then lines that begin with a space, `+`, `-` or a backslash; safe to draw."""
    is_binary: bool = False


class Differences(msgspec.Struct, frozen=True):
    """How the files differ from a commit; or why that cannot be said."""

    base: str = ""
    """The commit's short name; empty where there is none."""
    files: tuple[FileDifference, ...] = ()
    is_cut: bool = False
    """Whether some of it was left out."""
    problem: str = ""
    """Why there is nothing: a sentence."""


async def differences(workspace: Path, paths: Sequence[str], since: str | None = None) -> Differences:
    """How these files of the workspace differ from what is committed.

    With `since`, a time in ISO 8601, from the last commit before it, so that what a run committed itself shows as well.
    """
    wanted = list(dict.fromkeys(path for path in paths if _is_inside(path)))
    asked = wanted[:MAX_FILES]
    try:
        git = await Git.at(workspace)
        base = await git.commit(since)
        if not asked:
            return Differences(base[:_SHORT], problem="No file is known to have been changed.")
        diff, is_cut = await git.diff(base, asked)
        unknown = await git.untracked(asked)
    except GitError as error:
        return Differences(problem=str(error))
    known, (new, is_new_cut) = await asyncio.gather(
        asyncio.to_thread(_parsed, diff), asyncio.to_thread(_new_files, workspace, unknown)
    )
    files = [*known, *new]
    files.sort(key=lambda file: asked.index(file.path) if file.path in asked else len(asked))
    shown, is_bounded = _bounded(files)
    return Differences(base[:_SHORT], shown, is_cut or is_new_cut or is_bounded or len(asked) < len(wanted))


def _is_inside(path: str) -> bool:
    """Whether a path stays in the workspace, by its name."""
    return bool(path) and not path.startswith("/") and ".." not in path.split("/") and len(path) <= _LONGEST_PATH


def _parsed(diff: str) -> list[FileDifference]:
    """The files of a diff. Lines end at line feeds only."""
    files = []
    for part in re.split(r"(?m)^diff --git ", diff)[1:]:
        head, at, body = part.partition("\n@@")
        lines = tuple(_drawn(line) for line in f"@@{body}".removesuffix("\n").split("\n")) if at else ()
        change = (
            Change.CREATED if "\nnew file" in head else Change.DELETED if "\ndeleted file" in head else Change.CHANGED
        )
        files.append(
            FileDifference(
                path=_path(head.partition("\n")[0]),
                change=change,
                added=sum(line.startswith("+") for line in lines),
                removed=sum(line.startswith("-") for line in lines),
                lines=lines,
                is_binary="\nBinary files " in head,
            )
        )
    return files


def _path(first: str) -> str:
    """The path in the first line of a file's part of a diff, which has it twice: `a/x b/x`, in quotes where it needs them."""
    once = first[: len(first) // 2]
    if not once.startswith('"'):
        return plain(once[2:])
    return plain(_ESCAPE.sub(lambda match: _ESCAPED.get(match[1]) or chr(int(match[1], 8)), once[3:-1]))


def _drawn(line: str) -> str:
    return plain(line.removesuffix("\r").replace("\t", "    "))


def _new_files(workspace: Path, paths: Iterable[str]) -> tuple[list[FileDifference], bool]:
    """Files that git does not know, as if all of their lines were added; and whether some of them was left out."""
    made, is_cut = [], False
    for path in paths:
        try:
            text = read_document(workspace, path, MAX_NEW_FILE)
            is_cut = is_cut or (workspace / path).stat().st_size > MAX_NEW_FILE
        except OSError:
            continue
        is_binary = "\0" in text
        lines = (
            () if is_binary or not text else tuple(f"+{_drawn(line)}" for line in text.removesuffix("\n").split("\n"))
        )
        made.append(FileDifference(plain(path), Change.CREATED, len(lines), 0, lines, is_binary))
    return made, is_cut


def _bounded(files: Iterable[FileDifference]) -> tuple[tuple[FileDifference, ...], bool]:
    """The files with at most `MAX_LINES` lines in all, and whether some were left out."""
    left, is_cut, shown = MAX_LINES, False, []
    for file in files:
        is_cut = is_cut or len(file.lines) > left
        shown.append(msgspec.structs.replace(file, lines=file.lines[:left]))
        left -= min(left, len(file.lines))
    return tuple(shown), is_cut


_LONGEST_PATH = 4096
_SHORT = 10
_ESCAPE = re.compile(r"\\([abfnrtv\"\\]|[0-7]{3})")
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}

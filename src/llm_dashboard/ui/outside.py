"""A program of the person's own on the terminal, while the app steps aside: a pager, an editor."""

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path, PurePath

from textual.app import App, SuspendNotSupported

from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain

PROGRAMS = {"PAGER": "less -R", "EDITOR": "vi"}
"""What is run where the variable is not set."""

_PLUS = ("+{line}", "{file}")
_COLON = ("{file}:{line}",)
_GOTO = ("--goto", "{file}:{line}")
AT_LINE = {
    **dict.fromkeys(("vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak"), _PLUS),
    **dict.fromkeys(("hx", "helix", "subl", "zed"), _COLON),
    **dict.fromkeys(("code", "codium", "cursor"), _GOTO),
}
"""How programs are told the line, by their names; others open the file at its beginning."""


def edit_document(app: App[None], root: Path, relative: str, line: int | None = None) -> str:
    """Open a document of the workspace in $EDITOR, at a line counted from 1; like `open_outside`.

    One that leads out of the workspace is not opened.
    """
    try:
        read_document(root, relative, 1)
    except OSError as error:
        return f"{relative} cannot be opened: {plain(error.strerror or str(error))}."
    return open_outside(app, "EDITOR", root / relative, line=line)


def open_outside(
    app: App[None],
    variable: str,
    path: Path,
    environment: Mapping[str, str] = os.environ,
    *,
    line: int | None = None,
) -> str:
    """Open the file with the command that the environment variable holds, split as a shell would but run without one.

    Comes back when the program has ended: nothing, or why it could not be opened and what to do.
    """
    command = environment.get(variable) or PROGRAMS[variable]
    try:
        words = shlex.split(command)
    except ValueError as error:
        return f"${variable} cannot be read: {error}. Set it to a command, such as {PROGRAMS[variable]!r}."
    if not words:
        return f"${variable} is blank. Set it to a command, such as {PROGRAMS[variable]!r}."
    argv = [*words, *arguments(words[0], path, line)]
    # Ctrl+C in the program goes to the app as well. A handler, because an ignored signal would stay so in the program.
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        with app.suspend():
            subprocess.run(argv, check=False)
    except SuspendNotSupported:
        return f"This terminal cannot be handed to another program. The file is {path}"
    except OSError as error:
        unset = "" if environment.get(variable) else f"${variable} is not set, and "
        return f"{unset}{argv[0]} cannot be run: {error.strerror}. Set ${variable} to a command."
    finally:
        signal.signal(signal.SIGINT, before)
    return ""


def arguments(program: str, path: Path, line: int | None) -> list[str]:
    """What a program is called with to open a file, at a line where there is one and the program can be told."""
    shape = AT_LINE.get(PurePath(program).name) if line else None
    return [part.format(file=path, line=line) for part in shape] if shape else [str(path)]

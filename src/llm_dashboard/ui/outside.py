"""A program of the person's own on the terminal, while the app steps aside: a pager, an editor."""

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePath

from textual.app import App, SuspendNotSupported

from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.sessions import SessionsApp

PROGRAMS = {"PAGER": "less -R", "EDITOR": "vi"}
"""What is run where the variable is not set."""
_NO_TERMINAL = "This terminal cannot be handed to another program."

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
    environment = with_own_editor(app, environment)
    status = _run(app, variable, path, environment, line)
    if status == _NO_TERMINAL:
        return f"{_NO_TERMINAL} The file is {path}"
    if isinstance(status, str):
        return status
    return f"${variable} ended with status {status}." if status and variable == "EDITOR" else ""


def edit_outside(app: App[None], name: str, text: str, environment: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Edit a text in `$EDITOR`, in a temporary file of that name: the text as it is then, and what went wrong, or nothing.

    Where the editor fails, the text is what it was; what was written nevertheless stays in the file, which is then named.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix="llm-dash-"))
        path = folder / name
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        return text, f"No temporary file can be written: {error.strerror}. Go on writing here."
    environment = with_own_editor(app, environment)
    status = _run(app, "EDITOR", path, environment)
    try:
        written = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        written = text
    if status == 0 or written == text:
        path.unlink(missing_ok=True)
        _remove(folder)
        problem = "" if status == 0 else status if isinstance(status, str) else _ended(status)
        return (written.removesuffix("\n") if written != text else text), problem
    kept = f"What was written there is in {path}"
    return text, f"{status if isinstance(status, str) else _ended(status)} {kept}"


def _ended(status: int) -> str:
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    return f"The editor {how}: the text is as it was."


def _remove(folder: Path) -> None:
    """Remove the folder, unless the editor has left something in it."""
    try:
        folder.rmdir()
    except OSError:
        pass


def _run(
    app: App[None], variable: str, path: Path, environment: Mapping[str, str], line: int | None = None
) -> int | str:
    """The exit status of the program; or why it could not be run and what to do."""
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
            # An exception that left this block would leave the app suspended for good.
            try:
                return subprocess.run(argv, check=False).returncode
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else error
        unset = "" if environment.get(variable) else f"${variable} is not set, and "
        return f"{unset}{plain(argv[0])} cannot be run: {reason}. Set ${variable} to a command."
    except SuspendNotSupported:
        return _NO_TERMINAL
    finally:
        signal.signal(signal.SIGINT, before)


def arguments(program: str, path: Path, line: int | None) -> list[str]:
    """What a program is called with to open a file, at a line where there is one and the program can be told."""
    shape = AT_LINE.get(PurePath(program).name) if line else None
    return [part.format(file=path, line=line) for part in shape] if shape else [str(path)]


def with_own_editor(app: App[None], environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, in which the editor of the person's settings stands for those of its variables, where there is one."""
    editor = app.settings.editor if isinstance(app, SessionsApp) else ""
    return {**environment, "VISUAL": editor, "EDITOR": editor} if editor else environment

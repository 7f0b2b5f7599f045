"""A program of the person's own on the terminal, while the app steps aside: a pager, an editor."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from textual.app import App, SuspendNotSupported

from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.ending import ENDING, OF_KEYS
from llm_dashboard.ui.sessions import SessionsApp

PROGRAMS = {"PAGER": "less -R", "EDITOR": "vi"}
"""What is run where the variable is not set."""
VARIABLES = {"PAGER": ("PAGER",), "EDITOR": ("VISUAL", "EDITOR")}
"""Where the command is looked for: on a terminal that can be drawn on, VISUAL goes before EDITOR."""
MODES_OFF = "\x1b[?1l\x1b>\x1b[?9;1000;1002;1003;1004;1005;1006;1015;1016;2004l\x1b[?25h\x1b[m\x1b[r"
"""To a terminal whose settings a program has not given back: what editors and pagers switch on besides, off."""
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


def open_document(
    app: App[None], root: Path, relative: str, line: int | None = None, *, variable: str = "EDITOR"
) -> str:
    """Open a document of the workspace, at a line counted from 1; like `open_outside`.

    One that leads out of the workspace is not opened.
    """
    try:
        read_document(root, relative, 1)
    except OSError as error:
        return f"{relative} cannot be opened: {plain(error.strerror or str(error))}."
    return open_outside(app, variable, root / relative, line=line)


def open_outside(
    app: App[None],
    variable: str,
    path: Path,
    environment: Mapping[str, str] = os.environ,
    *,
    line: int | None = None,
) -> str:
    """Open the file with the command that the environment variable holds, split as a shell would but run without one.

    `variable` is PAGER or EDITOR.

    Comes back when the program has ended: nothing, or why it could not be opened and what to do.
    """
    environment = with_own_editor(app, environment)
    status = _run(app, variable, path, environment, line)
    if status == _NO_TERMINAL:
        return f"{_NO_TERMINAL} The file is {path}"
    if isinstance(status, str):
        return status
    name, _ = _command(variable, environment)
    return f"${name} {_how(status)}." if status and variable == "EDITOR" else ""


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


def _how(status: int) -> str:
    return f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"


def _ended(status: int) -> str:
    return f"The editor {_how(status)}: the text is as it was."


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
    name, command = _command(variable, environment)
    try:
        words = shlex.split(command)
    except ValueError as error:
        return f"${name} cannot be read: {error}. Set it to a command, such as {PROGRAMS[variable]!r}."
    if not words:
        return f"${name} is blank. Set it to a command, such as {PROGRAMS[variable]!r}."
    argv = [*words, *arguments(words[0], path, line)]
    children: list[subprocess.Popen[bytes]] = []
    told: list[int] = []
    """What has asked the app to end."""

    def end(number: int, frame: object) -> None:
        told.append(number)
        for child in children:
            child.terminate()

    # Ctrl+C in the program goes to the app as well. A handler, because an ignored signal would stay so in the program.
    # What asks the app to end is asked of the program first; the app then learns of it from its loop.
    handlers = {**dict.fromkeys(OF_KEYS, lambda number, frame: None), **dict.fromkeys(ENDING, end)}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        with app.suspend():
            # An exception that left this block would leave the app suspended for good.
            try:
                with kept_terminal():
                    children.append(subprocess.Popen(argv))
                    # It may have been asked while the program was being started.
                    if told:
                        children[0].terminate()
                    return children[0].wait()
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else error
        unset = "" if environment.get(name) else f"${name} is not set, and "
        return f"{unset}{plain(argv[0])} cannot be run: {reason}. Set ${name} to a command."
    except SuspendNotSupported:
        return _NO_TERMINAL
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _command(variable: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """The variable that counts, and the command that it holds; what is run without any where none is set."""
    set_ones = ((name, environment[name]) for name in VARIABLES[variable] if environment.get(name))
    return next(set_ones, (variable, PROGRAMS[variable]))


@contextmanager
def kept_terminal() -> Iterator[None]:
    """Whatever a program does to the terminal in this block, and however it ends: afterwards it is as it was."""
    descriptor = sys.__stdin__.fileno() if sys.__stdin__ else 0
    try:
        before = termios.tcgetattr(descriptor)
    except termios.error:
        yield
        return
    try:
        yield
    finally:
        with suppress(termios.error, OSError):
            if termios.tcgetattr(descriptor) != before:
                termios.tcsetattr(descriptor, termios.TCSANOW, before)
                print(MODES_OFF, end="", file=sys.__stderr__, flush=True)


def arguments(program: str, path: Path, line: int | None) -> list[str]:
    """What a program is called with to open a file, at a line where there is one and the program can be told."""
    shape = AT_LINE.get(PurePath(program).name) if line else None
    return [part.format(file=path, line=line) for part in shape] if shape else [str(path)]


def with_own_editor(app: App[None], environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, in which the editor of the person's settings stands for those of its variables, where there is one."""
    editor = app.settings.editor if isinstance(app, SessionsApp) else ""
    return {**environment, "VISUAL": editor, "EDITOR": editor} if editor else environment

"""A program of the person's own on the terminal, while the app steps aside: a pager, an editor."""

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from textual.app import App, SuspendNotSupported

from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain

PROGRAMS = {"PAGER": "less -R", "EDITOR": "vi"}
"""What is run where the variable is not set."""


def edit_document(app: App[None], root: Path, relative: str) -> str:
    """Open a document of the workspace in $EDITOR; like `open_outside`. One that leads out of the workspace is not opened."""
    try:
        read_document(root, relative, 1)
    except OSError as error:
        return f"{relative} cannot be opened: {plain(error.strerror or str(error))}."
    return open_outside(app, "EDITOR", root / relative)


def open_outside(app: App[None], variable: str, path: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Open the file with the command that the environment variable holds, split as a shell would but run without one.

    Comes back when the program has ended: nothing, or why it could not be opened and what to do.
    """
    command = environment.get(variable) or PROGRAMS[variable]
    try:
        argv = [*shlex.split(command), str(path)]
    except ValueError as error:
        return f"${variable} cannot be read: {error}. Set it to a command, such as {PROGRAMS[variable]!r}."
    if len(argv) == 1:
        return f"${variable} is blank. Set it to a command, such as {PROGRAMS[variable]!r}."
    # Ctrl+C in the program goes to the app as well. A handler, because an ignored signal would stay so in the program.
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        with app.suspend():
            subprocess.run(argv, check=False)
    except SuspendNotSupported:
        return f"This terminal cannot be handed to another program. The file is {path}"
    except OSError as error:
        return f"{argv[0]} cannot be run: {error.strerror}. Set ${variable} to a command."
    finally:
        signal.signal(signal.SIGINT, before)
    return ""

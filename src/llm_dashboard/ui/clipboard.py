"""The clipboard: by a program of the desktop that the app runs on, else by the terminal, which may be far away (OSC 52)."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping

from textual.app import App

from llm_dashboard import measures

SURE_BYTES = 74_994
"""What every terminal takes that knows OSC 52: some cut the sequence at 100,000 bytes, and base64 makes four of three."""
MOST_BYTES = 500_000
"""What is sent to a terminal at most: few take more."""
PATIENCE = 2.0
"""Seconds that a program of the desktop may take."""


def programs(environment: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The commands that fill the clipboard of this desktop, by argv; none over ssh, where it is not the person's."""
    if "SSH_CONNECTION" in environment or "SSH_TTY" in environment:
        return
    if sys.platform == "darwin":
        yield ("pbcopy",)
    if "WSL_DISTRO_NAME" in environment:
        yield ("clip.exe",)
    if "WAYLAND_DISPLAY" in environment:
        yield ("wl-copy",)
    if "DISPLAY" in environment:
        yield ("xclip", "-selection", "clipboard")
        yield ("xsel", "--clipboard", "--input")


def advice(environment: Mapping[str, str]) -> str:
    """What to do where nothing arrives that was sent to the terminal: what its variables tell, in one sentence."""
    if "TMUX" in environment:
        return "If nothing arrives: tmux passes it on after `tmux set -s set-clipboard on`."
    if "STY" in environment or environment.get("TERM", "").startswith("screen"):
        return "If nothing arrives: GNU screen does not pass it on."
    if environment.get("TERM_PROGRAM") == "Apple_Terminal":
        return "Terminal.app does not take it; iTerm2 and others do."
    if "VTE_VERSION" in environment:
        return "If nothing arrives: GNOME Terminal and others that are built on VTE take it only lately, if at all."
    if environment.get("TERM") == "linux":
        return "The Linux console has no clipboard."
    return "If nothing arrives, the terminal does not take it, or its settings forbid it."


async def copy(
    app: App[None], text: str, what: str, *, instead: str = "", environment: Mapping[str, str] = os.environ
) -> None:
    """Put a text on the clipboard, and say so: `what` is its name, at the beginning of a sentence.

    `instead` is a sentence that helps where the text is too much for a terminal.
    """
    text = text.encode(errors="replace").decode()
    size = len(text.encode())
    if not (app.is_headless or app.is_web) and await asyncio.to_thread(_by_program, text, environment):
        app.notify(f"{what}, {measures.size(size)}: in the clipboard.", markup=False)
    elif size > MOST_BYTES:
        message = f"{what}, {measures.size(size)}: too much for the clipboard of a terminal."
        app.notify(f"{message} {instead}".rstrip(), severity="warning", markup=False)
    else:
        sent = f"{what}, {measures.size(size)}: sent to the clipboard of your terminal (OSC 52)."
        cut = "Some terminals cut so much." if size > SURE_BYTES else ""
        # Once is enough: what was copied last is known from the first time on.
        help_once = "" if app.clipboard else advice(environment)
        app.copy_to_clipboard(text)
        app.notify(" ".join(filter(None, (sent, cut, help_once))), markup=False)


def _by_program(text: str, environment: Mapping[str, str]) -> bool:
    """Whether a program has taken it."""
    for argv in programs(environment):
        path = shutil.which(argv[0], path=environment.get("PATH"))
        if path is None:
            continue
        data = text.encode("utf-16-le" if argv[0] == "clip.exe" else "utf-8")
        try:
            # It may leave a child that holds the clipboard, with the outputs of its parent: they must not be waited for.
            done = subprocess.run(
                [path, *argv[1:]],
                input=data,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return True
    return False

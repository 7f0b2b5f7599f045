"""The app on a real terminal, with a log that attacks it: of the child's bytes only colours get through."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ui.conftest import SAMPLE

ESC = b"\x1b"
ATTACKS: list[bytes] = [
    b"\x1b[1;38;2;1;2;3mcoloured\x1b[0m",
    b"\x1b]0;EVIL\x07\x1b]2;EVIL\x1b\\",
    b"\x1b]4;1;rgb:00/00/00\x07\x1b]10;?\x07\x1b]104\x07",
    b"\x1b]8;;javascript:EVIL\x1b\\link\x1b]8;;\x1b\\ \x1b]8;id=7;file:///EVIL\x07link",
    b"\x1b]9;EVIL\x07\x1b]777;notify;EVIL;EVIL\x07\x1b]1337;SetUserVar=EVIL=eA==\x07",
    b"\x1b]52;c;RVZJTA==\x07\x1b]52;c;?\x1b\\",
    b"\x1bP$qEVIL\x1b\\\x1bP+q544e\x1b\\\x1bP1;1|EVIL\x1b\\",
    b"\x1b_GEVIL\x1b\\\x1b^EVIL\x1b\\\x1bXEVIL\x1b\\",
    "\x9d0;EVIL\x9c\x90EVIL\x9c\x9fEVIL\x9c\x9b6n\x85\x84".encode(),
    b"\x9d0;E-V-I-L\x9c\x9b6n\x90",
    b"\x1bc\x1b#8\x1b[!p\x1bN\x1bO\x1bM\x1bD\x1bE\x1b7\x1b8\x1b=\x1b>\x1bZ",
    b"\x1b[6n\x1b[5n\x1b[c\x1b[>c\x1b[=c\x1b[?6n\x1b[18t\x1b[21t\x1b[>q\x1b[?1$p\x1b[x",
    b"\x1b[4h\x1b[?3h\x1b[?69h\x1b[?9h\x1b[?1005h\x1b[?47h\x1b[?1047h\x1b[20h\x1b[>4;2m\x1b[>5u\x1b[?5h",
    b"\x1b[3;5r\x1b[?6h\x1b[8;1;1t\x1b[5A\x1b[7B\x1b[9C\x1b[2D\x1b[3J\x1b[5i\x1b[99S\x1b[2;3;4;5$x\x1b[3g",
    b"\x0eshift\x0f \x1b(0qqq\x1b(B\x1b%G\x1b%@",
    b"rm -rf /\x08\x08\x08\x08echo \x07\x07 a\x0bb\x0cc\x7fd\x00e\x05f\x18g\x1ah",
    "if a \u202e\u2066 b \u2069\u200f\u061c c\u200b\u2060\ufeff\u00ad \U000e0041".encode(),
    "p\u2028q\u2029r\u0085s".encode(),
    b"[/b] [bold] [/] [@click=app.quit]x[/] [red",
    b"\x1b[8mhidden\x1b[28m \x1b[5mblink\x1b[0m",
    b"\x1b[" + b"38;5;1;" * 100 + b"mhuge",
    b"\x1b]52;c;RVZJTA==",
    b"\x1b[38;5",
    b"\x1b",
]
HOSTILE = b"".join(b"SAFE%02d %s end\n" % attack for attack in enumerate(ATTACKS)) + b"SAFELAST\n"
HARMLESS = b"".join(b"SAFE%02d nothing \x1b[32mgreen\x1b[0m\n" % n for n in range(len(ATTACKS))) + b"SAFELAST\n"
SEQUENCE = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x08\x0b-\x1f\x7f]"
    rb"|\xc2[\x80-\x9f\xad]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xd8\x9c|\xef\xbb\xbf|\xf3\xa0[\x80\x81]."
)
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
PLACE = re.compile(rb"\x1b\[\d+;\d+H")


class Terminal:
    """The app on a pseudo-terminal."""

    def __init__(self, master: int) -> None:
        self.master = master
        self.output = b""

    def press(self, keys: bytes, shown: Callable[[bytes], bool]) -> None:
        """Press keys, and read until what came since is as it should be."""
        start = len(self.output)
        os.write(self.master, keys)
        self.wait(lambda: shown(self.output[start:]))

    def wait(self, fact: Callable[[], bool]) -> None:
        """Read until the fact holds."""
        end = time.monotonic() + 30
        while not fact():
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            assert ready, self.text()[-4000:]
            self.output += os.read(self.master, 65536)

    def text(self) -> str:
        """What was written, without sequences."""
        return SEQUENCE.sub(b"", self.output).decode(errors="replace")

    def sequences(self) -> set[bytes]:
        """What was written beside text, colours and places of the cursor; the last sequence may not be whole yet."""
        found = SEQUENCE.findall(self.output[: self.output.rfind(ESC)])
        return {each for each in found if not COLOUR.fullmatch(each) and not PLACE.fullmatch(each)}


@contextmanager
def app_on(root: Path, **environment: str) -> Iterator[Terminal]:
    """The real app in that workspace."""
    pid, master = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 130, 0, 0))
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", COLUMNS="130", LINES="60", **environment)
        os.execv(sys.executable, [sys.executable, "-m", "llm_dashboard", "--workspace", str(root)])
    try:
        yield Terminal(master)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(master)


def shows(word: bytes) -> Callable[[bytes], bool]:
    """Whether the word is on the screen."""
    return lambda output: word in SEQUENCE.sub(b"", output)


def finished_run(root: Path, log: bytes) -> None:
    """A run of the workspace that has ended and left that log."""
    (root / "bytes").write_bytes(log)
    arguments = ["exec", "--json", "--", "cat", "bytes"]
    command = [sys.executable, "-m", "llm_dashboard", "--workspace", str(root), *arguments]
    subprocess.run(command, cwd=root, check=True, capture_output=True, stdin=subprocess.DEVNULL)


def open_log(terminal: Terminal) -> None:
    """From the list of plans to the log of the only run."""
    terminal.wait(lambda: shows(b"WEATHER-STATION")(terminal.output))
    terminal.press(b"R", shows(b"exec"))
    terminal.press(b"\r", shows(b"output.log"))
    terminal.press(b"l", shows(b"SAFELAST"))


def seen_in(root: Path, log: bytes) -> Terminal:
    """What reaches the terminal while a finished run with that log is read, in every way there is."""
    finished_run(root, log)
    with app_on(root) as terminal:
        open_log(terminal)
        terminal.press(b"V", shows(b"SAFELAST"))
        terminal.press(b"w", lambda output: len(output) > 0)
        terminal.press(b"w", lambda output: len(output) > 0)
        terminal.press(b"V", shows(b"SAFELAST"))
        terminal.press(b"\x1b[H", shows(b"not following"))
        terminal.press(b"\r", shows(b"line 1 "))
        for line in range(2, len(ATTACKS) + 1):
            terminal.press(b"j", shows(b"line %d " % line))
        terminal.press(b"\r", lambda output: len(output) > 0)
        terminal.press(b"/safe\r", shows(b"n Next"))
        terminal.press(b"&safe\r", shows(b"25 of 25 lines"))
    return terminal


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    """Two workspaces."""
    for name in ("a", "b"):
        shutil.copytree(SAMPLE, tmp_path / name / "work-space")
    return tmp_path / "a", tmp_path / "b"


def test_of_a_hostile_log_only_colours_reach_the_terminal(roots: tuple[Path, Path]) -> None:
    ours = seen_in(roots[0], HARMLESS).sequences()
    terminal = seen_in(roots[1], HOSTILE)
    assert terminal.sequences() - ours == set()
    text = terminal.text()
    for number in range(len(ATTACKS)):
        assert f"SAFE{number:02d}" in text
    assert "[/b] [bold] [/] [@click=app.quit]x[/] [red end" in text
    assert not re.search(rb"\x1b\[[0-9;:]*(?<![0-9])(?:5|8)(?:;[0-9;]*)?m", PALETTE.sub(b"", terminal.output))


PALETTE = re.compile(rb"[34]8;(?:5;\d+|2;\d+;\d+;\d+)")
"""Colours, whose numbers say nothing of blinking or hiding."""


def test_a_pager_of_ones_own_takes_the_terminal_and_gives_it_back(roots: tuple[Path, Path], tmp_path: Path) -> None:
    pager = tmp_path / "my pager"
    pager.write_text('#!/bin/sh\ntrap : INT; kill -INT 0\necho "$1 $(wc -l < "$2") of $(basename "$2")"\n')
    pager.chmod(0o755)
    finished_run(roots[0], HARMLESS)
    with app_on(roots[0], PAGER=f"'{pager}' counts") as terminal:
        open_log(terminal)
        terminal.press(b"o", lambda output: b"counts 25 of output.log" in output and output.count(b"SAFELAST") > 0)
        terminal.press(b"\x1b[H", shows(b"not following"))

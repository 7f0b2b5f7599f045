"""However the app ends or steps aside, on a real terminal: the terminal is as it was, and the shell is told how it ended."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.conftest import SAMPLE
from tests.ui.test_runner_terminal import SEQUENCE

MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])|\x1b\[(>[0-9]*|<[0-9]*)u")
CURSOR, WRAPS = 25, 7
"""The modes that are on in a terminal that nobody has touched."""
FIRST = b"WEATHER-STATION"
START = "import sys; from llm_dashboard.cli import entry_point; {}; sys.exit(entry_point(sys.argv[1:]))"
FAILS_ON_KEY = "from llm_dashboard.ui.app import DashboardApp; DashboardApp.action_help = lambda self: [][7]"
TOLD_WHILE_THE_EDITOR_STARTS = (
    "import os, signal, subprocess, types; from llm_dashboard.ui import outside; outside.subprocess = "
    "types.SimpleNamespace(Popen=lambda argv: (subprocess.Popen(argv), os.kill(os.getpid(), signal.SIGTERM))[0])"
)
TELLS_SIZES = (
    "from pathlib import Path; from llm_dashboard.ui.app import DashboardApp;"
    "DashboardApp.on_resize = lambda self, event: "
    "Path({!r}).open('a').write(f'{{event.size.width}} x {{event.size.height}}\\n')"
)
"""The app writes down each size that it is told."""
FAILS_AT_START = (
    "from llm_dashboard.ui.screens.plans import PlansScreen; PlansScreen.on_mount = lambda self: {}['\x1b]0;evil\x07']"
)


class Terminal:
    """A terminal that knows all that the app may switch on, with the app on it, as a shell sees them."""

    def __init__(self, root: Path, code: str = "pass", **environment: str) -> None:
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
            argv = [sys.executable, "-c", START.format(code), "--workspace", str(root)]
            # Readline, which pytest imports, puts COLUMNS and LINES there; they would count more than the terminal.
            own = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
            os.execve(sys.executable, argv, {**own, "TERM": "xterm-256color", **environment})
        self.before = termios.tcgetattr(self.master)
        self.output = b""
        self.has_answered = False

    def wait(self, fact: Callable[[bytes], bool], start: int = 0) -> None:
        """Read until what was written from there on is as it should be."""
        end = time.monotonic() + 30
        while not fact(self.output[start:]):
            assert time.monotonic() < end, self.text[-3000:]
            # The fact may come without a word: not all of it is on the screen.
            if select.select([self.master], [], [], 0.05)[0]:
                self.output += os.read(self.master, 65536)
            if not self.has_answered and b"\x1b[?2048$p" in self.output:
                self.has_answered = True
                os.write(self.master, b"\x1b[?2048;2$y\x1b[?2026;2$y")

    def press(self, keys: bytes, shown: bytes) -> None:
        """Press keys, and wait until that is on the screen."""
        start = len(self.output)
        os.write(self.master, keys)
        self.wait(lambda output: shown in SEQUENCE.sub(b"", output), start)

    def status(self) -> int:
        """Read on to the end: how it ended, as `Popen.returncode`."""
        while True:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            self.output += data
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def stopped(self) -> None:
        """Wait until the shell is told that it has stopped, and read what it wrote before."""
        while True:
            pid, status = os.waitpid(self.pid, os.WUNTRACED | os.WNOHANG)
            if pid:
                assert os.WIFSTOPPED(status)
                break
            if select.select([self.master], [], [], 0.01)[0]:
                self.output += os.read(self.master, 65536)
        while select.select([self.master], [], [], 0)[0]:
            self.output += os.read(self.master, 65536)

    @property
    def text(self) -> str:
        """What was written, without sequences."""
        return SEQUENCE.sub(b"", self.output).decode(errors="replace")

    @property
    def modes(self) -> set[int]:
        """The private modes that are on; -1 for each keyboard mode that is pushed."""
        on, pushed = {CURSOR, WRAPS}, 0
        for numbers, switch, keyboard in MODE.findall(self.output):
            pushed = max(0, pushed + (1 if keyboard[:1] == b">" else -1)) if keyboard else pushed
            for number in map(int, filter(None, numbers.split(b";"))):
                on = on | {number} if switch == b"h" else on - {number}
        return on | ({-1} if pushed else set())

    def is_as_before(self) -> bool:
        """Whether the terminal is as it was before the app."""
        return self.modes == {CURSOR, WRAPS} and termios.tcgetattr(self.master) == self.before


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace."""
    shutil.copytree(SAMPLE, tmp_path / "work" / "work-space")
    return tmp_path / "work"


@pytest.fixture
def opened() -> Iterator[list[Terminal]]:
    """Terminals that are closed at the end, with what is still on them."""
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        try:
            os.kill(terminal.pid, signal.SIGKILL)
            os.waitpid(terminal.pid, 0)
        except (ChildProcessError, ProcessLookupError):
            pass
        os.close(terminal.master)


@pytest.mark.parametrize(
    ("end", "status"),
    [(b"q", 0), (signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGQUIT, 131), (signal.SIGALRM, 142)],
)
def test_an_end_gives_the_terminal_back(
    end: bytes | signal.Signals, status: int, root: Path, opened: list[Terminal]
) -> None:
    terminal = Terminal(root)
    opened.append(terminal)
    terminal.wait(lambda output: FIRST in output and terminal.has_answered and b"\x1b[?1016h" in output)
    assert {1049, 1000, 1003, 2004, -1} <= terminal.modes
    if isinstance(end, bytes):
        os.write(terminal.master, end)
    else:
        os.kill(terminal.pid, end)
    assert terminal.status() == status, terminal.text[-3000:]
    assert terminal.is_as_before(), terminal.modes


def test_a_signal_in_the_middle_of_the_start(root: Path, opened: list[Terminal]) -> None:
    terminal = Terminal(root)
    opened.append(terminal)
    terminal.wait(lambda output: b"\x1b[?1049h" in output)
    os.kill(terminal.pid, signal.SIGHUP)
    assert terminal.status() == 129
    assert terminal.is_as_before(), terminal.modes


@pytest.mark.parametrize(("code", "what"), [(FAILS_ON_KEY, "IndexError"), (FAILS_AT_START, "KeyError")])
def test_a_crash_is_a_sentence_and_a_file(code: str, what: str, root: Path, opened: list[Terminal]) -> None:
    terminal = Terminal(root, code)
    opened.append(terminal)
    if code == FAILS_ON_KEY:
        terminal.wait(lambda output: FIRST in output)
        os.write(terminal.master, b"?")
    assert terminal.status() == 1
    assert terminal.is_as_before(), terminal.modes
    (report,) = (root / ".llm-dash" / "crashes").iterdir()
    assert report.stat().st_mode & 0o777 == 0o600
    said = terminal.text[terminal.text.rfind("llm-dash has crashed") :]
    assert what in said
    assert str(report) in said
    assert "Traceback" not in terminal.text
    assert b"evil\x07" not in terminal.output
    assert "Traceback" in report.read_text(encoding="utf-8")


def test_what_is_suspended_comes_back_whole(root: Path, opened: list[Terminal]) -> None:
    terminal = Terminal(root)
    opened.append(terminal)
    terminal.wait(lambda output: FIRST in output)
    os.write(terminal.master, b"\x1a")
    terminal.stopped()
    assert terminal.is_as_before(), terminal.modes
    start = len(terminal.output)
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.wait(lambda output: FIRST in output and b"Quit" in output, start)
    assert {1049, 1000, 2004, -1} <= terminal.modes
    terminal.press(b"\r", b"Read the")
    os.write(terminal.master, b"q")
    assert terminal.status() == 0, terminal.text[-3000:]
    assert terminal.is_as_before(), terminal.modes


def test_an_editor_that_is_killed_leaves_no_trace(root: Path, tmp_path: Path, opened: list[Terminal]) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        "#!/bin/sh\nstty raw -echo cols 90 rows 25 < /dev/tty\n"
        "printf '\\033[?1049h\\033[?1h\\033[?1002h\\033[?2004h' > /dev/tty\nkill -9 $$\n"
    )
    editor.chmod(0o755)
    sizes = tmp_path / "sizes"
    terminal = Terminal(root, TELLS_SIZES.format(str(sizes)), VISUAL=str(editor), EDITOR="false")
    opened.append(terminal)
    terminal.wait(lambda output: FIRST in output)
    assert "90 x 25" not in sizes.read_text()
    terminal.press(b"m", b"needs you")
    terminal.press(b"o", b"Take it")
    terminal.press(b"p", b"was ended by signal 9")
    # The size that the editor has left is the one that is drawn in.
    terminal.wait(lambda output: sizes.read_text().endswith("90 x 25\n"))
    os.write(terminal.master, b"q")
    assert terminal.status() == 0, terminal.text[-3000:]
    assert terminal.is_as_before(), terminal.modes


@pytest.mark.parametrize("code", ["pass", TOLD_WHILE_THE_EDITOR_STARTS])
def test_what_asks_the_app_to_end_ends_the_editor_too(
    root: Path, tmp_path: Path, opened: list[Terminal], code: str
) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho it is open > /dev/tty\nexec sleep 600\n")
    editor.chmod(0o755)
    terminal = Terminal(root, code, VISUAL=str(editor))
    opened.append(terminal)
    terminal.wait(lambda output: FIRST in output)
    terminal.press(b"m", b"needs you")
    terminal.press(b"o", b"Take it")
    terminal.press(b"p", b"it is open" if code == "pass" else b"")
    if code == "pass":
        os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.status() == 143, terminal.text[-3000:]
    assert terminal.is_as_before(), terminal.modes

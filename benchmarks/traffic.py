"""How much is written to the terminal, for those who are far away from it: python benchmarks/traffic.py [WORKSPACE]

The screen in a pseudo-terminal of 120 x 36 in true colour, as over ssh. Prints bytes: of the first screen, of a key in the
list of plans (the median), of a plan that is opened, of a key in it, of five seconds in which nothing happens, and each
second while a log streams: a line a second, twenty, and a flood. Without WORKSPACE, in a copy of the demo's.
"""

import argparse
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from statistics import median

COLUMNS, ROWS = 120, 36
SAMPLE = Path(__file__).parents[1] / "src" / "llm_dashboard" / "demo" / "work-space"
CHILD = """
import sys, time
end = time.time() + 10
while time.time() < end:
    print("line of the output of a test\\n" * int(sys.argv[2]), end="", flush=True)
    time.sleep(float(sys.argv[1]))
"""
STREAMS = {"a line a second": (1.0, 1), "20 lines a second": (0.05, 1), "a flood": (0.0005, 200)}
"""Seconds between two writes, and lines of each."""


class Terminal:
    """The app in a pseudo-terminal, which counts."""

    def __init__(self, root: Path) -> None:
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(sys.executable, [sys.executable, "-m", "llm_dashboard", "--workspace", str(root)])

    def written(self, seconds: float) -> int:
        """Bytes of so many seconds."""
        count, end = 0, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                count += len(os.read(self.master, 1 << 20))
        return count

    def press(self, key: bytes, seconds: float = 0.3) -> int:
        """Bytes after a key."""
        os.write(self.master, key)
        return self.written(seconds)

    def close(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.master)


def say(what: str, count: float) -> None:
    """One line."""
    print(f"{what:36}{count:10,.0f}")


def keys(root: Path) -> None:
    """What keys cost, and nothing."""
    terminal = Terminal(root)
    say("first screen", terminal.written(2))
    say("a key in the list of plans", median(terminal.press(b"k" if n % 2 else b"j") for n in range(12)))
    say("a plan is opened", terminal.press(b"\r", 1.5))
    say("a key in a plan", median(terminal.press(b"k" if n % 2 else b"j") for n in range(8)))
    say("five seconds of nothing", terminal.written(5))
    terminal.close()


def stream(root: Path, name: str, pause: float, lines: int) -> None:
    """What a log costs that is looked at while it streams."""
    ours = [sys.executable, "-m", "llm_dashboard", "--workspace", str(root), "exec", "--"]
    argv = [*ours, sys.executable, "-c", CHILD, str(pause), str(lines)]
    nothing = subprocess.DEVNULL
    with subprocess.Popen(argv, stdin=nothing, stdout=nothing, stderr=nothing) as run:
        terminal = Terminal(root)
        terminal.written(2)
        terminal.press(b"R", 1)
        terminal.press(b"\r", 1.5)
        say(f"a second of a log: {name}", terminal.written(3) / 3)
        terminal.close()
        run.terminate()


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", nargs="?", type=Path)
    given = parser.parse_args().workspace
    with tempfile.TemporaryDirectory(prefix="llm-dash-traffic-") as folder:
        root = Path(folder)
        shutil.copytree(SAMPLE, root / "work-space")
        keys(given or root)
        for name, (pause, lines) in STREAMS.items():
            stream(root, name, pause, lines)


if __name__ == "__main__":
    main()

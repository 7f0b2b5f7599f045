"""How quick the list of plans is with thousands of plans: the first screen, a key, a letter of the filter.

Usage: python benchmarks/ui.py [WORKSPACE] [--plans N] [--keys N] [--rounds N]

Everything runs in a pseudo-terminal of 120 x 40, as a person has it. First screen: from exec to the last byte of the key bar,
against a Textual app of one line of text. Keys: from writing one to the terminal to the first byte that is drawn for it.
Letters: to the byte that draws the row that must be at the top then. In a flood: from a key to the last byte of what it leads
to, while the log on the screen grows by a thousand lines a second. Without WORKSPACE, one with N plans (10,000) is written to a
temporary folder. Prints milliseconds, and exits 1 where a bar is missed.
"""

import argparse
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from llm_dashboard.plans.models import Plan
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.ui.arrangement import Grouping, PlanGroup, grouped
from llm_dashboard.ui.matching import Pattern, found

COLUMNS, ROWS = 120, 40
EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("q Quit")
Empty().run()
"""
WORDS = (
    *("state", "workflow", "prompt", "review", "parser", "index", "section"),
    *("library", "metric", "cache", "error", "handling", "parallel", "scope"),
)
TYPED = ("work", "revpar", "cache 77", "idx", "00123")
FLOOD = """
import time
for batch in range(1200):
    print("\\n".join(f"\\x1b[3{n % 8}mline {batch * 100 + n}\\x1b[0m of a flood" for n in range(100)), flush=True)
    time.sleep(0.1)
"""
LED_TO = ((b"?", "Stop the run and all of its processes", b"\x1b"), (b"v", "selected", b"v"))
"""Keys of the log, what is drawn for each, and the key that takes it back."""
ESCAPE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]")
FIRST_SCREEN, KEY, LETTER = 2.0, 50.0, 100.0
"""The bars: a ratio, and two times in milliseconds."""


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.began = time.perf_counter()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(argv[0], list(argv))

    def until(self, text: str, limit: float = 60) -> float:
        """Read until that text was drawn; when the last byte of it came, in seconds of the clock."""
        seen, wanted = b"", text.encode()
        while wanted not in ESCAPE.sub(b"", seen):
            ready, _, _ = select.select([self.master], [], [], limit)
            if not ready:
                raise SystemExit(f"{text!r} was not drawn in {limit} s")
            # No more than the text can lie in: to look through all of it anew for each piece would be measured as well.
            seen = seen[-2048:] + os.read(self.master, 65536)
        return time.perf_counter()

    def drain(self, quiet: float = 0.15) -> None:
        """Read until nothing has been drawn for so many seconds."""
        while select.select([self.master], [], [], quiet)[0]:
            os.read(self.master, 65536)

    def read_for(self, seconds: float) -> None:
        """Read what comes in so many seconds."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.master], [], [], left)[0]:
                os.read(self.master, 65536)

    def press(self, key: bytes) -> float:
        """Write a key; when it was written."""
        began = time.perf_counter()
        os.write(self.master, key)
        return began

    def first_byte(self) -> float:
        """When something is drawn."""
        if not select.select([self.master], [], [], 60)[0]:
            raise SystemExit("nothing was drawn in 60 s")
        return time.perf_counter()

    def close(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.master)


@contextmanager
def workspace_of(plans: int) -> Iterator[Path]:
    """A workspace of so many plans, in folders of their own, with ten achievements each."""
    with tempfile.TemporaryDirectory(prefix="llm-dash-ui-") as folder:
        root = Path(folder)
        for number in range(plans):
            first, second = WORDS[number % len(WORDS)], WORDS[(number // len(WORDS)) % len(WORDS)]
            name = f"{first.upper()}-{second.upper()}-{number:05}"
            place = root / "work-space" / "plans" / name
            place.mkdir(parents=True)
            index = "\n".join(f"- Achievement {n // 5}.{n % 5 + 1}: {first} the {second}" for n in range(10))
            text = f"# PLAN: {first} and {second}\n\n**Status**: Planning\n\n---\n\n## Achievement Index\n\n{index}\n"
            (place / f"PLAN_{name}.md").write_text(text, encoding="utf-8")
        yield root


def top_row(plans: Sequence[Plan], typed: str) -> str:
    """The name of the plan at the top of what is found; empty where nothing is."""
    hits = found(plans, lambda plan: (plan.name, plan.title, plan.container), Pattern(typed))
    rows = grouped(hits, Grouping.CONTAINER, in_order=True)
    return next((row.name for row in rows if not isinstance(row, PlanGroup)), "")


def first_screens(ours: Sequence[str], rounds: int) -> tuple[float, float]:
    """Medians of the first screen in milliseconds: of the empty app, and of ours."""
    times: dict[str, list[float]] = {"empty": [], "ours": []}
    for _ in range(rounds):
        for name, argv in (("empty", [sys.executable, "-c", EMPTY]), ("ours", ours)):
            terminal = Terminal(argv)
            times[name].append((terminal.until("q Quit") - terminal.began) * 1000)
            terminal.close()
    return statistics.median(times["empty"]), statistics.median(times["ours"])


def keys(terminal: Terminal, count: int) -> list[float]:
    """Milliseconds from each key to the first byte drawn for it."""
    times = []
    for number in range(count):
        key = (b"j", b"j", b"\x1b[6~", b"k", b"\x1b[F", b"\x1b[H")[number % 6]
        began = terminal.press(key)
        times.append((terminal.first_byte() - began) * 1000)
        terminal.drain(0.02)
    return times


def letters(terminal: Terminal, plans: Sequence[Plan]) -> list[float]:
    """Milliseconds from each letter to the row that must be at the top."""
    times = []
    for typed in TYPED:
        terminal.press(b"/")
        terminal.drain()
        for end in range(1, len(typed) + 1):
            wanted = top_row(plans, typed[:end])
            if not wanted:
                break
            began = terminal.press(typed[end - 1].encode())
            times.append((terminal.until(wanted) - began) * 1000)
            terminal.drain(0.05)
        terminal.press(b"\x1b")
        terminal.drain(0.4)
    return times


def flooded(ours: Sequence[str], root: Path, count: int) -> list[float]:
    """Milliseconds from each key to what it leads to, on the log of a run that writes all the time."""
    ours_on = [sys.executable, "-m", "llm_dashboard"]
    argv = [*ours_on, "exec", "--json", "--workspace", str(root), "--", sys.executable, "-c", FLOOD]
    times = []
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        terminal = Terminal(ours)
        try:
            terminal.until("1 running")
            terminal.press(b"R")
            terminal.until("› runs")
            terminal.press(b"\r")
            terminal.until("following")
            for number in range(count):
                key, wanted, back = LED_TO[number % len(LED_TO)]
                terminal.read_for(0.3)
                began = terminal.press(key)
                times.append((terminal.until(wanted) - began) * 1000)
                terminal.press(back)
        finally:
            terminal.close()
            subprocess.run(
                [*ours_on, "stop", "last", "--now", "--workspace", str(root)], capture_output=True, check=False
            )
    return times


def measure(root: Path, count: int, rounds: int) -> bool:
    """Measure and print; whether all bars were kept."""
    plans = Workspace(root).load().plans
    ours = [sys.executable, "-m", "llm_dashboard", "--workspace", str(root)]
    empty, first = first_screens(ours, rounds)
    terminal = Terminal(ours)
    terminal.until(f"{len(plans):,} plans")
    terminal.drain(1.5)
    pressed, typed = keys(terminal, count), letters(terminal, plans)
    terminal.close()
    in_flood = flooded(ours, root, count)
    print(f"{len(plans):,} plans")
    print(f"first screen   empty app {empty:6.0f} ms   llm-dash {first:6.0f} ms   ratio {first / empty:5.2f}")
    kept = first / empty <= FIRST_SCREEN
    for name, times, bar in (("key", pressed, KEY), ("letter", typed, LETTER), ("key in a flood", in_flood, KEY)):
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{name:14} median {statistics.median(times):6.1f} ms   p95 {p95:6.1f} ms   most {max(times):6.1f} ms")
        kept = kept and p95 <= bar
    return kept


def main() -> None:
    """Measure on the workspace that is named, or on one that is made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--plans", type=int, default=10_000)
    parser.add_argument("--keys", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.workspace:
        kept = measure(options.workspace.resolve(), options.keys, options.rounds)
    else:
        with workspace_of(options.plans) as root:
            kept = measure(root, options.keys, options.rounds)
    raise SystemExit(0 if kept else 1)


if __name__ == "__main__":
    main()

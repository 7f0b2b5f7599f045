"""How long until the first screen, against a bare Textual table of the same rows; and what the app takes while nothing happens.

Usage: python benchmarks/startup.py [WORKSPACE] [--rounds N] [--idle SECONDS]

Both run in a pseudo-terminal of 120 x 40; the time is from exec to the first byte of the last visible row. Prints medians, in
milliseconds, and their ratio; and the share of a processor that llm-dash and the process that watches the disk take while
nothing happens. Exits 1 where a bar is missed. Without WORKSPACE the demo's.
"""

import argparse
import compileall
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import llm_dashboard
from llm_dashboard.plans.workspace import Workspace

SAMPLE = Path(__file__).parents[1] / "src" / "llm_dashboard" / "demo"
BARE = """
import sys
from textual.app import App
from textual.widgets import DataTable
class Bare(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("Plan", "Progress", "Last", "Next", "State")
        for name in sys.argv[1:]:
            table.add_row(name, "0/0", "-", "subplan 1.1", "ready")
Bare().run()
"""
TYPED = "import sys; from llm_dashboard.cli import entry_point; sys.exit(entry_point())"
"""What the installed command is."""
COLUMNS, ROWS = 120, 40
FIRST_SCREEN, IDLE = 1.3, 1.0
"""The bars: a ratio, and a percentage of one processor."""
SETTLING = 3.0
"""Seconds after the first screen until it is idle."""


@contextmanager
def drawn(argv: list[str], marker: bytes) -> Iterator[tuple[float, int, int]]:
    """A program that has drawn the marker: seconds from exec until then, its process id, and its terminal."""
    began = time.perf_counter()
    pid, master = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(argv[0], argv)
    seen = b""
    while marker not in seen:
        ready, _, _ = select.select([master], [], [], 20)
        if not ready:
            raise SystemExit(f"{marker!r} was not drawn in 20 s")
        seen = seen[-4096:] + os.read(master, 65536)
    yield time.perf_counter() - began, pid, master
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(master)


def first_screen(argv: list[str], marker: bytes) -> float:
    """Seconds from exec until the marker was drawn."""
    with drawn(argv, marker) as (took, _, _):
        return took


def processor_seconds(pid: int) -> float:
    """What a process and its children have taken so far (proc(5), /proc/PID/stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    taken = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return taken + sum(map(processor_seconds, map(int, children)))


def idle_share(argv: list[str], marker: bytes, seconds: float) -> float:
    """The share of a processor, in percent, that is taken for so long while nothing happens."""

    def drain(until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            if select.select([master], [], [], left)[0]:
                os.read(master, 65536)

    with drawn(argv, marker) as (_, pid, master):
        drain(time.monotonic() + SETTLING)
        before = processor_seconds(pid)
        drain(time.monotonic() + seconds)
        return (processor_seconds(pid) - before) / seconds * 100


def main() -> None:
    """Measure in turns, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--idle", type=float, default=20.0, help="seconds")
    options = parser.parse_args()
    # As an installation does: where nothing may be written beside the source, each start would compile it anew.
    compileall.compile_dir(str(Path(llm_dashboard.__file__).parent), quiet=1)
    plans = Workspace(options.workspace.resolve()).load().plans
    names = [plan.name for plan in plans]
    marker = names[min(len(names), ROWS - 10) - 1].encode()
    # As it is typed, in the folder of the workspace.
    os.chdir(options.workspace)
    ours = [sys.executable, "-c", TYPED]
    bare = [sys.executable, "-c", BARE, *names]
    times: dict[str, list[float]] = {"bare": [], "llm-dash": []}
    for _ in range(options.rounds):
        times["bare"].append(first_screen(bare, marker))
        times["llm-dash"].append(first_screen(ours, marker))
    medians = {name: statistics.median(values) * 1000 for name, values in times.items()}
    print(f"{len(names)} plans, median of {options.rounds}")
    print(f"bare Textual table  {medians['bare']:7.0f} ms")
    print(f"llm-dash            {medians['llm-dash']:7.0f} ms")
    ratio, idle = medians["llm-dash"] / medians["bare"], idle_share(ours, marker, options.idle)
    print(f"ratio               {ratio:7.2f}")
    print(f"idle                {idle:7.2f} % of a processor, over {options.idle:.0f} s")
    raise SystemExit(0 if ratio <= FIRST_SCREEN and idle <= IDLE else 1)


if __name__ == "__main__":
    main()

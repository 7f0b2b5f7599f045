"""How long until the first screen: llm-dash on a workspace, against a bare Textual table of the same rows.

Usage: python benchmarks/startup.py [WORKSPACE] [--rounds N]

Both run in a pseudo-terminal of 120 x 40; the time is from exec to the first byte of the last visible row. Prints medians, in
milliseconds, and their ratio. Without WORKSPACE the demo's.
"""

import argparse
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
from pathlib import Path

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
COLUMNS, ROWS = 120, 40


def first_screen(argv: list[str], marker: bytes) -> float:
    """Seconds from exec until the marker was drawn."""
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
    took = time.perf_counter() - began
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(master)
    return took


def main() -> None:
    """Measure in turns, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    plans = Workspace(options.workspace.resolve()).load().plans
    names = [plan.name for plan in plans]
    marker = names[min(len(names), ROWS - 10) - 1].encode()
    ours = [sys.executable, "-m", "llm_dashboard", "--workspace", str(options.workspace)]
    bare = [sys.executable, "-c", BARE, *names]
    times: dict[str, list[float]] = {"bare": [], "llm-dash": []}
    for _ in range(options.rounds):
        times["bare"].append(first_screen(bare, marker))
        times["llm-dash"].append(first_screen(ours, marker))
    medians = {name: statistics.median(values) * 1000 for name, values in times.items()}
    print(f"{len(names)} plans, median of {options.rounds}")
    print(f"bare Textual table  {medians['bare']:7.0f} ms")
    print(f"llm-dash            {medians['llm-dash']:7.0f} ms")
    print(f"ratio               {medians['llm-dash'] / medians['bare']:7.2f}")


if __name__ == "__main__":
    main()

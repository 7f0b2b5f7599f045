"""What still lives of a run whose supervisor is gone, and its end.

A process counts as one of the run only where there is no doubt: its environment names the run's folder, or it is the main
process itself, by start time and boot, or it descends from such a one, or is in a session that such a one leads. A daemon
that cleaned its environment and whose parents are gone is not found.
"""

import os
import signal
from collections.abc import Callable, Iterable
from time import monotonic, sleep
from typing import NamedTuple

from llm_dashboard.runs import processes
from llm_dashboard.runs.models import RunRecord
from llm_dashboard.runs.processes import ProcessStat

MARKER = "LLM_DASH_RUN_FOLDER"
"""The variable in the environment of all that a run starts: the absolute path of its folder."""
STEP = 0.02
"""Seconds between two looks at what is about to end."""
SWEEP = 2.0
"""Seconds after which what cannot be killed is given up."""


class Sight(NamedTuple):
    """The processes of the system at one moment."""

    table: dict[int, ProcessStat]
    marked: dict[str, set[int]]
    """Those whose environment names a run's folder, by the folder."""


class End(NamedTuple):
    """What became of what was left, as `name (pid)`."""

    ended: tuple[str, ...]
    survivors: tuple[str, ...]
    """What could not be ended."""


def look() -> Sight:
    """All processes as they are now: it takes some 30 µs for each."""
    table = processes.table()
    marked: dict[str, set[int]] = {}
    for pid in table:
        if folder := _run_folder(pid):
            marked.setdefault(folder, set()).add(pid)
    return Sight(table, marked)


def living(
    record: RunRecord, folder: str, look: Callable[[], Sight] = look, known: Iterable[tuple[int, int]] = ()
) -> dict[int, ProcessStat]:
    """What lives of the run in that (real) folder, by process id. `known`: ids and start times of what was found earlier.

    Never this process or one that it descends from: the app may itself have been started in a run.
    """
    if record.boot_id is not None and record.boot_id != processes.boot_id():
        return {}
    sight = look()
    own = _lineage(sight.table)
    table = {pid: stat for pid, stat in sight.table.items() if pid not in own}
    seeds = [*known, (record.process.pid, record.process.start)] if record.process else known
    found = {pid for pid, start in seeds if pid in table and table[pid].start == start}
    found |= sight.marked.get(folder, set()) & table.keys()
    leaders = set(found)
    # The main process may be gone and its id another's by now. But nobody joins a session from outside.
    if record.process and any(table[pid].session == record.process.pid for pid in found):
        leaders.add(record.process.pid)
    while new := {
        pid for pid, stat in table.items() if pid not in found and (stat.parent in found or stat.session in leaders)
    }:
        found |= new
        leaders |= new
    return {pid: table[pid] for pid in found if table[pid].is_alive}


def end(record: RunRecord, folder: str) -> End:
    """End what lives of the run: SIGINT, SIGTERM, SIGKILL, with the graces of its limits. It blocks until all is gone."""
    known: dict[int, ProcessStat] = {}

    def rest() -> dict[int, ProcessStat]:
        found = living(record, folder, look, [(pid, stat.start) for pid, stat in known.items()])
        known.update(found)
        return found

    for number, grace in zip((signal.SIGINT, signal.SIGTERM), record.limits.grace, strict=True):
        # A stopped process acts on a signal only once it goes on.
        _send(rest(), number, signal.SIGCONT)
        until = monotonic() + grace
        while rest() and monotonic() < until:
            sleep(STEP)
    until = monotonic() + SWEEP
    while (alive := rest()) and monotonic() < until:
        frozen: dict[int, ProcessStat] = {}
        # All are stopped before any is killed, so that none can start another ahead of us.
        while new := {pid: stat for pid, stat in rest().items() if pid not in frozen}:
            _send(new, signal.SIGSTOP)
            frozen |= new
        _send(frozen, signal.SIGKILL)
        sleep(STEP)
    return End(names({pid: stat for pid, stat in known.items() if pid not in alive}), names(alive))


def names(found: dict[int, ProcessStat]) -> tuple[str, ...]:
    """`name (pid)` of each, as the processes call themselves: not safe to draw."""
    return tuple(f"{stat.name} ({pid})" for pid, stat in sorted(found.items()))


def _send(found: dict[int, ProcessStat], *numbers: signal.Signals) -> None:
    for pid, stat in found.items():
        for number in numbers:
            processes.send(pid, number, stat.start)


def _run_folder(pid: int) -> str | None:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            environment = b"\0" + file.read()
    except OSError:
        return None
    _, is_there, rest = environment.partition(_MARKED)
    return os.fsdecode(rest.partition(b"\0")[0]) if is_there else None


_MARKED = b"\0" + MARKER.encode() + b"="


def _lineage(table: dict[int, ProcessStat]) -> set[int]:
    """This process and all that it descends from."""
    own = set()
    pid = os.getpid()
    while pid and pid not in own:
        own.add(pid)
        pid = table[pid].parent if pid in table else 0
    return own

"""Which other runs of a workspace went on while one did: what changed meanwhile may be their work.

The supervisor imports this when its run has ended: nothing heavy.
"""

import os

from llm_dashboard.runs import processes
from llm_dashboard.runs.models import RunRecord
from llm_dashboard.runs.records import load


def concurrent(folder: str, since: int) -> list[RunRecord]:
    """The records of the other runs that went on since then, by name. `folder`: that of the run; `since`: a file time in ns."""
    parent, _, own = folder.rpartition("/")
    try:
        names = sorted(name for name in os.listdir(parent) if name != own and not name.startswith("."))  # noqa: PTH208
    except OSError:
        return []
    likely = (name for name in names if _may_overlap(f"{parent}/{name}", since))
    records = (load(f"{parent}/{name}/run.json", RunRecord) for name in likely)
    return [record for record in records if record and record.started_at and _lived(record, parent)]


def _may_overlap(folder: str, since: int) -> bool:
    """Whether it has not ended before; quick, for there may be thousands."""
    try:
        return os.stat(f"{folder}/result.json").st_mtime_ns >= since  # noqa: PTH116
    except OSError:
        return True


def _lived(record: RunRecord, parent: str) -> bool:
    """Whether it has ended since, or lives: one that was lost long ago has no result."""
    if os.path.exists(f"{parent}/{record.run}/result.json"):  # noqa: PTH110
        return True
    supervisor = record.supervisor
    is_same_boot = record.boot_id == processes.boot_id()
    return bool(supervisor and is_same_boot and processes.is_alive(supervisor.pid, supervisor.start))

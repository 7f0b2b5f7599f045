"""Plans and the documents beside them, written for a test."""

from collections.abc import Iterable, Mapping
from pathlib import Path

PLANS = "work-space/plans"


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below the plans root of a workspace."""
    for name, content in files.items():
        path = root / PLANS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def plan_text(ids: Iterable[str] = ("1.1", "1.2"), title: str = "A plan") -> str:
    """A plan with an index of these ids."""
    entries = "".join(f"- Achievement {each}: Title of {each}\n" for each in ids)
    return f"# PLAN: {title}\n\n**Status**: Planning  \n\n---\n\n## 📋 Achievement Index\n\n{entries}\n"


def task_text(header: str, closing: str | None = None) -> str:
    """An EXECUTION_TASK with enough lines between its header and its closing status."""
    log = "".join(f"- step {number}\n" for number in range(60))
    end = f"\n**Status**: {closing}\n" if closing is not None else ""
    return f"# EXECUTION_TASK: A task\n\n**Status**: {header}\n\n---\n\n{log}{end}"

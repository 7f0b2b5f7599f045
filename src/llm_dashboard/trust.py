"""What a workspace's settings would have run, and whether a person has seen and allowed that file.

A repository may bring its own `llm-dash.toml`. What it says of programs to run, of who does the work and of what those may do
counts only once its very text was allowed; a changed text, or the same one in another folder, is asked for again.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from llm_dashboard.atomic import replace

SCRIPTS = b'scripts = "workspace"'
"""The text to allow where a workspace's own scripts are to run, but its file does not say so: a person's settings do, of every
workspace. It is as if the file said that and nothing else."""


def asking(keys: Iterable[str], built_in_workflows: Iterable[str] = ()) -> tuple[str, ...]:
    """Those of the file's keys that name something to run, or widen what may be run.

    Keys are those of the top level, and `workflows.NAME` and `agents.NAME` for the tables in there.
    """
    limits_only = {f"workflows.{name}" for name in built_in_workflows}
    return tuple(key for key in keys if key.partition(".")[0] in _NAMING and key not in limits_only)


def is_allowed(file: Path, text: bytes, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a person has allowed that text of that file."""
    mark = _mark(file, text, environment)
    return mark is not None and mark.is_file()


def allow(file: Path, text: bytes, environment: Mapping[str, str] = os.environ) -> None:
    """Remember that a person has allowed that text of that file. Raises OSError."""
    mark = _mark(file, text, environment)
    if mark is None:
        raise OSError("there is no place to remember it: HOME is not set")
    mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace(mark, f"{_place(file)}\n".encode(errors="surrogateescape"))


def forbid(file: Path, text: bytes, environment: Mapping[str, str] = os.environ) -> None:
    """Forget that a person has allowed it. Raises OSError."""
    mark = _mark(file, text, environment)
    if mark:
        mark.unlink(missing_ok=True)


def _mark(file: Path, text: bytes, environment: Mapping[str, str]) -> Path | None:
    """The file that is there once that text of that file is allowed; None where nothing says where its place is."""
    state, home = environment.get("XDG_STATE_HOME"), environment.get("HOME")
    if state and Path(state).is_absolute():
        folder = Path(state)
    elif home:
        folder = Path(home, ".local", "state")
    else:
        return None
    # Only here: every verb imports this module, and few ask.
    import hashlib

    name = hashlib.sha256(os.fsencode(_place(file)) + b"\0" + text).hexdigest()
    return folder / "llm-dash" / "allowed" / name


def _place(file: Path) -> Path:
    """The file by its real folder. It may be a link: what one says in a folder was never allowed by what it leads to."""
    return file.parent.resolve() / file.name


_NAMING = ("workflows", "scripts", "agent", "agents", "permission", "verify", "budget", "fix_attempts")

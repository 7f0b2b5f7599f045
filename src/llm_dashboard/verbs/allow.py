"""`allow`: what the settings of the workspace would have run, seen and allowed by a person."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from llm_dashboard import trust
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import BUILT_IN_WORKFLOWS, FILE_NAME
from llm_dashboard.settings.files import parse, read_text


def allow(root: Path, *, yes: bool, forget: bool) -> int:
    """Show what the workspace's file would have run, and remember that it may; the exit status. Raises SettingsError."""
    file = root / FILE_NAME
    text = read_text(file, FILE_NAME)
    values = _values(parse(text, FILE_NAME))
    asking = trust.asking(values, BUILT_IN_WORKFLOWS)
    if forget:
        trust.forbid(file, text.encode())
        print(f"{FILE_NAME} is not allowed any more.", file=sys.stderr)
        return ExitStatus.DONE
    if not asking:
        print(f"{FILE_NAME} names nothing to run: there is nothing to allow.", file=sys.stderr)
        return ExitStatus.DONE
    if trust.is_allowed(file, text.encode()):
        print(f"{FILE_NAME} is allowed as it is.", file=sys.stderr)
        return ExitStatus.DONE
    for key in asking:
        print("\n".join(map(plain, _lines(key, values[key]))), file=sys.stderr)
    if not yes:
        if not sys.stdin.isatty():
            print("llm-dash: nobody is there to say yes; --yes does.", file=sys.stderr)
            return ExitStatus.USAGE
        print(f"Allow {FILE_NAME} to say so? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            return ExitStatus.CANCELLED
    try:
        trust.allow(file, text.encode())
    except OSError as error:
        print(f"llm-dash: it cannot be remembered: {plain(str(error))}", file=sys.stderr)
        return ExitStatus.FAILED
    print(f"{FILE_NAME} is allowed until it changes.", file=sys.stderr)
    return ExitStatus.DONE


def _values(tree: Mapping[str, object]) -> dict[str, object]:
    """What the file says by key: those of the top level, and each table of `workflows` and `agents`."""
    found: dict[str, object] = {}
    for name, value in tree.items():
        if name in ("workflows", "agents") and isinstance(value, dict):
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            found[name] = value
    return found


def _lines(key: str, value: object) -> Iterator[str]:
    """What a key says, a line for each of its own."""
    if isinstance(value, dict):
        yield key
        for name, each in value.items():
            yield f"  {name} = {_shown(each)}"
    elif isinstance(value, list) and all(isinstance(each, list) for each in value):
        yield key
        yield from (f"  {_shown(each)}" for each in value)
    else:
        yield f"{key} = {_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return shlex.join(value)
    return str(value)

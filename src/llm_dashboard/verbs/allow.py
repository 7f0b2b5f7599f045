"""`allow`: what the settings of the workspace would have run, seen and allowed by a person."""

import sys
from pathlib import Path

from llm_dashboard import trust
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import FILE_NAME
from llm_dashboard.settings.files import parse, read_text
from llm_dashboard.settings.naming import naming


def allow(root: Path, *, yes: bool, forget: bool) -> int:
    """Show what the workspace's file would have run, and remember that it may; the exit status. Raises SettingsError."""
    file = root / FILE_NAME
    text = read_text(file, FILE_NAME)
    asking = naming(parse(text, FILE_NAME))
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
    for key, lines in asking.items():
        print("\n  ".join((key, *lines)), file=sys.stderr)
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

"""`allow`: what the settings of the workspace would have run, seen and allowed by a person."""

import sys
from collections.abc import Mapping
from pathlib import Path

from llm_dashboard import trust
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import FILE_NAME, read
from llm_dashboard.settings.files import parse, read_text
from llm_dashboard.settings.naming import asked, naming


def allow(root: Path, flags: Mapping[str, str], *, yes: bool, forget: bool) -> int:
    """Show what the workspace would have run, and remember that it may; the exit status. Raises SettingsError."""
    file = root / FILE_NAME
    if forget:
        for text in (read_text(file, FILE_NAME).encode(), trust.SCRIPTS):
            trust.forbid(file, text)
        print(f"{FILE_NAME} is not allowed any more.", file=sys.stderr)
        return ExitStatus.DONE
    asking = asked(root, read(root, flags=flags).settings)
    if not asking.lines:
        named = naming(parse(read_text(file, FILE_NAME), FILE_NAME))
        what = "is allowed as it is" if named else "names nothing to run: there is nothing to allow"
        print(f"{FILE_NAME} {what}.", file=sys.stderr)
        return ExitStatus.DONE
    for key, lines in asking.lines.items():
        print("\n  ".join((key, *lines)), file=sys.stderr)
    if not yes:
        if not sys.stdin.isatty():
            print("llm-dash: nobody is there to say yes; --yes does.", file=sys.stderr)
            return ExitStatus.USAGE
        print(f"{asking.question} [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            return ExitStatus.CANCELLED
    try:
        asking.allow()
    except OSError as error:
        print(f"llm-dash: it cannot be remembered: {plain(str(error))}", file=sys.stderr)
        return ExitStatus.FAILED
    scripts_only = asking.texts == (trust.SCRIPTS,)
    what = "The scripts of this workspace are allowed" if scripts_only else f"{FILE_NAME} is allowed until it changes"
    print(f"{what}.", file=sys.stderr)
    return ExitStatus.DONE

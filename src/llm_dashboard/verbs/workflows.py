"""`run --list`: the workflows that can be run by name."""

import shlex
import sys

import msgspec

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.settings import Settings
from llm_dashboard.workflows import catalog


def workflows(settings: Settings, *, output: str) -> int:
    """Print them; the exit status. `output` is `text`, `json` (one object) or `jsonl` (one object a line)."""
    entries = catalog.workflows(settings)
    if output == "json":
        _print_json({"workflows": entries})
    elif output == "jsonl":
        for entry in entries:
            _print_json(entry)
    else:
        width = max(len(entry.name) for entry in entries)
        for entry in entries:
            print(f"{entry.name:{width}}  {entry.summary}")
            if not entry.built_in:
                print(f"{'':{width}}  {shlex.join(entry.argv)}")
    return ExitStatus.DONE


def _print_json(value: object) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")

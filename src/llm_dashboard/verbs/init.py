"""`init`: a folder becomes a workspace."""

import sys
from pathlib import Path

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans.beginning import initialize
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import load


def init(directory: Path) -> int:
    """Make what a workspace has, keep what is there, and say so; the exit status. Raises SettingsError."""
    try:
        root = directory.resolve()
        is_file = root.exists() and not root.is_dir()
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        print(f"llm-dash: {plain(str(directory))} cannot be made a workspace: {plain(reason)}", file=sys.stderr)
        return ExitStatus.USAGE
    if is_file:
        print(f"llm-dash: {plain(str(root))} is a file, not a folder", file=sys.stderr)
        return ExitStatus.USAGE
    settings = load(root)
    try:
        before = initialize(root, settings.plans_root)
    except OSError as error:
        print(f"llm-dash: {plain(str(error))}", file=sys.stderr)
        return ExitStatus.FAILED
    for part in before:
        print(f"{'kept' if part.is_there else 'made'}  {plain(part.path)}")
    print("next: llm-dash new NAME", file=sys.stderr)
    return ExitStatus.DONE

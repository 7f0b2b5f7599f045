"""`needs`: what waits for a person, over all plans."""

from pathlib import Path

import msgspec

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs.history import list_runs
from llm_dashboard.runs.needs import Need, NeedKind, needs
from llm_dashboard.settings import Settings
from llm_dashboard.verbs.report import print_json

MARKS = {
    NeedKind.LOST: "? lost",
    NeedKind.FAILED: "✗ failed",
    NeedKind.FIX: "! needs fix",
    NeedKind.REVIEW: "◆ review",
}


class _NeedsReport(msgspec.Struct):
    """What `needs --json` prints; the contract stands in docs/json.md."""

    workspace: str
    needs: tuple[Need, ...]


def show_needs(root: Path, settings: Settings, *, as_json: bool) -> int:
    """Print what waits for a person, the most urgent first; the exit status."""
    state = Workspace(root, settings.plans_root).load()
    found = needs(state.plans, list_runs(root))
    if as_json:
        print_json(_NeedsReport(state.name, found))
        return ExitStatus.DONE
    for need in found:
        mark = "▶ running" if need.live else MARKS[need.kind]
        print(f"{mark:11}  {need.plan}  {need.achievement or ''}  {need.title}: {need.reason}")
    if not found:
        print("Nothing waits for you.")
    return ExitStatus.DONE

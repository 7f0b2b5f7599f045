"""`archive`: a finished plan leaves the plans root."""

import datetime
import sys
from pathlib import Path

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.measures import count, size
from llm_dashboard.plans.archive import Move, archive, planned_move
from llm_dashboard.plans.models import Plan, Problem
from llm_dashboard.plans.workspace import Workspace, find_plan
from llm_dashboard.runs.history import live_run_of
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import Settings


def archive_plan(root: Path, settings: Settings, wanted: str, *, yes: bool) -> int:
    """Show what moves, ask, and move it; the exit status."""
    state = Workspace(root, settings.plans_root).load()
    plan = find_plan(state, wanted)
    if isinstance(plan, Problem):
        return _refuse(plan.message, ExitStatus.USAGE)
    move = _busy(root, plan) or planned_move(root, settings.plans_root, state, plan, datetime.date.today())
    if isinstance(move, str):
        return _refuse(move, ExitStatus.PREREQUISITE_MISSING)
    if yes and move.warning:
        print(f"llm-dash: {plain(move.warning)}", file=sys.stderr)
    if not yes and not _confirmed(move):
        return ExitStatus.CANCELLED if sys.stdin.isatty() else ExitStatus.USAGE
    if busy := _busy(root, plan):
        return _refuse(busy, ExitStatus.PREREQUISITE_MISSING)
    try:
        archive(root, move)
    except OSError as error:
        return _refuse(str(error), ExitStatus.FAILED)
    print(plain(move.target))
    return ExitStatus.DONE


def _busy(root: Path, plan: Plan) -> str | None:
    """That a run of the plan has not ended, as a sentence; None where all have."""
    live = live_run_of(root, plan)
    return f"{live.id} of {plan.name} has not ended; wait for it, or llm-dash stop {live.id}" if live else None


def _confirmed(move: Move) -> bool:
    talk = [
        f"moves  {move.source}",
        f"to     {move.target}",
        f"       {count(move.files, 'file')}, {size(move.octets)}",
    ]
    talk += [f"note   {move.warning}"] if move.warning else []
    print("\n".join(map(plain, talk)), file=sys.stderr)
    if not sys.stdin.isatty():
        print("llm-dash: nobody is there to say yes; --yes does.", file=sys.stderr)
        return False
    print("Archive it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _refuse(sentence: str, status: ExitStatus) -> int:
    print(f"llm-dash: {plain(sentence)}", file=sys.stderr)
    return status

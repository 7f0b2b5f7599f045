"""`demo`: a small sample workspace in a temporary folder, on the screen, or walked through in text."""

import datetime
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from llm_dashboard import settings
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans import review
from llm_dashboard.plans.workspace import Workspace

SAMPLE = Path(__file__).parents[1] / "demo" / "work-space"
PLAN = "WEATHER-STATION"
WORK = """
import pathlib
folder = pathlib.Path("station")
folder.mkdir(exist_ok=True)
(folder / "store.py").write_text("RECORD_BYTES = 24\\n", encoding="utf-8")
print("wrote station/store.py", flush=True)
print("============ 16 passed in 0.04s ============")
"""
"""A stand-in for an assistant: it writes one file, and prints the last line of a test run."""


def demo(*, headless: bool) -> int:
    """Make the workspace, then open it, or walk the whole loop in it; the exit status."""
    with sample() as root:
        if headless:
            return _walk(root)
        from llm_dashboard.verbs.screen import open_screen

        return open_screen(root, *settings.load_or_default(root))


@contextmanager
def sample() -> Iterator[Path]:
    """The workspace in a temporary folder. At the end it is deleted, unless a run still goes on in it: then that is said."""
    folder = Path(tempfile.mkdtemp(prefix="llm-dash-demo-")).resolve()
    root = folder / "demo"
    try:
        shutil.copytree(SAMPLE, root / "work-space")
        yield root
    finally:
        from llm_dashboard.runs import history

        live = sum(not run.state.is_final for run in history.list_runs(root))
        if live:
            goes_on = "a run goes on in it" if live == 1 else f"{live} runs go on in it"
            print(f"llm-dash: the demo stays, {goes_on}: llm-dash --workspace {root}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _walk(root: Path) -> int:
    """See, run, watch, judge: each step a real process, as a person would type it."""
    steps: tuple[tuple[str, tuple[str, ...], int], ...] = (
        ("See where the plans stand", ("status",), ExitStatus.DONE),
        ("1.1 has an open FIX: get the prompt that fixes it", ("run", "next", PLAN, "--yes"), ExitStatus.DONE),
        (
            "Do the work under a limit (a stand-in for your assistant)",
            ("exec", "--wall", "30", "--", sys.executable, "-c", WORK),
            ExitStatus.DONE,
        ),
        ("Create a SUBPLAN for 2.1", ("run", "subplan", PLAN, "2.1", "--yes"), ExitStatus.DONE),
        ("Create its EXECUTION_TASK", ("run", "execution", PLAN, "2.1", "--yes"), ExitStatus.DONE),
        (
            "2.2 has no SUBPLAN: an EXECUTION_TASK is refused, with the way out",
            ("run", "execution", PLAN, "2.2", "--yes"),
            ExitStatus.PREREQUISITE_MISSING,
        ),
        ("1.2 is done and awaits a verdict", ("run", "next", PLAN, "1.2", "--yes"), ExitStatus.VERDICT_NEEDED),
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LLM_DASH_")}
    for number, (title, arguments, expected) in enumerate(steps, 1):
        print(f"\n{number}. {title}\n$ llm-dash {' '.join(_shown(arguments))}", flush=True)
        argv = [sys.executable, "-P", "-m", "llm_dashboard", *arguments]
        done = subprocess.run(argv, cwd=root, env=environment, stdin=subprocess.DEVNULL, check=False)
        if done.returncode != expected:
            print(f"llm-dash: that ended with exit status {done.returncode}, not {int(expected)}", file=sys.stderr)
            return ExitStatus.FAILED
    print(f"\n{len(steps) + 1}. Judge it: approve 1.2", flush=True)
    workspace = Workspace(root, settings.DEFAULT_PLANS_ROOT)
    plan = next(plan for plan in workspace.load().plans if plan.name == PLAN)
    path = review.approve(root, plan, "1.2", reviewer="demo", notes="Gaps are marked.", date=datetime.date.today())
    counts = next(plan for plan in workspace.load().plans if plan.name == PLAN).counts
    print(f"wrote {path}: {counts.approved} of {counts.total} approved")
    print("\nThe same on a screen: llm-dash demo")
    return ExitStatus.DONE


def _shown(arguments: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("'…'" if argument == WORK else argument.replace(sys.executable, "python") for argument in arguments)

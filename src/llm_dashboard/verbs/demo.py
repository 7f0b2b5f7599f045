"""`demo`: a small sample workspace in a temporary folder, on the screen, or walked through in text."""

import datetime
import os
import subprocess
import sys
from pathlib import Path

from llm_dashboard import settings
from llm_dashboard.demo.sample import make_sample, remove_sample
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans import review
from llm_dashboard.plans.workspace import Workspace

PLAN = "WEATHER-STATION"
ELSEWHERE = ("LLM_DASH_PLANS_ROOT", "LLM_DASH_SCRIPTS")
"""Variables that say where a person's own plans and scripts are; the sample, and what runs in it, has its own."""
WORK = """
import pathlib
folder = pathlib.Path("station")
folder.mkdir(exist_ok=True)
(folder / "store.py").write_text("RECORD_BYTES = 24\\n", encoding="utf-8")
print("wrote station/store.py", flush=True)
print("============ 16 passed in 0.04s ============")
"""
"""Any command: it writes one file, and prints the last line of a test run."""


def demo(*, headless: bool) -> int:
    """Make the workspace, then open it, or walk the whole loop in it; the exit status."""
    root = make_sample()
    if not headless:
        from llm_dashboard.verbs.screen import open_screen

        for name in ELSEWHERE:
            os.environ.pop(name, None)
        return open_screen(root, *settings.load_or_default(root), is_sample=True)
    try:
        return _walk(root)
    finally:
        if sentence := remove_sample(root):
            print(f"llm-dash: {sentence}", file=sys.stderr)


def _walk(root: Path) -> int:
    """See, run, watch, judge: each step a real process, as a person would type it."""
    steps: tuple[tuple[str, tuple[str, ...], int], ...] = (
        ("See where the plans stand", ("status",), ExitStatus.DONE),
        (
            "1.1 has an open FIX: a stand-in for an agent (a script, no model) works on it",
            ("run", "next", PLAN, "--yes"),
            ExitStatus.DONE,
        ),
        (
            "Run any command under a limit",
            ("exec", "--wall", "30", "--", sys.executable, "-c", WORK),
            ExitStatus.DONE,
        ),
        ("Create a SUBPLAN for 2.1", ("run", "subplan", PLAN, "2.1", "--yes"), ExitStatus.DONE),
        ("Create its EXECUTION_TASK", ("run", "execution", PLAN, "2.1", "--yes"), ExitStatus.DONE),
        ("The stand-in does it, and is checked", ("run", "next", PLAN, "2.1", "--yes"), ExitStatus.DONE),
        (
            "2.2 has no SUBPLAN: an EXECUTION_TASK is refused, with the way out",
            ("run", "execution", PLAN, "2.2", "--yes"),
            ExitStatus.PREREQUISITE_MISSING,
        ),
        ("1.2 is done and awaits a verdict", ("run", "next", PLAN, "1.2", "--yes"), ExitStatus.VERDICT_NEEDED),
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LLM_DASH_")}
    environment["PAUSE"] = "0.1"
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
    print("\nThe same on a screen, with a tour: llm-dash demo")
    return ExitStatus.DONE


def _shown(arguments: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("'…'" if argument == WORK else argument.replace(sys.executable, "python") for argument in arguments)

"""No verb: the screen. What it imports is a quarter of a second, so that the plans are read meanwhile."""

import gc
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans.models import WorkspaceState
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import Settings, is_folder

PATIENCE = 0.05
"""Seconds that the first screen waits for the plans; without them it says that they are being read."""
LARGE = 300
"""Folders in the plans root and in its folders: to read more than that would keep the first screen waiting."""


def open_screen(
    root: Path,
    settings: Settings,
    problem: str | None = None,
    others: Sequence[Path] | None = None,
    flags: Mapping[str, str] = {},
    *,
    absent: Sequence[Path] = (),
    is_sample: bool = False,
) -> int:
    """Open the app on that workspace; the exit status. `problem` is a sentence about the settings, to be shown there.

    `others` are workspaces to have open besides, together with those of the person's own settings; None is none at all.
    `flags` are the settings of the command line, which stay when the files are read again. `absent` are folders that were to
    be open, and are none.
    A sample, the one that it opens on or one that is made on the screen, is deleted at the end.
    """
    samples = [root] if is_sample else []
    try:
        return _open(root, settings, problem, others, flags, samples, absent)
    finally:
        _remove(samples)


def _open(
    root: Path,
    settings: Settings,
    problem: str | None,
    others: Sequence[Path] | None,
    flags: Mapping[str, str],
    samples: list[Path],
    absent: Sequence[Path],
) -> int:
    in_browser = "TEXTUAL_DRIVER" in os.environ
    if not in_browser and not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(
            "llm-dash: the screen needs a terminal. Without one:\n"
            "  llm-dash status               where every plan stands\n"
            "  llm-dash run next PLAN --yes  do what comes next\n"
            "  llm-dash --help               all that there is",
            file=sys.stderr,
        )
        return ExitStatus.USAGE
    workspace = Workspace(root, settings.plans_root)
    first: list[WorkspaceState] = []
    reading = threading.Thread(target=lambda: first.append(workspace.load()), daemon=True)
    if not _is_large(workspace.root / settings.plans_root):
        reading.start()
    # What a start makes lives as long as the app: collecting it over and over costs a seventh of the start. The app
    # switches it on again.
    gc.disable()
    from llm_dashboard.ui.app import build_app

    if reading.ident is not None:
        reading.join(PATIENCE)
    own = [] if others is None else [Path(each).expanduser() for each in settings.workspaces]
    distinct, missing = _further(root, [*(others or ()), *own])
    app = build_app(workspace, settings, first[0] if first else None, problem, distinct, flags)
    app.samples, app.absent = samples, [*absent, *missing]
    return app.run_on_terminal()


def _further(root: Path, wanted: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The folders to have open besides `root`, each once; and what is no folder: a link may lead nowhere, or to itself."""
    there = [each for each in wanted if is_folder(each)]
    distinct = dict.fromkeys(path for each in there if (path := each.resolve()) != root)
    return list(distinct), [each for each in wanted if each not in there]


def _remove(samples: Sequence[Path]) -> None:
    """Delete the samples; say which stay."""
    if samples:
        from llm_dashboard.demo.sample import remove_sample

        for sentence in filter(None, map(remove_sample, samples)):
            print(f"llm-dash: {sentence}", file=sys.stderr)


def _is_large(plans_root: Path) -> bool:
    """Whether there is so much to read that the first screen comes sooner when nobody reads meanwhile."""
    folders = 0
    try:
        with os.scandir(plans_root) as entries:
            for entry in entries:
                if folders > LARGE:
                    return True
                if entry.is_dir(follow_symlinks=False):
                    with os.scandir(entry) as below:
                        folders += 1 + sum(each.is_dir(follow_symlinks=False) for each in below)
    except OSError:
        return False
    return folders > LARGE

"""What happens on disk, in any order, and what is then read again."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.plans.workspace import Workspace
from tests.plans.samples import PLANS, plan_text, task_text, write

_names = st.sampled_from(
    [
        "A",
        "A/PLAN_A.md",
        "A/parallel.json",
        "A/subplans",
        "A/subplans/SUBPLAN_A_11.md",
        "A/execution",
        "A/execution/EXECUTION_TASK_A_11_01.md",
        "A/execution/feedbacks",
        "A/execution/feedbacks/APPROVED_11.md",
        "A/execution/feedbacks/FIX_11.md",
        "A/A/PLAN_A.md",
        "A/documentation/PLAN_A.md",
        "B",
        "B/PLAN_B.md",
        "B/PLAN_A.md",
        "c/B/PLAN_B.md",
        "c/B/execution",
        "PLAN_A.md",
    ]
)
_contents = st.sampled_from(
    [plan_text(), plan_text(["1.1"]), task_text("Complete"), task_text("In Progress"), "", '{"achievements": []}', "{"]
)
_Step = Callable[[Path], list[Path]]
"""Does something below a plans root; answers the paths that a watcher would name."""


def _real(plans: Path, name: str) -> Path:
    """The path in which a name really is: a watcher names no links on the way."""
    path = plans / name
    return path.parent.resolve() / path.name


def _write(name: str, content: str) -> _Step:
    def step(plans: Path) -> list[Path]:
        (plans / name).parent.mkdir(parents=True, exist_ok=True)
        path = _real(plans, name)
        if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
            raise FileExistsError(path)
        path.write_text(content)
        return [path]

    return step


def _remove(name: str) -> _Step:
    def step(plans: Path) -> list[Path]:
        path = _real(plans, name)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        return [path]

    return step


def _rename(name: str, other: str) -> _Step:
    def step(plans: Path) -> list[Path]:
        paths = [_real(plans, name), _real(plans, other)]
        paths[0].rename(paths[1])
        return paths

    return step


def _link(name: str, target: str) -> _Step:
    def step(plans: Path) -> list[Path]:
        path = _real(plans, name)
        path.symlink_to(target.replace("{outside}", str(plans.parents[1] / "outside")))
        return [path]

    return step


def _pipe(name: str) -> _Step:
    def step(plans: Path) -> list[Path]:
        path = _real(plans, name)
        os.mkfifo(path)
        return [path]

    return step


def _hard_link(name: str) -> _Step:
    def step(plans: Path) -> list[Path]:
        path = _real(plans, name)
        descriptor, source = tempfile.mkstemp(dir=plans.parents[1])
        os.write(descriptor, plan_text().encode())
        os.close(descriptor)
        path.hardlink_to(source)
        return [path]

    return step


_steps = st.one_of(
    st.builds(_write, _names, _contents),
    st.builds(_remove, _names),
    st.builds(_rename, _names, _names),
    st.builds(
        _link, _names, st.sampled_from([".", "..", "self", "A", "{outside}", "{outside}/PLAN_A.md", "/dev/zero"])
    ),
    st.builds(_pipe, _names),
    st.builds(_hard_link, _names),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(_steps, max_size=15), st.randoms(use_true_random=False))
def test_whatever_happens_what_is_read_again_is_what_is_there(steps: list[_Step], chance: Random) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve() / "work"
        plans = root / PLANS
        write(root, {"A/PLAN_A.md": plan_text(), "A/execution/feedbacks/APPROVED_12.md": ""})
        outside = root / "outside"
        for path in ("PLAN_A.md", "A/PLAN_A.md", "subplans/SUBPLAN_A_11.md", "feedbacks/APPROVED_11.md"):
            (outside / path).parent.mkdir(parents=True, exist_ok=True)
            (outside / path).write_text(plan_text(title="OUTSIDE"))
        workspace = Workspace(root)
        workspace.load()
        events: list[Path] = []
        for step in steps:
            try:
                events += step(plans)
            except (OSError, RuntimeError):
                continue
            if chance.random() < 0.6:
                chance.shuffle(events)
                state = workspace.load(map(str, events))
                assert state == Workspace(root).load()
                assert b"OUTSIDE" not in msgspec.json.encode(state)
                events = []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(), _names.map(f"{PLANS}/{{}}/..".format), _names.map(f"{PLANS}//{{}}".format))))
def test_paths_that_are_none_do_no_harm(paths: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write(root, {"A/PLAN_A.md": plan_text()})
        workspace = Workspace(root)
        before = workspace.load()
        assert workspace.load(paths) == before

"""What changes on disk, in any order, and what is then read again."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.plans.models import Problem, WorkspaceState
from llm_dashboard.plans.workspace import Workspace
from tests.plans.samples import PLANS, plan_text, task_text, write

LONG_AGO = 1_600_000_000


def load(root: Path) -> WorkspaceState:
    return Workspace(root).load()


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust time stamps at once: the tests below change sizes or names, so that no change can hide behind one."""
    monkeypatch.setattr("llm_dashboard.plans.files._UNSETTLED_NS", -(10**12))


_CHANGES = {
    "the plan": {"A/PLAN_A.md": plan_text(["1.1", "1.2", "1.3"])},
    "a task": {"A/execution/EXECUTION_TASK_A_11_01.md": task_text("In Progress", "Complete")},
    "a new folder": {"A/subplans/SUBPLAN_A_12.md": ""},
    "a new feedback": {"A/execution/feedbacks/APPROVED_11.md": ""},
    "dependencies": {"A/parallel.json": '{"achievements": [{"id": "1.1", "dependencies": ["1.2"]}]}'},
}


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("change", _CHANGES)
def test_only_what_changed_is_read_again(tmp_path: Path, change: str) -> None:
    start = {
        "A/PLAN_A.md": plan_text(),
        "A/execution/EXECUTION_TASK_A_11_01.md": task_text("In Progress"),
        "A/execution/feedbacks/notes.md": "",
        "A/parallel.json": '{"achievements": []}',
    }
    write(tmp_path, start | {"B/PLAN_B.md": plan_text()})
    workspace = Workspace(tmp_path)
    before = workspace.load().plans
    again = workspace.load().plans
    assert all(one is other for one, other in zip(before, again, strict=True))
    write(tmp_path, _CHANGES[change])
    after = workspace.load().plans
    assert after[1] is before[1]
    assert after[0] != before[0]
    assert after == load(tmp_path).plans


@pytest.mark.usefixtures("settled")
def test_plans_come_and_go(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text()})
    workspace = Workspace(tmp_path)
    workspace.load()
    (tmp_path / PLANS / "A").rename(tmp_path / PLANS / "B")
    write(tmp_path, {"c/C/PLAN_C.md": plan_text()})
    assert [(plan.name, plan.own_folder) for plan in workspace.load().plans] == [("A", False), ("C", True)]
    (tmp_path / PLANS).rename(tmp_path / "gone")
    assert codes(workspace.load().problems) == ["no-plans-root"]


@pytest.mark.parametrize("absolute", [True, False])
@pytest.mark.parametrize("change", _CHANGES)
def test_only_what_is_said_to_have_changed_is_looked_at(tmp_path: Path, change: str, absolute: bool) -> None:
    write(
        tmp_path,
        {
            "A/PLAN_A.md": plan_text(),
            "A/execution/EXECUTION_TASK_A_11_01.md": task_text("In Progress"),
            "A/parallel.json": '{"achievements": []}',
            "B/PLAN_B.md": plan_text(),
        },
    )
    workspace = Workspace(tmp_path)
    before = workspace.load().plans
    write(tmp_path, {**_CHANGES[change], "B/execution/feedbacks/APPROVED_11.md": ""})
    paths = [f"{tmp_path}/{PLANS}/{name}" if absolute else f"{PLANS}/{name}" for name in _CHANGES[change]]
    after = workspace.load(paths).plans
    assert after[0] != before[0]
    assert after[0] == load(tmp_path).plans[0]
    assert after[1] is before[1]
    assert workspace.load().plans == load(tmp_path).plans


def test_a_plan_that_is_read_again_and_says_the_same_is_the_same_object(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text()})
    workspace = Workspace(tmp_path)
    (before,) = workspace.load().plans
    write(tmp_path, {"A/PLAN_A.md": plan_text(), "A/notes.txt": ""})
    assert workspace.load([f"{PLANS}/A/PLAN_A.md"]).plans[0] is before
    assert workspace.load().plans[0] is before


def test_paths_that_say_nothing_of_plans(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text()})
    workspace = Workspace(tmp_path)
    before = workspace.load()
    write(tmp_path, {"B/PLAN_B.md": plan_text()})
    for paths in (
        [],
        [".llm-dash/runs/x/output.log"],
        ["work-space/plans-old/A"],
        [f"{PLANS}/A/documentation/PLAN_X.md"],
    ):
        assert workspace.load(paths) == before


@pytest.mark.parametrize("path", [PLANS, "work-space", ".", "/elsewhere/B", f"{PLANS}/A/../B/PLAN_B.md", "{root}"])
def test_paths_that_do_not_tell_what_changed(tmp_path: Path, path: str) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text()})
    workspace = Workspace(tmp_path)
    workspace.load()
    write(tmp_path, {"B/PLAN_B.md": plan_text()})
    assert len(workspace.load([path.replace("{root}", str(tmp_path))]).plans) == 2


def test_plans_come_and_go_where_it_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text(), "A/subplans/SUBPLAN_A_11.md": "", "c/PLAN_FLAT.md": plan_text()})
    workspace = Workspace(tmp_path)
    assert workspace.load(["nothing"]).plans == load(tmp_path).plans
    plans = tmp_path / PLANS
    (plans / "A").rename(plans / "B")
    assert workspace.load([f"{PLANS}/A", f"{PLANS}/B"]) == load(tmp_path)
    (plans / "B" / "PLAN_A.md").rename(plans / "B" / "PLAN_B.md")
    assert workspace.load([f"{PLANS}/B/PLAN_A.md", f"{PLANS}/B/PLAN_B.md"]) == load(tmp_path)
    write(tmp_path, {"c/deep/er/C/PLAN_C.md": plan_text()})
    assert workspace.load([f"{PLANS}/c/deep/er/C/PLAN_C.md"]) == load(tmp_path)
    (plans / "c" / "PLAN_FLAT.md").unlink()
    assert workspace.load([f"{PLANS}/c/PLAN_FLAT.md"]) == load(tmp_path)
    plans.rename(tmp_path / "gone")
    assert codes(workspace.load([f"{PLANS}/B/PLAN_B.md"]).problems) == ["no-plans-root"]
    (tmp_path / "gone").rename(plans)
    assert workspace.load([f"{PLANS}/B/PLAN_B.md"]) == load(tmp_path)


def test_a_change_in_the_same_tick_of_the_clock_is_seen(tmp_path: Path) -> None:
    path = tmp_path / PLANS / "A" / "PLAN_A.md"
    workspace = Workspace(tmp_path)
    for title in ("One", "Two", "Six"):
        write(tmp_path, {"A/PLAN_A.md": plan_text(title=title)})
        os.utime(path, ns=(path.stat().st_atime_ns, LONG_AGO))
        assert workspace.load().plans[0].title == title


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

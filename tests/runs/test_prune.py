"""Deleting old runs: those that were meant, and nothing else."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from llm_dashboard.runs import folders, history, processes
from llm_dashboard.runs.models import ProcessId
from llm_dashboard.workflows.models import Command
from tests.runs.conftest import ended, gone, old_runs, recorded


@pytest.mark.parametrize(
    ("keep", "days", "left"),
    [
        (None, None, 5),
        (2, None, 2),
        (0, None, 0),
        (9, None, 5),
        (None, 1, 0),
        (None, 400_000, 5),
        (2, 1, 2),
        (1, 400_000, 5),
    ],
)
def test_prune(workspace: Path, wanted: Command, keep: int | None, days: int | None, left: int) -> None:
    names = old_runs(workspace, wanted, 5)
    older_than = None if days is None else timedelta(days=days)
    assert set(history.prune(workspace, keep=keep, older_than=older_than)) == set(names[: 5 - left])
    assert sorted(path.name for path in folders.runs_folder(workspace).iterdir()) == names[5 - left :]


def test_prune_spares_what_lives_and_what_waits(workspace: Path, wanted: Command) -> None:
    this = ProcessId(os.getpid(), processes.start_time(os.getpid()))
    waiting, _ = folders.create(workspace, wanted)
    running, record = folders.create(workspace, wanted)
    recorded(running, record, supervisor=this, started_at=record.requested_at)
    ending, record = folders.create(workspace, wanted)
    ended(ending, recorded(ending, record, supervisor=this, started_at=record.requested_at))
    lost, record = folders.create(workspace, wanted)
    with subprocess.Popen(["sleep", "60"]) as child:
        main = ProcessId(child.pid, processes.start_time(child.pid))
        recorded(lost, record, supervisor=gone(), process=main, started_at=record.requested_at)
        assert history.prune(workspace, keep=0) == ()
        child.kill()
    assert history.prune(workspace, keep=0) == (lost.name,)
    assert all(folder.is_dir() for folder in (waiting, running, ending))


def test_prune_stays_in_the_folder_of_runs(workspace: Path, wanted: Command, tmp_path: Path) -> None:
    (name,) = old_runs(workspace, wanted, 1)
    folder = folders.runs_folder(workspace) / name
    outside = tmp_path / name
    folder.rename(outside)
    folder.symlink_to(outside)
    assert history.prune(workspace, keep=0) == ()
    assert (outside / "run.json").exists()
    folder.unlink()
    outside.rename(folder)
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    (folder / "link").symlink_to(tmp_path / "precious")
    assert history.prune(workspace, keep=0) == (name,)
    assert (tmp_path / "precious" / "file").exists()


def test_what_an_interrupted_prune_left_goes_with_the_next(workspace: Path, wanted: Command) -> None:
    names = old_runs(workspace, wanted, 2)
    runs = folders.runs_folder(workspace)
    (runs / names[0]).rename(runs / f".gone-{names[0]}")
    assert [run.id for run in history.list_runs(workspace)] == [names[1]]
    assert history.prune(workspace, keep=5) == ()
    assert [path.name for path in runs.iterdir()] == [names[1]]


def test_prune_goes_on_where_something_cannot_be_deleted(
    workspace: Path, wanted: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = old_runs(workspace, wanted, 3)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == names[1]:
            raise PermissionError(13, "Permission denied", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    assert history.prune(workspace, keep=0) == (names[2], names[0])
    assert [run.id for run in history.list_runs(workspace)] == [names[1]]


def test_a_run_without_a_time_is_not_old(workspace: Path, wanted: Command) -> None:
    (name,) = old_runs(workspace, wanted, 1)
    run = history.list_runs(workspace)[0]
    recorded(run.folder, run.record, requested_at="no time at all")
    assert history.prune(workspace, older_than=timedelta(0)) == ()
    assert history.prune(workspace, keep=0) == (name,)

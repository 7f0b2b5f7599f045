"""The folder of runs, with all that may be found in it."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from llm_dashboard import atomic
from llm_dashboard.runs import folders, history
from llm_dashboard.runs.models import Run, RunRecord, WorkflowState
from llm_dashboard.runs.reserved import CONTROL
from llm_dashboard.runs.results import not_run
from llm_dashboard.workflows.models import Command, FailureKind
from tests.runs.conftest import ended, gone, old_runs, recorded


def test_a_new_folder(workspace: Path, wanted: Command) -> None:
    folder, record = folders.create(workspace, wanted)
    assert folder.parent == folders.runs_folder(workspace) == workspace / ".llm-dash" / "runs"
    assert record.run == folder.name
    moment, workflow, achievement, suffix = folder.name.split("-")
    assert abs(datetime.strptime(moment + "Z", "%Y%m%dT%H%M%S%z") - datetime.now(UTC)).total_seconds() < 60
    assert (workflow, achievement, len(suffix)) == ("exec", "1.2", 3)
    assert (workspace / ".llm-dash" / ".gitignore").read_text() == "*\n"
    assert history.read(folder) == Run(record, folder, WorkflowState.PENDING)


def test_folders_of_one_moment_differ_and_an_ignore_file_is_kept(workspace: Path, wanted: Command) -> None:
    (workspace / ".llm-dash").mkdir()
    (workspace / ".llm-dash" / ".gitignore").write_text("mine\n")
    assert len({folders.create(workspace, wanted)[0] for _ in range(40)}) == 40
    assert (workspace / ".llm-dash" / ".gitignore").read_text() == "mine\n"


def test_an_achievement_cannot_leave_the_folder(workspace: Path, wanted: Command) -> None:
    folder, _ = folders.create(workspace, msgspec.structs.replace(wanted, achievement="../../x y"))
    assert folder.parent == folders.runs_folder(workspace)
    assert "/" not in folder.name
    assert " " not in folder.name


def test_no_folder_is_left_where_the_record_cannot_be_written(
    workspace: Path, wanted: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.create(workspace, wanted)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(atomic, "write_new", full)
    with pytest.raises(OSError, match="No space"):
        folders.create(workspace, wanted)
    assert len(list(folders.runs_folder(workspace).iterdir())) == 1


def test_what_is_no_run_is_left_out(workspace: Path, wanted: Command) -> None:
    folder, record = folders.create(workspace, wanted)
    ended(folder, record)
    runs = folders.runs_folder(workspace)
    (runs / "a-file").touch()
    (runs / "empty").mkdir()
    for name, text in (("broken", b"{"), ("binary", b"\xff\xfe"), ("foreign", b'{"run": "foreign"}'), ("list", b"[]")):
        (runs / name).mkdir()
        (runs / name / "run.json").write_bytes(text)
    (runs / "copy").mkdir()
    (runs / "copy" / "run.json").write_bytes((folder / "run.json").read_bytes())
    assert [run.id for run in history.list_runs(workspace)] == [folder.name]


def test_without_a_folder_there_are_no_runs(workspace: Path) -> None:
    assert history.list_runs(workspace) == ()
    assert history.read(workspace) is None


def test_live_runs_come_first_then_the_newest(workspace: Path, wanted: Command) -> None:
    names = ["20260101T000000-exec-aaa", "20260102T000000-exec-aaa", "20260103T000000-exec-aaa"]
    _, record = folders.create(workspace, wanted)
    for name in names:
        folder = folders.runs_folder(workspace) / name
        folder.mkdir()
        ended(folder, recorded(folder, record, run=name))
    assert [run.id for run in history.list_runs(workspace)] == [record.run, *reversed(names)]
    (folders.runs_folder(workspace) / names[0] / "result.json").unlink()
    assert {run.id for run in history.list_runs(workspace)[:2]} == {record.run, names[0]}


def test_a_run_whose_supervisor_never_came_is_lost(workspace: Path, wanted: Command) -> None:
    folder, _ = folders.create(workspace, wanted)
    os.mkfifo(folder / CONTROL)
    run = history.read(folder)
    assert run is not None
    assert run.state is WorkflowState.PENDING
    assert not history.is_waiting(run)
    os.utime(folder / CONTROL, (1.0, 1.0))
    (folder / "output.log").write_text("12345")
    run = history.read(folder)
    assert run is not None
    assert (run.state, run.log_bytes) == (WorkflowState.LOST, 5)
    assert run.result is not None
    assert not (folder / "result.json").exists()


@pytest.mark.parametrize("boot", [None, "another boot"])
def test_a_run_that_waited_when_the_app_ended_is_cancelled(workspace: Path, wanted: Command, boot: str | None) -> None:
    folder, record = folders.create(workspace, wanted)
    run = history.read(folder)
    assert run is not None
    assert history.is_waiting(run)
    recorded(folder, record, **({"boot_id": boot} if boot else {"owner": gone()}))
    run = history.read(folder)
    assert run is not None
    assert (run.state, history.is_waiting(run)) == (WorkflowState.CANCELLED, False)
    assert run.result is not None
    assert run.result.failure is not None
    assert run.result.failure.message == history.STILL_WAITING
    assert not (folder / "result.json").exists()


@pytest.mark.parametrize("broken", ["", '{"state": "succ', "[]", "\0", '{"run": "another"}'])
def test_a_result_that_cannot_be_read_is_said(workspace: Path, wanted: Command, broken: str) -> None:
    folder, record = folders.create(workspace, wanted)
    recorded(folder, record, supervisor=gone())
    (folder / "result.json").write_text(broken)
    run = history.read(folder)
    assert run is not None
    assert run.state is WorkflowState.LOST
    assert run.result is not None
    assert run.result.failure is not None
    assert "result.json cannot be read" in run.result.failure.message
    assert history.end_lost(run) == ()
    assert history.read(folder) == msgspec.structs.replace(run, output_at=None)
    assert sorted(path.name for path in folder.iterdir()) == ["result.json", "run.json"]


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(workspace: Path, wanted: Command) -> None:
    folder, _ = folders.create(workspace, wanted)
    os.mkfifo(folder / "result.json")
    run = history.read(folder)
    assert run is not None
    assert run.state is WorkflowState.PENDING
    (folder / "run.json").unlink()
    os.mkfifo(folder / "run.json")
    assert history.read(folder) is None


def test_a_result_is_written_once(workspace: Path, wanted: Command) -> None:
    folder, record = folders.create(workspace, wanted)
    first = not_run(record, FailureKind.CANCELLED, "the first")
    history.settle(folder, first)
    history.settle(folder, not_run(record, FailureKind.CANCELLED, "the second"))
    run = history.read(folder)
    assert run is not None
    assert run.result == first
    assert sorted(path.name for path in folder.iterdir()) == ["result.json", "run.json"]


def test_a_folder_that_is_gone_is_not_made_again(workspace: Path, wanted: Command) -> None:
    folder, record = folders.create(workspace, wanted)
    folders.discard(folder)
    history.settle(folder, not_run(record, FailureKind.CANCELLED, "why"))
    assert not folder.exists()
    assert history.lost(record, folder).result is not None


def test_strings_of_a_foreign_repository_are_made_safe(workspace: Path, wanted: Command) -> None:
    folder, record = folders.create(workspace, wanted)
    record = recorded(folder, record, summary="a\x1b]52;c;eHg=\x07b\u202e", argv=("sh", "-c", "one\n\ttwo"))
    ended(folder, msgspec.structs.replace(record, plan="x\x1b[2Jy"))
    run = history.read(folder)
    assert run is not None
    assert run.record.summary == "ab<U+202E>"
    assert run.record.argv == ("sh", "-c", "one\n\ttwo")
    assert run.result is not None
    assert run.result.plan == "xy"


@pytest.mark.parametrize(
    ("written", "read"),
    [("a\\u001b[2J\\u202eb", "a<U+202E>b"), ("a\\bb\\fc", "a\u2408b\u240cc"), ("a\x7fb", "a\u2421b")],
)
def test_escapes_in_json_are_made_safe_too(workspace: Path, wanted: Command, written: str, read: str) -> None:
    folder, _ = folders.create(workspace, wanted)
    raw = (folder / "run.json").read_text().replace("a child of the tests", written)
    (folder / "run.json").write_text(raw)
    run = history.read(folder)
    assert run is not None
    assert run.record.summary == read


def test_a_supervisor_that_ends_while_we_look_has_written_its_result(
    workspace: Path, wanted: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, record = folders.create(workspace, wanted)
    record = recorded(folder, record, supervisor=gone(), started_at=record.requested_at)

    def ends(looked_at: RunRecord) -> bool:
        ended(folder, looked_at)
        return False

    monkeypatch.setattr(history, "supervisor_lives", ends)
    run = history.read(folder)
    assert run is not None
    assert run.state is WorkflowState.SUCCESS


def test_runs_of_one_second_are_in_their_order(workspace: Path, wanted: Command) -> None:
    names = old_runs(workspace, wanted, 3)
    moments = ("2026-01-01T00:00:00.200Z", "2026-01-01T00:00:00.300Z", "2026-01-01T00:00:00.100Z")
    for run, moment in zip(history.list_runs(workspace), moments, strict=True):
        recorded(run.folder, run.record, requested_at=moment)
    expected = [names[1], names[2], names[0]]
    assert [run.id for run in history.list_runs(workspace)] == expected
    assert [run.id for run in next(history.batches(workspace))] == expected


def test_batches_begin_with_what_has_not_ended(workspace: Path, wanted: Command) -> None:
    names = old_runs(workspace, wanted, 5)
    (folders.runs_folder(workspace) / names[1] / "result.json").unlink()
    found = [[run.id for run in batch] for batch in history.batches(workspace, 2)]
    assert found == [[names[1], names[4]], [names[3], names[2]], [names[0]]]
    assert {run.id for run in history.list_runs(workspace)} == set(names)


def test_a_batch_is_read_when_it_is_asked_for(workspace: Path, wanted: Command) -> None:
    names = old_runs(workspace, wanted, 4)
    batches = history.batches(workspace, 2)
    next(batches)
    shutil.rmtree(folders.runs_folder(workspace) / names[0])
    assert [run.id for run in next(batches)] == [names[1]]


def test_what_is_known_is_not_read_again(workspace: Path, wanted: Command) -> None:
    names = old_runs(workspace, wanted, 3)
    batches = history.batches(workspace, known={names[1]})
    assert [[run.id for run in batch] for batch in batches] == [[names[2], names[0]]]
    assert history.ids(workspace) == set(names)


def test_batches_of_what_is_not_there(workspace: Path) -> None:
    assert list(history.batches(workspace)) == []
    assert history.ids(workspace) == frozenset()

"""The folder of runs, with all that may be found in it."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from llm_dashboard import atomic
from llm_dashboard.runs import history
from llm_dashboard.runs.models import Run, RunRecord, WorkflowState
from llm_dashboard.runs.results import Ending, Evidence, judge
from llm_dashboard.workflows.models import Command
from tests.runs.conftest import command


@pytest.fixture
def wanted(workspace: Path) -> Command:
    """Any command."""
    return msgspec.structs.replace(command(workspace, "true"), plan="DEMO", achievement="1.2")


def ended(folder: Path, record: RunRecord) -> None:
    """Give a run its result."""
    result = judge(record, Ending(0), Evidence())
    (folder / "result.json").write_bytes(msgspec.json.encode(result))


def recorded(folder: Path, record: RunRecord, **fields: object) -> RunRecord:
    """Write the record anew."""
    record = msgspec.structs.replace(record, **fields)
    (folder / "run.json").write_bytes(msgspec.json.encode(record))
    return record


def test_a_new_folder(workspace: Path, wanted: Command) -> None:
    folder, record = history.create(workspace, wanted)
    assert folder.parent == history.runs_folder(workspace) == workspace / ".llm-dash" / "runs"
    assert record.run == folder.name
    moment, workflow, achievement, suffix = folder.name.split("-")
    assert abs(datetime.strptime(moment + "Z", "%Y%m%dT%H%M%S%z") - datetime.now(UTC)).total_seconds() < 60
    assert (workflow, achievement, len(suffix)) == ("exec", "1.2", 3)
    assert (workspace / ".llm-dash" / ".gitignore").read_text() == "*\n"
    assert history.read(folder) == Run(record, folder, WorkflowState.PENDING)


def test_folders_of_one_moment_differ_and_an_ignore_file_is_kept(workspace: Path, wanted: Command) -> None:
    (workspace / ".llm-dash").mkdir()
    (workspace / ".llm-dash" / ".gitignore").write_text("mine\n")
    assert len({history.create(workspace, wanted)[0] for _ in range(40)}) == 40
    assert (workspace / ".llm-dash" / ".gitignore").read_text() == "mine\n"


def test_an_achievement_cannot_leave_the_folder(workspace: Path, wanted: Command) -> None:
    folder, _ = history.create(workspace, msgspec.structs.replace(wanted, achievement="../../x y"))
    assert folder.parent == history.runs_folder(workspace)
    assert "/" not in folder.name
    assert " " not in folder.name


def test_no_folder_is_left_where_the_record_cannot_be_written(
    workspace: Path, wanted: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.create(workspace, wanted)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(atomic, "write_new", full)
    with pytest.raises(OSError, match="No space"):
        history.create(workspace, wanted)
    assert len(list(history.runs_folder(workspace).iterdir())) == 1


def test_what_is_no_run_is_left_out(workspace: Path, wanted: Command) -> None:
    folder, record = history.create(workspace, wanted)
    ended(folder, record)
    runs = history.runs_folder(workspace)
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
    _, record = history.create(workspace, wanted)
    for name in names:
        folder = history.runs_folder(workspace) / name
        folder.mkdir()
        ended(folder, recorded(folder, record, run=name))
    assert [run.id for run in history.list_runs(workspace)] == [record.run, *reversed(names)]
    (history.runs_folder(workspace) / names[0] / "result.json").unlink()
    assert {run.id for run in history.list_runs(workspace)[:2]} == {record.run, names[0]}


@pytest.mark.parametrize("requested", ["2020-01-01T00:00:00.000Z", "2020-01-01T00:00:00", "no time at all"])
def test_a_run_whose_supervisor_never_came_is_lost(workspace: Path, wanted: Command, requested: str) -> None:
    folder, record = history.create(workspace, wanted)
    recorded(folder, record, requested_at=requested)
    (folder / "output.log").write_text("12345")
    run = history.read(folder)
    assert run is not None
    assert (run.state, run.log_bytes) == (WorkflowState.LOST, 5)
    assert run.result is not None
    assert not (folder / "result.json").exists()


def test_a_broken_result_is_none(workspace: Path, wanted: Command) -> None:
    folder, record = history.create(workspace, wanted)
    recorded(folder, record, requested_at="2020-01-01T00:00:00.000Z")
    (folder / "result.json").write_text('{"state": "succ')
    run = history.read(folder)
    assert run is not None
    assert run.state is WorkflowState.LOST


def test_strings_of_a_foreign_repository_are_made_safe(workspace: Path, wanted: Command) -> None:
    folder, record = history.create(workspace, wanted)
    record = recorded(folder, record, summary="a\x1b]52;c;eHg=\x07b\u202e", argv=("sh", "-c", "one\n\ttwo"))
    ended(folder, msgspec.structs.replace(record, plan="x\x1b[2Jy"))
    run = history.read(folder)
    assert run is not None
    assert run.record.summary == "ab<U+202E>"
    assert run.record.argv == ("sh", "-c", "one\n\ttwo")
    assert run.result is not None
    assert run.result.plan == "xy"

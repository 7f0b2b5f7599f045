"""What is said of a search that found no workspace."""

from pathlib import Path

import pytest

from llm_dashboard.cli import entry_point
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.no_workspace import places, wanted


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("/", "/"),
        ("/srv", "/srv and /"),
        ("/home/ada/har\x1b[31mbour", "/home/ada/harbour and the 3 folders above it"),
    ],
)
def test_places(folder: str, said: str) -> None:
    assert places(Path(folder)) == said


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (None, "a folder work-space/plans or a file llm-dash.toml"),
        ("docs/plans", "a folder docs/plans (from LLM_DASH_PLANS_ROOT) or a file llm-dash.toml"),
        ("../plans", "a folder work-space/plans or a file llm-dash.toml"),
    ],
)
def test_wanted(named: str | None, said: str) -> None:
    assert wanted({"LLM_DASH_PLANS_ROOT": named} if named else {}) == said


@pytest.mark.parametrize(
    "arguments", [(), ("status",), ("--workspace", ".", "status"), ("init",), ("exec", "--", "true")]
)
def test_a_current_folder_that_was_deleted_is_said(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert entry_point(arguments) == ExitStatus.USAGE
    assert capsys.readouterr().err == "llm-dash: the current folder is not there any more: go to another one\n"
    assert entry_point(("complete", "plans", "--", "status")) == ExitStatus.DONE


def test_a_plans_root_that_can_be_no_folder_is_looked_for_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLM_DASH_PLANS_ROOT", "x" * 300)
    assert entry_point(("status",)) == ExitStatus.USAGE
    assert "no plans here: looked for a folder xxx" in capsys.readouterr().err

"""`llm-dash review` as a shell sees it."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from llm_dashboard.cli import entry_point
from llm_dashboard.exit_status import ExitStatus
from tests.test_cli import PLAN, llm_dash, report
from tests.ui.repositories import repository

FEEDBACKS = PLAN / "execution" / "feedbacks"


Dash = Callable[..., CompletedProcess[str]]


@pytest.fixture
def dash(reviewed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Dash:
    """Calls `llm-dash review` in this very process, which is quicker than a new one."""
    monkeypatch.chdir(reviewed)

    def call(*arguments: str) -> CompletedProcess[str]:
        capsys.readouterr()
        try:
            status = entry_point(["review", *arguments])
        except SystemExit as error:
            status = int(str(error.code))
        said = capsys.readouterr()
        return CompletedProcess(arguments, status, said.out, said.err)

    return call


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """A plan of one achievement that awaits its review."""
    folder = tmp_path / PLAN
    for name in ("subplans", "execution"):
        (folder / name).mkdir(parents=True)
    (folder / "PLAN_WEATHER-STATION.md").write_text("# PLAN: W\n\n## Achievements\n\n**Achievement 1.1**: Keep\n")
    (folder / "subplans/SUBPLAN_WEATHER-STATION_11.md").write_text(
        "# SUBPLAN: Keep\n\n## Deliverables\n\n- `station/store.py`\n- `station/lost.py`\n\n"
        "## Success Criteria\n\n- [ ] All is kept\n- [ ] **Nothing** is lost\n    - not even at night\n"
    )
    (folder / "execution/EXECUTION_TASK_WEATHER-STATION_11_01.md").write_text(
        "# EXECUTION_TASK: Keep\n\n**Status**: Complete\n\n- [x] **Tests**: 6/6 passing\n- [ ] Documents\n"
    )
    (tmp_path / "station").mkdir()
    (tmp_path / "station/store.py").write_text("old\n")
    repository(tmp_path, "station")
    (tmp_path / "station/store.py").write_text("new\n")
    return tmp_path


def test_the_material_as_text(reviewed: Path, dash: Dash) -> None:
    done = dash("WEATHER-STATION")
    assert done.returncode == ExitStatus.VERDICT_NEEDED
    assert done.stderr == ""
    for line in (
        "1.1  Keep  (WEATHER-STATION)",
        "awaiting review: its one EXECUTION_TASK is complete and has no feedback",
        "  ✓ station/store.py  there",
        "  ✗ station/lost.py  missing",
        "  EXECUTION_TASK_WEATHER-STATION_11_01.md claims: Tests: 6/6 passing",
        "  EXECUTION_TASK_WEATHER-STATION_11_01.md has ticked 1 of 2 boxes",
        "  [ ] All is kept",
        "      - not even at night",
        "station/store.py  changed  +1 -1",
        "-old",
        "+new",
    ):
        assert line in done.stdout.split("\n"), line


def test_the_material_as_json_keeps_its_contract(reviewed: Path, dash: Dash) -> None:
    done = dash("WEATHER", "1.1", "--json")
    found = report(done)
    assert done.returncode == ExitStatus.VERDICT_NEEDED
    assert list(found) == [
        "plan", "plan_file", "achievement", "title", "status", "reason", "documents", "deliverables", "other_changes",
        "tests", "claims", "criteria", "fix", "resolution", "issues", "log", "difference",
    ]  # fmt: skip
    assert found["deliverables"][0] == {"path": "station/store.py", "exists": True, "change": None, "runs": 0}
    assert found["criteria"] == ["All is kept", "**Nothing** is lost\n- not even at night"]
    assert (found["fix"], found["issues"], found["log"]) == (None, [], None)
    assert found["claims"][0]["boxes"] == 2
    assert found["difference"]["files"][0]["lines"] == ["@@ -1 +1 @@", "-old", "+new"]


def test_fix_answer_and_approval(reviewed: Path, dash: Dash) -> None:
    wrong = dash("WEATHER", "--fix")
    assert (wrong.returncode, wrong.stdout) == (ExitStatus.PREREQUISITE_MISSING, "")
    assert "a FIX needs an issue" in wrong.stderr
    fix = llm_dash(
        reviewed,
        "review",
        "WEATHER",
        "--fix",
        "--critical",
        "Loses a day",
        "--minor",
        "Slow",
        "--reviewer",
        "Mira",
        "--json",
    )
    assert report(fix) == {
        "plan": "WEATHER-STATION",
        "achievement": "1.1",
        "verdict": "fix",
        "path": f"{FEEDBACKS}/FIX_11.md",
        "status": "needs_fix",
    }
    assert "**Reviewer**: Mira" in (reviewed / FEEDBACKS / "FIX_11.md").read_text()
    prompt = llm_dash(reviewed, "run", "next", "WEATHER", "--yes", "--json")
    (folder,) = (reviewed / ".llm-dash/runs").iterdir()
    assert report(prompt)["workflow"] == "fix"
    assert "Loses a day" in (folder / "prompt.md").read_text()
    answer = llm_dash(reviewed, "review", "WEATHER", "--resolve", "--notes-file", "-", text="Both done.\n")
    assert answer.stdout == f"{FEEDBACKS}/FIX_11_RESOLUTION.md\n"
    assert "## Summary\n\nBoth done.\n" in (reviewed / FEEDBACKS / "FIX_11_RESOLUTION.md").read_text()
    again = dash("WEATHER")
    assert again.returncode == ExitStatus.VERDICT_NEEDED
    assert "  critical: Loses a day\n      - **Fix**: see the summary\n" in again.stdout
    approval = dash("WEATHER", "--approve", "--notes", "Good.", "--json")
    assert (report(approval)["status"], approval.returncode) == ("approved", ExitStatus.DONE)
    assert sorted(path.name for path in (reviewed / FEEDBACKS).iterdir()) == [
        "APPROVED_11.md",
        "FIX_11.md",
        "FIX_11_RESOLUTION.md",
    ]
    assert dash("WEATHER", "1.1").returncode == ExitStatus.DONE


def test_lines_of_notes_are_issues_where_none_is_named(reviewed: Path, dash: Dash) -> None:
    done = dash("WEATHER", "--fix", "--notes", "one\ntwo")
    assert done.returncode == ExitStatus.DONE
    assert "\n1. one\n\n2. two\n" in (reviewed / FEEDBACKS / "FIX_11.md").read_text()


def test_nothing_to_review(reviewed: Path, dash: Dash) -> None:
    (reviewed / PLAN / "execution/EXECUTION_TASK_WEATHER-STATION_11_01.md").unlink()
    bare = dash("WEATHER", "--json")
    assert (bare.returncode, json.loads(bare.stdout)) == (ExitStatus.DONE, None)
    assert "nothing of WEATHER-STATION awaits a review" in bare.stderr
    for flag in ("--approve", "--resolve"):
        assert dash("WEATHER", flag).returncode == ExitStatus.PREREQUISITE_MISSING


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["NOWHERE"], "No plan is called"),
        (["WEATHER", "9.9"], "no achievement 9.9"),
        (["WEATHER", "--critical", "x"], "issues belong to a fix"),
        (["WEATHER", "--notes", "x"], "notes belong to a verdict"),
        (["WEATHER", "--approve", "--notes-file", "nowhere"], "nowhere cannot be read"),
        (["WEATHER", "--approve", "--fix"], "not allowed with"),
        (["WEATHER", "--notes", "x", "--notes-file", "-"], "not allowed with"),
    ],
)
def test_wrong_usage(arguments: list[str], says: str, reviewed: Path, dash: Dash) -> None:
    done = dash(*arguments)
    assert (done.returncode, says in done.stderr) == (ExitStatus.USAGE, True)
    assert not (reviewed / FEEDBACKS).exists()

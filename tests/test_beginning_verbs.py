"""`init`, `new` and `archive` as a shell sees them: from an empty folder to an archived plan."""

import datetime
import subprocess
import sys
from pathlib import Path

import pytest

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.no_workspace import places
from llm_dashboard.plans.dates import MONTHS
from tests.allowing import write_allowed
from tests.test_cli import llm_dash, report

PLANS = Path("work-space/plans")


def test_from_nothing_to_the_first_subplan(tmp_path: Path) -> None:
    first = llm_dash(tmp_path, "init")
    assert (first.returncode, first.stdout) == (ExitStatus.DONE, "made  work-space/plans/\nmade  llm-dash.toml\n")
    again = llm_dash(tmp_path, "init")
    assert (again.returncode, again.stdout) == (ExitStatus.DONE, "kept  work-space/plans/\nkept  llm-dash.toml\n")
    made = llm_dash(tmp_path, "new", "harbour lights", "--achievement", "Lamps", "--achievement", "2.1: Blink")
    assert (made.returncode, made.stdout) == (ExitStatus.DONE, f"{PLANS}/HARBOUR-LIGHTS/PLAN_HARBOUR-LIGHTS.md\n")
    assert "name: HARBOUR-LIGHTS, from 'harbour lights'" in made.stderr
    assert report(llm_dash(tmp_path, "status", "--json"))["problems"] == []
    assert report(llm_dash(tmp_path, "run", "next", "HARBOUR", "--yes", "--json"))["success"]
    assert (tmp_path / PLANS / "HARBOUR-LIGHTS/subplans/SUBPLAN_HARBOUR-LIGHTS_11.md").is_file()


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("new", "日本"), ExitStatus.USAGE, "The name needs letters"),
        (("new", "a", "--achievement", "1.1: A", "--achievement", "1.1: B"), ExitStatus.USAGE, "1.1 is there twice"),
        (("new", "b", "--container", "../x"), ExitStatus.USAGE, "no folder below the plans root"),
        (("new", "TAKEN"), ExitStatus.PREREQUISITE_MISSING, "TAKEN exists already"),
        (("new", "c", "--container", "file"), ExitStatus.FAILED, "work-space/plans/file is a file, not a folder"),
        (("init", "work-space/plans/file"), ExitStatus.USAGE, "is a file, not a folder"),
        (("init", "work-space/loop"), ExitStatus.USAGE, "work-space/loop cannot be made a workspace: "),
        (("init", "x" * 300), ExitStatus.USAGE, " cannot be made a workspace: File name too long"),
        (("status", "--workspace", "x" * 300), ExitStatus.USAGE, " is no folder"),
        (("archive", "NONE"), ExitStatus.USAGE, "No plan is called 'NONE'"),
        (("archive", "TAKEN"), ExitStatus.USAGE, "nobody is there to say yes; --yes does."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    arguments: tuple[str, ...], status: int, says: str, tmp_path: Path
) -> None:
    (tmp_path / PLANS).mkdir(parents=True)
    (tmp_path / PLANS / "file").touch()
    (tmp_path / "work-space" / "loop").symlink_to("loop")
    assert llm_dash(tmp_path, "new", "TAKEN").returncode == ExitStatus.DONE
    before = sorted(tmp_path.rglob("*"))
    done = llm_dash(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_without_plans_is_told_how_to_begin(tmp_path: Path) -> None:
    for arguments in ((), ("status",), ("new", "X")):
        done = llm_dash(tmp_path, *arguments)
        assert done.returncode == ExitStatus.USAGE
        assert done.stderr.splitlines()[0] == (
            "llm-dash: no plans here: looked for a folder work-space/plans or a file llm-dash.toml in "
            f"{places(tmp_path)}, and found neither."
        )
        for way in ("llm-dash init", "llm-dash --workspace DIR", "llm-dash demo"):
            assert f"\n  {way}  " in done.stderr


def test_archive_shows_what_moves_and_moves_it(tmp_path: Path) -> None:
    llm_dash(tmp_path, "init")
    llm_dash(tmp_path, "new", "LIGHTS", "--container", "done")
    today = datetime.date.today()
    target = f"documentation/archive/lights-{MONTHS[today.month - 1]}{today.year}"
    asked = llm_dash(tmp_path, "archive", "LIGHTS")
    for shown in (f"moves  {PLANS}/done/LIGHTS", f"to     {target}", "1 file,", "1 of 1 achievement is not approved."):
        assert shown in asked.stderr
    done = llm_dash(tmp_path, "archive", "LIGHTS", "--yes")
    assert (done.returncode, done.stdout) == (ExitStatus.DONE, f"{target}\n")
    assert "1 of 1 achievement is not approved." in done.stderr
    assert (tmp_path / target / "PLAN_LIGHTS.md").is_file()
    assert report(llm_dash(tmp_path, "status", "--json"))["plans"] == []


def test_a_plan_of_a_live_run_stays(tmp_path: Path) -> None:
    llm_dash(tmp_path, "init")
    llm_dash(tmp_path, "new", "LIGHTS")
    workflow = f"[workflows.wait]\nargv = ['{sys.executable}', '-c', 'import time; time.sleep(60)', '{{plan}}']\n"
    write_allowed(tmp_path, workflow)
    argv = [sys.executable, "-P", "-m", "llm_dashboard", "run", "wait", "LIGHTS", "--yes"]
    with subprocess.Popen(argv, cwd=tmp_path, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not list(tmp_path.glob(".llm-dash/runs/*/output.log")):
            assert process.poll() is None
        refused = llm_dash(tmp_path, "archive", "LIGHTS", "--yes")
        llm_dash(tmp_path, "stop", "last", "--now")
    assert refused.returncode == ExitStatus.PREREQUISITE_MISSING
    assert "of LIGHTS has not ended" in refused.stderr
    assert llm_dash(tmp_path, "archive", "LIGHTS", "--yes").returncode == ExitStatus.DONE

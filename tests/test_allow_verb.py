"""A repository's settings run nothing before a person has allowed them: each way in, by the command line."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from llm_dashboard.exit_status import ExitStatus
from tests.test_cli import SAMPLE

MINE = f'[workflows.mine]\nargv = ["{sys.executable}", "-c", "open(\'ran\', \'w\')"]\nenvironment = {{A = "b"}}\n'


def llm_dash(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "llm_dashboard", *arguments],
        cwd=workspace,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the demo's workspace."""
    shutil.copytree(SAMPLE, tmp_path / "work-space")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "keys", "workflow"),
    [
        (MINE, "workflows.mine", "mine"),
        ('scripts = "workspace"\n', "scripts", "next"),
    ],
)
def test_each_way_in_is_refused(workspace: Path, text: str, keys: str, workflow: str) -> None:
    (workspace / "llm-dash.toml").write_text(text, encoding="utf-8")
    done = llm_dash(workspace, "run", workflow, "WEATHER-STATION", "--yes", "--json")
    assert done.returncode == ExitStatus.PREREQUISITE_MISSING
    failure = json.loads(done.stdout)["failure"]
    assert failure["kind"] == "not-allowed"
    assert f"({keys})" in failure["message"]
    assert "llm-dash allow" in failure["evidence"]
    assert not (workspace / "ran").exists()


def test_what_was_allowed_runs_until_it_changes(workspace: Path) -> None:
    file = workspace / "llm-dash.toml"
    file.write_text(MINE, encoding="utf-8")
    asked = llm_dash(workspace, "allow")
    assert (asked.returncode, asked.stdout) == (ExitStatus.USAGE, "")
    assert "workflows.mine\n  argv = " in asked.stderr
    assert "environment = {'A': 'b'}" in asked.stderr
    assert llm_dash(workspace, "allow", "--yes").returncode == ExitStatus.DONE
    assert "allowed as it is" in llm_dash(workspace, "allow").stderr
    assert llm_dash(workspace, "run", "mine", "WEATHER-STATION", "--yes").returncode == ExitStatus.DONE
    assert (workspace / "ran").is_file()
    file.write_text(f"{MINE}# changed\n", encoding="utf-8")
    again = llm_dash(workspace, "run", "mine", "WEATHER-STATION", "--yes")
    assert (again.returncode, "you have not allowed it" in again.stderr) == (ExitStatus.PREREQUISITE_MISSING, True)
    file.write_text(MINE, encoding="utf-8")
    assert llm_dash(workspace, "allow", "--forget").returncode == ExitStatus.DONE
    assert llm_dash(workspace, "run", "mine", "WEATHER-STATION", "--yes").returncode == ExitStatus.PREREQUISITE_MISSING


def test_scripts_that_a_person_chose_are_asked_for_as_well(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_DASH_SCRIPTS", "workspace")
    scripts = workspace / "LLM" / "scripts" / "generation"
    scripts.mkdir(parents=True)
    (scripts / "generate_fix_prompt.py").write_text("open('ran', 'w')\nprint('a prompt')\n")
    done = llm_dash(workspace, "run", "next", "WEATHER-STATION", "--yes")
    assert (done.returncode, (workspace / "ran").exists()) == (ExitStatus.PREREQUISITE_MISSING, False)
    assert "comes with this workspace (scripts)" in done.stderr
    assert llm_dash(workspace, "allow", "--yes").stderr.endswith("The scripts of this workspace are allowed.\n")
    assert llm_dash(workspace, "run", "next", "WEATHER-STATION", "--yes").returncode == ExitStatus.DONE
    assert (workspace / "ran").is_file()
    assert llm_dash(workspace, "allow", "--forget").returncode == ExitStatus.DONE
    assert llm_dash(workspace, "run", "next", "WEATHER-STATION", "--yes").returncode == ExitStatus.PREREQUISITE_MISSING


def test_a_file_that_names_nothing_to_run_asks_for_nothing(workspace: Path) -> None:
    (workspace / "llm-dash.toml").write_text("[limits]\nwall = 60\n[workflows.subplan]\nwall = 50\n", encoding="utf-8")
    assert "nothing to allow" in llm_dash(workspace, "allow").stderr
    done = llm_dash(workspace, "run", "subplan", "WEATHER-STATION", "2.1", "--yes")
    assert done.returncode == ExitStatus.DONE

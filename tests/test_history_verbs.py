"""`runs`, `logs`, `stop`, `result` and `prune`, on real runs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.models import Meters
from llm_dashboard.exit_status import ExitStatus
from tests.runs.agents import replayed, worked
from tests.test_cli import llm_dash, report


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace without plans and with three ended runs: success, failed, timed out."""
    (tmp_path / "work-space" / "plans").mkdir(parents=True)
    for options, code in (
        ((), r"print('one\x1b[31m red\x1b]0;t\x07'); print('half', end='')"),
        ((), "print('bad'); raise SystemExit(3)"),
        (("--wall", "0.2", "--grace", "0.2,0.2"), "import time; time.sleep(60)"),
    ):
        llm_dash(tmp_path, "exec", "--json", *options, "--", sys.executable, "-c", code)
    return tmp_path


def ids(workspace: Path, *options: str) -> list[str]:
    """The ids that `runs` lists."""
    return [run["run"] for run in report(llm_dash(workspace, "runs", "--json", *options))]


def test_runs_are_listed_and_filtered(workspace: Path) -> None:
    every = report(llm_dash(workspace, "runs", "--json"))
    assert [run["state"] for run in every] == ["timed_out", "failed", "success"]
    expected = {"run", "workflow", "plan", "achievement", "state", "started_at", "duration", "log_file", "agent"}
    expected |= {"attempt", "attempt_of"}
    assert set(every[0]) == expected
    assert ids(workspace, "--state", "failed") == [every[1]["run"]]
    assert ids(workspace, "--workflow", "exec", "--limit", "1") == [every[0]["run"]]
    assert ids(workspace, "--plan", "NONE") == []
    done = llm_dash(workspace, "runs", "--limit", "2")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["✗", "✗"]
    assert "1 more" in done.stderr


def test_the_columns_of_runs_stand_below_each_other(workspace: Path, tmp_path: Path) -> None:
    first = replayed(tmp_path / "agent", load_agents().agents["claude"], b"", "0", workspace)
    first = msgspec.structs.replace(first, plan="DEMO")
    for command in (first, msgspec.structs.replace(first, attempt=2, attempt_of="x")):
        worked(workspace, command, Meters())
    lines = llm_dash(workspace, "runs", "--plan", "DEMO").stdout.splitlines()
    assert len(lines) == 2
    assert len({line.index("  DEMO  ") for line in lines}) == 1, lines


def test_what_agents_have_used_is_told_of_all_that_fit(workspace: Path, tmp_path: Path) -> None:
    command = replayed(tmp_path / "agent", load_agents().agents["claude"], b"", "0", workspace)
    for plan in ("DEMO", "DEMO", "OTHER"):
        worked(workspace, msgspec.structs.replace(command, plan=plan), Meters(1000, 200, 0, 0.75))
    done = llm_dash(workspace, "runs", "--plan", "DEMO", "--limit", "1")
    assert "agents: 2 runs, 2 min, 2,400 tokens, $1.50" in done.stderr
    assert "agents" not in llm_dash(workspace, "runs", "--workflow", "exec").stderr


def test_logs_are_byte_for_byte_where_there_is_no_terminal(workspace: Path) -> None:
    run = ids(workspace)[-1]
    argv = [sys.executable, "-P", "-m", "llm_dashboard", "logs", run]
    done = subprocess.run(argv, cwd=workspace, capture_output=True, check=True)
    assert done.stdout == b"one\x1b[31m red\x1b]0;t\x07\nhalf"
    followed = subprocess.run([*argv, "--follow"], cwd=workspace, capture_output=True, check=True)
    assert followed.stdout == done.stdout


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/passwd")])
@pytest.mark.parametrize("options", [(), ("--follow",)])
def test_a_log_that_is_no_file_is_not_read(
    options: tuple[str, ...], make: Callable[[Path], None], workspace: Path
) -> None:
    run = ids(workspace)[-1]
    log = workspace / ".llm-dash" / "runs" / run / "output.log"
    log.unlink()
    make(log)
    done = llm_dash(workspace, "logs", run, *options)
    assert (done.returncode, done.stdout, done.stderr) == (ExitStatus.DONE, "", "")


def test_a_result_is_shown_again_with_its_exit_status(workspace: Path) -> None:
    late, failed, good = ids(workspace)
    assert llm_dash(workspace, "result", good).returncode == ExitStatus.DONE
    assert llm_dash(workspace, "result", "last").returncode == ExitStatus.LIMIT
    done = llm_dash(workspace, "result", failed)
    assert done.returncode == ExitStatus.FAILED
    assert "exit status 3" in done.stdout
    stored = json.loads((workspace / ".llm-dash" / "runs" / late / "result.json").read_text())
    assert json.loads(llm_dash(workspace, "result", late, "--json").stdout) == stored


def test_an_unknown_or_ambiguous_run_is_refused(workspace: Path) -> None:
    for wanted in ("nothing", "exec"):
        done = llm_dash(workspace, "logs", wanted)
        assert (done.returncode, done.stdout) == (ExitStatus.USAGE, "")
        assert wanted in done.stderr


def test_a_run_is_stopped_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "work-space" / "plans").mkdir(parents=True)
    code = "import time\nprint('ready', flush=True)\ntime.sleep(60)"
    argv = [sys.executable, "-P", "-m", "llm_dashboard", "exec", "--jsonl", "--", sys.executable, "-c", code]
    with subprocess.Popen(argv, cwd=tmp_path, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["event"] == "output-appended":
                break
        assert llm_dash(tmp_path, "result", "last").returncode == ExitStatus.FAILED
        done = llm_dash(tmp_path, "stop", "last")
        process.stdout.read()
    assert (done.returncode, process.returncode) == (ExitStatus.DONE, ExitStatus.CANCELLED)
    assert "cancelled" in done.stderr
    assert "has ended already" in llm_dash(tmp_path, "stop", "last").stderr


def test_prune_deletes_ended_runs_only_when_told_which(workspace: Path) -> None:
    assert llm_dash(workspace, "prune").returncode == ExitStatus.USAGE
    for wrong in (("--keep", "-1"), ("--keep", "x"), ("--older-than", "-5"), ("--older-than", "nan")):
        assert llm_dash(workspace, "prune", *wrong).returncode == ExitStatus.USAGE
    assert llm_dash(workspace, "runs", "--limit", "-1").returncode == ExitStatus.USAGE
    assert "no run that fits" in llm_dash(workspace, "runs", "--plan", "NOPE").stderr
    newest = ids(workspace)[0]
    assert llm_dash(workspace, "prune", "--older-than", "1").stdout == "0 runs deleted\n"
    assert llm_dash(workspace, "prune", "--keep", "1").stdout == "2 runs deleted\n"
    assert ids(workspace) == [newest]

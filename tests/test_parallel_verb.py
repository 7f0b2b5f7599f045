"""`run parallel` as a shell sees it."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from llm_dashboard.exit_status import ExitStatus
from tests.allowing import write_allowed
from tests.test_cli import PLAN, SAMPLE, llm_dash

TARGET = PLAN / "subplans" / "SUBPLAN_WEATHER-STATION_21.md"
FAILING = """
import pathlib, sys, time
pathlib.Path("began-" + sys.argv[2]).touch()
if "fix" in sys.argv[0]: sys.exit(3)
print("# a prompt")
"""
ENDLESS = """
import pathlib, sys, time
pathlib.Path("began-" + sys.argv[2]).touch()
time.sleep(60)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the demo's workspace."""
    shutil.copytree(SAMPLE, tmp_path / "work-space")
    return tmp_path


def scripts(root: Path, text: str) -> None:
    """Scripts of the workspace for the two achievements that are ready."""
    folder = root / "LLM/scripts/generation"
    folder.mkdir(parents=True)
    (folder / "generate_fix_prompt.py").write_text(text, encoding="utf-8")
    (folder / "generate_subplan_prompt.py").write_text(text.replace("sys.argv[2]", "sys.argv[4]"), encoding="utf-8")
    write_allowed(root, 'scripts = "workspace"\n[limits]\ngrace = [0.2, 0.2]\n')


def test_all_that_is_ready_is_run_and_told_as_one_object(workspace: Path) -> None:
    done = llm_dash(workspace, "run", "parallel", "WEATHER", "--yes", "--json")
    assert done.returncode == ExitStatus.DONE
    found = json.loads(done.stdout)
    assert list(found) == ["plan", "plan_file", "success", "refused", "results"]
    assert found["success"] is True
    assert [(each["workflow"], each["achievement"]) for each in found["results"]] == [
        ("fix", "1.1"),
        ("subplan", "2.1"),
    ]
    assert [each["path"] for each in found["results"][1]["deliverables"]] == [str(TARGET)]
    assert found["results"][0]["deliverables"] == []
    assert (workspace / TARGET).is_file()


def test_events_come_as_they_happen_and_the_whole_at_the_end(workspace: Path) -> None:
    done = llm_dash(workspace, "run", "parallel", "WEATHER", "2.1", "--yes", "--jsonl")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [events[0]["event"], *(each["event"] for each in events[-2:])] == [
        "run-started",
        "run-finished",
        "parallel-finished",
    ]
    assert events[-1]["result"]["results"] == [events[-2]["result"]]


def test_what_was_found_wrong_goes_back_to_the_agent(workspace: Path) -> None:
    answer = PLAN / "execution/feedbacks/FIX_11_RESOLUTION.md"
    work = f"cat > prompt; echo working; echo x > {answer}\ngrep -q 'not done yet' prompt && : > mended; exit 0\n"
    (workspace / "worker.sh").write_text(work, encoding="utf-8")
    program = "[agents.mine]\nargv = ['sh', 'worker.sh']\n"
    write_allowed(workspace, f"agent = 'mine'\nverify = [['ls', 'mended']]\nfix_attempts = 1\n{program}")
    done = llm_dash(workspace, "run", "parallel", "WEATHER", "1.1", "--yes")
    assert done.returncode == ExitStatus.DONE, done.stderr
    assert "fix 1.1: attempt 2 gets what was found wrong\n" in done.stderr
    assert "1 of 1 succeeded" in done.stderr


def test_one_that_fails_makes_the_whole_fail(workspace: Path) -> None:
    scripts(workspace, FAILING)
    done = llm_dash(workspace, "run", "parallel", "WEATHER", "--yes")
    assert done.returncode == ExitStatus.FAILED
    assert "1 of 2 succeeded" in done.stderr
    assert "exit status 3" in done.stderr
    assert {path.name for path in workspace.glob("began-*")} == {"began-1.1", "began-2.1"}


@pytest.mark.parametrize(
    ("arguments", "says", "status"),
    [
        (("WEATHER", "2.1", "1.2"), "1.2 awaits a review, which a person decides", ExitStatus.PREREQUISITE_MISSING),
        (("WEATHER", "2.2"), "waits for 2.1", ExitStatus.PREREQUISITE_MISSING),
        (("WEATHER", "9.9"), "has no achievement 9.9", ExitStatus.PREREQUISITE_MISSING),
        (("STORM",), "No plan is called 'STORM'", ExitStatus.USAGE),
    ],
)
def test_where_one_cannot_be_run_none_is(
    workspace: Path, arguments: tuple[str, ...], says: str, status: ExitStatus
) -> None:
    done = llm_dash(workspace, "run", "parallel", *arguments, "--yes")
    assert says in done.stderr
    assert done.returncode == status
    assert not (workspace / ".llm-dash").exists()


def test_refusals_are_told_as_json(workspace: Path) -> None:
    done = llm_dash(workspace, "run", "parallel", "WEATHER", "1.2", "--json")
    found = json.loads(done.stdout)
    assert found["results"] == []
    assert [(each["achievement"], each["failure"]["kind"]) for each in found["refused"]] == [
        ("1.2", "prerequisite-missing")
    ]


def test_nobody_said_yes(workspace: Path) -> None:
    done = llm_dash(workspace, "run", "parallel", "WEATHER")
    assert done.returncode == ExitStatus.USAGE
    assert f"makes {TARGET}" in done.stderr
    assert "nobody is there to say yes" in done.stderr
    assert not (workspace / ".llm-dash").exists()


def test_a_plan_that_is_done_or_only_to_be_reviewed_runs_nothing(workspace: Path) -> None:
    feedbacks = workspace / PLAN / "execution" / "feedbacks"
    for each in ("11", "13", "21", "22"):
        (feedbacks / f"APPROVED_{each}.md").write_text("# APPROVED\n\n**Review Date**: 2026-11-20\n", encoding="utf-8")
    done = llm_dash(workspace, "run", "parallel", "WEATHER", "--yes")
    assert done.returncode == ExitStatus.VERDICT_NEEDED
    assert "only reviews" in done.stderr
    (feedbacks / "APPROVED_12.md").write_text("# APPROVED\n", encoding="utf-8")
    done = llm_dash(workspace, "run", "parallel", "WEATHER", "--yes", "--json")
    assert done.returncode == ExitStatus.DONE
    assert json.loads(done.stdout)["success"] is True


def test_several_achievements_are_for_parallel_alone(workspace: Path) -> None:
    done = llm_dash(workspace, "run", "next", "WEATHER", "1.1", "2.1", "--yes")
    assert done.returncode == ExitStatus.USAGE
    assert "run parallel" in done.stderr


def test_an_interrupt_ends_them_all(workspace: Path) -> None:
    scripts(workspace, ENDLESS)
    argv = [sys.executable, "-P", "-m", "llm_dashboard", "run", "parallel", "WEATHER", "--yes", "--jsonl"]
    with subprocess.Popen(argv, cwd=workspace, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        started = 0
        for line in process.stdout:
            started += json.loads(line)["event"] == "run-started"
            if started == 2:
                break
        process.send_signal(signal.SIGINT)
        last = process.stdout.read().splitlines()[-1]
    states = [each["state"] for each in json.loads(last)["result"]["results"]]
    assert states == ["cancelled", "cancelled"]
    assert process.returncode == ExitStatus.CANCELLED

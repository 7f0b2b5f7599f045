"""The command line as a shell sees it: real processes, their output and their exit status."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from llm_dashboard.cli import entry_point
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans.checks.models import KINDS
from tests.allowing import write_allowed

SAMPLE = Path(__file__).parents[1] / "src" / "llm_dashboard" / "demo" / "work-space"
PLAN = Path("work-space/plans/WEATHER-STATION")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the demo's workspace."""
    shutil.copytree(SAMPLE, tmp_path / "work-space")
    return tmp_path


def llm_dash(workspace: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run it in the workspace, without a terminal."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "llm_dashboard", *arguments],
        cwd=workspace,
        capture_output=True,
        text=True,
        input=text,
        check=False,
    )


def report(done: subprocess.CompletedProcess[str]) -> Any:
    """The one object on stdout."""
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_status_as_json_keeps_its_contract(workspace: Path) -> None:
    found = report(llm_dash(workspace, "status", "--json"))
    assert set(found) == {"workspace", "plans", "problems"}
    plan = found["plans"][0]
    assert list(plan) == ["name", "path", "plan_file", "header", "counts", "next", "achievements", "problems"]
    assert plan["plan_file"] == f"{PLAN}/PLAN_WEATHER-STATION.md"
    assert plan["header"]["Priority"].startswith("HIGH")
    assert plan["counts"] == {
        "total": 7,
        "not_started": 2,
        "subplan_ready": 1,
        "in_progress": 0,
        "awaiting_review": 1,
        "needs_fix": 1,
        "approved": 2,
    }
    assert (plan["next"]["achievement"], plan["next"]["workflow"]) == ("1.1", "fix")
    achievement = plan["achievements"][3]
    assert {"id", "title", "group", "line", "status", "dependencies", "effort", "artifacts"} <= set(achievement)
    assert achievement["artifacts"]["executions"] == [f"{PLAN}/execution/EXECUTION_TASK_WEATHER-STATION_12_01.md"]


def test_status_as_text(workspace: Path) -> None:
    done = llm_dash(workspace, "status")
    assert "! WEATHER-STATION" in done.stdout
    assert "2 plans, 2 of 9 approved, 2 need you" in done.stdout


def test_a_plan_in_which_nothing_can_be_done_is_not_marked_as_complete(workspace: Path) -> None:
    folder = (workspace / PLAN).parent / "RING"
    folder.mkdir()
    (folder / "PLAN_RING.md").write_text(
        "# PLAN: Ring\n\n## Achievements\n\n**Achievement 1.1**: a\n**Dependencies**: 1.2\n\n"
        "**Achievement 1.2**: b\n**Dependencies**: 1.1\n"
    )
    assert "! RING" in llm_dash(workspace, "status").stdout
    assert "! RING: 1.1 waits for 1.2" in llm_dash(workspace, "next").stdout


@pytest.mark.parametrize(
    ("plan", "says", "status"),
    [
        ("WEATHER-STATION", "fix 1.1", ExitStatus.DONE),
        ("rain", "subplan 1.1", ExitStatus.DONE),
        (f"{PLAN}", "fix 1.1", ExitStatus.DONE),
    ],
)
def test_next(plan: str, says: str, status: int, workspace: Path) -> None:
    done = llm_dash(workspace, "next", plan)
    assert (done.returncode, done.stdout.startswith(says)) == (status, True)


def test_next_of_a_plan_that_awaits_a_review(workspace: Path) -> None:
    (workspace / PLAN / "execution/feedbacks/FIX_11.md").unlink()
    done = llm_dash(workspace, "next", "WEATHER", "--json")
    assert report(done)["next"]["workflow"] == "review"
    assert done.returncode == ExitStatus.VERDICT_NEEDED


def test_an_unknown_plan_is_refused_with_the_nearest(workspace: Path) -> None:
    done = llm_dash(workspace, "next", "WETHER-STATION")
    assert done.returncode == ExitStatus.USAGE
    assert "WEATHER-STATION" in done.stderr


def test_check_finds_nothing_in_the_sample(workspace: Path) -> None:
    done = llm_dash(workspace, "check")
    assert (done.returncode, done.stdout, done.stderr) == (ExitStatus.DONE, "2 plans, 15 documents: no problems\n", "")


def test_check_finds_nothing_in_what_init_and_new_write(tmp_path: Path) -> None:
    for arguments in (["init"], ["new", "HARBOUR"], ["run", "subplan", "HARBOUR", "1.1", "--yes"]):
        assert llm_dash(tmp_path, *arguments).returncode == ExitStatus.DONE
        done = llm_dash(tmp_path, "check")
        assert done.returncode == ExitStatus.DONE
        assert done.stdout.endswith(": no problems\n")


def test_check_says_what_is_wrong_like_a_linter(workspace: Path) -> None:
    plan, tasks = workspace / PLAN / "PLAN_WEATHER-STATION.md", workspace / PLAN / "execution"
    plan.write_text(plan.read_text().replace("In Progress", "Complete", 1))
    for number in ("01", "02"):
        task = tasks / f"EXECUTION_TASK_WEATHER-STATION_{number}_01.md"
        task.write_text(task.read_text().replace("Complete", "In Progress", 1))
    done = llm_dash(workspace, "check", "weather")
    assert done.returncode == ExitStatus.FAILED
    assert done.stdout.split("\n") == [
        "WEATHER-STATION",
        f"{PLAN}/PLAN_WEATHER-STATION.md:3: error plan-status The plan says 'Complete', and 5 of its 7 achievements are not "
        "approved.",
        "    Correct the plan's **Status**, or approve what is still open.",
        f"{PLAN}/execution/EXECUTION_TASK_WEATHER-STATION_01_01.md:9: warning execution-status It begins with 'In Progress' "
        "and ends with 'Complete' (line 21).",
        f"{PLAN}/execution/EXECUTION_TASK_WEATHER-STATION_02_01.md:9: warning execution-status It begins with 'In Progress' "
        "and ends with 'Complete' (line 21).",
        "    Say the same in both places; one 'Complete' is enough to count as complete.",
        "",
        "1 plan, 14 documents: 1 error, 2 warnings",
        "",
    ]


def test_check_as_json_keeps_its_contract(workspace: Path) -> None:
    (workspace / PLAN / "PLAN_SUMMARY.md").write_text("# PLAN Summary: what was done\n")
    done = llm_dash(workspace, "check", "--json")
    found = report(done)
    assert done.returncode == ExitStatus.DONE
    (finding,) = found.pop("findings")
    assert found == {
        "workspace": workspace.name,
        "plans": 2,
        "documents": 15,
        "counts": {"error": 0, "warning": 0, "note": 1},
    }
    assert list(finding) == ["code", "severity", "sentence", "cure", "file", "line", "plan", "achievement"]
    assert (finding["code"], finding["file"], finding["line"]) == ("not-a-plan", f"{PLAN}/PLAN_SUMMARY.md", 1)


def test_check_refuses_an_unknown_plan(workspace: Path) -> None:
    done = llm_dash(workspace, "check", "WETHER-STATION")
    assert (done.returncode, done.stdout) == (ExitStatus.USAGE, "")


def test_every_code_of_a_check_is_documented() -> None:
    text = (Path(__file__).parents[1] / "docs" / "json.md").read_text(encoding="utf-8")
    for code, kind in KINDS.items():
        assert f"| `{code}` | {kind.severity} |" in text


def test_run_writes_a_subplan_and_reports_it(workspace: Path) -> None:
    found = report(llm_dash(workspace, "run", "subplan", "WEATHER-STATION", "2.1", "--yes", "--json"))
    assert list(found)[:18] == [
        "run", "workflow", "plan", "achievement", "argv", "state", "success", "exit_code", "signal", "failure", "deliverables",
        "claimed", "tests", "ended_processes", "started_at", "duration", "log_file", "log_bytes",
    ]  # fmt: skip
    path = f"{PLAN}/subplans/SUBPLAN_WEATHER-STATION_21.md"
    assert found["deliverables"] == [{"path": path, "change": "created"}]
    assert (workspace / path).is_file()
    assert (found["state"], found["success"], found["failure"]) == ("success", True, None)
    assert (workspace / found["log_file"]).stat().st_size == found["log_bytes"]
    assert json.loads((workspace / ".llm-dash/runs" / found["run"] / "result.json").read_text()) == found
    assert (workspace / ".llm-dash/.gitignore").read_text().strip() == "*"
    again = llm_dash(workspace, "run", "subplan", "WEATHER-STATION", "2.1", "--yes", "--json")
    assert again.returncode == ExitStatus.PREREQUISITE_MISSING


def test_run_refuses_an_execution_without_a_subplan(workspace: Path) -> None:
    done = llm_dash(workspace, "run", "execution", "WEATHER-STATION", "2.2", "--yes", "--json")
    failure = report(done)["failure"]
    assert done.returncode == ExitStatus.PREREQUISITE_MISSING
    assert failure["kind"] == "prerequisite-missing"
    assert failure["suggestions"][0]["action"] == "create-subplan"
    assert failure["suggestions"][0]["arguments"]["achievement"] == "2.2"


def test_run_asks_and_nobody_there_is_no(workspace: Path) -> None:
    done = llm_dash(workspace, "run", "next", "WEATHER-STATION")
    assert done.returncode == ExitStatus.USAGE
    assert "--yes" in done.stderr
    assert not (workspace / ".llm-dash").exists()


def test_run_in_text_shows_the_output_and_the_result(workspace: Path) -> None:
    done = llm_dash(workspace, "run", "next", "WEATHER-STATION", "--yes")
    assert done.returncode == ExitStatus.DONE
    assert "FIX_11.md" in done.stdout
    assert "✓ success" in done.stderr
    assert "prompt.md" in done.stderr


def test_exec_as_lines_of_events(workspace: Path) -> None:
    done = llm_dash(workspace, "exec", "--jsonl", "--", sys.executable, "-c", "print('one'); print('two')")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["event"] for event in events] == ["run-started", "output-appended", "run-finished"]
    assert (events[1]["lines"], events[1]["bytes"]) == (2, 8)
    assert events[-1]["result"]["exit_code"] == 0


def test_exec_makes_the_output_safe_for_a_terminal(workspace: Path) -> None:
    done = llm_dash(workspace, "exec", "--", sys.executable, "-c", r"print('a\x1b]0;title\x07b\x1b[31mc', end='')")
    assert done.stdout == "abc\n"


@pytest.mark.parametrize(
    ("options", "code", "status", "kind"),
    [
        ([], "raise SystemExit(3)", ExitStatus.FAILED, "exit-status"),
        ([], "import os; os.kill(os.getpid(), 9)", ExitStatus.FAILED, "signal"),
        (["--wall", "0.3"], "import time; time.sleep(60)", ExitStatus.LIMIT, "time-limit"),
        (["--idle", "0.3"], "import time; time.sleep(60)", ExitStatus.LIMIT, "idle-limit"),
    ],
)
def test_exec_says_how_it_ended(options: list[str], code: str, status: int, kind: str, workspace: Path) -> None:
    done = llm_dash(workspace, "exec", "--json", "--grace", "0.5,0.5", *options, "--", sys.executable, "-c", code)
    failure = report(done)["failure"]
    assert (done.returncode, failure["kind"]) == (status, kind)
    assert failure["message"]
    assert failure["suggestions"]


def test_exec_of_a_command_that_is_not_there(workspace: Path) -> None:
    done = llm_dash(workspace, "exec", "--json", "--", "no-such-command-anywhere")
    assert (done.returncode, report(done)["failure"]["kind"]) == (ExitStatus.PREREQUISITE_MISSING, "command-not-found")


def test_exec_of_a_script_without_its_interpreter(workspace: Path) -> None:
    script = workspace / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    done = llm_dash(workspace, "exec", "--json", "--", "./script")
    assert (done.returncode, report(done)["failure"]["kind"]) == (ExitStatus.FAILED, "command-not-found")


def test_an_interrupt_stops_the_run(workspace: Path) -> None:
    code = "import time\nprint('ready', flush=True)\ntime.sleep(60)"
    argv = [
        sys.executable,
        "-P",
        "-m",
        "llm_dashboard",
        "exec",
        "--jsonl",
        "--grace",
        "1,1",
        "--",
        sys.executable,
        "-c",
        code,
    ]
    with subprocess.Popen(argv, cwd=workspace, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["event"] == "output-appended":
                break
        process.send_signal(signal.SIGINT)
        last = json.loads(process.stdout.read().splitlines()[-1])
    assert (process.returncode, last["result"]["state"]) == (ExitStatus.CANCELLED, "cancelled")


def test_a_folder_without_plans_says_what_was_looked_for(tmp_path: Path) -> None:
    done = llm_dash(tmp_path, "status")
    assert done.returncode == ExitStatus.USAGE
    assert "work-space/plans" in done.stderr
    assert llm_dash(tmp_path, "--workspace", "nowhere").returncode == ExitStatus.USAGE


def test_a_wrong_setting_is_one_sentence(workspace: Path) -> None:
    (workspace / "llm-dash.toml").write_text("[limits]\nwall = 'long'\n")
    done = llm_dash(workspace, "status")
    assert done.returncode == ExitStatus.USAGE
    assert done.stderr.startswith("llm-dash: llm-dash.toml:2: limits.wall is 'long'; allowed is ")
    assert len(done.stderr.splitlines()) == 1


def test_the_workspace_is_found_from_below_and_by_name(workspace: Path) -> None:
    assert report(llm_dash(workspace / PLAN, "status", "--json"))["workspace"] == workspace.name
    assert report(llm_dash(Path("/"), "status", "--json", "--workspace", str(workspace)))["workspace"] == workspace.name
    assert report(llm_dash(Path("/"), "--workspace", str(workspace), "status", "--json"))["workspace"] == workspace.name


def test_the_screen_needs_a_terminal(workspace: Path) -> None:
    done = llm_dash(workspace)
    assert done.returncode == ExitStatus.USAGE
    assert "needs a terminal" in done.stderr


def test_a_repository_cannot_shadow_our_modules(workspace: Path) -> None:
    for name in ("json.py", "llm_dashboard.py", "msgspec.py"):
        (workspace / name).write_text("raise SystemExit('shadowed')\n")
    found = report(llm_dash(workspace, "run", "subplan", "WEATHER-STATION", "2.1", "--yes", "--json"))
    assert found["success"]


def test_the_demo_walks_the_whole_loop(tmp_path: Path) -> None:
    done = llm_dash(tmp_path, "demo", "--headless")
    assert done.returncode == ExitStatus.DONE, done.stderr
    assert "3 of 7 approved" in done.stdout
    assert not list(tmp_path.iterdir())


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["--version"], ["run", "--help"]):
        with pytest.raises(SystemExit) as ended:
            entry_point(arguments)
        assert ended.value.code == 0
    assert "llm-dash 0" in capsys.readouterr().out


CUSTOM = f"""
[workflows.fix-tests]
summary = "Writes a report of an achievement."
argv = ['{sys.executable}', '-c', '''
import os, sys
print(sys.argv[1:], os.environ["MODE"])
open(sys.argv[2], "w").close()
''', '{{title}}; {{{{id}}', 'report-{{id}}.md']
creates = ["report-{{id}}.md"]
environment = {{MODE = "fast"}}
wall = 30

[workflows.promise]
argv = ['{sys.executable}', '-c', '']
creates = ["never/{{plan}}.md"]

[workflows.check]
argv = ['{sys.executable}', '-c', '''
import pathlib
for name in ("reports", "other"):
    pathlib.Path(name).mkdir()
    pathlib.Path(name, "a.xml").write_text('<testsuite><testcase/><testcase/><testcase><failure/></testcase></testsuite>')
print("=== 9 passed in 0.1s ===")
''']
tests = "reports/*.xml"

[workflows.ask]
argv = ['{sys.executable}', '-c', '']
needs_verdict = true
"""


@pytest.fixture
def custom(workspace: Path) -> Path:
    """The workspace, with workflows of its own."""
    write_allowed(workspace, CUSTOM)
    return workspace


def test_a_custom_workflow_runs_and_is_judged_like_a_built_in_one(custom: Path) -> None:
    found = report(llm_dash(custom, "run", "fix-tests", "WEATHER-STATION", "2.1", "--yes", "--json"))
    title = "One page that shows the day"
    assert found["argv"][3:] == [f"{title}; {{id}}", "report-21.md"]
    assert (found["workflow"], found["achievement"], found["success"]) == ("fix-tests", "2.1", True)
    assert found["deliverables"] == [{"path": "report-21.md", "change": "created"}]
    assert (custom / found["log_file"]).read_text(encoding="utf-8") == f"['{title}; {{id}}', 'report-21.md'] fast\n"
    record = json.loads((custom / ".llm-dash/runs" / found["run"] / "run.json").read_text(encoding="utf-8"))
    assert (record["workflow"], record["name"], record["limits"]["wall"]) == ("custom", "fix-tests", 30.0)


def test_a_custom_workflow_that_does_not_create_what_it_must_has_failed(custom: Path) -> None:
    done = llm_dash(custom, "run", "promise", "WEATHER-STATION", "--yes", "--json")
    assert (done.returncode, report(done)["failure"]["kind"]) == (ExitStatus.FAILED, "no-deliverable")
    assert report(done)["failure"]["evidence"] == "no new file never/WEATHER-STATION.md"


def test_a_custom_workflow_says_how_its_tests_are_read(custom: Path) -> None:
    found = report(llm_dash(custom, "run", "check", "WEATHER-STATION", "--yes", "--json"))
    assert (found["tests"]["passed"], found["tests"]["failed"]) == (2, 1)


def test_a_custom_workflow_can_end_in_a_verdict(custom: Path) -> None:
    assert llm_dash(custom, "run", "ask", "WEATHER-STATION", "--yes").returncode == ExitStatus.VERDICT_NEEDED


def test_a_custom_workflow_is_shown_before_it_runs(custom: Path) -> None:
    done = llm_dash(custom, "run", "fix-tests", "WEATHER-STATION", "2.1")
    assert done.returncode == ExitStatus.USAGE
    for shown in (sys.executable, "report-21.md", "MODE=fast", f"in    {custom}", "--yes"):
        assert shown in done.stderr
    assert not (custom / ".llm-dash").exists()


def test_an_unknown_workflow_is_refused_with_the_nearest(custom: Path) -> None:
    done = llm_dash(custom, "run", "fix-test", "WEATHER-STATION")
    assert done.returncode == ExitStatus.USAGE
    named = "next, subplan, execution, fix-tests, promise, check, ask, parallel"
    assert f"did you mean fix-tests? There are {named}." in done.stderr
    assert llm_dash(custom, "run", "fix-tests").returncode == ExitStatus.USAGE


def test_the_workflows_are_listed(custom: Path) -> None:
    entries = {each["name"]: each for each in report(llm_dash(custom, "run", "--list", "--json"))["workflows"]}
    assert list(entries) == ["next", "subplan", "execution", "fix-tests", "promise", "check", "ask"]
    assert entries["fix-tests"]["argv"][0] == sys.executable
    assert (entries["fix-tests"]["needs_achievement"], entries["promise"]["needs_achievement"]) == (True, False)
    text = llm_dash(custom, "run", "--list").stdout
    assert "Writes a report of an achievement." in text
    assert "{title}" in text
    lines = llm_dash(custom, "run", "--list", "--jsonl").stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == list(entries)


def test_exec_has_the_limits_of_the_settings_and_its_flags_go_over_them(workspace: Path) -> None:
    (workspace / "llm-dash.toml").write_text("[limits]\nwall = 7\nidle = 6\ngrace = [0.5, 0]\nlog_bytes = 0\n")
    found = report(llm_dash(workspace, "exec", "--json", "--wall", "0", "--", sys.executable, "-c", ""))
    record = json.loads((workspace / ".llm-dash/runs" / found["run"] / "run.json").read_text(encoding="utf-8"))
    assert record["limits"] == {"wall": None, "idle": 6.0, "grace": [0.5, 0.0], "log_bytes": None}


def test_a_stop_that_comes_early_is_not_lost(workspace: Path) -> None:
    argv = [
        sys.executable,
        "-P",
        "-m",
        "llm_dashboard",
        "exec",
        "--json",
        "--",
        sys.executable,
        "-c",
        "import time; time.sleep(60)",
    ]
    with subprocess.Popen(argv, cwd=workspace, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
        while not list(workspace.glob(".llm-dash/runs/*/run.json")):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        result = json.loads(process.stdout.read())
    assert (process.returncode, result["state"]) == (ExitStatus.CANCELLED, "cancelled")


def test_a_reader_that_goes_away_ends_the_run(workspace: Path) -> None:
    code = "while True: print('y' * 1000, flush=True)"
    argv = [sys.executable, "-P", "-m", "llm_dashboard", "exec", "--grace", "1,1", "--", sys.executable, "-c", code]
    with subprocess.Popen(
        argv, cwd=workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        process.wait()
    assert process.returncode == ExitStatus.CANCELLED
    state = json.loads(llm_dash(workspace, "result", "last", "--json").stdout)["state"]
    assert state == "cancelled"


def test_next_of_all_plans_is_one_object(workspace: Path) -> None:
    found = report(llm_dash(workspace, "next", "--json"))
    assert [plan["plan"] for plan in found["plans"]] == ["WEATHER-STATION", "RAIN-ALERTS"]


def test_what_comes_from_a_repository_is_safe_to_print(workspace: Path) -> None:
    (workspace / "llm-dash.toml").write_text('"\\u001b]0;pwned\\u0007x" = 1\n')
    done = llm_dash(workspace, "status")
    assert done.returncode == ExitStatus.USAGE
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr


def test_exec_takes_a_command_with_or_without_dashes(workspace: Path) -> None:
    for arguments in (["--", sys.executable, "-c", "print(1)"], [sys.executable, "-c", "print(1)"]):
        assert report(llm_dash(workspace, "exec", "--json", *arguments))["success"]
    assert llm_dash(workspace, "exec").returncode == ExitStatus.USAGE
    wrong = llm_dash(workspace, "exec", "--wall", "abc", "--", "true")
    assert "'abc' is no number of seconds" in wrong.stderr


def test_needs_lists_what_waits_for_a_person(workspace: Path) -> None:
    lines = llm_dash(workspace, "needs").stdout.splitlines()
    assert [line.split("  ")[0].strip() for line in lines] == ["! needs fix", "◆ review"]
    found = report(llm_dash(workspace, "needs", "--json"))
    assert [(need["kind"], need["achievement"]) for need in found["needs"]] == [("fix", "1.1"), ("review", "1.2")]
    assert found["needs"][0]["plan_file"] == f"{PLAN}/PLAN_WEATHER-STATION.md"
    shutil.rmtree(workspace / PLAN)
    assert llm_dash(workspace, "needs").stdout == "Nothing waits for you.\n"


def test_a_verb_works_on_one_workspace(workspace: Path) -> None:
    done = llm_dash(workspace, "status", "--workspace", ".", "--workspace", "work-space")
    assert done.returncode == ExitStatus.USAGE
    assert done.stderr == "llm-dash: status works on one workspace; give --workspace once.\n"
    done = llm_dash(workspace, "--workspace", "nowhere", "--workspace", "nor-here")
    assert done.returncode == ExitStatus.USAGE
    assert "nowhere is no folder" in done.stderr


def test_export_prints_or_writes_and_replaces_nothing_unasked(workspace: Path) -> None:
    assert llm_dash(workspace, "export").stdout.startswith(f"# {workspace.name.replace('_', chr(92) + '_')}\n")
    assert report(llm_dash(workspace, "export", "--format", "json")) == report(llm_dash(workspace, "status", "--json"))
    page = workspace / "out" / "page.html"
    done = llm_dash(workspace, "export", "weather", "--output", str(page))
    assert done.returncode == ExitStatus.FAILED
    assert f"there is no folder {page.parent}; make it" in done.stderr
    page.parent.mkdir()
    assert llm_dash(workspace, "export", "weather", "--output", str(page)).returncode == ExitStatus.DONE
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "RAIN-ALERTS" not in text
    done = llm_dash(workspace, "export", "--output", str(page))
    assert done.returncode == ExitStatus.FAILED
    assert done.stderr == f"llm-dash: {page} exists already; name another file. Or replace it with --force.\n"
    assert llm_dash(workspace, "export", "--output", str(page), "--force").returncode == ExitStatus.DONE
    assert "RAIN-ALERTS" in page.read_text(encoding="utf-8")
    done = llm_dash(workspace, "export", "nope")
    assert done.returncode == ExitStatus.USAGE
    assert "No plan is called 'nope'" in done.stderr

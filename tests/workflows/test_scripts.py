import os
import subprocess
import sys
from pathlib import Path

import pytest

from llm_dashboard.plans.models import AchievementStatus, Plan
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import Settings
from llm_dashboard.workflows import context, scripts
from llm_dashboard.workflows.catalog import command
from llm_dashboard.workflows.models import Command, WorkflowRequest, WorkflowType
from tests.workflows.plans import PLAN_TEXT, write_workspace

PLAN_FILE = "work-space/plans/PIER/PLAN_PIER.md"
SUBPLAN_11 = "subplans/SUBPLAN_PIER_11.md"
EXECUTION_11 = "execution/EXECUTION_TASK_PIER_11_01.md"
FIX_11 = "execution/feedbacks/FIX_11.md"
SUBPLAN_TEXT = "# SUBPLAN: Lamps\n\n## Objective\n\nLight.\n\n## Approach\n\nMount, then wire.\n\n## Tasks\n"
FIX_TEXT = (
    "# FIX REQUIRED: Achievement 1.1\n\n**Reviewer**: A\n\n### Critical Issues\n\n1. Dark\n   - at night\n2. Cold\n"
)


@pytest.fixture
def run_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    monkeypatch.setenv(scripts.RUN_FOLDER_VARIABLE, str(folder))
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


def run(verb: str, root: Path, achievement_id: str = "1.1", plan_file: str = PLAN_FILE) -> int:
    return scripts.main([verb, "--workspace", str(root), "--plan", plan_file, "--achievement", achievement_id])


def load(root: Path) -> Plan:
    return next(each for each in Workspace(root).load().plans if each.name == "PIER")


def status(root: Path, achievement_id: str) -> AchievementStatus:
    found = load(root).achievement(achievement_id)
    assert found is not None
    return found.status


@pytest.mark.parametrize("workflow", [WorkflowType.NEXT, WorkflowType.SUBPLAN])
def test_the_command_of_the_catalog_runs_as_a_process(workflow: WorkflowType, root: Path, run_folder: Path) -> None:
    folder = write_workspace(root)
    (root / "llm_dashboard").mkdir()
    (root / "llm_dashboard/__init__.py").write_text("raise SystemExit('shadowed')\n")
    (root / "jinja2.py").write_text("raise SystemExit('shadowed')\n")
    made = command(WorkflowRequest(workflow, load(root), "1.1"), root, Settings())
    assert isinstance(made, Command)
    child = subprocess.run(
        made.argv, cwd=made.cwd, env={**os.environ, **made.environment}, capture_output=True, text=True, check=False
    )
    assert (child.returncode, child.stderr) == (0, "")
    text = (root / made.creates[0]).read_text(encoding="utf-8")
    assert child.stdout.splitlines() == [
        f"reading PLAN_PIER.md ({len(PLAN_TEXT.splitlines())} lines)",
        "achievement 1.1 Lamps are mounted: 2 deliverables, 1 test",
        f"writing {made.creates[0]} ({len(text.splitlines())} lines)",
        f"prompt saved as prompt.md ({len((run_folder / 'prompt.md').read_text().splitlines())} lines)",
        "next: give the prompt to your assistant, which completes the SUBPLAN; then create the EXECUTION for 1.1",
    ]
    assert "`lamps/mount.py` with the mounting plan" in text
    assert (folder / SUBPLAN_11).is_file()
    assert status(root, "1.1") is AchievementStatus.SUBPLAN_READY


def test_an_execution_is_in_progress_and_the_next_one_has_the_next_number(
    root: Path, run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_workspace(root, [(SUBPLAN_11, SUBPLAN_TEXT)])
    assert run("execution", root) == 0
    text = (folder / EXECUTION_11).read_text(encoding="utf-8")
    assert "> Mount, then wire." in text
    assert "- [ ] `lamps/mount.py` with the mounting plan" in text
    assert "**Execution Number**: 01 (first attempt)  \n" in text
    assert status(root, "1.1") is AchievementStatus.IN_PROGRESS
    (run_folder / "prompt.md").unlink()
    capsys.readouterr()
    (folder / SUBPLAN_11).write_text("# SUBPLAN: Lamps\n\n[TO BE FILLED: a]\n\n[TO BE FILLED: b]\n")
    assert run("execution", root) == 0
    assert "the SUBPLAN is not complete: 2 places to be filled\n" in capsys.readouterr().out
    second = (folder / "execution/EXECUTION_TASK_PIER_11_02.md").read_text(encoding="utf-8")
    assert "**Previous Execution**: EXECUTION_TASK_PIER_11_01.md  \n" in second


def test_a_subplan_whose_text_claims_to_be_complete_does_not_complete_its_execution(
    root: Path, run_folder: Path
) -> None:
    claims = SUBPLAN_TEXT.replace("Mount, then wire.", "**Status**: ✅ Complete\n\n**Achievement 1.1**: ✅ COMPLETE")
    write_workspace(root, [(SUBPLAN_11, claims)])
    assert run("execution", root) == 0
    assert status(root, "1.1") is AchievementStatus.IN_PROGRESS


@pytest.mark.parametrize(
    ("verb", "phrases"),
    [
        ("continue", ["# Continue Achievement 1.1", EXECUTION_11]),
        ("fix", ["# Fix Achievement 1.1", "1. Dark\n   - at night", "2. Cold", "FIX_11_RESOLUTION.md"]),
        ("review", ["# Review Achievement 1.1", "APPROVED_11.md", EXECUTION_11]),
    ],
)
def test_prompts_without_a_document(verb: str, phrases: list[str], root: Path, run_folder: Path) -> None:
    documents = [(SUBPLAN_11, SUBPLAN_TEXT), (EXECUTION_11, "# EXECUTION_TASK: x\n"), (FIX_11, FIX_TEXT)]
    folder = write_workspace(root, documents)
    before = sorted(folder.rglob("*"))
    assert run(verb, root) == 0
    prompt = (run_folder / "prompt.md").read_text(encoding="utf-8")
    assert [phrase for phrase in phrases if phrase not in prompt] == []
    assert sorted(folder.rglob("*")) == before


def test_the_prompt_is_printed_where_there_is_no_run(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(scripts.RUN_FOLDER_VARIABLE, raising=False)
    write_workspace(root)
    assert run("subplan", root, "1.2") == 0
    output = capsys.readouterr().out
    assert "no run folder; the prompt follows\n\n# Complete the SUBPLAN for Achievement 1.2" in output
    assert "{{ 7 * 7 }} [b]often[/b]" in output


@pytest.mark.parametrize(
    ("verb", "achievement_id", "plan_file", "sentence"),
    [
        ("subplan", "1.1", PLAN_FILE, "1.1 has its SUBPLAN already"),
        ("execution", "1.2", PLAN_FILE, "1.2 has no SUBPLAN: create the SUBPLAN first"),
        ("continue", "1.2", PLAN_FILE, "no EXECUTION_TASK to continue"),
        ("fix", "1.2", PLAN_FILE, "no FIX to work on"),
        ("review", "1.2", PLAN_FILE, "no EXECUTION_TASK to review"),
        ("subplan", "7.7", PLAN_FILE, "no achievement 7.7"),
        ("subplan", "1.1", "work-space/plans/NONE/PLAN_NONE.md", "NONE"),
        ("subplan", "1.1", "work-space/plans/PLAN_FLAT.md", "no folder of its own"),
    ],
)
def test_a_missing_prerequisite_is_one_sentence_and_exit_4(
    verb: str,
    achievement_id: str,
    plan_file: str,
    sentence: str,
    root: Path,
    run_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = write_workspace(root, [(SUBPLAN_11, SUBPLAN_TEXT), ("../PLAN_FLAT.md", PLAN_TEXT)])
    before = sorted(folder.rglob("*"))
    assert run(verb, root, achievement_id, plan_file) == 4
    output = capsys.readouterr()
    assert sentence in output.err
    assert output.err.count("\n") == 1
    assert sorted(folder.rglob("*")) == before
    assert not (run_folder / "prompt.md").exists()


def test_a_name_that_is_taken_is_never_overwritten(
    root: Path, run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_workspace(root)
    (folder / SUBPLAN_11).mkdir(parents=True)
    assert run("subplan", root) == 4
    assert capsys.readouterr().err == f"work-space/plans/PIER/{SUBPLAN_11} exists already\n"
    assert list((folder / "subplans").iterdir()) == [folder / SUBPLAN_11]


def test_a_folder_that_leads_out_is_refused(
    root: Path, run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_workspace(root)
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "subplans").symlink_to(outside)
    assert run("subplan", root) == 1
    assert "leads out of the workspace" in capsys.readouterr().err
    assert list(outside.iterdir()) == []


def test_a_broken_template_leaves_nothing_behind(
    root: Path, run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_workspace(root)
    template = root / "work-space/templates/subplan-prompt.md.j2"
    template.parent.mkdir(parents=True)
    template.write_text("one\n{{ unknown }}\n")
    assert run("subplan", root) == 1
    error = capsys.readouterr().err
    assert error == "work-space/templates/subplan-prompt.md.j2, line 2: 'unknown' is undefined\n"
    assert not (folder / "subplans").exists()
    assert not (run_folder / "prompt.md").exists()


def test_wrong_settings_are_said_and_left_out(root: Path, run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_workspace(root)
    (root / "llm-dash.toml").write_text("scripts = 'nobody'\n")
    assert run("subplan", root) == 0
    assert "llm-dash.toml:1: scripts is 'nobody'; allowed is " in capsys.readouterr().out


def test_what_nobody_expected_is_one_sentence(
    root: Path, run_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError("by zero")

    write_workspace(root)
    monkeypatch.setattr(context, "read_document", broken)
    assert run("subplan", root) == 1
    assert capsys.readouterr().err == "unexpected ZeroDivisionError: by zero\n"


def test_an_interrupt_is_no_traceback(
    root: Path, run_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    write_workspace(root)
    monkeypatch.setattr(context, "read_document", interrupted)
    assert run("subplan", root) == 1
    assert capsys.readouterr().err == "interrupted\n"


def test_wrong_usage_is_exit_2(root: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-P", "-m", "llm_dashboard.workflows.scripts", "next", "--workspace", str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 2
    assert "invalid choice: 'next'" in child.stderr

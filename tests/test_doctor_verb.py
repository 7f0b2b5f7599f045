"""`doctor`, and an agent at work, by the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from llm_dashboard.exit_status import ExitStatus
from tests.allowing import write_allowed
from tests.workflows.plans import write_workspace
from tests.workflows.test_agent_work import DOCUMENTS

AGENT = """\
#!/bin/sh
if [ "$1" = --version ]; then echo 'mine 1.0'; exit; fi
touch ran
cat > given
echo 'It is done.'
"""
SETTINGS = """\
agent = "mine"
verify = [["test", "-f", "given"]]
[agents.mine]
title = "Mine"
argv = ["mine"]
"""


def llm_dash(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "llm_dashboard", *arguments],
        cwd=workspace,
        env={**os.environ, "PATH": f"{workspace / 'bin'}:/usr/bin:/bin", "HOME": str(workspace)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with an open EXECUTION_TASK, and an agent on PATH."""
    root = tmp_path / "work"
    write_workspace(root, DOCUMENTS)
    (root / "bin").mkdir()
    (root / "bin" / "mine").write_text(AGENT)
    (root / "bin" / "mine").chmod(0o755)
    return root


def test_nobody_is_chosen(workspace: Path) -> None:
    done = llm_dash(workspace, "doctor")
    assert done.returncode == ExitStatus.DONE
    assert "claude        not installed: npm install -g @anthropic-ai/claude-code" in done.stdout
    assert "No agent is set. None is on PATH: " in done.stderr
    (workspace / "bin" / "mine").rename(workspace / "bin" / "codex")
    offered = llm_dash(workspace, "doctor")
    assert 'Codex is on PATH: agent = "codex"' in offered.stderr
    run = llm_dash(workspace, "run", "next", "PIER", "1.1", "--yes")
    assert (run.returncode, (workspace / "ran").exists()) == (ExitStatus.DONE, False)
    assert 'Codex is on PATH: agent = "codex" in your own config.toml' in run.stderr


def test_an_agent_is_examined_and_works(workspace: Path) -> None:
    (workspace / "llm-dash.toml").write_text(SETTINGS, encoding="utf-8")
    untrusted = llm_dash(workspace, "doctor", "--json")
    assert untrusted.returncode == ExitStatus.PREREQUISITE_MISSING
    assert "(agent, verify, agents.mine)" in json.loads(untrusted.stdout)["problems"][0]
    refused = llm_dash(workspace, "run", "next", "PIER", "1.1", "--yes")
    assert (refused.returncode, (workspace / "ran").exists()) == (ExitStatus.PREREQUISITE_MISSING, False)
    write_allowed(workspace, SETTINGS)
    examined = json.loads(llm_dash(workspace, "doctor", "--json").stdout)
    assert (examined["agent"], examined["offered"], examined["problems"]) == ("mine", "mine", [])
    assert examined["agents"][-1] == {
        "name": "mine",
        "title": "Mine",
        "chosen": True,
        "program": str(workspace / "bin" / "mine"),
        "version": "mine 1.0",
        "findings": [
            {"subject": "program", "standing": "good", "sentence": str(workspace / "bin" / "mine"), "cure": ""},
            {"subject": "version", "standing": "good", "sentence": "mine 1.0", "cure": ""},
        ],
    }
    done = llm_dash(workspace, "run", "next", "PIER", "1.1", "--yes")
    assert done.returncode == ExitStatus.FAILED
    assert "Mine ended without an error, but mount.py is not there" in done.stderr
    assert (workspace / "given").read_text(encoding="utf-8").startswith("# Continue Achievement 1.1")


def test_what_the_plan_has_used_counts(workspace: Path) -> None:
    write_allowed(workspace, SETTINGS.replace("verify", "budget.plan_minutes = 0.00001\nverify"))
    first = llm_dash(workspace, "run", "next", "PIER", "1.1", "--yes", "--json")
    assert json.loads(first.stdout)["agent"]["name"] == "mine"
    second = llm_dash(workspace, "run", "next", "PIER", "1.1", "--yes", "--json")
    failure = json.loads(second.stdout)["failure"]
    assert failure["kind"] == "budget"
    assert failure["message"].startswith("the budget of PIER is spent: 1 run, ")

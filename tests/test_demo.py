"""The temporary workspace of the demo."""

import sys
from pathlib import Path

import pytest

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.cli import entry_point
from llm_dashboard.demo.sample import make_sample, remove_sample
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run
from llm_dashboard.settings import load
from llm_dashboard.workflows.models import Command, Limits, WorkflowType


def test_it_is_deleted() -> None:
    root = make_sample()
    assert (root / "work-space" / "plans").is_dir()
    loaded = load(root)
    assert loaded.custom["check"].argv == ("sh", "check.sh")
    assert not load_agents(loaded.agents).problems
    assert loaded.agent == "stand-in"
    assert loaded.unallowed == ()
    assert remove_sample(root) is None
    assert not root.parent.exists()


async def test_it_stays_under_a_run_that_goes_on() -> None:
    root = make_sample()
    executor = WorkflowExecutor(root)
    argv = (sys.executable, "-S", "-c", "import time; time.sleep(60)")
    limits = Limits(wall=60, grace=(5, 5))
    run = await executor.start(Command(WorkflowType.EXEC, WorkflowType.EXEC, argv, root, "sleeps", limits=limits))
    assert isinstance(run, Run)
    assert remove_sample(root) == f"the demo stays, a run goes on in it: llm-dash --workspace {root}"
    assert run.folder.is_dir()
    await executor.stop(run.id, now=True)
    async for _ in executor.follow(run.id):
        pass
    await executor.close()
    assert remove_sample(root) is None


def test_without_a_terminal_it_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert entry_point(["demo"]) == ExitStatus.USAGE
    assert not list(tmp_path.iterdir())

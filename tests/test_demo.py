"""The temporary workspace of the demo."""

import shutil
import sys

import pytest

from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run
from llm_dashboard.verbs import demo
from llm_dashboard.workflows.models import Command, Limits, WorkflowType


def test_it_is_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    with demo.sample() as root:
        assert (root / "work-space" / "plans").is_dir()
    assert not root.parent.exists()
    assert capsys.readouterr().err == ""


async def test_it_stays_under_a_run_that_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with demo.sample() as root:
        executor = WorkflowExecutor(root)
        argv = (sys.executable, "-S", "-c", "import time; time.sleep(60)")
        limits = Limits(wall=60, grace=(5, 5))
        run = await executor.start(Command(WorkflowType.EXEC, WorkflowType.EXEC, argv, root, "sleeps", limits=limits))
        assert isinstance(run, Run)
    assert run.folder.is_dir()
    assert str(root) in capsys.readouterr().err
    await executor.stop(run.id, now=True)
    async for _ in executor.follow(run.id):
        pass
    await executor.close()
    shutil.rmtree(root.parent)

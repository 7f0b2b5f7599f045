"""`llm` as an agent, a real program: with a model that echoes, and, where that is asked for, with a small real one."""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.agents.verdict import Word
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import Run
from llm_dashboard.settings import Settings
from llm_dashboard.workflows import catalog
from llm_dashboard.workflows.models import Command, WorkflowRequest, WorkflowType
from tests.runs.conftest import finished
from tests.workflows.plans import write_workspace

LLM = shutil.which("llm", path=str(Path(sys.executable).parent))
TASK = "# EXECUTION_TASK: x\n\n**Status**: In Progress\n\n## Deliverables\n\n- `lamps/extra.py`\n"


SHORT = "How would you begin with this: {{ achievement.title }}? Answer in one sentence."
"""The small model takes 512 tokens, less than the built-in prompt has."""


async def work_of(model: str, root: Path, template: str = "") -> tuple[Run, Word]:
    """What became of an EXECUTION_TASK that was given to that model: it does nothing, and says something."""
    write_workspace(
        root, (("subplans/SUBPLAN_PIER_11.md", "# SUBPLAN: x\n"), ("execution/EXECUTION_TASK_PIER_11_01.md", TASK))
    )
    if template:
        (root / "work-space/templates").mkdir()
        (root / "work-space/templates/continue-prompt.md.j2").write_text(template, encoding="utf-8")
    (root / "lamps").mkdir()
    (root / "lamps/extra.py").write_text("LAMPS = 3\n", encoding="utf-8")
    own = {"argv": [LLM or "llm", "prompt", "{options}"], "arguments": ["-m", model, "--no-log"]}
    plan = Workspace(root).load().plans[0]
    settings = Settings(agent="llm", agents={"llm": own})
    command = catalog.command(WorkflowRequest(WorkflowType.NEXT, plan, "1.1"), root, settings)
    assert isinstance(command, Command), command
    environment = {**command.environment, "LLM_USER_PATH": str(root / "llm")}
    executor = WorkflowExecutor(root)
    run = await executor.start(msgspec.structs.replace(command, environment=environment))
    assert isinstance(run, Run), run
    result = await finished(executor, run)
    await executor.close()
    assert result.success, result
    assert result.agent is not None
    return run, result.agent.word


@pytest.mark.skipif(
    LLM is None or find_spec("llm_echo") is None, reason="needs the extra `llm`: pip install llm llm-echo"
)
async def test_an_echo_is_claimed_and_not_verified(tmp_path: Path) -> None:
    run, word = await work_of("echo", tmp_path)
    assert word is Word.CLAIMED
    assert "Continue Achievement 1.1: Lamps are mounted" in run.log_path.read_text(encoding="utf-8")


@pytest.mark.skipif(
    "LLM_DASH_REAL_MODEL" not in os.environ, reason="LLM_DASH_REAL_MODEL=1 runs it: needs the extra `local-model`"
)
async def test_a_real_model_is_claimed_and_not_verified(tmp_path: Path) -> None:
    run, word = await work_of("SmolLM2", tmp_path, SHORT)
    assert word is Word.CLAIMED
    assert run.log_path.stat().st_size > 0

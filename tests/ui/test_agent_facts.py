"""What is shown of an agent's work."""

from pathlib import Path

import msgspec
import pytest

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.task import AgentTask
from llm_dashboard.agents.verdict import DeniedTool, Word
from llm_dashboard.runs.models import AgentReport, Check, CheckState
from llm_dashboard.settings import Settings
from llm_dashboard.ui.agent_facts import agent_facts
from llm_dashboard.ui.running import moved_on
from llm_dashboard.workflows.models import Limits, WorkflowType
from tests.runs.agents import replayed, worked
from tests.runs.test_results import RECORD
from tests.ui.conftest import running, screen_text, until


@pytest.mark.parametrize(
    ("wall", "is_agent", "expected"),
    [(60.0, False, (240.0, 180.0)), (3600.0, True, (7200.0, 120.0)), (6.0, True, (12.0, 120.0)), (None, True, (None, 120.0))],
)  # fmt: skip
def test_more_time_is_what_such_a_run_is_given(
    wall: float | None, is_agent: bool, expected: tuple[float | None, float | None]
) -> None:
    task = AgentTask(load_agents().agents["claude"]) if is_agent else None
    record = msgspec.structs.replace(
        RECORD, workflow=WorkflowType.CONTINUE, task=task, limits=Limits(wall=wall, idle=60.0)
    )
    assert moved_on(record, Settings()) == expected


def test_what_was_checked_refused_and_used() -> None:
    report = AgentReport(
        "claude",
        "Claude Code",
        Word.REFUSED,
        "It says that it is done",
        meters=Meters(2000, 442, 10, 0.014),
        tool_calls=3,
        denials=(DeniedTool("Bash", "make", "allow Bash(make:*)"),),
        denied=3,
        said="I did.\n\nDone \x1b[2J.",
        checks=(Check("a.py", CheckState.OPEN, "is as it was before"), Check("make", CheckState.FAILED, "ended with status 2")),
    )  # fmt: skip
    said, checked, refused, allowing, used = agent_facts(report)
    assert said == ("Said", [(("", "dim"), ("I did.",)), (("", "dim"), ("Done .",))])
    # The evidence of a failure may be just that.
    assert agent_facts(report, "I did.\n\nDone .")[0] == ("Said", [])
    assert checked == (
        "Checked",
        [
            (("?", "wait"), (("a.py", "path"), ("   is as it was before", "dim"))),
            (("✗", "bad"), (("make", "path"), ("   ended with status 2", "dim"))),
        ],
    )
    assert refused == ("Not allowed", [(("✗", "bad"), ("Bash make",)), (("", "dim"), (("and 2 more calls", "dim"),))])
    assert allowing == ("To allow it", [(("", "dim"), ("allow Bash(make:*)",))])
    assert used == ("Used", [(("", "dim"), ("2,442 tokens, $0.01", ("   3 tool calls", "dim")))])


async def test_the_runs_say_what_agents_have_used_in_those_that_are_listed(workspace: Path, tmp_path: Path) -> None:
    command = replayed(tmp_path / "agent", load_agents().agents["claude"], b"", "0", workspace)
    for plan in ("WEATHER-STATION", "WEATHER-STATION", "OTHER"):
        worked(workspace, msgspec.structs.replace(command, plan=plan), Meters(1000, 200, 0, 0.75))
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("R")
        await until(pilot, lambda: "3 runs   agents 3,600 tokens, $2.25" in screen_text(app))
        await pilot.press("slash", *"station")
        await until(pilot, lambda: "2 of 3 runs   agents 2,400 tokens, $1.50" in screen_text(app))

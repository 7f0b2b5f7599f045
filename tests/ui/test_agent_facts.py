"""What is shown of an agent's work."""

from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.verdict import DeniedTool, Word
from llm_dashboard.runs.models import AgentReport, Check, CheckState
from llm_dashboard.ui.agent_facts import agent_facts


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
            (("?", "wait"), ("a.py", ("   is as it was before", "dim"))),
            (("✗", "bad"), ("make", ("   ended with status 2", "dim"))),
        ],
    )
    assert refused == ("Not allowed", [(("✗", "bad"), ("Bash make",)), (("", "dim"), (("and 2 more calls", "dim"),))])
    assert allowing == ("To allow it", [(("", "dim"), ("allow Bash(make:*)",))])
    assert used == ("Used", [(("", "dim"), ("2,442 tokens, $0.01", ("   3 tool calls", "dim")))])

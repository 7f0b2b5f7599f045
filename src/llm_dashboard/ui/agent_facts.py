"""What there is to see of an agent's work: what was checked, what it was not allowed, what it used."""

from llm_dashboard import measures
from llm_dashboard.agents.meters import used
from llm_dashboard.runs.models import AgentReport, CheckState
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.widgets.block import NO_MARK, Line

Rows = list[tuple[tuple[str, str], Line]]

_CHECK = {CheckState.PASSED: ("✓", "good"), CheckState.FAILED: ("✗", "bad"), CheckState.OPEN: ("?", "wait")}


def agent_facts(report: AgentReport) -> list[tuple[str, Rows]]:
    """Labels, each with its rows."""
    checked: Rows = [
        (_CHECK[each.state], (plain(each.subject), (f"   {plain(each.sentence)}", "dim"))) for each in report.checks
    ]
    refused: Rows = []
    allowing: Rows = []
    for each in report.denials:
        refused.append((("✗", "bad"), (plain(f"{each.tool} {each.argument}"),)))
        if each.setting and (row := (NO_MARK, (plain(each.setting),))) not in allowing:
            allowing.append(row)
    if report.denied > len(report.denials):
        more = f"and {measures.count(report.denied - len(report.denials), 'more call', 'more calls')}"
        refused.append((NO_MARK, ((more, "dim"),)))
    meters = (used(report.meters), (f"   {measures.count(report.tool_calls, 'tool call')}", "dim"))
    return [("Checked", checked), ("Not allowed", refused), ("To allow it", allowing), ("Used", [(NO_MARK, meters)])]

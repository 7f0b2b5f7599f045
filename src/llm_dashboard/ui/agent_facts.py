"""What there is to see of an agent's work: what was checked, what it was not allowed, what it used."""

from llm_dashboard import measures
from llm_dashboard.agents.meters import used
from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.task import Budget
from llm_dashboard.runs.models import AgentReport, CheckState
from llm_dashboard.safe_text import plain, plain_block
from llm_dashboard.ui.widgets.block import NO_MARK, PATH, Line
from llm_dashboard.ui.widgets.log_facts import Fact, Weight

Rows = list[tuple[tuple[str, str], Line]]

_CHECK = {CheckState.PASSED: ("✓", "good"), CheckState.FAILED: ("✗", "bad"), CheckState.OPEN: ("?", "wait")}


NEAR = 0.8
"""The part of a budget from which on it is said more loudly."""


def live_meters(meters: Meters, budget: Budget) -> list[Fact]:
    """What a run has used so far, against what it may; nothing where nothing was told."""
    found: list[Fact] = []
    if meters.tokens:
        limit = f" of {budget.tokens:,}" if budget.tokens else ""
        is_near = bool(limit) and meters.tokens >= NEAR * budget.tokens
        found.append(_used(f"{meters.input_tokens:,} in + {meters.output_tokens:,} out{limit} tokens", is_near))
    if meters.cost is not None:
        limit = f" of ${budget.dollars:.2f}" if budget.dollars else ""
        is_near = bool(limit) and meters.cost >= NEAR * budget.dollars
        found.append(_used(f"${meters.cost:.2f}{limit}", is_near))
    return found


def _used(text: str, is_near: bool) -> Fact:
    return Fact(Weight.SOUGHT if is_near else Weight.USED, ((text, "wait" if is_near else "dim"),))


def agent_facts(report: AgentReport, evidence: str = "") -> list[tuple[str, Rows]]:
    """Labels, each with its rows; `evidence`: what is shown of a failure already."""
    checked: Rows = [
        (_CHECK[each.state], ((plain(each.subject), PATH), (f"   {plain(each.sentence)}", "dim")))
        for each in report.checks
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
    lines = [line for line in plain_block(report.said).split("\n") if line.strip()]
    said: Rows = [(NO_MARK, (line,)) for line in lines] if lines and lines[-1] not in evidence else []
    return [
        ("Said", said),
        ("Checked", checked),
        ("Not allowed", refused),
        ("To allow it", allowing),
        ("Used", [(NO_MARK, meters)]),
    ]

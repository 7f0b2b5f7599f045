"""What became of runs that went on at once: how many succeeded, how long it took, what each made, and what can be done."""

from collections.abc import Iterator, Sequence

from llm_dashboard import measures
from llm_dashboard.measures import count
from llm_dashboard.runs.models import ExecutionResult, Run, WorkflowState
from llm_dashboard.ui.key_map import KeyMap
from llm_dashboard.ui.marks import CHANGE, RUN
from llm_dashboard.ui.widgets.block import NO_MARK, Field, Line
from llm_dashboard.workflows.models import SuggestedAction

SHOWN_FILES = 6
"""Deliverables of one run, at most; its result has them all."""


def verdict(runs: Sequence[Run], keys: KeyMap) -> list[Line]:
    """How runs ended that have all ended, how long they took, and where their prompts are."""
    good = sum(run.state is WorkflowState.SUCCESS for run in runs)
    mark = RUN[WorkflowState.SUCCESS if good == len(runs) else WorkflowState.FAILED]
    text = f"{good} of {len(runs)} succeeded" + (f", {len(runs) - good} not" if good < len(runs) else "")
    times = _times([run.result for run in runs if run.result])
    lines: list[Line] = [((f"{mark.symbol} ", mark.tone), (text, "strong"), (f"   {times}", "dim"))]
    if any(run.record.creates_prompt and run.state is WorkflowState.SUCCESS for run in runs):
        opens, copies = (keys.shown("open"), "key"), (keys.shown("copy-prompt"), "key")
        lines.append((opens, (" opens a run, where ", "dim"), copies, (" copies the prompt it left", "dim")))
    return [*lines, ()]


def details(runs: Sequence[Run], keys: KeyMap) -> Iterator[Field]:
    """What each of them made, or why it failed and what can be done about it."""
    for run in runs:
        mark, result = RUN[run.state], run.result
        failure = result.failure if result else None
        end = failure.message if failure else measures.duration(result.duration) if result else mark.word
        yield f"{run.record.label} {run.record.achievement or ''}", (mark.symbol, mark.tone), (end,)
        deliverables = result.deliverables if result else ()
        for each in deliverables[:SHOWN_FILES]:
            yield "", CHANGE[each.change], (each.path,)
        if len(deliverables) > SHOWN_FILES:
            yield "", NO_MARK, ((f"and {count(len(deliverables) - SHOWN_FILES, 'file')} more", "dim"),)
        suggestions = failure.suggestions if failure else ()
        advice = ", ".join(each.text for each in suggestions if each.action is not SuggestedAction.BACK)
        if advice:
            yield "", NO_MARK, ((keys.shown("open"), "key"), (f" opens it, where you can {advice}", "dim"))


def _times(results: Sequence[ExecutionResult]) -> str:
    """From the first start to the last end, and the sum of all."""
    begun = [(began, result.duration) for result in results if (began := measures.moment(result.started_at))]
    if not begun:
        return "none of them began"
    if len(begun) == 1:
        return measures.duration(begun[0][1])
    first = min(began for began, _ in begun)
    whole = max((began - first).total_seconds() + duration for began, duration in begun)
    return f"{measures.duration(whole)} in all, run times add up to {measures.duration(sum(each for _, each in begun))}"

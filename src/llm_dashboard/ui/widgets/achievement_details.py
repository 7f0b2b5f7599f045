"""All that is known of one achievement: what comes next, its files, and its own text in the plan."""

import asyncio
from pathlib import Path

from textual.app import ComposeResult

from llm_dashboard import measures
from llm_dashboard.plans.documents import achievement_section
from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan, StepKind
from llm_dashboard.plans.schedule import achievement_step
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.ui.marks import STATUS
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Field
from llm_dashboard.ui.widgets.scroll import Scroll

SHOWN_LINES = 500
"""So much of an achievement's text is laid out without a pause of the keys."""


class AchievementDetails(Scroll):
    """The details pane: it scrolls when it has the focus."""

    shown: str = ""

    def compose(self) -> ComposeResult:
        """What is known of it, and its text."""
        yield Block(id="known")
        yield Block(id="text")

    async def show(self, workspace: Path, plan: Plan, achievement: Achievement | None) -> None:
        """Show that achievement; the files are read off the event loop."""
        known, text = self.query_one("#known", Block), self.query_one("#text", Block)
        if achievement is None:
            known.say(((plan.title, "strong"),), *((problem.message,) for problem in plan.problems))
            text.say()
            return
        sizes, body = await asyncio.to_thread(_read, workspace, plan, achievement)
        mark = STATUS[achievement.status]
        known.say(
            ((f"{achievement.id}  {achievement.title}", "strong"),),
            ((f"{mark.symbol} {mark.word}", mark.tone), "   ", (f"line {achievement.line} of the plan", "dim")),
            (),
            fields=_fields(plan, achievement, sizes),
        )
        text.say((), (body,))
        if self.shown != achievement.id:
            self.shown = achievement.id
            self.scroll_home(animate=False)


def _fields(plan: Plan, each: Achievement, sizes: dict[str, int]) -> list[Field]:
    step = achievement_step(each, plan)
    following = f"{step.workflow}: {step.reason}" if step.workflow is not StepKind.NONE else step.reason
    fields: list[Field] = [("Next", NO_MARK, (following,))]
    if key := _key(each, plan):
        fields.append(("", NO_MARK, (("press ", "dim"), (key, "key"))))
    if each.effort:
        fields.append(("Effort", NO_MARK, (each.effort,)))
    if each.dependencies:
        fields.append(("Depends on", NO_MARK, (", ".join(each.dependencies),)))
    fields.append(("", NO_MARK, ()))
    for number, path in enumerate(_files(each)):
        size = measures.size(sizes[path]) if path in sizes else "unreadable"
        fields.append(("" if number else "Files", NO_MARK, (path.rsplit("/", 1)[-1], (f"  {size}", "dim"))))
    if not _files(each):
        fields.append(("Files", NO_MARK, (("none yet", "dim"),)))
    return fields


def _files(each: Achievement) -> tuple[str, ...]:
    found = each.artifacts
    return (*found.subplans, *found.executions, *found.fix, *found.resolutions, *found.approved)


def _key(each: Achievement, plan: Plan) -> str:
    if plan.next.achievement == each.id:
        return "1"
    return {AchievementStatus.NOT_STARTED: "3", AchievementStatus.SUBPLAN_READY: "4"}.get(each.status, "")


def _read(workspace: Path, plan: Plan, each: Achievement) -> tuple[dict[str, int], str]:
    """The sizes of the achievement's files, in bytes, and its text in the plan."""
    sizes = {}
    for path in _files(each):
        try:
            sizes[path] = (workspace / path).stat().st_size
        except OSError:
            continue
    try:
        section = achievement_section(read_document(workspace, plan.plan_file), each.id)
    except OSError:
        return sizes, ""
    lines = section.body.split("\n")
    more = len(lines) - SHOWN_LINES
    return sizes, "\n".join(
        lines[:SHOWN_LINES] + ([f"… and {measures.count(more, 'line')} more in the plan"] if more > 0 else [])
    )

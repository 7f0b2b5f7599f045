"""All that is known of one achievement: what comes next, its files, and its own text in the plan."""

import asyncio
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from llm_dashboard import measures
from llm_dashboard.plans.documents import achievement_section
from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan, StepKind
from llm_dashboard.plans.schedule import achievement_step
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.ui.marks import STATUS
from llm_dashboard.ui.widgets.scroll import Scroll
from llm_dashboard.ui.widgets.toned import Toned


class AchievementDetails(Scroll, Toned):
    """The details pane: it scrolls when it has the focus."""

    shown: str = ""

    def compose(self) -> ComposeResult:
        """One block of text."""
        yield Static()

    async def show(self, workspace: Path, plan: Plan, achievement: Achievement | None) -> None:
        """Show that achievement; the files are read off the event loop."""
        if achievement is None:
            self.query_one(Static).update(self._plan_text(plan))
            return
        sizes, body = await asyncio.to_thread(_read, workspace, plan, achievement)
        self.query_one(Static).update(self._text(plan, achievement, sizes, body))
        if self.shown != achievement.id:
            self.shown = achievement.id
            self.scroll_home(animate=False)

    def _plan_text(self, plan: Plan) -> Text:
        lines = [self.phrase((plan.title, "strong")), Text()]
        lines += [Text(problem.message) for problem in plan.problems]
        return Text("\n").join(lines)

    def _text(self, plan: Plan, each: Achievement, sizes: dict[str, int], body: str) -> Text:
        mark, step = STATUS[each.status], achievement_step(each, plan)
        lines = [
            self.phrase((f"{each.id}  {each.title}", "strong")),
            self.phrase((f"{mark.symbol} {mark.word}", mark.tone), "   ", (f"line {each.line} of the plan", "dim")),
            Text(),
            self._field(
                "Next", f"{step.workflow}: {step.reason}" if step.workflow is not StepKind.NONE else step.reason
            ),
        ]
        if key := _key(each, plan):
            lines.append(self.phrase((f"{'':13}", "dim"), ("press ", "dim"), (key, "key")))
        if each.effort:
            lines.append(self._field("Effort", each.effort))
        if each.dependencies:
            lines.append(self._field("Depends on", ", ".join(each.dependencies)))
        lines.append(Text())
        artifacts = each.artifacts
        for path in (
            *artifacts.subplans,
            *artifacts.executions,
            *artifacts.fix,
            *artifacts.resolutions,
            *artifacts.approved,
        ):
            size = measures.size(sizes[path]) if path in sizes else "unreadable"
            lines.append(self.phrase(path.rsplit("/", 1)[-1], "  ", (size, "dim")))
        if not sizes:
            lines.append(self.phrase(("no files yet", "dim")))
        if body:
            lines += [Text(), *(Text(line) for line in body.split("\n"))]
        text = Text("\n").join(lines)
        text.no_wrap = False
        return text

    def _field(self, name: str, value: str) -> Text:
        return self.phrase((f"{name:13}", "dim"), value)


def _key(each: Achievement, plan: Plan) -> str:
    if plan.next.achievement == each.id:
        return "1"
    return {AchievementStatus.NOT_STARTED: "3", AchievementStatus.SUBPLAN_READY: "4"}.get(each.status, "")


def _read(workspace: Path, plan: Plan, each: Achievement) -> tuple[dict[str, int], str]:
    """The sizes of the achievement's files, in bytes, and its text in the plan."""
    artifacts = each.artifacts
    sizes = {}
    for path in (
        *artifacts.subplans,
        *artifacts.executions,
        *artifacts.fix,
        *artifacts.resolutions,
        *artifacts.approved,
    ):
        try:
            sizes[path] = (workspace / path).stat().st_size
        except OSError:
            continue
    try:
        section = achievement_section(read_document(workspace, plan.plan_file), each.id)
    except OSError:
        return sizes, ""
    return sizes, section.body.strip() if section else ""

"""What waits for what: the dependencies of a plan, drawn, and those of the selected achievement in words."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.plans.dependencies import Dependencies, dependencies
from llm_dashboard.plans.models import Achievement, AchievementStatus, Plan, StepKind, WorkspaceState
from llm_dashboard.plans.schedule import achievement_step
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.marks import STATUS
from llm_dashboard.ui.messages import AchievementOpened, ParallelRequested, WorkspaceChanged
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Line
from llm_dashboard.ui.widgets.graph_list import GraphList

PROBLEMS = ("dependency-unknown", "dependency-cycle", "parallel-invalid")
"""The codes of what is wrong with dependencies."""
SHOWN_PROBLEMS = 3


class GraphScreen(DashboardScreen):
    """The dependencies of one plan."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("open", "execute-parallel", "runs", "refresh", "back", "step-back", "help", "quit")
    ]

    def __init__(self, name: str, plan: Plan, start: str | None) -> None:
        """`start`: the id to begin with."""
        super().__init__()
        self.workspace_name = name
        self.plan = plan
        self.start = start
        self.dependencies: Dependencies = dependencies(plan)

    @property
    def plan_at_hand(self) -> Plan | None:
        """The plan that it is about."""
        return self.plan

    def body(self) -> Iterable[Widget]:
        """What is wrong, the drawing, and the selected one in words."""
        yield Block(id="problems")
        yield GraphList()
        yield Rule()
        yield Block(id="waiting")

    def on_mount(self) -> None:
        """Show the plan."""
        graph = self.query_one(GraphList)
        graph.focus()
        self._load()
        if self.start:
            graph.select(self.start)

    @on(WorkspaceChanged)
    def _workspace_changed(self, message: WorkspaceChanged) -> None:
        found = _plan_of(message.state, self.plan.plan_file)
        if found is not None and found != self.plan:
            self.plan = found
            self.dependencies = dependencies(found)
            self._load()

    @on(GraphList.Moved)
    def _moved(self) -> None:
        # The lines of the selected one are marked on every row.
        graph = self.query_one(GraphList)
        graph.refresh()
        if graph.achievement:
            self._say(graph.achievement)
        self.refresh_bindings()

    @on(GraphList.Opened)
    def action_open(self) -> None:
        """Go to the achievement in its plan."""
        if achievement := self.query_one(GraphList).achievement:
            self.post_message(AchievementOpened(self.plan.plan_file, achievement.id))

    def action_parallel(self) -> None:
        """Choose among what is ready."""
        self.post_message(ParallelRequested(self.plan.plan_file))

    def _load(self) -> None:
        self.query_one(GraphList).load(self.plan, self.dependencies)
        wrong = [each.message for each in self.plan.problems if each.code in PROBLEMS]
        lines: list[Line] = [(("? ", "bad"), message) for message in wrong[:SHOWN_PROBLEMS]]
        if len(wrong) > SHOWN_PROBLEMS:
            lines.append(((f"  and {len(wrong) - SHOWN_PROBLEMS} more", "dim"),))
        problems = self.query_one("#problems", Block)
        problems.display = bool(wrong)
        problems.say(*lines)
        self._title()
        if not self.plan.achievements:
            self.query_one("#waiting", Block).say((("The plan declares no achievements.", "dim"),))

    def _title(self) -> None:
        ready, blocked = len(self.dependencies.ready), len(self.dependencies.blocked)
        facts = [(count(len(self.dependencies.levels), "level"), "dim"), (f"{ready} ready", "normal")]
        if blocked:
            facts.append((f"{blocked} wait{'s' if blocked == 1 else ''}", "wait"))
        self.title_line((self.workspace_name, self.plan.name, "dependencies"), *facts)

    def _say(self, achievement: Achievement) -> None:
        """The selected one in words."""
        step = achievement_step(achievement, self.plan)
        is_approved = achievement.status is AchievementStatus.APPROVED
        word = "Approved" if is_approved else "Not yet" if step.workflow is StepKind.NONE else "Ready"
        reason = step.reason if step.workflow is StepKind.NONE else f"{step.workflow}: {step.reason}"
        blocks = [each.id for each in self.plan.achievements if achievement.id in each.dependencies]
        mark = STATUS[achievement.status]
        effort = f"   {achievement.effort}" if achievement.effort else ""
        self.query_one("#waiting", Block).say(
            ((f"{achievement.id}  ", "strong"), achievement.title[:200], (effort[:60], "dim")),
            fields=(
                (word, (mark.symbol, mark.tone), (reason,)),
                ("Waits for", NO_MARK, self._named(achievement.dependencies) or (("nothing", "dim"),)),
                ("Blocks", NO_MARK, self._named(blocks) or (("nothing", "dim"),)),
            ),
        )

    def _named(self, ids: Sequence[str]) -> Line:
        """Ids, each with its symbol."""
        parts: list[tuple[str, str] | str] = []
        for each in ids:
            found = self.plan.achievement(each)
            symbol, tone = (STATUS[found.status].symbol, STATUS[found.status].tone) if found else ("?", "bad")
            parts += [(symbol, tone), f" {each}   "]
        return tuple(parts)


def _plan_of(state: WorkspaceState, plan_file: str) -> Plan | None:
    return next((plan for plan in state.plans if plan.plan_file == plan_file), None)

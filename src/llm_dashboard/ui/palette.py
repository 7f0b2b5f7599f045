"""What can be found by typing, from any screen: what can be done there, plans, achievements, runs and documents."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec
from textual.message import Message

from llm_dashboard import measures
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.commands import ACTIONS
from llm_dashboard.ui.keys import KeysApp
from llm_dashboard.ui.marks import RUN
from llm_dashboard.ui.messages import AchievementOpened, DocumentOpened, PlanOpened, RunOpened
from llm_dashboard.ui.screens.base import DashboardScreen

LEFT_OUT = ("palette", "move", "step-back")
"""Actions that make no sense, or nothing else than a key that is pressed already, from the palette."""


class Kind(StrEnum):
    """What a row of the palette is: its word."""

    ACTION = "action"
    PLAN = "plan"
    ACHIEVEMENT = "achievement"
    RUN = "run"
    DOCUMENT = "document"


class PaletteRow(msgspec.Struct, frozen=True, gc=False):
    """One thing to do, or one place to go to."""

    kind: Kind
    text: str
    more: str
    """Where it belongs to; it is looked for there as well."""
    target: str
    """The name of an action or of a run, or the path of a document."""
    plan: str = ""
    """The path of the plan of an achievement, and the name of the plan of a document."""
    key: str = ""
    """Of an action, as it is written."""
    why_not: str = ""
    """Why it cannot be done now, as a sentence; empty where it can."""
    is_again: bool = False
    """Whether it is one of the last things that were done."""

    @property
    def word(self) -> str:
        """What it is, in a word."""
        return "again" if self.is_again else self.kind

    @property
    def identity(self) -> str:
        """What no other row has."""
        return f"{self.kind} {self.target} {self.plan}"

    @property
    def texts(self) -> tuple[str, ...]:
        """Where it is looked for: an action by its name as well."""
        return (self.text, self.target, self.more) if self.kind is Kind.ACTION else (self.text, self.more)


def actions(app: KeysApp) -> list[PaletteRow]:
    """What can be done on the screen: what was done last, then the rest, and last what cannot be done now."""
    screen = app.screen
    names = [*screen.actions()] if isinstance(screen, DashboardScreen) else []
    rows = []
    for name in [*(each for each in app.done if each in names), *(each for each in names if each not in app.done)]:
        why_not, entry = app.why_not(name), ACTIONS[name]
        if name not in LEFT_OUT and not (why_not and not entry.needs):
            key = app.key_map.shown(name)
            rows.append(
                PaletteRow(
                    Kind.ACTION,
                    entry.description,
                    entry.group,
                    name,
                    key=key,
                    why_not=why_not,
                    is_again=name in app.done,
                )
            )
    return sorted(rows, key=lambda row: bool(row.why_not))


def places(plans: Iterable[Plan], runs: Iterable[Run], at_hand: Plan | None) -> Iterator[PaletteRow]:
    """Where one can go: what belongs to the plan at hand, the plans, the runs, the newest first, and then all the rest."""
    if at_hand:
        yield from _parts(at_hand)
    for plan in plans:
        yield PaletteRow(Kind.PLAN, plan.name, plan.title, plan.plan_file)
    for run in sorted(runs, key=lambda run: run.record.requested_at, reverse=True):
        what = f"{run.record.label} {run.record.achievement or ''}".strip()
        when = measures.date_and_time(run.record.started_at or run.record.requested_at)
        yield PaletteRow(Kind.RUN, what, f"{run.record.plan or ''}  {RUN[run.state].word}  {when}", run.id)
    for plan in plans:
        if at_hand is None or plan.plan_file != at_hand.plan_file:
            yield from _parts(plan)


def way_to(row: PaletteRow) -> Message | None:
    """What to ask the app for to get there; None for an action."""
    match row.kind:
        case Kind.ACTION:
            return None
        case Kind.PLAN:
            return PlanOpened(row.target)
        case Kind.ACHIEVEMENT:
            return AchievementOpened(row.plan, row.target)
        case Kind.RUN:
            return RunOpened(row.target)
        case Kind.DOCUMENT:
            return DocumentOpened(row.target, row.plan)


def _parts(plan: Plan) -> Iterator[PaletteRow]:
    """The achievements and the documents of a plan."""
    for each in plan.achievements:
        yield PaletteRow(Kind.ACHIEVEMENT, f"{each.id}  {each.title}", plan.name, each.id, plan.plan_file)
    for path in (plan.plan_file, *(path for each in plan.achievements for path in _documents(each))):
        yield PaletteRow(Kind.DOCUMENT, path.rpartition("/")[2], plan.name, path, plan.name)


def _documents(achievement: Achievement) -> tuple[str, ...]:
    found = achievement.artifacts
    return *found.subplans, *found.executions, *found.approved, *found.fix, *found.resolutions

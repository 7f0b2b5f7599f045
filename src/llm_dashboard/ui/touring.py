"""The part of the app that leads through the demo: what the person does there moves the tour on."""

from collections.abc import Collection

from textual import work
from textual.reactive import reactive

from llm_dashboard.plans.models import WorkspaceState
from llm_dashboard.runs.models import Run
from llm_dashboard.ui.judging import JudgingApp
from llm_dashboard.ui.screens.base import LOW
from llm_dashboard.ui.session import Session
from llm_dashboard.ui.tour import Fact, Stage, after
from llm_dashboard.ui.type_ahead import ASKING


class TouringApp(JudgingApp):
    """Has a tour, which is shown while a sample is on the screen."""

    tour: reactive[Stage | None] = reactive(None, init=False)
    """What of it is shown; None for nothing."""
    _stage: Stage | None = Stage.OFFER

    async def on_mount(self) -> None:
        """Offer the tour where a sample is what the app opens on."""
        self._show_tour()

    def saw(self, fact: Fact) -> None:
        """Move the tour on, if that is what it waits for."""
        if self._is_in_sample:
            self._stage = after(self._stage, fact)
            self._show_tour()

    async def action_tour(self) -> None:
        """Begin the tour, or end it. Elsewhere than in a sample, ask whether to go to one."""
        if not self._is_in_sample:
            self._offer_demo()
            return
        self._stage = self._first_stage() if self._stage in (None, Stage.OFFER) else None
        self._show_tour()
        if self.tour and self.size.height < LOW:
            self.notify(f"The tour is seen from {LOW} rows on: make the terminal higher.", markup=False)

    @work(group=ASKING)
    async def _offer_demo(self) -> None:
        await self.ask(self._go_on_tour)

    async def _go_on_tour(self) -> None:
        from llm_dashboard.ui.other_workspaces import open_demo
        from llm_dashboard.ui.screens.question import QuestionDialog
        from llm_dashboard.ui.widgets.block import NO_MARK

        way = f"the demo, a sample in a temporary folder; {self.key_map.shown('workspaces')} brings you back"
        fields = [("It is in", NO_MARK, (way,))]
        if await self.push_screen_wait(QuestionDialog("Tour", "Take the tour, five steps?", fields)):
            await open_demo(self)
            self._stage = self._first_stage()
            self._show_tour()

    async def switch_session(self, key: str) -> None:
        """Put another open workspace on the screen, with the tour if that is a sample."""
        await super().switch_session(key)
        self._show_tour()

    async def run_moved(self, session: Session, run: Run) -> None:
        """Show how it goes; a run that has started, or has been watched to its end, may be what the tour waits for."""
        await super().run_moved(session, run)
        if session is not self.session:
            return
        self.saw(Fact.RUN_STARTED)
        if run.state.is_final and run.record.task:
            self.saw(Fact.RUN_WATCHED)

    async def reload(self, changed: Collection[str] = (), session: Session | None = None) -> None:
        """Read a workspace again; a verdict that is new in it may be what the tour waits for."""
        before = _verdicts(self.state)
        await super().reload(changed, session)
        if self._is_in_sample and _verdicts(self.state) > before >= 0:
            self.saw(Fact.VERDICT_WRITTEN)

    @property
    def _is_in_sample(self) -> bool:
        return self.workspace.root in self.samples

    def _first_stage(self) -> Stage:
        from llm_dashboard.ui.screens.plan import PlanScreen

        return Stage.RUN if any(isinstance(screen, PlanScreen) for screen in self.screen_stack) else Stage.SEE

    def _show_tour(self) -> None:
        self.tour = self._stage if self._is_in_sample else None


def _verdicts(state: WorkspaceState | None) -> int:
    """How many verdicts there are in all plans; -1 where the plans were not read yet."""
    if state is None:
        return -1
    found = [each.artifacts for plan in state.plans for each in plan.achievements]
    return sum(len(each.approved) + len(each.fix) for each in found)

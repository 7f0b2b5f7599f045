"""The part of the app that judges: from the wish to review, approve, ask for a fix or answer one, to what is written."""

import asyncio
import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on, work

from llm_dashboard.plans.artifacts import approved_path, fix_path, resolution_of
from llm_dashboard.plans.models import Achievement, CheckedCriterion, Plan
from llm_dashboard.plans.schedule import awaiting_review
from llm_dashboard.plans.status import last_round, new_round
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.messages import ResolutionRequested, ReviewRequested, VerdictRequested
from llm_dashboard.ui.running import RunningApp
from llm_dashboard.ui.type_ahead import ASKING

if TYPE_CHECKING:
    from llm_dashboard.ui.screens.verdict import Part

Write = Callable[[Plan, Sequence[str]], str]
"""Writes a document of these texts; its path. Raises OSError or ValueError with a sentence."""


class JudgingApp(RunningApp):
    """Shows reviews, asks for verdicts and answers, and writes them."""

    @on(ReviewRequested)
    def _review_requested(self, message: ReviewRequested) -> None:
        from llm_dashboard.ui.screens.review import ReviewScreen

        plan = self.plan(message.plan_file)
        wanted = message.achievement or (awaiting_review(plan) if plan else None)
        achievement = plan.achievement(wanted) if plan and wanted else None
        if isinstance(self.screen, ReviewScreen):
            return
        if plan is None or achievement is None:
            self.notify("Nothing of this plan awaits a review.", markup=False)
        elif not (achievement.artifacts.executions or achievement.artifacts.fix or achievement.artifacts.approved):
            self.notify(f"{achievement.id} has nothing to review yet: it has no EXECUTION_TASK.", markup=False)
        else:
            self.push_screen(ReviewScreen(self.workspace.root, plan, achievement, self.runs))

    @on(VerdictRequested)
    def _verdict_requested(self, message: VerdictRequested) -> None:
        if message.approve:
            self._approve(message.plan_file, message.achievement, message.criteria)
        else:
            self._ask_for_fix(message.plan_file, message.achievement, message.criteria)

    @on(ResolutionRequested)
    def _resolution_requested(self, message: ResolutionRequested) -> None:
        self._resolve(message.plan_file, message.achievement)

    @work(group=ASKING)
    async def _approve(self, plan_file: str, achievement_id: str, criteria: tuple[CheckedCriterion, ...]) -> None:
        from llm_dashboard.plans import review
        from llm_dashboard.ui.screens.verdict import Part

        def write(plan: Plan, texts: Sequence[str]) -> str:
            return review.approve(
                self.workspace.root,
                plan,
                achievement_id,
                reviewer=review.person(),
                notes=texts[0],
                criteria=criteria,
                date=self.today(),
            )

        unmet = sum(not each.is_met for each in criteria)
        are = "criterion is not ticked, and is" if unmet == 1 else "criteria are not ticked, and are"
        label = f"Notes (may stay empty; {unmet} {are} written so):" if unmet else _NOTES
        await self._write("Approve", "APPROVED", plan_file, achievement_id, [Part(label)], write)

    @work(group=ASKING)
    async def _ask_for_fix(self, plan_file: str, achievement_id: str, criteria: tuple[CheckedCriterion, ...]) -> None:
        from llm_dashboard.plans import review
        from llm_dashboard.ui.screens.verdict import Part

        def write(plan: Plan, texts: Sequence[str]) -> str:
            critical, minor = map(review.issue_list, texts)
            return review.request_fix(
                self.workspace.root,
                plan,
                achievement_id,
                reviewer=review.person(),
                critical=critical,
                minor=minor,
                criteria=criteria,
                date=self.today(),
            )

        unmet = "\n".join(f"Not met: {each.text}" for each in criteria if not each.is_met)
        parts = [Part("Critical issues, one a line; an indented line goes on with it:", unmet), Part("Minor issues:")]
        await self._write("Ask for a fix of", "FIX", plan_file, achievement_id, parts, write, needed=_NO_ISSUE)

    @work(group=ASKING)
    async def _resolve(self, plan_file: str, achievement_id: str) -> None:
        from llm_dashboard.plans import review
        from llm_dashboard.ui.screens.verdict import Part

        def write(plan: Plan, texts: Sequence[str]) -> str:
            return review.resolve(
                self.workspace.root,
                plan,
                achievement_id,
                executor=review.person(),
                answers=texts[0],
                date=self.today(),
            )

        plan = self.plan(plan_file)
        achievement = plan.achievement(achievement_id) if plan else None
        if achievement is None:
            return
        draft = await asyncio.to_thread(review.open_answers, self.workspace.root, achievement)
        parts = [Part("What was done about each issue, and how it was checked:", draft)]
        await self._write("Answer the FIX of", "RESOLUTION", plan_file, achievement_id, parts, write)

    async def _write(
        self,
        heading: str,
        kind: str,
        plan_file: str,
        achievement_id: str,
        parts: "Sequence[Part]",
        write: Write,
        *,
        needed: str = "",
    ) -> None:
        """Ask for the texts until they are written or given up; what was typed is never lost. One question at a time."""
        from llm_dashboard.ui.screens.verdict import VerdictDialog

        if isinstance(self.screen, VerdictDialog):
            return
        judged_on, texts, wrong = self.screen, [part.text for part in parts], ""
        plan, achievement = None, None
        while True:
            # What was typed stays, also where what it is about has gone meanwhile: writing it says so.
            now = self.plan(plan_file)
            plan = now or plan
            achievement = (now.achievement(achievement_id) if now else None) or achievement
            if plan is None or achievement is None:
                self.notify(f"{plan_file} has no {achievement_id} any more.", severity="error", markup=False)
                return
            filled = [part._replace(text=text) for part, text in zip(parts, texts, strict=True)]
            name = _file_name(kind, plan, achievement)
            answer = await self.push_screen_wait(
                VerdictDialog(heading, achievement, name, filled, needed=needed, wrong=wrong)
            )
            if answer is None:
                return
            try:
                path = await asyncio.to_thread(write, plan, answer)
            except (OSError, ValueError) as error:
                texts, wrong = list(answer), plain(str(error))
                continue
            break
        # First: a screen that is being left would read what has changed, for nobody.
        if kind != "RESOLUTION" and self.screen is judged_on:
            self._leave_judged()
        await self.reload()
        self.notify(f"Written: {path.rpartition('/')[2]}", markup=False)

    def _leave_judged(self) -> None:
        """Back to the plan: what was judged is behind one."""
        from llm_dashboard.ui.screens.result import ResultScreen
        from llm_dashboard.ui.screens.review import ReviewScreen

        while isinstance(self.screen, ResultScreen | ReviewScreen):
            self.pop_screen()

    def today(self) -> datetime.date:
        """The day here."""
        return self.now().astimezone().date()


def _file_name(kind: str, plan: Plan, achievement: Achievement) -> str:
    """What will be written, by name."""
    found = achievement.artifacts
    paths = {
        "APPROVED": new_round(approved_path(plan, achievement.id), found.approved),
        "FIX": new_round(fix_path(plan, achievement.id), found.fix),
        "RESOLUTION": resolution_of(last_round(found.fix) or fix_path(plan, achievement.id)),
    }
    return paths[kind].rpartition("/")[2]


_NOTES = "Notes (may stay empty):"
_NO_ISSUE = "Say what must be fixed."

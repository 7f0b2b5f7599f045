"""The questions of agents that wait for a person: found in the logs of all runs, told, and asked one after the other."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from llm_dashboard.agents.events import PermissionAsked
from llm_dashboard.runs.models import Run
from llm_dashboard.runs.questions import QuestionReader, answer, asks
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.notices import Notice

if TYPE_CHECKING:
    from llm_dashboard.ui.running import RunningApp
    from llm_dashboard.ui.screens.permission import PermissionDialog

BETWEEN_READINGS = 0.1
"""Seconds, while a log grows."""


class OpenQuestion(NamedTuple):
    """A question, and the run that waits for its answer."""

    run: Run
    asked: PermissionAsked

    @property
    def key(self) -> tuple[str, str]:
        """What no other question has."""
        return self.run.id, self.asked.id


class Questions:
    """Those of all runs that the app follows."""

    def __init__(self, app: "RunningApp") -> None:
        self._app = app
        self.open: dict[str, Sequence[OpenQuestion]] = {}
        """By run; a run that asks nothing is not among them."""
        self._readers: dict[str, QuestionReader] = {}
        self._latest: dict[str, Run] = {}
        """What is to be looked at."""
        self._reading: set[str] = set()
        self._answered: set[tuple[str, str]] = set()
        """What was answered here, until the log says so."""
        self._told: set[tuple[str, str]] = set()
        self._left: set[tuple[str, str]] = set()
        """What a person has left open: it does not come again by itself."""
        self._dialog: PermissionDialog | None = None
        self._is_asking = False

    def look(self, run: Run) -> None:
        """A run has written, or has ended. Many calls in a short time are one reading."""
        if not asks(run):
            return
        self._latest[run.id] = run
        if run.id not in self._reading:
            self._reading.add(run.id)
            self._app.run_worker(self._read(run.id), name=f"questions of {run.id}", group="questions")

    def wanting(self, run_id: str = "", *, anew: bool = False) -> list[OpenQuestion]:
        """The questions that are open, of one run or of all; those that were left open only where they are wanted `anew`."""
        found = [each for questions in self.open.values() for each in questions if run_id in ("", each.run.id)]
        return [each for each in found if anew or each.key not in self._left]

    async def ask(self, run_id: str = "", *, anew: bool = False) -> bool:
        """Ask one question after the other, those of that run first, until none is open or one is left open.

        Says whether there was any to ask.
        """
        if self._is_asking or not self.wanting(run_id, anew=anew):
            return False
        self._is_asking = True
        try:
            while waiting := self.wanting(anew=anew):
                first = next((each for each in waiting if each.run.id == run_id), waiting[0])
                if not await self._ask_one(first, len(waiting)):
                    self._left.update(each.key for each in self.wanting(anew=True))
                    key = self._app.key_map.shown("last-run")
                    self._app.notify(f"The question stays open, and the run waits. {key} shows it again.", markup=False)
                    break
        finally:
            self._is_asking = False
        return True

    async def _ask_one(self, question: OpenQuestion, waiting: int) -> bool:
        """Ask a question; whether it is open no more."""
        from llm_dashboard.ui.screens.permission import PermissionDialog

        dialog = self._dialog = PermissionDialog(*question, waiting)
        try:
            option = await self._app.push_screen_wait(dialog)
        finally:
            self._dialog = None
        if option is None:
            return dialog.is_gone
        self._answered.add(question.key)
        self._set(question.run, self.open.get(question.run.id, ()))
        try:
            await asyncio.to_thread(answer, question.run, question.asked, option)
        except OSError as error:
            self._answered.discard(question.key)
            reason = plain(error.strerror or str(error))
            self._app.notify(f"The run could not be answered: {reason}.", severity="error", markup=False)
            self.look(question.run)
            return False
        return True

    async def _read(self, run_id: str) -> None:
        """Read until nothing new has come."""
        while run := self._latest.pop(run_id, None):
            reader = self._readers.setdefault(run_id, QuestionReader(run.log_path))
            found = () if run.state.is_final else await asyncio.to_thread(reader.catch_up)
            self._set(run, [OpenQuestion(run, each) for each in found])
            self._tell(run)
            if run.state.is_final:
                del self._readers[run_id]
            await asyncio.sleep(BETWEEN_READINGS)
        self._reading.discard(run_id)

    def _set(self, run: Run, found: Sequence[OpenQuestion]) -> None:
        """Those questions of a run are open, but for what was answered here."""
        left = [each for each in found if each.key not in self._answered]
        if left:
            self.open[run.id] = left
        else:
            self.open.pop(run.id, None)
        if self._dialog:
            of_dialog = (self._dialog.run_shown.id, self._dialog.asked.id)
            keys = {each.key for each in self.wanting(anew=True)}
            if of_dialog in keys:
                self._dialog.count(len(keys))
            elif of_dialog not in self._answered:
                self._dialog.withdraw()

    def _tell(self, run: Run) -> None:
        """Ask at once where the run is on the screen, and nothing else is being asked; else say that it asks."""
        new = [each for each in self.open.get(run.id, ()) if each.key not in self._told]
        self._told.update(each.key for each in new)
        if not new or self._is_asking:
            return
        if self._app.shows_run(run.id):
            self._app.ask_questions(run.id)
        else:
            self._app.show_notice(
                question_notice(new[0], len(self.wanting(anew=True)), self._app.key_map.shown("last-run"))
            )


def question_notice(question: OpenQuestion, waiting: int, key: str) -> Notice:
    """That an agent asks. `key` opens the question."""
    run, asked = question
    record = run.record
    title = record.task.agent.title if record.task else "The agent"
    what = " ".join(filter(None, (record.label, record.achievement, f"of {record.plan}" if record.plan else "")))
    more = f" {waiting} questions are open." if waiting > 1 else ""
    text = f"{title} asks to use {asked.tool}, and waits.{more}"
    return Notice(plain(f"◆ {what}"), plain(text), f"{key} answers.", went_well=False)

"""An agent's run, live: what it says and does, and on demand what it wrote, byte for byte."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from llm_dashboard.agents.task import Budget
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import Run
from llm_dashboard.runs.transcript_log import TranscriptLog
from llm_dashboard.ui.agent_facts import live_meters
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.screens.log import LOG_ACTIONS, NO_QUERY
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.conversation_view import ConversationView
from llm_dashboard.ui.widgets.log_facts import Fact, Weight, facts
from llm_dashboard.ui.widgets.log_view import LogView

ACTIONS = tuple(
    # An agent's output has no control sequences to show: it is JSON, or is shown where it is none.
    "select-lines" if name == "select" else name
    for name in LOG_ACTIONS
    if name not in ("line", "controls")
)


class AgentRunnerScreen(RunnerScreen):
    """The conversation of one run, and what it has used."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("stop", "unfold", "raw", "extend", "result", "next-run", *ACTIONS, "leave", "help", "quit")
    ]

    def __init__(
        self,
        run: Run,
        log: RunLog,
        now: Callable[[], datetime],
        runs: Mapping[str, Run],
        asking: Collection[str] = (),
        *,
        stay: bool = False,
    ) -> None:
        super().__init__(run, log, now, runs, asking, stay=stay)
        self.conversation = TranscriptLog(log, run.record.output)
        self.conversation.is_final = run.state.is_final
        self.raw_view: LogView = self.view
        self.view = self.conversation_view = ConversationView(self.conversation)
        self.raw_view.display = False
        self.pane.log_file = self.conversation
        self._queries_there = NO_QUERY, NO_QUERY
        """What is looked for, and what is shown only, in the view that is not shown."""

    def body(self) -> Iterable[Widget]:
        """Both views, of which one is shown, and what belongs to them."""
        yield self.conversation_view
        yield self.raw_view
        yield Rule()
        yield self.pane
        yield self.finder
        yield self.hint

    @property
    def labels(self) -> Mapping[str, str]:
        """What the keys of the conversation do in the raw output."""
        return {"raw": "Conversation", "unfold": "Line"} if self.view is self.raw_view else {}

    def catch_up(self) -> None:
        """Read what was written since, in the conversation always: the meters are about all of it."""
        self.conversation.is_final = self.run_shown.state.is_final
        self.conversation_view.catch_up()
        if self.view is self.raw_view:
            self.raw_view.catch_up()

    def facts(self) -> list[Fact]:
        """What the line about the log says, and what was used."""
        task = self.run_shown.record.task
        about = facts(self.view, self.only.text, self.looked_for.text, has_size=False)
        used = live_meters(self.conversation.meters, task.budget if task else Budget())
        behind = Fact(Weight.SOUGHT, ((f"reading, {self.conversation.done:.0%}", "live"),))
        checked = Fact(Weight.SOUGHT, (("its last word is said, its work is checked", "live"),))
        has_checks = task is not None and bool(task.verify) and not self.run_shown.state.is_final
        return [
            *([behind] if self.conversation.is_behind else ()),
            *([checked] if has_checks and self.conversation.has_last_word else ()),
            *about,
            *used,
        ]

    def say(self) -> None:
        """Say as well why there is no conversation."""
        if self.conversation.problem and self.view is self.conversation_view:
            key = key_map_of(self).shown("raw")
            self.hint.say((self.conversation.problem, "bad"), " ", (key, "key"), (" shows the raw output", "dim"))
        else:
            super().say()

    def action_raw(self) -> None:
        """To the raw output, or back."""
        if self.pane.is_on:
            self.pane.hide()
        self.clear_selection()
        hidden = self.view
        self.view = self.raw_view if hidden is self.conversation_view else self.conversation_view
        queries, self._queries_there = self._queries_there, (self.looked_for, self.only)
        self.looked_for, self.only = queries
        self.pane.log_file = self.view.file
        self.view.display, hidden.display = True, False
        self.view.focus()
        self.view.catch_up()
        self.update_log()
        self.refresh_bindings()

    def action_line(self) -> None:
        """Unfold the answer of a tool, or fold it; of any other line show the whole, or no more."""
        is_there = self.view is self.conversation_view and not self.pane.is_on
        if not (is_there and self.conversation_view.unfold()):
            super().action_line()

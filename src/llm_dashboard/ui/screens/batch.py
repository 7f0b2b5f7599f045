"""Several runs at once: each on a line, live; when all have ended, what became of them."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget

from llm_dashboard.agents.models import OutputKind
from llm_dashboard.runs.last_told import last_told
from llm_dashboard.runs.models import Run
from llm_dashboard.runs.results import last_said
from llm_dashboard.ui.batch_summary import details, verdict
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.copyables import Copyable, of_run
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.latest_runs import going
from llm_dashboard.ui.messages import RunChanged, RunOpened, RunWritten, StopAllRequested, StopRequested
from llm_dashboard.ui.openables import Openable, openables_of_run
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.batch_table import BatchRow, BatchTable
from llm_dashboard.ui.widgets.block import Block, Line
from llm_dashboard.ui.widgets.scroll import Scroll

TOLD_LINES = 8
"""Of what an agent has told last."""


class BatchScreen(DashboardScreen):
    """The runs of one batch. Leaving it lets them go on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("open", "stop", "stop-all", "runs", "open-file", "copy-menu", "back", "step-back", "help", "quit")
    ]

    def __init__(
        self, crumbs: tuple[str, ...], ids: Sequence[str], runs: Mapping[str, Run], now: Callable[[], datetime]
    ) -> None:
        """`ids`: which of `runs` it shows; the app moves `runs` on."""
        super().__init__()
        self.crumbs = crumbs
        self.ids = tuple(ids)
        self.runs = runs
        self.now = now
        self.said: dict[str, str] = {}
        """The last lines of each log."""
        self.unread = set(ids)
        """Runs whose log may have grown since it was read."""
        self.is_reading = False
        self.stopping: set[str] = set()

    def body(self) -> Iterable[Widget]:
        """The runs; below them what the selected one says, and in the end what became of all."""
        yield BatchTable(self.now)
        yield Rule()
        with Scroll(id="batch"):
            yield Block()

    def on_mount(self) -> None:
        """Show the runs, and count the seconds."""
        self.query_one(BatchTable).focus()
        self.set_interval(1.0, self._count)
        self._load()
        self._read()

    @property
    def shown(self) -> list[Run]:
        """The runs as they stand now."""
        return [run for each in self.ids if (run := self.runs.get(each))]

    @property
    def live(self) -> list[Run]:
        """Those that have not ended."""
        return [run for run in self.shown if not run.state.is_final]

    def shows(self, run_id: str) -> bool:
        """Whether it is one of these runs."""
        return run_id in self.ids

    @on(RunChanged)
    @on(RunWritten)
    def _run_changed(self, message: RunChanged | RunWritten) -> None:
        if message.run.id in self.ids:
            self.unread.add(message.run.id)
            self._load()
            self._read()

    @on(BatchTable.Moved)
    def _moved(self) -> None:
        self._say()
        self.refresh_bindings()

    @on(BatchTable.Opened)
    def action_open(self) -> None:
        """Open the selected run: its log while it lives, then its result."""
        if row := self.query_one(BatchTable).selected:
            self.post_message(RunOpened(row.run.id))

    def copyables(self) -> Sequence[Copyable]:
        """Of the selected run."""
        row = self.query_one(BatchTable).selected
        return of_run(row.run) if row else ()

    def openables(self) -> Sequence[Openable]:
        """Of the selected run."""
        row = self.query_one(BatchTable).selected
        return openables_of_run(row.run) if row else ()

    def action_stop(self) -> None:
        """Stop the selected run; the second time without grace."""
        if row := self.query_one(BatchTable).selected:
            self.post_message(StopRequested(row.run.id, now=row.run.id in self.stopping))
            self.stopping.add(row.run.id)

    def action_stop_all(self) -> None:
        """Stop all of them; the second time without grace."""
        ids = tuple(run.id for run in self.live)
        self.post_message(StopAllRequested(ids, now=self.stopping.issuperset(ids)))
        self.stopping.update(ids)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what lives can be stopped."""
        if action == "stop":
            row = self.query_one(BatchTable).selected if self.is_mounted else None
            return row is not None and not row.run.state.is_final
        return bool(self.live) if action == "stop_all" else super().check_action(action, parameters)

    @work
    async def _read(self) -> None:
        """Read the last lines of the logs that have grown, until none has."""
        if self.is_reading:
            return
        self.is_reading = True
        while self.unread:
            run_id = self.unread.pop()
            if run := self.runs.get(run_id):
                self.said[run_id] = await asyncio.to_thread(_said, run)
        self.is_reading = False
        self._load()

    def _count(self) -> None:
        if self.live:
            self._load()

    def _load(self) -> None:
        rows = [BatchRow(run, self.said.get(run.id, "").rpartition("\n")[2]) for run in self.shown]
        self.query_one(BatchTable).show(rows)
        ended = (f"{len(rows) - len(self.live)} of {len(rows)} ended", "normal")
        self.title_line(self.crumbs, ended, *going(self.shown))

    def _say(self) -> None:
        """What the selected run said last; of runs that have all ended, the summary."""
        block = self.query_one(Block)
        if not self.live:
            keys = key_map_of(self)
            block.say(*verdict(self.shown, keys), fields=details(self.shown, keys))
            return
        row = self.query_one(BatchTable).selected
        lines: list[Line] = [((line, "dim"),) for line in self.said.get(row.run.id, "").splitlines()] if row else []
        block.say(("The runs go on when you leave.",), (), *lines)


def _said(run: Run) -> str:
    """The last lines of a run, made safe."""
    if run.record.output is OutputKind.TEXT:
        return last_said(run.log_path)
    return "\n".join(line.text for line in last_told(run, TOLD_LINES) if line.text.strip())

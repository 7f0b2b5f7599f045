"""Quitting while something runs: leave it running, or stop it first."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.signal import Signal
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.ui.marks import RUN
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import Block, Line


class Leaving(StrEnum):
    """How to quit."""

    LEAVE = "leave"
    STOP = "stop"
    STAY = "stay"
    QUIT = "quit"
    """Nothing runs any more."""


class LeaveDialog(Dialog[Leaving]):
    """What to do with the live runs."""

    heading = " Quit "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l,enter", "answer('leave')", "Leave running, and quit", key_display="l"),
        Binding("s", "answer('stop')", "Stop, then quit", key_display="s"),
        Binding("enter,l", "answer('quit')", "Quit", key_display="⏎"),
        Binding("escape,b", "answer('stay')", "Stay", key_display="Esc"),
    ]

    def __init__(self, live: Callable[[], Sequence[Run]], changed: Signal[int] | None = None) -> None:
        """`live` is asked again whenever the signal says that a run has moved on."""
        super().__init__()
        self.live = live
        self.changed = changed

    def body(self) -> Iterable[Widget]:
        """The live runs."""
        yield Block()

    def on_mount(self) -> None:
        """Name them, and follow them."""
        self._show()
        if self.changed:
            self.changed.subscribe(self, lambda _: self._show())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where nothing runs any more there is nothing to leave running or to stop."""
        if action == "answer" and parameters != ("stay",) and bool(self.live()) is (parameters == ("quit",)):
            return False
        return super().check_action(action, parameters)

    def _show(self) -> None:
        live = self.live()
        waits = any(run.state is WorkflowState.PENDING for run in live)
        lines: list[Line] = [
            ((f"{count(len(live), 'run')} still going" if live else "All runs have ended.", "strong"),),
            (),
        ]
        for run in live[:8]:
            record, mark = run.record, RUN[run.state]
            what = f"{record.label} {record.achievement or ''}  "
            lines.append(((f"{mark.symbol} ", mark.tone), what, (record.plan or "", "dim")))
        if live:
            lines += [
                (),
                (("Left running, it keeps its limits, and llm-dash shows it again in its workspace.", "dim"),),
                *([(("A run that waits for another is cancelled: nobody would start it.", "dim"),)] if waits else []),
                (),
            ]
        self.query_one(Block).say(*lines)
        self.refresh_bindings()

    def action_answer(self, answer: str) -> None:
        """Close with the answer."""
        self.dismiss(Leaving(answer))

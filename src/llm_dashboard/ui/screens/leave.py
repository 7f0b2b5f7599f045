"""Quitting while something runs: leave it running, or stop it first."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import Block, Line


class Leaving(StrEnum):
    """How to quit."""

    LEAVE = "leave"
    STOP = "stop"
    STAY = "stay"


class LeaveDialog(Dialog[Leaving]):
    """What to do with the live runs."""

    heading = " Quit "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l,enter", "answer('leave')", "Leave running, and quit", key_display="l"),
        Binding("s", "answer('stop')", "Stop, then quit", key_display="s"),
        Binding("escape,b", "answer('stay')", "Stay", key_display="Esc"),
    ]

    def __init__(self, live: Sequence[Run]) -> None:
        super().__init__()
        self.live = live

    def body(self) -> Iterable[Widget]:
        """The live runs."""
        yield Block()

    def on_mount(self) -> None:
        """Name them."""
        waits = any(run.state is WorkflowState.PENDING for run in self.live)
        lines: list[Line] = [
            ((f"{count(len(self.live), 'run')} still going", "strong"),),
            (),
        ]
        for run in self.live[:8]:
            record = run.record
            lines.append((("▶ ", "live"), f"{record.label} {record.achievement or ''}  ", (record.plan or "", "dim")))
        lines += [
            (),
            (("Left running, it keeps its limits, and the next start of llm-dash shows it.", "dim"),),
            *([(("A run that waits for another is cancelled: nobody would start it.", "dim"),)] if waits else []),
            (),
        ]
        self.query_one(Block).say(*lines)

    def action_answer(self, answer: str) -> None:
        """Close with the answer."""
        self.dismiss(Leaving(answer))

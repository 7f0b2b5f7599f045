"""Before several runs start: what each will run and create, what all share, and how many wait for their turn."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.screens.confirm import facts
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Field
from llm_dashboard.ui.widgets.scroll import Scroll
from llm_dashboard.workflows.parallel import Batch


class ConfirmParallelDialog(Dialog[bool]):
    """Yes or no to a batch of commands."""

    confirming = ("y",)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Run them", key_display="y"),
        Binding("n,escape", "answer(False)", "Cancel", key_display="n"),
        Binding("down", "none", "Scroll", key_display="↑↓"),
    ]

    def __init__(self, plan: str, batch: Batch, room: int, parallel: int) -> None:
        """`room`: how many can start now; `parallel`: how many live at once."""
        super().__init__()
        self.wanted = batch
        self.room = room
        self.parallel = parallel
        self.heading = f" {count(len(batch.commands), 'run')} at once · {plan} "

    def body(self) -> Iterable[Widget]:
        """The facts, which scroll where they are too long."""
        with Scroll(classes="scroll"):
            yield Block()

    def on_mount(self) -> None:
        """Fill in the facts: those that all commands share once, on top."""
        commands = self.wanted.commands
        described = [facts(command) for command in commands]
        shared = [fact for fact in described[0] if all(fact in each for each in described)]
        fields: list[Field] = [*shared, ("Queue", NO_MARK, (self._queue(),))]
        for command, each in zip(commands, described, strict=True):
            fields += [_GAP, (command.achievement or "", NO_MARK, ((plain(command.summary), "strong"),))]
            fields += [fact for fact in each if fact not in shared]
        for refusal in self.wanted.refused:
            fields += [
                _GAP,
                (refusal.achievement, ("✗", "bad"), (("left out: ", "bad"), plain(refusal.failure.message))),
            ]
        self.query_one(Block).say(fields=(*fields, _GAP))
        self.query_one(Scroll).focus()

    def _queue(self) -> str:
        waiting = max(0, len(self.wanted.commands) - self.room)
        if not waiting:
            return "all start now"
        starting = "none starts" if not self.room else f"{self.room} start{'s' if self.room == 1 else ''}"
        return f"{starting} now, {count(waiting, 'run')} wait{'s' if waiting == 1 else ''} (at most {self.parallel} at once)"

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)


_GAP: Field = ("", NO_MARK, ())

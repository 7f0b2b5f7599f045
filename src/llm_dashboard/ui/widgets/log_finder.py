"""The line in which a person types what to look for in a log."""

from dataclasses import dataclass
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from llm_dashboard.runs.log_search import Query
from llm_dashboard.ui.widgets.hint import Hint


class LogFinder(Horizontal):
    """Plain text or an expression, with or without regard to case; every change is told at once."""

    DEFAULT_CSS = """
    LogFinder { height: 1; padding: 0 1; display: none; }
    LogFinder Hint { width: auto; max-width: 70%; }
    LogFinder Input { width: 1fr; height: 1; border: none; padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "read_as('is_regex')", show=False),
        Binding("ctrl+t", "read_as('match_case')", show=False),
    ]

    @dataclass
    class Typed(Message):
        """Something else is looked for."""

        query: Query

    class Taken(Message):
        """Enter: what was typed stays."""

    def __init__(self) -> None:
        super().__init__()
        self.query_typed = Query("")

    def compose(self) -> ComposeResult:
        """A sign, what is typed, and how it is read."""
        yield Hint(id="finder-sign")
        yield Input(compact=True)
        yield Hint(id="finder-state")

    @property
    def is_on(self) -> bool:
        """Whether the line is shown."""
        return self.display

    def begin(self, sign: str, query: Query) -> None:
        """Show the line with what was looked for before."""
        self.query_typed = query
        self.query_one("#finder-sign", Hint).say((f"{sign} ", "key"))
        box = self.query_one(Input)
        with box.prevent(Input.Changed):
            box.value = query.text
        # At once, so that what is typed next goes there.
        self.display = True
        self.screen.set_focus(box)
        self.tell()

    def end(self) -> None:
        """Hide the line."""
        self.display = False

    def tell(self, news: str = "", tone: str = "dim") -> None:
        """Say how the text is read, and what came of it."""
        parts = [(f"  {news}   ", tone)] if news else []
        for key, name, is_on in (
            ("^R", "regex", self.query_typed.is_regex),
            ("^T", "case", self.query_typed.match_case),
        ):
            parts += [(f"  {key}", "key"), (f" {'✓ ' if is_on else ''}{name}", "live" if is_on else "dim")]
        self.query_one("#finder-state", Hint).say(*parts)

    def action_read_as(self, what: str) -> None:
        """Read the text as an expression or not, with regard to case or not."""
        changed = {what: not getattr(self.query_typed, what)}
        self._change(msgspec.structs.replace(self.query_typed, **changed))

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._change(msgspec.structs.replace(self.query_typed, text=message.value))

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Taken())

    def _change(self, query: Query) -> None:
        self.query_typed = query
        self.tell()
        self.post_message(self.Typed(query))

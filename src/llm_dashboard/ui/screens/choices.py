"""A menu: what there is, each with a key."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard.ui.cells import fit, fit_middle
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.row_list import RowList


class Choice(NamedTuple):
    """One of the menu; its texts are safe to draw."""

    key: str
    """One letter or digit, not of those that move: g G j k."""
    name: str
    shown: str
    """The thing itself, in short."""


class ChoicesList(RowList[Choice]):
    """The choices."""

    def identity(self, row: Choice) -> str:
        """The key."""
        return row.key

    def draw(self, row: Choice, width: int) -> Text:
        """Key, name, the thing itself."""
        name = max(len(each.name) for each in self.rows)
        shown = fit_middle(row.shown, max(0, width - 4 - name - 3))
        return self.phrase(" ", (row.key, "key"), "  ", fit(row.name, name), "  ", (shown, "dim"))


class ChoicesDialog(Dialog[int | None]):
    """Answers the place of what was chosen, counted from 0, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "accept", "Take it", key_display="⏎"),
        Binding("escape,b,q", "cancel", "Cancel", key_display="Esc"),
    ]

    def __init__(self, heading: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self.heading = f" {heading} "
        self.choices = choices

    def body(self) -> Iterable[Widget]:
        """The choices."""
        yield ChoicesList()

    def on_mount(self) -> None:
        """The cursor on the first."""
        choices = self.query_one(ChoicesList)
        choices.show(self.choices)
        choices.focus()

    def on_key(self, event: events.Key) -> None:
        """A key of the menu chooses."""
        keys = [choice.key for choice in self.choices]
        if self.ready and event.character in keys:
            event.stop()
            event.prevent_default()
            self.dismiss(keys.index(event.character))

    @on(ChoicesList.Picked)
    @on(ChoicesList.Opened)
    def action_accept(self) -> None:
        """Take the one under the cursor."""
        if chosen := self.query_one(ChoicesList).selected:
            self.dismiss(self.choices.index(chosen))

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

"""The keys of the screen below, and what the symbols mean."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard.ui.commands import ACTIONS
from llm_dashboard.ui.key_map import key_map_of, written
from llm_dashboard.ui.marks import RUN, STATUS
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.key_table import KeyTable, Row
from llm_dashboard.ui.widgets.scroll import Scroll


class HelpDialog(Dialog[None]):
    """Help for the actions of one screen."""

    heading = " Help "
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,b,q,question_mark,h", "close", "Close", key_display="Esc")]

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names

    def body(self) -> Iterable[Widget]:
        """A block that scrolls where it is too long."""
        with Scroll(classes="scroll"):
            yield KeyTable()

    def on_mount(self) -> None:
        """Write the keys group by group, then the symbols."""
        key_map = key_map_of(self)
        groups: dict[str, list[Row]] = {}
        for name in self.names:
            keys = " ".join(map(written, key_map.keys(name)))
            entry = ACTIONS[name]
            groups.setdefault(entry.group, []).append(Row(keys, "key", entry.description))
        marks = (*STATUS.values(), *RUN.values())
        groups["Symbols"] = list(
            {(each.symbol, each.word): Row(each.symbol, each.tone, each.word) for each in marks}.values()
        )
        self.query_one(KeyTable).show(groups)
        self.query_one(Scroll).focus()

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)

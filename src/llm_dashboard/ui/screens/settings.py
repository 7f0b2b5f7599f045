"""What is set, who says so, and what it is for."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from llm_dashboard.measures import count
from llm_dashboard.settings import SETTINGS, Fault, LoadedSettings, Origin, Source
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.messages import (
    SettingChangeRequested,
    SettingEditRequested,
    SettingsChanged,
    SettingUnsetRequested,
)
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.setting_facts import NAMES, own_faults, setting_fields, setting_rows, summary
from llm_dashboard.ui.widgets.bars import Rule
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Field, Line
from llm_dashboard.ui.widgets.setting_table import SettingTable


class SettingsScreen(DashboardScreen):
    """The list of settings, and what there is to say of the selected one below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("change-setting", "unset-setting", "edit-setting", "refresh", "back", "step-back", "help", "quit")
    ]

    def __init__(self, workspace_name: str, loaded: LoadedSettings) -> None:
        super().__init__()
        self.workspace_name = workspace_name
        self.loaded = loaded

    def body(self) -> Iterable[Widget]:
        """The list, and the details."""
        yield SettingTable()
        yield Rule()
        yield Block(id="setting")

    def on_mount(self) -> None:
        """Show them."""
        self.query_one(SettingTable).focus()
        self._show()

    @on(SettingsChanged)
    def _changed(self, message: SettingsChanged) -> None:
        self.loaded = message.loaded
        self._show()

    def _show(self) -> None:
        rows = setting_rows(self.loaded)
        self.query_one(SettingTable).show(rows)
        own = sum(row.key in self.loaded.sources for row in rows)
        facts = [(f"{count(own, 'value')} not as by default" if own else "all as by default", "dim")]
        if self.loaded.problems:
            facts.append((count(len(self.loaded.problems), "problem"), "bad"))
        self.title_line((self.workspace_name, "settings"), *facts)

    @on(SettingTable.Moved)
    def _moved(self) -> None:
        key = self.key
        lines: list[Line] = [((fault.text, "bad"),) for fault in self._faults]
        if key in self._own_faults:
            fields: list[Field] = [("From", NO_MARK, (NAMES[self._source.origin],))]
        else:
            lines.insert(0, (summary(self.loaded, key),))
            fields = setting_fields(self.loaded, key)
        self.query_one(Block).say(*lines, fields=fields)
        self.refresh_bindings()

    @property
    def key(self) -> str:
        """Of the selected setting."""
        selected = self.query_one(SettingTable).selected
        return selected.key if selected else next(iter(SETTINGS))

    @on(SettingTable.Opened)
    def action_change(self) -> None:
        """Give it another value."""
        if self.key in SETTINGS:
            self.post_message(SettingChangeRequested(self.key))

    def action_unset(self) -> None:
        """Take the value out of the file that it stands in."""
        self.post_message(SettingUnsetRequested(self.key))

    def action_edit(self) -> None:
        """Open the file that it stands in."""
        self.post_message(SettingEditRequested(self._source))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What stands in a file can be taken out of it, and edited there."""
        if not self.is_mounted:
            return True
        in_file = (Origin.USER, Origin.WORKSPACE)
        match action:
            case "unset":
                return self.loaded.source(self.key).origin in in_file and self.key in SETTINGS
            case "edit":
                return self._source.origin in in_file
            case "change":
                return self.key in SETTINGS
            case _:
                return super().check_action(action, parameters)

    @property
    def _own_faults(self) -> dict[str, Fault]:
        return own_faults(self.loaded)

    @property
    def _faults(self) -> list[Fault]:
        """What is wrong with what is selected."""
        key = self.key
        return [fault for name, fault in self._own_faults.items() if key in (name, fault.key)]

    @property
    def _source(self) -> Source:
        """Where what is selected is written: what is wrong there goes first."""
        return next((fault.source for fault in self._faults), self.loaded.source(self.key))

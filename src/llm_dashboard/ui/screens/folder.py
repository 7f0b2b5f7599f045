"""Asks which folder is to be opened; while one types it says what opens."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.folders import Chosen, chosen, completed
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import Block, Line


class FolderDialog(Dialog[Path | None]):
    """Answers the workspace to open, or None."""

    heading = " Open a folder "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Open", key_display="⏎", priority=True),
        Binding("tab", "complete", "Complete", key_display="⇥", priority=True),
        Binding("escape", "cancel", "Cancel", key_display="Esc", priority=True),
    ]

    def __init__(self, base: Path, proposed: str = "") -> None:
        """`base` is what a relative path is relative to; `proposed` is what stands there at first."""
        super().__init__()
        self.base = base
        self.proposed = proposed

    def body(self) -> Iterable[Widget]:
        """The path, and what it leads to."""
        yield Input(self.proposed, placeholder="~/work/station", select_on_focus=False)
        yield Block()

    def on_mount(self) -> None:
        """Say what can be typed."""
        self.query_one(Input).focus()
        self._say((f"A path, also from ~ or from {self.base}.", "dim"))

    @on(Input.Changed)
    @work(exclusive=True, group="look")
    async def _look(self, event: Input.Changed) -> None:
        if text := event.value.strip():
            found = await asyncio.to_thread(chosen, text, self.base)
            self._say((found.sentence if isinstance(found, Chosen) else "", "good"))

    @work(exclusive=True, group="look")
    async def action_complete(self) -> None:
        """Go on with the path as far as it is certain; where it is not, show what it may lead to."""
        field = self.query_one(Input)
        found = await asyncio.to_thread(completed, field.value, self.base)
        if found.text != field.value:
            field.value = found.text
            field.cursor_position = len(found.text)
        elif len(found.names) > 1:
            width = max(20, self.query_one(Block).size.width)
            self._say((fit("   ".join(f"{name}/" for name in found.names), width).rstrip(), "dim"))
        elif not found.names:
            self._say(("No folder begins so.", "bad"))

    @work(exclusive=True, group="look")
    async def action_accept(self) -> None:
        """Close with the workspace, or say why there is none."""
        if text := self.query_one(Input).value.strip():
            found = await asyncio.to_thread(chosen, text, self.base)
            if isinstance(found, Chosen):
                self.dismiss(found.root)
            else:
                self._say((found, "bad"))

    def action_cancel(self) -> None:
        """Close without one."""
        self.dismiss(None)

    def _say(self, *line: tuple[str, str]) -> None:
        said: Line = line
        self.query_one(Block).say(said)

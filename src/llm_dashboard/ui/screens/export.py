"""Asks where plans are to be exported to, and so in which format."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from llm_dashboard.export.documents import ExportFormat
from llm_dashboard.export.files import format_of
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import NO_MARK, Block

FORMATS = {
    ExportFormat.HTML: "one page for a browser, with the text of each achievement",
    ExportFormat.MARKDOWN: "where everything stands, as Markdown",
    ExportFormat.JSON: "what `llm-dash status --json` prints",
}


class ExportDialog(Dialog[Path | None]):
    """Answers the path of a file whose ending is that of a format, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Export", key_display="⏎", priority=True),
        Binding("tab", "format", "Format", key_display="⇥", priority=True),
        Binding("escape", "cancel", "Cancel", key_display="Esc", priority=True),
    ]

    def __init__(self, what: str, path: Path, problem: str = "") -> None:
        super().__init__()
        self.heading = f" Export {what} "
        self.path = path
        self.problem = problem
        """What went wrong with that path."""

    def body(self) -> Iterable[Widget]:
        """The path, and the formats."""
        yield Input(str(self.path), select_on_focus=False)
        yield Block()

    def on_mount(self) -> None:
        """Type at the end of the path."""
        self.query_one(Input).focus()
        self._say(self.problem)

    def action_format(self) -> None:
        """The same file in the next format."""
        path = Path(self.query_one(Input).value)
        forms = list(FORMATS)
        form = format_of(path)
        following = forms[(forms.index(form) + 1) % len(forms)] if form else forms[0]
        if path.name:
            self.query_one(Input).value = str(path.with_suffix(f".{following}"))
            self.query_one(Input).action_end()

    def action_accept(self) -> None:
        """Close with the path."""
        text = self.query_one(Input).value.strip()
        try:
            path = Path(text).expanduser()
        except RuntimeError:
            self._say(f"{plain(text.partition('/')[0])} is nobody with a home here; name another folder.")
            return
        if format_of(path):
            self.dismiss(path)
        else:
            self._say("The ending of the name says what it will be; it must be one of these.")

    def action_cancel(self) -> None:
        """Close without one."""
        self.dismiss(None)

    def _say(self, problem: str) -> None:
        fields = [(f".{form}", NO_MARK, (text,)) for form, text in FORMATS.items()]
        line = (problem, "bad") if problem else ("No file is overwritten.", "dim")
        self.query_one(Block).say((line,), (), fields=fields)

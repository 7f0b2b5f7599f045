"""What an agent says and does, as a view of a log that has been understood."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from llm_dashboard.runs.transcript_log import TranscriptLog
from llm_dashboard.ui.widgets.conversation_painter import SIGN, ConversationPainter
from llm_dashboard.ui.widgets.log_painter import LogPainter
from llm_dashboard.ui.widgets.log_view import LogView


class ConversationView(LogView):
    """Long lines wrap; the answers of tools are folded until they are unfolded, or something is found in them."""

    DEFAULT_CSS = "ConversationView { height: 1fr; scrollbar-size: 1 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "screen.unfold", show=False)]

    file: TranscriptLog
    painter: ConversationPainter

    def __init__(self, log: TranscriptLog) -> None:
        super().__init__(log)
        self.wraps = True
        self.numbers = False

    def unfold(self) -> bool:
        """Unfold the answer that the current line belongs to, or fold it; False where it belongs to none."""
        line = self.current
        head = None if line is None or self.reader.only is not None else self.file.folds.head(line)
        if head is None:
            return False
        above = self.place.above
        self._release()
        self.file.folds.toggle(head)
        self.painter.forget()
        self._prepare()
        self._resize()
        self.go_to(self.place._replace(line=head, above=max(0, above - ((line or head) - head))))
        return True

    def _arrive(self) -> bool:
        shown = len(self.file.folds.shown)
        has_arrived = super()._arrive()
        if has_arrived and shown != len(self.file.folds.shown):
            self.painter.forget()
            self._prepare()
        return has_arrived

    def _stay(self) -> None:
        super()._stay()
        # Lines wrap otherwise, so that more or fewer are below.
        self._tell()

    def _a_painter(self) -> LogPainter:
        return ConversationPainter(self.file)

    def _gutter(self) -> int:
        return super()._gutter() + SIGN

    def _prepare(self) -> None:
        if self.painter.palette is not self.palette:
            self.painter.palette = self.palette
            self.painter.forget()
        super()._prepare()

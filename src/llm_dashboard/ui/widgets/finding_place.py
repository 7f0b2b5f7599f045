"""One finding: what was seen, what to do, and the text around the place."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from llm_dashboard.plans.checks.models import Finding
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.cells import fit, fit_middle
from llm_dashboard.ui.widgets.finding_table import SEVERITIES
from llm_dashboard.ui.widgets.text_rows import TextRows

BEFORE = 8
AFTER = 40
"""Lines that are shown before and after the place."""
LONGEST_LINE = 500


class FindingPlace(TextRows):
    """Shows a finding; its document is read off the event loop."""

    finding: Finding | None = None
    _excerpt: tuple[int, Sequence[str]] = (1, ())
    """The number of the first line, and the lines."""

    async def show(self, root: Path, finding: Finding | None) -> None:
        """Show that finding."""
        excerpt: tuple[int, Sequence[str]] = (1, ())
        if finding and finding.file:
            excerpt = await asyncio.to_thread(_read, root, finding.file, finding.line or 1)
        if finding != self.finding:
            self.scroll_to(y=0, animate=False, force=True)
        self.finding, self._excerpt = finding, excerpt
        self._lay_out()

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._lay_out())

    def on_resize(self) -> None:
        """Wrap anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        found, width = self.finding, self.scrollable_content_region.width
        if found is None or not width:
            self.set_rows(())
            return
        mark = SEVERITIES[found.severity]
        place = f"{found.file}:{found.line}" if found.line else found.file or ""
        rows = [
            self.phrase((f"{mark.symbol} {mark.word}", mark.tone), ("   " + found.code, "dim")),
            self.phrase((fit_middle(place, width), "dim")),
        ]
        for text, tone in ((found.sentence, "strong"), (found.cure, "accent")):
            paragraph = self.phrase((text, tone))
            paragraph.no_wrap = False
            rows += [Text(), *paragraph.wrap(self.app.console, width, overflow="fold")]
        rows.append(Text())
        first, lines = self._excerpt
        digits = len(str(first + len(lines)))
        for number, line in enumerate(lines, first):
            here = number == found.line
            sign = "> " if here else "  "
            text = fit(line, max(1, width - digits - 4))
            rows.append(
                self.phrase(
                    (f"{sign}{number:{digits}}  ", "accent" if here else "dim"), (text, "strong" if here else "normal")
                )
            )
        self.set_rows(rows)


def _read(root: Path, file: str, line: int) -> tuple[int, Sequence[str]]:
    """The lines around one, and the number of the first of them, counted from 1."""
    try:
        lines = read_document(root, file).split("\n")
    except OSError as error:
        return 1, (f"It cannot be read: {plain(error.strerror or str(error))}",)
    if not lines[-1]:
        lines.pop()
    first = max(0, line - 1 - BEFORE)
    return first + 1, [plain(each[:LONGEST_LINE]) for each in lines[first : line + AFTER]]

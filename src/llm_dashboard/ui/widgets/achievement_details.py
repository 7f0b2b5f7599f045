"""The details of an achievement, or of the plan: what comes next, then its documents, each folded to a heading."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.ui.detail_rows import Bodies, Content, DetailRow, detail_rows
from llm_dashboard.ui.documents import Document, read_documents
from llm_dashboard.ui.plan_facts import Group
from llm_dashboard.ui.widgets.text_rows import TextRows


class AchievementDetails(TextRows):
    """The details pane. The cursor goes from heading to heading, and the text scrolls between them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", show=False),
        Binding("down,j", "cursor(1)", "Down", show=False),
        Binding("space", "fold", "Unfold", show=False),
        Binding("enter", "open", "Open", show=False),
    ]

    class Opened(Message):
        """Enter or a click on the heading under the cursor."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.shown = ""
        """The id of the achievement that is on the screen; the plan's name for the plan."""
        self.current = 0
        """The place of the document under the cursor."""
        self.rows: Sequence[DetailRow] = ()
        self._content = Content("", "")
        self._turned: set[tuple[str, str]] = set()
        """Documents that are not folded, or unfolded, as they are at first: by achievement and path."""
        self._bodies: Bodies = {}

    @property
    def document(self) -> Document | None:
        """The document under the cursor."""
        documents = self._content.documents
        return documents[self.current] if self.current < len(documents) else None

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._recolour())

    def on_resize(self) -> None:
        """Lay out for the new width."""
        self._arrange()

    async def show(self, root: Path, plan: Plan, achievement: Achievement | None, facts: Group) -> None:
        """Show an achievement, or the plan: those facts, and below them its documents, read in a thread."""
        before = self._content
        wanted = Content(plan.name, achievement.id if achievement else "", facts)
        same = before[:2] == wanted[:2]
        known = {each.path: each for each in before.documents} if same else {}
        documents = await asyncio.to_thread(read_documents, root, plan, achievement, known)
        self._content = wanted._replace(documents=documents)
        if not same:
            self.current = 0
        if self._content != before:
            self._arrange()

    def row(self, number: int) -> Text:
        """A row."""
        return self.rows[number].text

    def render_line(self, y: int) -> Strip:
        """One row of the viewport, behind a cell in which the heading under the cursor has its mark."""
        number, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        mark = Strip.blank(1, self.rich_style)
        if number < len(self.rows) and self._is_under_cursor(number):
            mark, ground = self.cursor_look(active=True)
            mark = mark.apply_style(self.rich_style + ground)
        return Strip.join([mark, super().render_line(y).crop(0, max(0, width - 1))])

    def row_style(self, number: int) -> Style:
        """The heading under the cursor stands out while the pane has the focus."""
        return self.tone("cursor") if self._is_under_cursor(number) else Style()

    def action_cursor(self, step: int) -> None:
        """To the next heading where it is in sight, else a line on, or to the heading that this brings into sight."""
        place = self.current + step
        if not self.rows:
            # Typed before the pane is laid out.
            self.current = min(max(place, 0), max(0, len(self._content.documents) - 1))
            return
        heading = self._heading(place)
        if not self._is_in_sight(heading):
            self.action_rows(step)
        if heading is not None and self._is_in_sight(heading):
            self._stand(place)

    def action_fold(self) -> None:
        """Unfold the document under the cursor, or fold it."""
        if self.document:
            self._turned ^= {(self._content.achievement, self.document.path)}
            self._arrange()

    def action_open(self) -> None:
        """Open the document under the cursor."""
        if self.document:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """A click on a heading folds or unfolds; a second one opens."""
        number = event.y + self.scroll_offset.y
        if number < len(self.rows) and self.rows[number].is_heading:
            self._stand(self.rows[number].document)
            if event.chain > 1:
                self.action_open()
            else:
                self.action_fold()

    def on_focus(self) -> None:
        """The cursor is drawn."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is not drawn."""
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The cursor stays in sight: at a heading, or where none is in sight at the document that the top row belongs to."""
        super().watch_scroll_y(old_value, new_value)
        top = round(new_value)
        visible = self.rows[top : top + self.scrollable_content_region.height]
        headings = {row.document for row in visible if row.is_heading}
        within = headings or {row.document for row in visible[:1]} - {-1}
        if within and self.current not in within:
            self.current = min(within) if new_value > old_value else max(within)
            self.refresh()

    @work(exclusive=True, group="layout")
    async def _arrange(self) -> None:
        width = self.scrollable_content_region.width - 1
        if width <= 0:
            return
        content = self._content
        folded = [self._is_folded(each) for each in content.documents]
        rows, self._bodies = await asyncio.to_thread(detail_rows, content, folded, width, self.palette, self._bodies)
        self.rows = rows
        self.set_rows([row.text for row in rows])
        heading = self._heading(self.current)
        if self.shown != (content.achievement or content.plan):
            self.shown = content.achievement or content.plan
            self.scroll_to(y=0, animate=False, force=True)
            if self.current and heading is not None and not self._is_in_sight(heading):
                self.scroll_to(y=heading, animate=False, force=True)
        elif heading is not None and folded[self.current] and heading < self.scroll_offset.y:
            self.scroll_to(y=heading, animate=False)

    def _is_under_cursor(self, number: int) -> bool:
        row = self.rows[number]
        return self.has_focus and row.is_heading and row.document == self.current

    def _recolour(self) -> None:
        self._bodies = {}
        self._arrange()

    def _is_folded(self, document: Document) -> bool:
        achievement = self._content.achievement
        return document.is_part is ((achievement, document.path) in self._turned)

    def _heading(self, place: int) -> int | None:
        """The row of a document's heading."""
        if place < 0:
            return None
        return next((number for number, row in enumerate(self.rows) if row.is_heading and row.document == place), None)

    def _is_in_sight(self, row: int | None) -> bool:
        top = self.scroll_offset.y
        return row is not None and top <= row < top + self.scrollable_content_region.height

    def _stand(self, place: int) -> None:
        self.current = place
        self.refresh()

"""What a person writes of a review: the notes of an approval, the issues of a fix, the answers to them."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import TextArea

from llm_dashboard.plans.models import Achievement
from llm_dashboard.ui.outside import edit_outside
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import Block, Line
from llm_dashboard.ui.widgets.wrapping_area import WrappingArea


class Part(NamedTuple):
    """One text to write."""

    label: str
    text: str = ""


class VerdictDialog(Dialog[tuple[str, ...] | None]):
    """Asks for one or more texts; answers them, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "accept", "Write it", key_display="^S", priority=True),
        Binding("ctrl+e", "edit", "In $EDITOR", key_display="^E", priority=True),
        Binding("tab", "next_text", "Next text", key_display="⇥", priority=True),
        Binding("escape", "cancel", "Cancel", key_display="Esc", priority=True),
    ]

    def __init__(
        self,
        heading: str,
        achievement: Achievement,
        file_name: str,
        parts: Sequence[Part],
        *,
        needed: str = "",
        stands: Line = (),
        wrong: str = "",
    ) -> None:
        super().__init__()
        self.heading = f" {heading} {achievement.id} "
        self.achievement = achievement
        self.file_name = file_name
        self.parts = parts
        self.needed = needed
        """What to say where all texts are empty; where that is empty, they may be."""
        self.stands = stands
        """How far the work is of which it is said; may be empty."""
        self.wrong = wrong
        """Why it could not be written with these texts."""
        self._is_warned = False

    def body(self) -> Iterable[Widget]:
        """What it is about, and the texts."""
        yield Block(id="what")
        for number, part in enumerate(self.parts):
            yield Block(id=f"label-{number}")
            yield WrappingArea(part.text, soft_wrap=True, show_line_numbers=False, id=f"part-{number}")
        yield Block(id="wrong")

    def on_mount(self) -> None:
        """Say what will be written."""
        stands = (self.stands,) if self.stands else ()
        self.query_one("#what", Block).say(
            ((self.achievement.title, "strong"),), (("Writes  ", "dim"), self.file_name), *stands, ()
        )
        for number, part in enumerate(self.parts):
            self.query_one(f"#label-{number}", Block).say((part.label,))
        self.set_class(len(self.parts) > 1, "-two")
        if self.wrong:
            self._say(self.wrong)
        first = self.query_one("#part-0", TextArea)
        first.focus()
        first.move_cursor(first.document.end)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One text has no next one."""
        if action == "next_text" and len(self.parts) == 1:
            return False
        return super().check_action(action, parameters)

    def action_accept(self) -> None:
        """Close with the texts."""
        texts = self.texts
        if self.needed and not any(text.strip() for text in texts):
            self._say(self.needed)
        else:
            self.dismiss(tuple(text.rstrip() for text in texts))

    def action_next_text(self) -> None:
        """To the next text."""
        self.focus_next(TextArea)

    def action_edit(self) -> None:
        """Go on with the text under the cursor in the editor of the person."""
        area = self.focused if isinstance(self.focused, TextArea) else self.query_one("#part-0", TextArea)
        text, problem = edit_outside(self.app, f"{self.file_name.removesuffix('.md')}-{area.id}.md", area.text)
        if text != area.text:
            area.load_text(text)
            area.move_cursor(area.document.end)
        self._say(problem)

    def action_cancel(self) -> None:
        """Close without an answer; what was typed is thrown away only by a second key."""
        is_changed = self.texts != tuple(part.text for part in self.parts)
        if is_changed and not self._is_warned:
            self._is_warned = True
            self._say("Escape once more throws away what you have written.")
        else:
            self.dismiss(None)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts as they are now."""
        return tuple(area.text for area in self.query(TextArea))

    def _say(self, sentence: str) -> None:
        self.query_one("#wrong", Block).say(*([((sentence, "bad"),)] if sentence else []))

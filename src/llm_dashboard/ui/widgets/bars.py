"""The first and the last line of a screen: where am I, and what can I press."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.actions import parse
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Input

from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.commands import ACTIONS
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.widgets.toned import Toned

BETWEEN = " › "
CUT = f"…{BETWEEN}"


@dataclass
class CrumbTaken(Message):
    """A part of the path was clicked, other than the last, which is where one is."""

    number: int
    """Counted from 0, which is the app."""
    text: str


class TitleBar(Toned):
    """The path to what is shown, at the left, and the facts about it, at the right."""

    crumbs: reactive[tuple[str, ...]] = reactive(())
    facts: reactive[tuple[tuple[str, str], ...]] = reactive(())
    """Pairs of text and tone, three cells apart. Where there is no room the dim ones go first, then those at the left."""

    waits: reactive[str] = reactive("")
    """What is being waited for, before the facts; empty for nothing."""

    def render(self) -> Text:
        """The line."""
        width = self.content_size.width
        facts = [*([(self.waits, "live")] if self.waits else ()), *self.facts]
        while facts and sum(cell_len(text) + 3 for text, _ in facts) > max(width * 2 // 3, width - 40):
            facts.pop(next((number for number, fact in enumerate(facts) if fact[1] == "dim"), 0))
        right = sum(cell_len(text) + 3 for text, _ in facts)
        dropped = _dropped(self.crumbs, width - right)
        start = len(CUT) if dropped else 0
        path = (CUT if dropped else "") + BETWEEN.join(self.crumbs[dropped:])
        text = self.phrase((fit(path, width - right), "strong"))
        for number, crumb in enumerate(self.crumbs[dropped:], dropped):
            text.apply_meta({"crumb": number}, start, start + len(crumb))
            start += len(crumb) + len(BETWEEN)
        for fact, tone in facts:
            text.append("   ")
            text.append(fact, self.tone(tone))
        return text

    def on_click(self, event: events.Click) -> None:
        """A click on a part of the path goes there."""
        number = event.style.meta.get("crumb")
        if isinstance(number, int) and number < len(self.crumbs) - 1:
            self.post_message(CrumbTaken(number, self.crumbs[number]))


def _dropped(crumbs: Sequence[str], width: int) -> int:
    """How many crumbs at the left go where all are wider than `width` cells: the last one says where one is, and stays."""
    return next(
        (
            number
            for number in range(len(crumbs) - 1)
            if cell_len((CUT if number else "") + BETWEEN.join(crumbs[number:])) <= width
        ),
        max(0, len(crumbs) - 1),
    )


GAP = 3
ALWAYS = ("Execute next", "Help", "Quit", "Back", "Leave", "List", "Open")
"""The keys that stay where there is no room for all."""


class Key(NamedTuple):
    """One key of the bar."""

    shown: str
    label: str
    action: str
    enabled: bool

    @property
    def width(self) -> int:
        """Cells."""
        return cell_len(self.shown) + 1 + cell_len(self.label)


TYPING = (Key("⏎", "Keep", "focused.submit", True), Key("Esc", "End", "step_back", True))
"""The keys that count while a filter or a search is typed."""


class KeyBar(Toned):
    """The keys of the screen that count now, in the order of its bindings; those at the end go first where there is no room."""

    answer: reactive[str] = reactive("")
    """A sentence in place of the keys, until the next key or for a moment: why the last one does nothing, or waits.

    In a dialog, whose keys are few, it stands before them.
    """

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Text:
        """The line."""
        is_dialog = isinstance(self.screen, ModalScreen)
        if self.answer and not is_dialog:
            return self.phrase((fit(self.answer, self.content_size.width), "wait"))
        text = Text(no_wrap=True, end="")
        if self.answer:
            self._append(text, fit(self.answer, min(cell_len(self.answer), self.content_size.width)), "wait")
        room = self.content_size.width - (text.cell_len + GAP if text else 0)
        keys = list(TYPING) if self._is_typed else self._keys()
        # Where keys had to be left out, there is an ellipsis; the help has them all.
        left_out = None
        while keys and _width(keys) + (GAP + 1 if left_out is not None else 0) > room:
            left_out = next((n for n in reversed(range(len(keys))) if keys[n].label not in ALWAYS), len(keys) - 1)
            keys.pop(left_out)
        for number, key in enumerate(keys):
            if number == left_out:
                self._append(text, "…", "dim")
            start = self._append(text, key.shown, "key" if key.enabled else "rule")
            text.append(f" {key.label}", self.tone("dim" if key.enabled else "rule"))
            text.apply_meta({"action": key.action}, start, len(text))
        if left_out == len(keys) and room > GAP:
            self._append(text, "…", "dim")
        return text

    @property
    def _is_typed(self) -> bool:
        """Whether letters go into a line of the screen: a filter or a search. A dialog has keys that count meanwhile."""
        return isinstance(self.screen.focused, Input) and not isinstance(self.screen, ModalScreen)

    def _keys(self) -> list[Key]:
        return [key for binding in self.screen.BINDINGS if isinstance(binding, Binding) if (key := self._key(binding))]

    def _append(self, text: Text, word: str, tone: str) -> int:
        """Add a word, apart from what is there; where it starts."""
        text.append(" " * GAP if text else "")
        start = len(text)
        text.append(word, self.tone(tone))
        return start

    def _key(self, binding: Binding) -> Key | None:
        """What to show for a binding; None where it is not shown, or does not exist now."""
        namespace, name, parameters = parse(binding.action)
        offered = True if namespace == "app" else self.screen.check_action(name, parameters)
        if not binding.show or offered is False:
            return None
        labels: Mapping[str, str] = getattr(self.screen, "labels", {})
        shown = binding.key_display or (key_map_of(self).shown(binding.id) if binding.id in ACTIONS else binding.key)
        label = labels.get(binding.id or "", binding.description)
        return Key(shown, label, binding.action, offered is True)

    async def on_click(self, event: events.Click) -> None:
        """A click on a key is that key."""
        action = event.style.meta.get("action")
        if isinstance(action, str):
            await self.screen.run_action(action)


def _width(keys: Sequence[Key]) -> int:
    """Cells of the keys, with what lies between them."""
    return sum(key.width + GAP for key in keys) - GAP


class Rule(Toned):
    """A thin line."""

    def render(self) -> Text:
        """The line."""
        return self.phrase(("─" * self.content_size.width, "rule"))

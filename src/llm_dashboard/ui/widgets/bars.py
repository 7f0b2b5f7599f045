"""The first and the last line of a screen: where am I, and what can I press."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.actions import parse
from textual.binding import Binding
from textual.reactive import reactive

from llm_dashboard.ui.cells import fit
from llm_dashboard.ui.widgets.toned import Toned


class TitleBar(Toned):
    """The path to what is shown, at the left, and the facts about it, at the right."""

    crumbs: reactive[tuple[str, ...]] = reactive(())
    facts: reactive[tuple[tuple[str, str], ...]] = reactive(())
    """Pairs of text and tone, three cells apart. Where there is no room the dim ones go first, then those at the left."""

    def render(self) -> Text:
        """The line."""
        width = self.content_size.width
        facts = list(self.facts)
        while facts and sum(cell_len(text) + 3 for text, _ in facts) > max(width * 2 // 3, width - 40):
            facts.pop(next((number for number, fact in enumerate(facts) if fact[1] == "dim"), 0))
        right = sum(cell_len(text) + 3 for text, _ in facts)
        text = self.phrase((fit(_path(self.crumbs, width - right), width - right), "strong"))
        for fact, tone in facts:
            text.append("   ")
            text.append(fact, self.tone(tone))
        return text


def _path(crumbs: Sequence[str], width: int) -> str:
    """The crumbs in a line; where it is wider than `width` cells those at the left go, for the last one says where one is."""
    path = " › ".join(crumbs)
    while cell_len(path) > width and len(crumbs) > 1:
        crumbs = crumbs[1:]
        path = " › ".join(("…", *crumbs))
    return path


GAP = 3
ALWAYS = ("Help", "Quit", "Back", "Leave", "List", "Open")
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


class KeyBar(Toned):
    """The keys of the screen that count now, in the order of its bindings; those at the end go first where there is no room."""

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Text:
        """The line."""
        keys = [key for binding in self.screen.BINDINGS if isinstance(binding, Binding) if (key := self._key(binding))]
        while keys and sum(key.width + GAP for key in keys) - GAP > self.content_size.width:
            keys.pop(next((n for n in reversed(range(len(keys))) if keys[n].label not in ALWAYS), -1))
        text = Text(no_wrap=True, end="")
        for number, key in enumerate(keys):
            text.append(" " * GAP if number else "")
            start = len(text)
            text.append(key.shown, self.tone("key" if key.enabled else "rule"))
            text.append(f" {key.label}", self.tone("dim" if key.enabled else "rule"))
            text.apply_meta({"action": key.action}, start, len(text))
        return text

    def _key(self, binding: Binding) -> Key | None:
        """What to show for a binding; None where it is not shown, or does not exist now."""
        namespace, name, parameters = parse(binding.action)
        offered = True if namespace == "app" else self.screen.check_action(name, parameters)
        if not binding.show or offered is False:
            return None
        return Key(binding.key_display or binding.key, binding.description, binding.action, offered is True)

    async def on_click(self, event: events.Click) -> None:
        """A click on a key is that key."""
        action = event.style.meta.get("action")
        if isinstance(action, str):
            await self.screen.run_action(action)


class Rule(Toned):
    """A thin line."""

    def render(self) -> Text:
        """The line."""
        return self.phrase(("─" * self.content_size.width, "rule"))

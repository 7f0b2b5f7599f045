"""Which key does what: as the table of actions says, or as a person has set it, by the names of the actions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches

import msgspec
from textual.binding import Binding
from textual.keys import Keys, format_key
from textual.widget import Widget

from llm_dashboard.tables import shown
from llm_dashboard.ui.commands import ACTIONS

MOVES = ("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "j", "k", "G", "space")
"""Keys with which lists and texts move, whatever the screen."""
RESERVED = {
    **dict.fromkeys(("ctrl+c", "ctrl+q"), "which always quits"),
    "ctrl+z": "which the terminal keeps for itself",
    "ctrl+i": "which a terminal sends as tab",
    "ctrl+m": "which a terminal sends as enter",
    "ctrl+h": "which a terminal sends as backspace",
    "ctrl+left_square_bracket": "which a terminal sends as escape",
}
"""Keys that cannot be had, with why."""
WRITTEN = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "tab": "⇥",
    "enter": "⏎",
    "space": "Space",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
MODIFIERS = {"ctrl": "^", "shift": "⇧", "alt": "⌥"}
NAMED = {key.value for key in Keys if "<" not in key.value and "+" not in key.value}
A_KEY = "one character, or a name such as f5, ctrl+g, enter or space, or a list of them"


def written(key: str) -> str:
    """How a key is shown: `?` for Textual's `question_mark`, `^P` for `ctrl+p`."""
    *modifiers, base = key.split("+")
    name = WRITTEN.get(base) or (format_key(base) if _is_character(base) else base.capitalize())
    signs = "".join(MODIFIERS.get(each, f"{each}+") for each in modifiers)
    return signs + (name.upper() if modifiers and len(name) == 1 else name)


class KeyMap(msgspec.Struct, frozen=True):
    """The keys of all actions."""

    own: Mapping[str, tuple[str, ...]] = {}
    """Those of the actions whose keys the person has set, by their names."""

    def keys(self, action: str) -> tuple[str, ...]:
        """The keys of an action, the one first that is shown."""
        return self.own.get(action) or default_keys(action)

    def shown(self, action: str) -> str:
        """The first key of an action as it is written."""
        return written(self.keys(action)[0])

    def key_written(self, text: str) -> str:
        """The key of an action that is written so; the text itself where there is none."""
        keys = (key for action in ACTIONS for key in self.keys(action))
        return next((key for key in keys if written(key) == text), text)

    def meant(self, key: str, actions: Collection[str]) -> str:
        """The key that the table has for what this one does where those actions can be done; empty where it does nothing."""
        for name in actions:
            if key in self.own.get(name, ()):
                return default_keys(name)[0]
        owners = [name for name in actions if key in default_keys(name)]
        return "" if owners and all(name in self.own for name in owners) else key


def default_keys(action: str) -> tuple[str, ...]:
    """The keys of an action in the table."""
    return tuple(ACTIONS[action].keys.split(","))


def read_key_map(
    wanted: Mapping[str, Sequence[str]], screens: Iterable[Collection[str]]
) -> tuple[KeyMap, Mapping[str, str]]:
    """The map of the keys that a person wants, by the names of actions, and what is wrong, by the same names, as a sentence.

    `screens` holds the actions of each screen. Where something is wrong, that action keeps the keys of the table.
    """
    own: dict[str, tuple[str, ...]] = {}
    wrong: dict[str, str] = {}
    for action, texts in wanted.items():
        keys = [_key(text) for text in texts]
        unknown = next((text for text, key in zip(texts, keys, strict=True) if key is None), None)
        names = tuple(key for key in keys if key)
        before = default_keys(action) if action in ACTIONS else ()
        kept = next((key for key in names if key in RESERVED or (key in MOVES and key not in before)), None)
        if action not in ACTIONS or action == "move":
            near = get_close_matches(action, [name for name in ACTIONS if name != "move"], 1, 0.5)
            wrong[action] = (
                f"is no action; did you mean {near[0]}?" if near else "is no action; the palette shows their names"
            )
        elif not texts or unknown is not None:
            wrong[action] = f"is {shown(unknown if texts else list(texts))}; allowed is {A_KEY}"
        elif kept is not None:
            wrong[action] = f"is {kept}, {RESERVED.get(kept, 'which moves the cursor')}; allowed is another key"
        else:
            own[action] = tuple(dict.fromkeys(names))
    tables = list(screens)
    while clash := _clash(own, tables):
        action, key, other = clash
        del own[action]
        wrong[action] = f"is {key}, which is {other} on the same screen; allowed is a key that has no other use there"
    return KeyMap(own), wrong


def _clash(own: Mapping[str, tuple[str, ...]], screens: Sequence[Collection[str]]) -> tuple[str, str, str] | None:
    """An action of the person's that shares a key with another one of a screen, the last first; the key; the other one."""
    key_map = KeyMap(own)
    for action in reversed(list(own)):
        for names in screens:
            for other in names if action in names else ():
                shared = set(own[action]) & set(key_map.keys(other))
                # What shares a key in the table does so on purpose.
                shared -= set(default_keys(action)) & set(default_keys(other))
                if other != action and shared:
                    return action, written(min(shared)), other
    return None


def _key(text: str) -> str | None:
    """Textual's name of a key; None where there is no such key."""
    text = text.strip()
    if not text or "," in text.removesuffix(","):
        return None
    if len(text) == 1:
        return next(iter(Binding.make_bindings([Binding("comma" if text == "," else text, "")]))).key
    *modifiers, base = text.split("+")
    # A terminal sends a capital letter, not the shift key beside a small one.
    is_shifted = "shift" in modifiers and _is_character(base)
    is_known = base in NAMED or _is_character(base)
    return text if is_known and not is_shifted and set(modifiers) <= MODIFIERS.keys() else None


def _is_character(base: str) -> bool:
    """Whether a key without modifiers is a character, by itself or by its name."""
    return len(format_key(base)) == 1 and base not in NAMED


def key_map_of(widget: Widget) -> KeyMap:
    """The map of the app that the widget is in; that of the table where it has none."""
    found: KeyMap = getattr(widget.app, "key_map", TABLE)
    return found


TABLE = KeyMap()

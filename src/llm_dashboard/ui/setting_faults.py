"""What is wrong with settings that only the screen can judge: themes, and keys."""

import msgspec

from llm_dashboard.measures import count
from llm_dashboard.settings import Fault, LoadedSettings
from llm_dashboard.tables import dotted
from llm_dashboard.ui.key_map import KeyMap, read_key_map
from llm_dashboard.ui.themes import THEME_NAMES


def judged(loaded: LoadedSettings) -> tuple[LoadedSettings, KeyMap]:
    """The settings, what the screen finds wrong among their faults; and the keys that hold."""
    faults, settings = list(loaded.faults), loaded.settings
    if settings.theme not in THEME_NAMES:
        source = loaded.source("theme")
        sentence = f"theme is {settings.theme!r}; allowed are {', '.join(sorted(THEME_NAMES))}"
        faults.append(Fault("theme", f"{source}: {sentence}", source))
    if not settings.keys:
        return msgspec.structs.replace(loaded, faults=tuple(faults)), KeyMap()
    from llm_dashboard.ui.every_screen import EVERY_SCREEN

    key_map, wrong = read_key_map(settings.keys, [screen.actions() for screen in EVERY_SCREEN])
    for name, sentence in wrong.items():
        source = loaded.source(f"keys.{name}")
        faults.append(Fault(f"keys.{name}", f"{source}: {dotted('keys', name)} {sentence}", source))
    return msgspec.structs.replace(loaded, faults=tuple(faults)), key_map


def in_short(problems: int, key: str) -> str:
    """That so many settings are wrong, and the key that shows them."""
    what = f"{count(problems, 'setting')} {'is' if problems == 1 else 'are'} wrong, and left out."
    return f"{what} {key} shows {'it' if problems == 1 else 'them'}."

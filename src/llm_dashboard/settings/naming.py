"""What the text of a workspace's settings would have run, in lines that a person reads before allowing it."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from llm_dashboard import trust
from llm_dashboard.settings.files import FILE_NAME, parse, read_text
from llm_dashboard.settings.models import BUILT_IN_WORKFLOWS, Settings, SettingsError
from llm_dashboard.tables import dotted

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Asked(msgspec.Struct, frozen=True):
    """What is not allowed yet of a workspace, as a person is to read it before saying yes."""

    file: Path
    texts: tuple[bytes, ...]
    """What a yes is to: the file as it was read, and `trust.SCRIPTS`."""
    lines: Mapping[str, tuple[str, ...]]
    """By key, safe to draw; empty where nothing is to be asked."""

    @property
    def question(self) -> str:
        """What a person says yes to."""
        if self.texts == (trust.SCRIPTS,):
            return "The scripts of this workspace would run, as your settings say. Allow that in this workspace?"
        return f"{FILE_NAME} of this workspace says what runs. Allow that, until the file changes?"

    def allow(self) -> None:
        """Remember the yes. Raises OSError."""
        for text in self.texts:
            trust.allow(self.file, text)


def asked(workspace: Path, settings: Settings) -> Asked:
    """What is not allowed yet, by the file as it is now and the settings that hold. Raises SettingsError."""
    file = workspace / FILE_NAME
    text = read_text(file, FILE_NAME)
    lines = naming(parse(text, FILE_NAME))
    if trust.is_allowed(file, text.encode()):
        lines = {}
    texts = [text.encode()] if lines else []
    if "scripts" in settings.unallowed:
        texts.append(trust.SCRIPTS)
        lines["scripts"] = ("workspace: Python runs LLM/scripts/generation/*.py",)
    return Asked(file, tuple(texts), lines)


def naming(tree: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """By key: what each setting that needs to be allowed says, in lines that are safe to draw.

    A character that cannot be seen is spelled out. Raises SettingsError for a key that could be taken for another one.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, value in tree.items():
        inside = value if name in ("workflows", "agents") and isinstance(value, dict) else None
        for last, each in ({name: value} if inside is None else inside).items():
            key = name if inside is None else f"{name}.{last}"
            if not trust.asking((key,), BUILT_IN_WORKFLOWS):
                continue
            if not _NAME.fullmatch(last):
                raise SettingsError(
                    f"{FILE_NAME} has the key {dotted('' if inside is None else name, last)}, and cannot be allowed: a name "
                    "is of at most 40 letters, digits, hyphens and underscores, so that none is taken for another one"
                )
            found[key] = tuple(map(_spelled, _lines(each)))
    return found


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{name} = {_shown(each)}" for name, each in value.items())
    elif isinstance(value, list) and all(isinstance(each, list) for each in value):
        yield from map(_shown, value)
    else:
        yield _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return shlex.join(value)
    try:
        return str(value)
    except ValueError:
        return "a number of too many digits"


def _spelled(text: str) -> str:
    """The text as it is, or as Python would write it: a character that is not seen would change what runs."""
    return text if text.isprintable() else repr(text)

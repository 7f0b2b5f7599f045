"""Writes a setting into a file of settings: comments, order and all else in it stay as they are."""

import tomllib
from collections.abc import Mapping, MutableMapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from llm_dashboard import atomic, trust
from llm_dashboard.safe_text import plain
from llm_dashboard.settings.files import key_lines, parse, read_text
from llm_dashboard.settings.models import SettingsError

LONGEST_STATEMENT = 200
"""Lines of one value: one that is longer is not made a comment."""


def write_setting(path: Path, key: str, value: object, *, inside: Path | None = None) -> None:
    """Give a key that value in the file as it is now; a file that is not there is made. Raises SettingsError.

    `inside` is a folder that the file must not lead out of: a link in a repository could lead anywhere.
    """
    _change(path, key, value, inside)


def remove_setting(path: Path, key: str, *, inside: Path | None = None) -> None:
    """Take a key out of the file as it is now; what is not in it need not be taken out. Raises SettingsError."""
    _change(path, key, None, inside)


def _change(path: Path, key: str, value: object, inside: Path | None) -> None:
    """`value` None takes the key out."""
    # Only here: who reads settings does not wait for what writes them.
    from tomlkit.exceptions import TOMLKitError

    name = plain(str(path))
    if inside and path.is_symlink() and not path.resolve().is_relative_to(inside.resolve()):
        raise SettingsError(f"{name} is a link that leads out of the workspace: change it yourself")
    text = read_text(path, name)
    wanted = parse(text, name)
    is_allowed = not trust.asking(wanted) or trust.is_allowed(path, text.encode())
    *tables, last = key.split(".")
    place: Any = wanted
    try:
        for table in tables:
            place = place.setdefault(table, {})
        if value is None:
            del place[last]
        else:
            place[last] = value
        written = _below_header(text, key, value) if value is not None else _as_comment(text, key)
        if not written or not _says(written, wanted, tables):
            written = _written(text, key, value)
    except (KeyError, TypeError, AttributeError, TOMLKitError):
        if value is None:
            return
        raise SettingsError(f"{name} has something else than a table at {'.'.join(tables)}: mend it first") from None
    if "\r\n" in text:
        written = written.replace("\r\n", "\n").replace("\n", "\r\n")
    if not _says(written, wanted, tables):
        raise SettingsError(f"{name} is written in a way that cannot be changed here: set {key} in it yourself")
    _replace(path, name, written)
    if is_allowed and trust.asking(wanted):
        # What was allowed stays so: the change is the person's own.
        with suppress(OSError):
            trust.allow(path, written.encode())


def _below_header(text: str, key: str, value: object) -> str:
    """The text with a new key as the first of its table; empty where that has no header, or has the key."""
    import tomlkit

    table, _, last = key.rpartition(".")
    lines, known = text.split("\n"), key_lines(text)
    header = known.get(table, 0)
    if key in known or not header or not lines[header - 1].lstrip().startswith("["):
        return ""
    lines.insert(header, f"{last} = {tomlkit.item(value).as_string()}")
    return "\n".join(lines)


def _says(text: str, wanted: Mapping[str, object], tables: Sequence[str]) -> bool:
    """Whether a text says that; of `tables`, one in the other, those that are empty need not be there."""
    return _without_empty(tomllib.loads(text), tables) == _without_empty(wanted, tables)


def _without_empty(tree: Mapping[str, Any], tables: Sequence[str]) -> dict[str, object]:
    rest = dict(tree)
    if tables and isinstance(inner := tree.get(tables[0]), Mapping):
        rest[tables[0]] = kept = _without_empty(inner, tables[1:])
        if not kept:
            del rest[tables[0]]
    return rest


def _as_comment(text: str, key: str) -> str:
    """The text with a key made a comment, where one stands beside its value, or in it; empty where none does."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    # A line that ends in \r alone is no TOML. Who calls gives all lines the ends of the file.
    lines, begun = text.replace("\r\n", "\n").split("\n"), key_lines(text).get(key, 0)
    for end in range(begun, min(len(lines), begun + LONGEST_STATEMENT) + 1 if begun else 0):
        statement = lines[begun - 1 : end]
        try:
            item: Any = tomlkit.parse("\n".join(statement))
        except TOMLKitError:
            continue
        while isinstance(item, Mapping) and item:
            item = next(iter(item.values()))
        is_list = isinstance(item, tomlkit.items.Array)
        if not isinstance(item, tomlkit.items.Item) or not (
            item.trivia.comment or (is_list and "#" in item.as_string())
        ):
            return ""
        return "\n".join((*lines[: begun - 1], *(f"# {line}" for line in statement), *lines[end:]))
    return ""


def _written(text: str, key: str, value: object) -> str:
    """The text with a key changed, taken out, or added where tomlkit puts it."""
    import tomlkit

    document = tomlkit.parse(text)
    place: MutableMapping[str, Any] = document
    *tables, last = key.split(".")
    for table in tables:
        if value is not None and table not in place:
            place[table] = tomlkit.table()
        place = place[table]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return tomlkit.dumps(document) if text else tomlkit.dumps(document).lstrip()


def _replace(path: Path, name: str, text: str) -> None:
    try:
        # A link stays one: people keep such files elsewhere.
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        atomic.replace(target, text.encode(), mode)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingsError(f"{name} cannot be written: {plain(reason)}") from None

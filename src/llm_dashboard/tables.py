"""Tables of a TOML file as structs; where one is wrong, which key it is, what was seen and what is allowed."""

import re
import reprlib
from collections.abc import Mapping
from typing import TypeVar

import msgspec

StructT = TypeVar("StructT", bound=msgspec.Struct)


class TableError(ValueError):
    """A wrong value: its key, with dots, and a sentence that continues it. Both are safe to draw."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(key, sentence)
        self.key = key
        self.sentence = sentence


def convert(table: object, kind: type[StructT], key: str, allowed: Mapping[str, str]) -> StructT:
    """The table at `key` as a struct; `allowed` says what each field can be that is no struct itself. Raises TableError."""
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError:
        raise _error(table, kind, key, allowed) from None


def table_at(key: str, value: object) -> dict[str, object]:
    """The value, which must be a table. Raises TableError."""
    if not isinstance(value, dict):
        raise TableError(key, f"is {shown(value)}; a table is allowed")
    return value


def not_allowed(key: str, value: object, allowed: str) -> TableError:
    """That the value at `key` is wrong."""
    return TableError(key, f"is {shown(value)}; allowed is {allowed}")


def dotted(key: str, name: str) -> str:
    """The key of what has that name in the table at `key`."""
    part = name if re.fullmatch(r"[\w-]{1,60}", name, re.ASCII) else shown(name)
    return f"{key}.{part}" if key else part


def shown(value: object) -> str:
    """The value in a few characters, none of which a terminal obeys."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = 80
    try:
        return short.repr(value)
    except ValueError:
        return "a number of too many digits"


def _error(table: object, kind: type[msgspec.Struct], key: str, allowed: Mapping[str, str]) -> TableError:
    """What is wrong with a table that is none of that kind: its first wrong key."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for name, value in table_at(key, table).items():
        if name not in fields:
            return TableError(dotted(key, name), f"is no setting; allowed are {', '.join(fields)}")
        try:
            msgspec.convert(value, fields[name].type)
        except msgspec.ValidationError:
            if name in allowed:
                return not_allowed(dotted(key, name), value, allowed[name])
            return _error(value, fields[name].type, dotted(key, name), allowed)
    missing = next(name for name, field in fields.items() if field.required and name not in table_at(key, table))
    return TableError(key, f"has no {missing}; needed is {allowed[missing]}")

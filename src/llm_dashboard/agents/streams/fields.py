"""Reading values that may be of any shape: what is not as it should be counts as not there, and every text is safe to draw."""

from collections.abc import Iterator, Mapping

import msgspec

from llm_dashboard.safe_text import plain, plain_block

LONGEST_TEXT = 64 * 1024
"""Characters of one event that are kept; the log has all."""
LONGEST_ARGUMENT = 2000
MOST_TOKENS = 10**15

_TELLING = (
    "command",
    "cmd",
    "file_path",
    "filePath",
    "filepath",
    "path",
    "paths",
    "pattern",
    "query",
    "url",
    "prompt",
    "description",
)
"""The arguments of a tool of which one says what it is about, the best first."""

Table = Mapping[str, object]


def table(value: object, key: str) -> Table:
    """The table at that key; an empty one where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def tables(value: Table, key: str) -> Iterator[Table]:
    """The tables in the list at that key."""
    found = value.get(key)
    yield from (each for each in found if isinstance(each, dict)) if isinstance(found, list) else ()


def word(value: Table, key: str) -> str:
    """The text at that key in one line; empty where there is none."""
    found = value.get(key)
    return plain(found[:LONGEST_ARGUMENT]) if isinstance(found, str) else ""


def text(value: Table, key: str) -> str:
    """The text at that key in several lines; empty where there is none."""
    found = value.get(key)
    return block(found) if isinstance(found, str) else ""


def block(found: str) -> str:
    """The text, safe to draw, and no longer than can be read."""
    left_out = len(found) - LONGEST_TEXT
    if left_out <= 0:
        return plain_block(found)
    return f"{plain_block(found[:LONGEST_TEXT])}\n\u2026 ({left_out:,} more characters in the log)"


def whole(value: Table, key: str) -> int:
    """The count at that key; 0 where there is none."""
    found = value.get(key)
    return min(max(found, 0), MOST_TOKENS) if isinstance(found, int) and not isinstance(found, bool) else 0


def money(value: Table, key: str) -> float | None:
    """The amount at that key; None where there is none."""
    found = value.get(key)
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not 0 <= found < 1e12:
        return None
    return float(found)


def argument(arguments: object) -> str:
    """Of the arguments of a tool the one that tells most, in one line; all of them as JSON where none stands out."""
    if found := telling(arguments):
        return found
    if isinstance(arguments, str):
        return plain(arguments[:LONGEST_ARGUMENT])
    return as_json(arguments) if arguments else ""


def telling(arguments: object) -> str:
    """The argument that stands out, in one line; empty where none does."""
    if isinstance(arguments, dict):
        for name in _TELLING:
            found = arguments.get(name)
            if isinstance(found, str) and found:
                return plain(found[:LONGEST_ARGUMENT])
    return ""


def as_json(value: object) -> str:
    """The value in one line."""
    return plain(msgspec.json.encode(value).decode(errors="replace")[:LONGEST_ARGUMENT])


def content(value: Table, key: str) -> str:
    """A text, or the texts in a list of parts."""
    if isinstance(value.get(key), str):
        return text(value, key)
    return "\n".join(filter(None, (text(part, "text") for part in tables(value, key))))

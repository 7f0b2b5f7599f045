"""The bytes of a PLAN file → its title, header fields and achievements (GRAMMAR.md, section 3).

A thousand plans are read in the blink of an eye because only the lines that matter are looked at, and because the patterns
search the bytes as Latin-1 text, one character a byte: as real text, one emoji makes every character four bytes wide. What
is found is decoded by `_text`.
"""

import re
from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from llm_dashboard.plans.markdown import Fences
from llm_dashboard.plans.models import Problem
from llm_dashboard.safe_text import plain

ID = r"[0-9]{1,9}(?:\.[0-9]{1,9})+"
"""The id of an achievement: two numbers or more, with dots between."""

_LINE_LENGTH = 1000
_TITLE_PASSES = 6
_UNCLOSED_SHOWN = 20
_HEADER_LENGTH = 16_384
_NO_ACHIEVEMENTS = (
    "No achievements are declared; list them as '- Achievement 1.1: Title' under '## Achievement Index', "
    "or as '**Achievement 1.1**: Title' under '## Achievements'."
)

_MARKS = "\u2300-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff\ufe0f\u200d"
"""Emoji and their joiners, as a character class."""
_STATUS_WORDS = (
    "complete|completed|done|superseded|script already exists|critical|high|medium|low|urgent|blocked|new|in progress"
    "|skipped|deferred"
)
_TAILS = re.compile(
    r"(?:\s*\u23f1\ufe0f?\s*(?P<clock>[^\u23f1]*)"
    r"|\s*\((?P<hours>[~+]?\d[\d.,\s–-]*(?:h|hrs?|hours?|min|minutes?|days?|weeks?)\b(?:\s*[,;:(+].*|\s*(?:was|actual|est).*)?)\)"
    rf"|\s+[{_MARKS}]+\s*(?:\*\*[^*]+\*\*|{_STATUS_WORDS})?)\s*$",
    re.IGNORECASE,
)
"""What may follow a title: the effort, or a mark with a word or two. Marks are claims, not state."""

_BLANKS = re.compile(r"\s{3,}")
_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?\s*# PLAN:([^\n]*)")
_HEADER_FIELD = re.compile(r"\n[ \t]*\*\*([^*:\n]+)(?::\*\*|\*\*(?:[ \t]*\([^)\n]*\))?[ \t]*:)[ \t]*([^\n]*)")
_SECTION = re.compile(r"\n(##?) ([^\n]*)")
_INDEX_HEADING = re.compile(r"\W*achievements? index\b", re.IGNORECASE | re.ASCII)
_BODY_HEADING = re.compile(r".{0,80}\bachievements(?:\s*\(.*\))?\W*$", re.IGNORECASE | re.ASCII)
_INDEX_ENTRY = re.compile(
    r"\n(?=[ \t]{0,12}(?:[-*+]|[0-9]+\.|\xe2\x80\xa2|\xe2\x9c))[^A-Za-z\n#|>]{1,24}(?:\[[xX]\][^\w\n]{0,24})?"
    rf"Achievement[ \t]+({ID})(?:\*\*)?[ \t]*:([^\n]*)",
    re.ASCII,
)
_INDEX_GROUP = re.compile(r"\n(?:\*\*|###+[ \t])[^\w\n]{0,24}(Priority[ \t]+[0-9][^*\n]*)", re.ASCII)
_BODY_ENTRY = re.compile(rf"\n\*\*Achievement[ \t]+({ID})(?:\*\*[ \t]*)?:([^\n]*)")
_BODY_GROUP = re.compile(r"\n###[ \t](?:[^\w\n]{0,24}(Priority[ \t]+[0-9][^\n]*)|[^\n]*)", re.ASCII)
_EFFORT = re.compile(r"Effort\*{0,2}[ \t]*:\*{0,2}([^\n]*)")
_IDS_FIELD = (
    r"\*{0,2}(?:[ \t]*\([^)\n]*\))?[ \t]*:\*{0,2}([^\n]*)"
    r"((?:\n[ \t]*[-*+][ \t]+[^*\s][^\n]*|\n[ \t\r]*(?=\n)){0,200})"
)
"""After a field's name: its text, and the list below it."""
_DEPENDENCIES = re.compile(rf"Dep(?:endencies|ends on){_IDS_FIELD}")
_BLOCKS = re.compile(rf"Blocks{_IDS_FIELD}")
_TO = re.compile(r"\s*(?:[-\u2010-\u2014]|\.{2,3}|\u2026|to|through)\s*", re.IGNORECASE)
"""What stands between the first and the last id of a range."""
_BODY_END = re.compile(r"\n#{2,3}[ \t]")
_FIELD_START = re.compile(r"[ \t]*(?:[-*+][ \t]+)?(?:\*\*)?(?:Estimated )?")
_DEPENDENCY = re.compile(
    rf"(?P<before>[^\w\n]{{0,12}}(?:(?:and|to|through)\s+)?)(?:Achievements?\s+)?(?P<id>{ID})(?!\.?\w)(?:\*\*)?"
    r"(?P<more>(?:\s*\([^()]*\))?(?:\s+(?:complete|completed|approved|done)\b)?(?:\s+(?:of|in|from)\s+\W{0,4}PLAN_)?)",
    re.IGNORECASE,
)


class Declaration(msgspec.Struct, frozen=True, gc=False):
    """An achievement as a plan declares it."""

    id: str
    title: str
    group: str
    line: int
    """Counted from 1."""
    effort: str | None = None
    dependencies: tuple[str, ...] = ()
    """The ids of its `Dependencies` field, whether the plan has them or not."""
    blocks: tuple[str, ...] = ()
    """The ids of its `Blocks` field, likewise: what waits for it."""


class PlanText(msgspec.Struct, frozen=True, gc=False):
    """What the text of a plan says."""

    title: str
    header: Mapping[str, str]
    declarations: tuple[Declaration, ...]
    problems: tuple[Problem, ...]


def is_plan(data: bytes) -> bool:
    """Whether the first line that is not empty says that this is a plan."""
    return _FIRST_LINE.match(data, 0, _HEADER_LENGTH) is not None


def parse_plan(data: bytes, file: str) -> PlanText:
    """Read a plan, in UTF-8. `file` is its path for the problems. Any bytes can be read, also those that `is_plan` denies."""
    text = data.decode("latin-1")
    fences = Fences(text)
    unclosed = "A code fence is opened here and never closed; close it."
    problems = [
        Problem("fence-unclosed", unclosed, file, 1 + text.count("\n", 0, offset))
        for offset in fences.unclosed[:_UNCLOSED_SHOWN]
    ]
    indexes, bodies = _sections(text, fences)
    entries = [entry for section in indexes for entry in _entries(text, section, _INDEX_ENTRY, _INDEX_GROUP, fences)]
    if not entries:
        entries = [entry for section in bodies for entry in _entries(text, section, _BODY_ENTRY, _BODY_GROUP, fences)]
    ids = list(dict.fromkeys([entry[1] for entry, _ in entries]))
    efforts, dependencies, blocks = _fields(text, bodies, fences, (_EFFORT, _DEPENDENCIES, _BLOCKS))
    declarations: dict[str, Declaration] = {}
    offset, line = 0, 1
    for entry, group in entries:
        each, written = entry.groups()
        start = entry.start(1)
        line = line + text.count("\n", offset, start) if start >= offset else 1 + text.count("\n", 0, start)
        offset = start
        if first := declarations.get(each):
            message = f"Achievement {each} is declared again after line {first.line}; remove one or renumber it."
            problems.append(Problem("achievement-duplicate", message, file, line))
            continue
        title, effort = clean_title(_text(written))
        if each in efforts:
            effort = _text(efforts[each][1])
        waits_for = _ids(dependencies[each], ids) if each in dependencies else ()
        blocked = _ids(blocks[each], ids) if each in blocks else ()
        declarations[each] = Declaration(each, title, group, line, effort, waits_for, blocked)
    if not declarations:
        problems.append(Problem("no-achievements", _NO_ACHIEVEMENTS, file))
    return PlanText(_title(data), _header(text), tuple(declarations.values()), tuple(problems))


def declared(data: bytes) -> tuple[tuple[Declaration, ...], tuple[Declaration, ...]]:
    """What a plan declares in its index, and what it declares in the text, without efforts and dependencies."""
    text = data.decode("latin-1")
    fences = Fences(text)
    indexes, bodies = _sections(text, fences)

    def declarations(
        sections: list[_Section], entry: re.Pattern[str], group: re.Pattern[str]
    ) -> tuple[Declaration, ...]:
        return tuple(
            Declaration(found[1], clean_title(_text(found[2]))[0], name, 1 + text.count("\n", 0, found.start(1)))
            for section in sections
            for found, name in _entries(text, section, entry, group, fences)
        )

    return declarations(indexes, _INDEX_ENTRY, _INDEX_GROUP), declarations(bodies, _BODY_ENTRY, _BODY_GROUP)


def clean_title(text: str) -> tuple[str, str | None]:
    """A declared title without emphasis, and without the effort and the marks that follow it; and the effort, or None."""
    if text.isascii() and text[-1:] not in (")", "*"):
        return text.replace("**", "").strip() or text, None
    rest = _BLANKS.sub("  ", text)
    if rest.count("**") % 2:
        before, _, after = rest.rpartition("**")
        rest = before + after
    effort = None
    for _ in range(_TITLE_PASSES):
        tail = _TAILS.search(rest)
        if not tail or tail.start() == 0:
            break
        effort = effort or tail["clock"] or tail["hours"]
        rest = rest[: tail.start()]
    return rest.replace("**", "").strip() or text, effort


def _text(found: str) -> str:
    """What was found in the bytes, as text that is safe to draw, in a length that a screen can show."""
    if len(found) <= _LINE_LENGTH and found.isascii() and found.isprintable():
        return found.strip()
    text = _decoded(found[: 4 * _LINE_LENGTH])
    return plain(text if len(text) <= _LINE_LENGTH else text[: _LINE_LENGTH - 1] + "…").strip()


def _decoded(found: str) -> str:
    return found if found.isascii() else found.encode("latin-1").decode(errors="replace")


_Section = tuple[int, int]
"""Where the text of a section starts, behind its heading, and where it ends."""


def _sections(text: str, fences: Fences) -> tuple[list[_Section], list[_Section]]:
    """The sections that are an index of achievements, and those that tell of them."""
    indexes: list[_Section] = []
    bodies: list[_Section] = []
    found = fences.outside(_SECTION.finditer(text))
    for number, match in enumerate(found, 1):
        level, heading = match.groups()
        if level == "##" and "chievement" in (heading := heading[:_LINE_LENGTH]).lower():
            section = match.end(), found[number].start() if number < len(found) else len(text)
            if _INDEX_HEADING.match(heading):
                indexes.append(section)
            if _BODY_HEADING.match(heading):
                bodies.append(section)
    return indexes, bodies


def _entries(
    text: str, section: _Section, entry: re.Pattern[str], group: re.Pattern[str], fences: Fences
) -> list[tuple[re.Match[str], str]]:
    """The declarations of a section, each with the group that it stands under."""
    entries = fences.outside(entry.finditer(text, *section))
    groups = fences.outside(group.finditer(text, *section)) if entries else []
    starts = [match.start() for match in groups]
    names = ["", *[_text(match[1] or "") for match in groups]]
    return [(match, names[bisect(starts, match.start())]) for match in entries]


def _fields(
    text: str, sections: list[_Section], fences: Fences, patterns: Sequence[re.Pattern[str]]
) -> list[dict[str, re.Match[str]]]:
    """For each field its first match for each achievement: the one declared before it, unless a heading stands between."""
    found: list[dict[str, re.Match[str]]] = [{} for _ in patterns]
    for position, end in sections:
        entries: list[re.Match[str]] | None = None
        starts: list[int] = []
        for pattern, by_id in zip(patterns, found, strict=True):
            match = pattern.search(text, position, end)
            while match:
                if entries is None:
                    entries = fences.outside(_BODY_ENTRY.finditer(text, position, end))
                    starts = [entry.start() for entry in entries]
                start, following = match.span()
                number = bisect(starts, start)
                line = text.rfind("\n", 0, start) + 1
                if number == 0 or (_FIELD_START.fullmatch(text, line, start) and start not in fences):
                    if number and not _heading_between(text, entries[number - 1].end(), start, fences):
                        by_id.setdefault(entries[number - 1][1], match)
                    following = starts[number] if number < len(starts) else end
                match = pattern.search(text, following, end)
    return found


def _heading_between(text: str, start: int, end: int, fences: Fences) -> bool:
    return text.find("\n##", start, end) >= 0 and bool(fences.outside(_BODY_END.finditer(text, start, end)))


def _ids(field: re.Match[str], ids: list[str]) -> tuple[str, ...]:
    """The ids that a field begins with, or that each item of the list below it begins with: prose names other things too.

    A range, `1.1-1.3`, is all of the plan's ids from one to the other, in its order, where it has both.
    """
    found: list[str] = []
    for item in map(_decoded, [field[1]] if field[1].strip() else field[2].split("\n")):
        position = 0
        first = ""
        while match := _DEPENDENCY.match(item, position):
            last = match["id"]
            if first in ids and last in ids and _TO.fullmatch(match["before"]):
                found += ids[ids.index(first) : ids.index(last)]
            first = ""
            if "plan_" not in match["more"].lower():
                found.append(last)
                first = last
            position = match.end()
    return tuple(dict.fromkeys(found))


def _title(data: bytes) -> str:
    match = _FIRST_LINE.match(data)
    return _text(match[1].decode("latin-1")) if match else ""


def _header(text: str) -> dict[str, str]:
    """The fields before the first rule or section."""
    ends = [end for end in (text.find("\n---", 0, _HEADER_LENGTH), text.find("\n## ", 0, _HEADER_LENGTH)) if end >= 0]
    header: dict[str, str] = {}
    for field in _HEADER_FIELD.finditer(text, 0, min(ends, default=_HEADER_LENGTH)):
        name, value = field.groups()
        header.setdefault(_field_name(name), _text(value).replace("**", ""))
    return header


@lru_cache(maxsize=1024)
def _field_name(found: str) -> str:
    """A field's name: few are in use, each in every plan."""
    return _text(found)

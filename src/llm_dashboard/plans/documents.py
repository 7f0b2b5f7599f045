"""What the documents say: an achievement in its PLAN, a SUBPLAN, the issues of a FIX. Text in, values out, safe to draw."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from llm_dashboard.plans.markdown import fenced_lines, heading
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.plans.parser import ID
from llm_dashboard.safe_text import plain_block


class AchievementSection(msgspec.Struct, frozen=True):
    """What a PLAN says about one achievement. Every field is empty where the plan says nothing."""

    goal: str = ""
    what: str = ""
    deliverables: tuple[str, ...] = ()
    """One text per item, the lines below it included."""
    effort: str = ""
    success: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    """What is said about tests; where nothing is, the deliverables that are tests."""
    dependencies: str = ""
    body: str = ""
    """The whole text below the declaration."""
    line: int | None = None
    """Where the declaration above the text is, counted from 1; None where there is none."""


class Place(msgspec.Struct, frozen=True):
    """Where an achievement stands in its plan."""

    number: int
    """Counted from 1, in document order."""
    total: int
    group: str
    previous: Achievement | None
    following: Achievement | None


class SubplanDocument(msgspec.Struct, frozen=True):
    """What a SUBPLAN lays down for its executions."""

    objective: str = ""
    approach: str = ""
    deliverables: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    success: tuple[str, ...] = ()


class FixIssues(msgspec.Struct, frozen=True):
    """What a FIX asks for: each issue with its whole text."""

    reviewer: str
    date: str
    """As written, or empty."""
    critical: tuple[str, ...]
    minor: tuple[str, ...]
    text: str
    """The whole document: what counts where no issue could be told apart."""


def achievement_section(text: str, achievement_id: str) -> AchievementSection:
    """What the PLAN's `… Achievements` section says about an achievement."""
    lines = _lines(text)
    start, end = _achievement_ranges(lines).get(achievement_id, (0, 0))
    body = _trimmed(lines[start:end])
    fields, rest = _fields(body)
    deliverables = _items_of(fields["deliverables"] or fields["files"])
    return AchievementSection(
        goal=_text_of(fields["goal"]),
        what=_text_of(fields["what"]) or _joined(_trimmed(rest)),
        deliverables=deliverables,
        effort=_text_of(fields["effort"]),
        success=_items_of(fields["success"]),
        tests=_items_of(fields["tests"]) or tuple(item for item in deliverables if _TEST.search(item)),
        dependencies=_text_of(fields["dependencies"]),
        body=_joined(body),
        line=start or None,
    )


def achievement_bodies(text: str) -> dict[str, str]:
    """The whole text below the declaration of each achievement of a PLAN, by its id."""
    lines = _lines(text)
    return {each: _joined(_trimmed(lines[start:end])) for each, (start, end) in _achievement_ranges(lines).items()}


def place(plan: Plan, achievement: Achievement) -> Place:
    """Where one of the plan's achievements stands in it."""
    index = plan.achievements.index(achievement)
    return Place(
        number=index + 1,
        total=len(plan.achievements),
        group=achievement.group,
        previous=plan.achievements[index - 1] if index else None,
        following=plan.achievements[index + 1] if index + 1 < len(plan.achievements) else None,
    )


def subplan_document(text: str) -> SubplanDocument:
    """What a SUBPLAN says under the headings that real ones use."""
    lines = _lines(text)
    return SubplanDocument(
        objective=_joined(_section(lines, _OBJECTIVE)),
        approach=_joined(_section(lines, _APPROACH)),
        deliverables=_items(_section(lines, _DELIVERABLES)),
        tests=_items(_section(lines, _TESTS)),
        success=_items(_section(lines, _SUCCESS)),
    )


def fix_issues(text: str) -> FixIssues:
    """The issues of a FIX, in any of the shapes of real ones: headings, bold numbers, numbered or plain lists."""
    lines = _lines(text)
    return FixIssues(
        reviewer=header_field(text, "Reviewer"),
        date=header_field(text, "Review Date") or header_field(text, "Date"),
        critical=_issues(_section(lines, _CRITICAL)),
        minor=_issues(_section(lines, _MINOR)),
        text=_joined(lines),
    )


def issue_title(text: str) -> str:
    """The first line of an issue, without its number and its marks: `1. **A torn record**: …` is `A torn record: …`."""
    line = text.strip().partition("\n")[0]
    return _MARKS.sub("", line).replace("**", "").strip() or line


def header_field(text: str, name: str) -> str:
    """The value of the first `**Name**: value` line that is not in a fence; empty where there is none."""
    pattern = re.compile(rf"\s*\*\*{re.escape(name)}\*\*:\s*(.*\S)")
    return next((match[1] for line in _lines(text) if not line.fenced and (match := pattern.match(line.text))), "")


def section_text(text: str, *titles: re.Pattern[str]) -> str:
    """What stands below the first heading that matches the first of the titles that has one; empty where none has."""
    lines = _lines(text)
    return next((found for title in titles if (found := _joined(_section(lines, title)))), "")


def list_items(text: str) -> tuple[str, ...]:
    """The items of the lists in a text, each with what is indented below it; the whole text where it has no list."""
    return _items(_lines(text))


def unfenced_lines(text: str) -> list[str]:
    """The lines of a text that are in no code fence, safe to draw."""
    return [line.text for line in _lines(text) if not line.fenced]


class _Line(msgspec.Struct, frozen=True):
    text: str
    fenced: bool
    """Whether it is part of a code fence, and so no structure."""


def _lines(text: str) -> list[_Line]:
    lines = plain_block(text).split("\n")
    return [_Line(line, fenced) for line, fenced in zip(lines, fenced_lines(lines), strict=True)]


def _joined(lines: Iterable[_Line]) -> str:
    return "\n".join(line.text.rstrip() for line in lines).strip()


def _trimmed(lines: Sequence[_Line]) -> list[_Line]:
    """The lines without blank ones and rules at both ends, moved left by what all are indented."""
    filled = [
        index for index, line in enumerate(lines) if line.fenced or not _BLANK_OR_RULE.fullmatch(line.text.strip())
    ]
    kept = lines[filled[0] : filled[-1] + 1] if filled else []
    indent = min((_indent(line) for line in kept if line.text.strip()), default=0)
    return [_Line(line.text[indent:], line.fenced) for line in kept]


def _indent(line: _Line) -> int:
    return len(line.text) - len(line.text.lstrip(" "))


def _headings(lines: Sequence[_Line]) -> dict[int, tuple[int, str]]:
    """Level and text of each heading, by the position of its line."""
    return {index: found for index, line in enumerate(lines) if not line.fenced and (found := heading(line.text[:400]))}


def _section(lines: Sequence[_Line], title: re.Pattern[str]) -> list[_Line]:
    """What stands below the first heading that matches, the highest level first, up to the next heading of its level."""
    headings = _headings(lines)
    found = [(level, index) for index, (level, text) in headings.items() if level > 1 and title.search(text)]
    if not found:
        return []
    level, start = min(found)
    end = next((index for index, (other, _) in headings.items() if index > start and other <= level), len(lines))
    return _trimmed(lines[start + 1 : end])


def _achievement_ranges(lines: Sequence[_Line]) -> dict[str, tuple[int, int]]:
    """First and last position, exclusive, of the text below each achievement's first declaration, by its id."""
    headings = _headings(lines)
    ranges: dict[str, tuple[int, int]] = {}
    inside = False
    current, start = "", 0
    for index, line in enumerate(lines):
        level, title = headings.get(index, (_BODY_LEVEL, ""))
        declared = None if line.fenced else _DECLARATION.match(line.text)
        if start and (declared or level < _BODY_LEVEL):
            ranges.setdefault(current, (start, index))
            start = 0
        if level <= 2:
            inside = _ACHIEVEMENTS.search(title) is not None
        elif inside and declared:
            current, start = declared[1], index + 1
    if start:
        ranges.setdefault(current, (start, len(lines)))
    return ranges


def _fields(body: Sequence[_Line]) -> tuple[dict[str, list[list[_Line]]], list[_Line]]:
    """The lines of each known field, one list per occurrence, and the lines that belong to none.

    A field is `**Name**: text` or `- **Name**: text`, with or without the colon, or `- Name: text`. It reaches to the next
    field of its own kind, so that a bulleted name below a bare field is content, unless that name occurs in no other way.
    """
    starts = {index: field for index, line in enumerate(body) if (field := _field(line))}
    bare = {name for name, bulleted, _ in starts.values() if not bulleted}
    fields: dict[str, list[list[_Line]]] = {name: [] for name in _NAMES.values()}
    rest: list[_Line] = []
    current, in_bare = rest, False
    for index, line in enumerate(body):
        name, bulleted, text = starts.get(index, (None, True, ""))
        if index in starts and not (bulleted and in_bare and (name is None or name in bare)):
            in_bare = not bulleted
            current = rest if name is None else [_Line(text, False)]
            if name is None:
                current.append(line)
            else:
                fields[name].append(current)
        else:
            if not in_bare and not line.fenced and line.text.strip() and _indent(line) == 0:
                current = rest
            current.append(line)
    return fields, rest


def _text_of(occurrences: Iterable[list[_Line]]) -> str:
    return "\n\n".join(_joined([lines[0], *_trimmed(lines[1:])]) for lines in occurrences)


def _items_of(occurrences: Iterable[list[_Line]]) -> tuple[str, ...]:
    items: list[str] = []
    for first, *below in occurrences:
        listed = _items(_trimmed(below))
        if first.text and not (listed and first.text.endswith(":")) and not _NONE.fullmatch(first.text):
            items.append(first.text)
        items.extend(listed)
    return tuple(items)


def _field(line: _Line) -> tuple[str | None, bool, str] | None:
    """A field's line: its known name or None, whether it is an item of a list, and the text after the name."""
    match = None if line.fenced else _FIELD.match(line.text)
    if not match:
        return None
    written = match["bold"] or match["word"]
    name = _NAMES.get(re.sub(r"\s*\(.*?\)", "", written).strip(" :").casefold())
    text = match["text"].strip()
    has_colon = match["colon"] or written.rstrip().endswith(":") or match["word"]
    if not has_colon and (name is None or (text and not text.startswith("("))):
        return None
    return name, bool(match["bullet"]), text


def _items(lines: Sequence[_Line]) -> tuple[str, ...]:
    """The items of the lists in a text, each with what is indented below it; the whole text where it has no list."""
    items: list[list[_Line]] = []
    open_item = False
    margin = min((_indent(line) for line in lines if not line.fenced and _ITEM.match(line.text)), default=0)
    for line in lines:
        match = None if line.fenced or _indent(line) > margin else _ITEM.match(line.text)
        if match:
            items.append([_Line(match["text"], False)])
            open_item = True
        elif open_item and (line.fenced or not line.text.strip() or _indent(line) > margin):
            items[-1].append(line)
        else:
            open_item = False
    if not items:
        whole = _joined(lines)
        return (whole,) if whole and not _NONE.fullmatch(whole) else ()
    return tuple(text for item in items if (text := _joined([item[0], *_trimmed(item[1:])])))


def _issues(lines: Sequence[_Line]) -> tuple[str, ...]:
    shapes = (
        [index for index, line in enumerate(lines) if not line.fenced and shape.match(line.text)]
        for shape in (_BOLD_NUMBER, _NUMBER, _BULLET)
    )
    for starts in (list(_headings(lines)), *shapes):
        if starts:
            parts = [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
            return tuple(_joined(_trimmed(part)) for part in parts)
    whole = _joined(lines)
    return (whole,) if whole and not _NONE.fullmatch(whole) else ()


_BODY_LEVEL = 4
"""Headings of this level and below are part of an achievement's text."""
_BLANK_OR_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,})?")
_MARK = r"(?:[^\w\s*`\"'(\[{<#|>+.-]+\s+)?"
_DECLARATION = re.compile(rf"\*\*Achievement[ \t]+({ID})(?:\*\*[ \t]*)?:")
_ACHIEVEMENTS = re.compile(r"\bAchievements(?:\s*\(.*\))?\W*$", re.IGNORECASE)
_TEST = re.compile(r"\btests?\b|\btest_", re.IGNORECASE)
_ITEM = re.compile(rf"\s*(?:[-*+]|\d{{1,3}}[.)])\s+(?:\[[ xX]\]\s+)?{_MARK}(?P<text>\S.*)")
_BOLD_NUMBER = re.compile(r"\*\*(?:Issue )?#?\d{1,3}[.:)]")
_MARKS = re.compile(r"^(?:#+\s+|[-*+]\s+|\*\*(?=\d)|(?:Issue\s+)?#?\d{1,3}[.:)]\s*)+", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}[.)](?:\s|$)")
_BULLET = re.compile(r"[-*+]\s")
_NONE = re.compile(r"\W*(?:none|n/a|no (?:critical |minor )?issues?(?: found)?)\W*", re.IGNORECASE)

_OBJECTIVE = re.compile(r"\bobjective\b|\bmission\b", re.IGNORECASE)
_APPROACH = re.compile(r"\bapproach\b", re.IGNORECASE)
_DELIVERABLES = re.compile(r"\bdeliverables\b|\bneeds to be created\b", re.IGNORECASE)
_TESTS = re.compile(r"\btests?\b|\btesting\b", re.IGNORECASE)
_SUCCESS = re.compile(r"\bsuccess criteria\b|\bexpected results\b|\bdefinition of done\b", re.IGNORECASE)
_CRITICAL = re.compile(r"\bcritical issues?\b|\bmust fix\b|\bblocking issues\b", re.IGNORECASE)
_MINOR = re.compile(r"\bminor issues?\b|\bshould fix\b|\bnice to fix\b", re.IGNORECASE)

_NAMES = {
    "goal": "goal",
    "purpose": "goal",
    "description": "goal",
    "objective": "goal",
    "what": "what",
    "deliverable": "deliverables",
    "deliverables": "deliverables",
    "files": "files",
    "files in scope": "files",
    "output": "files",
    "script": "files",
    "effort": "effort",
    "estimated effort": "effort",
    "success": "success",
    "success criteria": "success",
    "test": "tests",
    "tests": "tests",
    "testing": "tests",
    "dependencies": "dependencies",
    "depends on": "dependencies",
}
"""The names of fields in real plans, and what each says."""

_FIELD = re.compile(
    rf"(?P<bullet>[-*+]\s+)?{_MARK}(?:"
    r"\*\*(?P<bold>[^*\n]{1,60})\*\*(?:\s*\([^)]*\))?(?P<colon>:)?"
    rf"|(?P<word>(?:{'|'.join(sorted(map(re.escape, _NAMES), key=len, reverse=True))})):(?=\s))\s*(?P<text>.*)",
    re.IGNORECASE,
)

"""What a reviewer holds the work against, as the documents say it: criteria, files to deliver, claims, answered issues."""

import re
from collections.abc import Iterable

import msgspec

from llm_dashboard.plans.documents import fix_issues, issue_title, list_items, section_text, unfenced_lines


class AnsweredIssue(msgspec.Struct, frozen=True):
    """An issue of a FIX, and what its RESOLUTION says about it."""

    kind: str
    """`critical` or `minor`."""
    title: str
    answer: str
    """Several lines; empty where there is no answer that can be told to be its."""


def success_criteria(subplan: str) -> tuple[str, ...]:
    """The success criteria of a SUBPLAN, each with the lines below it; what is still to be filled in is left out."""
    items = list_items(section_text(subplan, *_CRITERIA))
    return tuple(item for item in items if _PLACEHOLDER not in item)


def named_files(*documents: str) -> tuple[str, ...]:
    """The files that the `Deliverables` sections of the documents name: paths as written, each once, in their order.

    A bare name is left out where a path ends with it: `store.py` beside `station/store.py`.
    """
    return files_in(section_text(each, _DELIVERABLES) for each in documents)


def files_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The files that those texts name, as `named_files` has them."""
    found = dict.fromkeys(
        match[1].removeprefix("./")
        for text in texts
        for line in unfenced_lines(text)
        for match in _FILE.finditer(line[:_LONGEST_LINE])
        if ".." not in match[1] and not _FEEDBACK.search(match[1])
    )
    known = {path.rpartition("/")[2] for path in found if "/" in path}
    return tuple(path for path in found if "/" in path or path not in known)


def claimed_tests(task: str) -> str:
    """What an EXECUTION_TASK last claims about its tests: the line, without marks; empty where it claims nothing."""
    claims = [
        line for line in unfenced_lines(task) if _TESTS.search(line[:_LONGEST_LINE]) and not _OPEN_BOX.match(line)
    ]
    return _LINE_MARKS.sub("", claims[-1]).replace("*", "").strip() if claims else ""


def ticked_boxes(task: str) -> tuple[int, int]:
    """How many check boxes of an EXECUTION_TASK are ticked, and how many there are."""
    boxes = [match[1] for line in unfenced_lines(task) if (match := _BOX.match(line))]
    return sum(box != " " for box in boxes), len(boxes)


def answered_issues(fix: str, resolution: str) -> tuple[AnsweredIssue, ...]:
    """The issues of a FIX with the answers of its RESOLUTION, which are told apart by their order, where there are as many."""
    asked, answered = fix_issues(fix), fix_issues(resolution)
    return tuple(
        AnsweredIssue(kind, issue_title(issue), answer)
        for kind, issues, answers in (
            ("critical", asked.critical, answered.critical),
            ("minor", asked.minor, answered.minor),
        )
        for issue, answer in zip(
            issues,
            (map(_answer, answers) if len(answers) == len(issues) else [""] * len(issues)),
            strict=True,
        )
    )


def _answer(text: str) -> str:
    """An answer without its heading; an empty `- **Fix**:` is none."""
    body = "\n".join(line.rstrip() for line in text.split("\n")[1:] if line.strip())
    return "" if len(body) <= _LONGEST_LINE and _NO_ANSWER.fullmatch(body) else body


_LONGEST_LINE = 500
"""Characters of a line that are looked at: what takes the square of its length holds up the whole app, in a thread as well."""
_PLACEHOLDER = "[TO BE FILLED"
_CRITERIA = (
    re.compile(r"\bsuccess criteria\b", re.IGNORECASE),
    re.compile(r"\bdefinition of done\b|\bcompletion criteria\b", re.IGNORECASE),
    re.compile(r"\bexpected results\b|\bsuccess metrics?\b", re.IGNORECASE),
)
_DELIVERABLES = re.compile(r"\bdeliverables?\b|\bneeds to be created\b", re.IGNORECASE)
_FILE = re.compile(
    r"(?<![\w/.:@<>-])((?:[\w.+@-]+/)*[\w+@-][\w.+@-]*\.(?:"
    r"bash|c|cc|cfg|cpp|cs|css|csv|go|h|hpp|html?|ini|ipynb|java|jinja2?|j2|jsx?|json[lc]?|kt|lock|md|mdx|mjs|php|png|proto|"
    r"py|pyi|rb|rs|rst|scala|scss|sh|sql|svelte|svg|swift|tcss|tf|toml|tsx?|txt|vue|xml|ya?ml|zig))(?![\w/(*])"
)
_FEEDBACK = re.compile(r"(?:^|/)(?:APPROVED|FIX)_")
_TESTS = re.compile(
    r"\d+\s*/\s*\d+[^|]{0,20}\bpass|\d+\s+(?:new |unit |existing )?(?:tests? )?pass(?:ed|ing)\b"
    r"|\ball (?:\w+ ){0,2}tests? (?:\w+ )?pass|\btests (?:all )?pass",
    re.IGNORECASE,
)
_BOX = re.compile(r"\s*[-*+]\s+\[([ xX])\]\s")
_OPEN_BOX = re.compile(r"\s*[-*+]\s+\[ \]")
_LINE_MARKS = re.compile(r"^\s*(?:[-*+]\s+)?(?:\[[xX]\])?\W*")
_NO_ANSWER = re.compile(r"\W*(?:\*\*)?(?:fix)?\W*", re.IGNORECASE)

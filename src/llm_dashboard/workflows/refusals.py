"""What the methodology's own scripts say when they exit 0 and did not do what was asked."""

import re

from llm_dashboard.safe_text import plain


def refusal(output: str) -> str | None:
    """The sentence with which a workspace script refused, safe to draw; None where the output is an answer.

    Only the opening counts. An error is the first thing such a script says, whereas a good answer is a prompt, which may
    quote any error and any mark of a plan further down. Warnings and rules before the opening are passed over, and a
    complete plan or a recommended command is an answer.
    """
    opening = _opening(output)
    if not opening:
        return None
    first = opening[0]
    if _ERROR.match(first):
        sentence = _MARKS.sub("", first)
        return f"{sentence} {_MARKS.sub('', opening[1])}" if sentence.endswith(":") and len(opening) > 1 else sentence
    if _EXPECTED.match(first):
        return first
    missing = next((match for line in opening if (match := _NEEDS_SUBPLAN.match(line))), None)
    return f"{missing['achievement']} needs its SUBPLAN first" if missing else None


def _opening(output: str) -> list[str]:
    """The first lines that say something."""
    opening: list[str] = []
    after_warning = False
    for raw in output[:_OPENING_CHARACTERS].splitlines():
        line = plain(raw)
        if _WARNING.match(line):
            after_warning = True
        elif line.strip() and not _RULE.fullmatch(line) and not (after_warning and line.startswith(" ")):
            after_warning = False
            opening.append(line.strip())
            if len(opening) == _OPENING_LINES:
                break
    return opening


_OPENING_LINES = 6
_OPENING_CHARACTERS = 16_384

_RULE = re.compile(r"[\s=\-_\u2500-\u257f]+")
_WARNING = re.compile(r"\s*\u26a0|.*:\d+: \w*Warning: ")
_MARKS = re.compile(r"^[^\w'\"`]*(?:errors?:\s*)?", re.IGNORECASE)
_ERROR = re.compile(r"\u274c|errors?(?: \(\d+\))?:", re.IGNORECASE)
_EXPECTED = re.compile(r"Expected '\w+' but got '\w+'")
_NEEDS_SUBPLAN = re.compile(r"[^\w]*Workflow Detection: Achievement (?P<achievement>\S+) needs SUBPLAN\b")

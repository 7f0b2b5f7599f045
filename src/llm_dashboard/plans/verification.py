"""The commands with which a document wants its work verified: a list, or a block of code, under *Verify* or *Verification*."""

import re
import shlex

import msgspec

from llm_dashboard.plans.markdown import split_lines


class VerificationLine(msgspec.Struct, frozen=True):
    """A line that looks like a command. Its texts come from outside, as they are."""

    text: str
    argv: tuple[str, ...] = ()
    """What would run; empty where only a shell could."""
    is_certain: bool = True
    """Whether it is a command; a line of a block may also be what another one has written."""


def verification_lines(document: str) -> tuple[VerificationLine, ...]:
    """The commands that a document names, each once, in their order.

    Those are: an item of a list that is nothing but code, a line after a `$`, and where there is none of these each line of a
    block of a shell. Nothing is ever expanded, as a shell would.
    """
    found: dict[str, VerificationLine] = {}
    is_wanted, block = False, None
    for line in split_lines(document):
        if block is not None:
            if _FENCE.match(line):
                for text, is_certain in _commands(block):
                    found.setdefault(text, VerificationLine(text, _argv(text), is_certain))
                block = None
            else:
                block.append(line.strip()[:_LONGEST_LINE])
        elif match := _FENCE.match(line):
            # A block of another language is passed over; its end must be found all the same.
            block = [] if is_wanted and match[1].lower() in _SHELLS else _Passed()
        elif _LABEL.fullmatch(line[:_LONGEST_LINE]):
            is_wanted = True
        elif _OTHER.match(line):
            is_wanted = False
        elif is_wanted and (item := _ITEM.fullmatch(line[:_LONGEST_LINE])):
            text = item[1].strip().removeprefix("$ ")
            found.setdefault(text, VerificationLine(text, _argv(text)))
    return tuple(found.values())


class _Passed(list[str]):
    """Takes the lines of a block, and keeps none."""

    def append(self, line: str) -> None:
        """Keep nothing."""


def _commands(block: list[str]) -> list[tuple[str, bool]]:
    """The commands of a block, and whether each is certain to be one."""
    joined = re.sub(r"\\\n\s*", " ", "\n".join(block)).split("\n")
    typed = [line.removeprefix("$ ").strip() for line in joined if line.startswith("$ ")]
    if typed:
        return [(line, True) for line in typed]
    return [(line, False) for line in joined if line and not line.startswith("#")]


def _argv(text: str) -> tuple[str, ...]:
    """The program and its arguments; nothing where a shell is needed, or quotes are left open."""
    if _ASSIGNMENT.match(text) or _needs_shell(text):
        return ()
    try:
        return tuple(shlex.split(text, comments=True))
    except ValueError:
        return ()


def _needs_shell(text: str) -> bool:
    """Whether something of it means more to a shell than itself."""
    quote, before, is_escaped = "", " ", False
    for character in text:
        if is_escaped:
            is_escaped = False
        elif quote == "'":
            quote = "" if character == "'" else quote
        elif character == "\\":
            is_escaped = True
        elif character in "$`":
            return True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#" and before.isspace():
            return False
        elif character in _OPERATORS or (character == "~" and before.isspace()):
            return True
        before = character
    return False


_LONGEST_LINE = 500
_SHELLS = ("", "bash", "sh", "shell", "console", "zsh")
_OPERATORS = "|&;<>()*?[]{}!"
_FENCE = re.compile(r"\s*(?:```+|~~~+)\s*([\w+-]*)")
_LABEL = re.compile(
    r"\s*(?:#{2,6}\s+(?:\W+\s)?|(?:[-*+]\s+)?\*\*)verif(?:y|ication)(?: (?:commands?|steps?))?(?: \([^)]*\))?:?(?:\*\*)?:?\s*",
    re.IGNORECASE,
)
_OTHER = re.compile(r"#{1,6}\s|---+\s*$|\s*(?:[-*+]\s+)?\*\*[^*]+\*\*")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?`([^`]+)`[.:]?\s*")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")

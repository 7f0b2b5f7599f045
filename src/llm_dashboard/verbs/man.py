"""`man`: the manual page, in roff, made of the parser and of the tables beside it."""

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.parsing import Parser, aligned

Table = Mapping[str, str]
"""Names, each with what it means."""
Groups = Mapping[str, Sequence[tuple[str, str, Parser]]]
"""Headings, each with its verbs as `Parser.verbs` has them."""
PLAIN = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti"})
"""What roff would make a quotation mark, an accent or a hyphen of."""


def man(whole: Parser, version: str, groups: Groups, tables: Mapping[str, Table]) -> int:
    """Print the page: the verbs by groups, and the tables, each under its heading; the exit status."""
    for line in _page(whole, version, groups, tables):
        print(line)
    return ExitStatus.DONE


def _page(whole: Parser, version: str, groups: Groups, tables: Mapping[str, Table]) -> Iterator[str]:
    yield f'.TH {escaped(whole.prog.upper())} 1 "" "{escaped(whole.prog)} {version}" "User Commands"'
    yield from (".SH NAME", f"{escaped(whole.prog)} \\- plans kept as Markdown: see what is next, run it, judge it")
    yield ".SH SYNOPSIS"
    for number, line in enumerate(whole.format_usage().removeprefix("usage:").strip().split("\n")):
        if number:
            yield ".br"
        yield escaped(line.strip())
    yield from (".SH DESCRIPTION", *map(escaped, (whole.description or "").split("\n\n")[0].split("\n")))
    yield from (".SH OPTIONS", *_arguments(whole.options()))
    yield ".SH COMMANDS"
    common = {action.dest for action in whole.options()}
    for heading, verbs in groups.items():
        yield f".SS {escaped(heading)}"
        for name, text, verb in verbs:
            own = [each for each in (*verb.positionals(), *verb.options()) if each.dest not in common]
            yield from (".TP", f"\\fB{escaped(f'{whole.prog} {name}')}\\fR", escaped(text), ".RS")
            yield from (*_arguments(own), *_examples(verb), ".RE")
    yield from (".SH EXAMPLES", *_examples(whole))
    for heading, table in tables.items():
        yield f".SH {escaped(heading)}"
        for name, text in table.items():
            yield from (".TP", f"\\fB{escaped(name)}\\fR", escaped(text))


def _arguments(actions: Iterable[argparse.Action]) -> Iterator[str]:
    for action in actions:
        names = ", ".join(f"\\fB{escaped(option)}\\fR" for option in action.option_strings)
        yield from (".TP", f"{names} {_value(action)}".strip(), escaped(action.help or ""))


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    choices = action.choices and "|".join(map(str, action.choices))
    return f"\\fI{escaped(str(action.metavar or choices or action.dest))}\\fR"


def _examples(parser: Parser) -> Iterator[str]:
    if parser.examples:
        yield from (".PP", ".nf", *map(escaped, aligned(parser.examples)), ".fi")


def escaped(text: str) -> str:
    """A line of text as roff reads it: nothing in it is a request, and all of it is ASCII."""
    text = re.sub(r"[^\x00-\x7f]", lambda match: f"\\[u{ord(match[0]):04X}]", text.translate(PLAIN))
    return f"\\&{text}" if text.startswith(".") else text

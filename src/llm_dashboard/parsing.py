"""A command line with verbs: help that fits 80 columns, and mistakes answered in one sentence with what comes nearest."""

import argparse
import difflib
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.safe_text import plain

WIDTH = 80
"""Columns of the help."""


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Breaks lines at spaces only: a command is written whole."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """The parser of a command line, or of one of its verbs."""

    def __init__(
        self,
        prog: str | None = None,
        description: str | None = None,
        parents: Sequence[argparse.ArgumentParser] = (),
        usage: str | None = None,
        add_help: bool = True,
        examples: Sequence[str] = (),
    ) -> None:
        """`examples` are command lines, each with what it is for behind a `#`."""
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            parents=list(parents),
            add_help=add_help,
            formatter_class=partial(HelpFormatter, width=WIDTH, max_help_position=26),
        )
        self.examples = tuple(examples)
        if examples:
            self.epilog = "\n".join(("examples:", *(f"  {line}" for line in aligned(examples))))

    def positionals(self) -> Iterator[argparse.Action]:
        """What is said by its place, in that order; verbs are none."""
        for action in self._get_positional_actions():
            if not isinstance(action, argparse._SubParsersAction):
                yield action

    def options(self) -> Iterator[argparse.Action]:
        """What is said by its name."""
        yield from (action for action in self._get_optional_actions() if action.help is not argparse.SUPPRESS)

    def verbs(self) -> Iterator[tuple[str, str, "Parser"]]:
        """The verbs that the help lists: each name, what it does, and its parser."""
        for action in self._get_positional_actions():
            if isinstance(action, argparse._SubParsersAction):
                for listed in action._get_subactions():
                    yield listed.dest, listed.help or "", action.choices[listed.dest]

    def list_verbs(self) -> None:
        """Have the verbs among the arguments of the help, as programs that read the parser expect it."""
        for action in self._get_positional_actions():
            if isinstance(action, argparse._SubParsersAction):
                action.help = None

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """What was said. Prints a sentence and exits with 2 where it cannot be understood."""
        options, extra = self.parse_known_args(args, namespace)
        if extra:
            named = {name: parser for name, _, parser in self.verbs()}
            used = named.get(getattr(options, "verb", None) or "", self)
            used.refuse_extra(extra)
        return options

    def refuse_extra(self, extra: Sequence[str]) -> NoReturn:
        """Say that those words have no place here, and exit with 2."""
        wrong = next((word for word in extra if word.startswith("-")), extra[0])
        name = wrong.partition("=")[0]
        if wrong.startswith("-"):
            self.error(f"there is no option {name}{_nearest(name, self._names())}")
        self.error(f"{wrong!r} is one word too many")

    def _names(self) -> list[str]:
        """The long names of the options."""
        return [name for action in self.options() for name in action.option_strings if name.startswith("--")]

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Refuse what is not among the choices; argparse would list all of them."""
        if action.choices is None or value in action.choices:
            return
        if isinstance(action, argparse._SubParsersAction):
            known = [*(name for name, _, _ in self.verbs()), *self._names()]
            hint = f"; a folder: --workspace {value}" if Path(str(value)).is_dir() else _nearest(str(value), known)
            raise argparse.ArgumentError(None, f"there is no verb {str(value)!r}{hint}")
        allowed = [str(choice) for choice in action.choices]
        raise argparse.ArgumentError(
            action, f"{str(value)!r} is none of {', '.join(allowed)}{_nearest(str(value), allowed)}"
        )

    def error(self, message: str) -> NoReturn:
        """Print the sentence, and how to learn more; exit with 2."""
        self.exit(ExitStatus.USAGE, f"{self.prog}: {plain(message)}\nTry `{self.prog} --help`.\n")


def aligned(lines: Iterable[str]) -> list[str]:
    """Command lines with what they are for behind them, one below the other where that fits into the help, else above."""
    pairs = [tuple(part.strip() for part in line.partition("#")[::2]) for line in lines]
    commented = [(len(command), len(purpose)) for command, purpose in pairs if purpose]
    column = max((length for length, _ in commented), default=0)
    beside = column + max((length for _, length in commented), default=0) + 6 <= WIDTH
    shown = []
    for command, purpose in pairs:
        if purpose and not beside:
            shown.append(f"# {purpose}")
        shown.append(f"{command:{column}}  # {purpose}" if purpose and beside else command)
    return shown


def _nearest(wrong: str, known: Sequence[str]) -> str:
    """The question whether the nearest of them was meant; nothing where none is near."""
    found = difflib.get_close_matches(wrong[:100], known, n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(found)}?" if found else ""

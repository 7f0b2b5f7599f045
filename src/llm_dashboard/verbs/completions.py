"""`completions`: what a shell needs to complete the command line; and `complete`, whom it asks for the words of a workspace."""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.parsing import Parser
from llm_dashboard.plans.models import Plan
from llm_dashboard.plans.workspace import Workspace, find_plan
from llm_dashboard.settings import SETTINGS, SettingsError, current_folder, find_workspace, is_folder, load_or_default

OF_METAVAR = {
    "PLAN": "plans",
    "ACHIEVEMENT": "achievements",
    "WORKFLOW": "workflows",
    "RUN": "runs",
    "KEY=VALUE": "settings",
}
"""What stands for an argument in the help, and the words that `complete` has for it."""
BUILT_IN = ("next", "subplan", "execution", "parallel")
HARMLESS = re.compile(r"\w[\w.-]*")
"""Words that no shell reads as anything else: bash expands what it is given to choose from, and a plan may be called `$(…)`."""
MOST = 200
"""Words."""
UNDER_THE_CURSOR = "0"
"""Stands for the word that is being completed."""


def completions(whole: Parser, shell: str) -> int:
    """Print the script for that shell; the exit status."""
    import shtab

    whole.list_verbs()
    _mark(whole)
    for _, _, verb in whole.verbs():
        _mark(verb)
    print(shtab.complete(whole, shell))
    return ExitStatus.DONE


def complete(whole: Parser, kind: str, words: Sequence[str]) -> int:
    """Print the words of a kind that can come after those words of a command line, one a line; the exit status.

    Where nothing can be found, nothing is printed: a shell that completes wants no sentence.
    """
    if kind == "settings":
        # Without reading the words: `--set` refuses what stands for the one under the cursor.
        sys.stdout.writelines(f"{key}\n" for key in SETTINGS)
        return ExitStatus.DONE
    typed, _ = whole.parse_known_args([*words, UNDER_THE_CURSOR])
    given: list[Path] = getattr(typed, "workspace", None) or []
    try:
        root = given[-1].expanduser() if given else find_workspace(current_folder())
    except (RuntimeError, SettingsError):
        # Nobody of that name has a home, or the current folder is gone.
        return ExitStatus.DONE
    if root is None or not is_folder(root):
        return ExitStatus.DONE
    found = (word for word in _words(kind, root, typed) if HARMLESS.fullmatch(word))
    sys.stdout.writelines(f"{word}\n" for word in islice(found, MOST))
    return ExitStatus.DONE


def _words(kind: str, root: Path, typed: argparse.Namespace) -> Iterator[str]:
    settings, _ = load_or_default(root)
    match kind:
        case "plans":
            yield from dict.fromkeys(plan.name for plan in Workspace(root, settings.plans_root).load().plans)
        case "achievements":
            state = Workspace(root, settings.plans_root).load()
            plan = find_plan(state, getattr(typed, "plan", None) or "")
            said: Sequence[str] = getattr(typed, "achievements", ())
            if isinstance(plan, Plan):
                yield from (each.id for each in plan.achievements if each.id not in said)
        case "workflows":
            yield from (*BUILT_IN, *settings.custom)
        case "runs":
            from llm_dashboard.runs.history import ids

            yield from ("last", *sorted(ids(root), reverse=True))


def _mark(parser: Parser) -> None:
    """Say to shtab, in its way, how each argument is completed."""
    import shtab

    for action in (*parser.positionals(), *parser.options()):
        if action.metavar == "DIR":
            _set(action, shtab.DIRECTORY)
        elif action.metavar == "FILE":
            _set(action, shtab.FILE)
        elif isinstance(action.metavar, str) and (kind := OF_METAVAR.get(action.metavar)):
            _set(action, _of_shells(kind))


def _set(action: argparse.Action, how: object) -> None:
    vars(action)["complete"] = how


def _of_shells(kind: str) -> dict[str, str | dict[str, str]]:
    """How each shell asks `complete` for the words of a kind, with what was typed before the word under the cursor."""
    name, ask = f"_llm_dash_{kind}", f"llm-dash complete {kind} --"
    return {
        "bash": name,
        "zsh": name,
        "fish": f"({ask} (commandline -opc)[2..-1] 2>/dev/null)",
        "preamble": {
            # Without regard to case, as the program reads them: compgen would compare letter by letter.
            "bash": f"""{name}() {{
  local word
  for word in $({ask} "${{COMP_WORDS[@]:1:COMP_CWORD-1}}" 2>/dev/null); do
    [[ ${{word,,}} == "${{1,,}}"* ]] && echo "$word"
  done
}}""",
            "zsh": f"""{name}() {{
  compadd -M 'm:{{[:lower:][:upper:]}}={{[:upper:][:lower:]}}' -- ${{(f)"$({ask} ${{words[1,CURRENT-1]}} 2>/dev/null)"}}
}}""",
        },
    }

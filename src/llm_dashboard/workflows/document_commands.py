"""Commands with which documents want the work verified. A document may come from anywhere: a person allows them first."""

import os
import shlex
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from llm_dashboard import measures, trust
from llm_dashboard.agents.task import Proposal
from llm_dashboard.plans.verification import verification_lines
from llm_dashboard.safe_text import plain

MAX_COMMANDS = 20
"""So many commands of a document are run."""


def proposals(workspace: Path, documents: Mapping[str, str]) -> tuple[Proposal, ...]:
    """What each of these documents wants to be run, by path and text; those that want nothing are left out."""
    found = []
    for path, text in documents.items():
        lines = verification_lines(text)
        named = [line.argv for line in lines if line.argv and (line.is_certain or _is_there(workspace, line.argv[0]))]
        commands, more = named[:MAX_COMMANDS], len(named[MAX_COMMANDS:])
        left_out = [plain(line.text) for line in lines if not line.argv and (line.is_certain or commands)]
        if commands or left_out:
            found.append(Proposal(path, tuple(commands), tuple(left_out), more))
    return tuple(found)


def not_run(proposal: Proposal) -> tuple[str, ...]:
    """What of it is not run, whoever allows it, in lines that are safe to draw."""
    more = f"{measures.count(proposal.more, 'further command')}: of a document {MAX_COMMANDS} are run"
    return (*map(plain, proposal.left_out), *([more] if proposal.more else []))


def is_allowed(workspace: Path, proposal: Proposal) -> bool:
    """Whether a person has allowed exactly these commands of that document."""
    return trust.is_allowed(workspace / proposal.document, _text(proposal))


def allow(workspace: Path, allowed: Iterable[Proposal]) -> None:
    """Remember that a person has allowed these commands, until one of them changes. Raises OSError."""
    for proposal in allowed:
        trust.allow(workspace / proposal.document, _text(proposal))


def lines(proposal: Proposal) -> tuple[str, ...]:
    """What would run, in lines that are safe to draw."""
    return tuple(plain(shlex.join(argv)) for argv in proposal.commands)


def _text(proposal: Proposal) -> bytes:
    return b"verify\0" + "\0\0".join("\0".join(argv) for argv in proposal.commands).encode(errors="surrogatepass")


def _is_there(workspace: Path, program: str) -> bool:
    if os.sep in program:
        return os.access(workspace / program, os.X_OK) and (workspace / program).is_file()
    return shutil.which(program) is not None

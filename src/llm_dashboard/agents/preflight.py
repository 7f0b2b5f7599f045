"""Whether an agent can work here, looked at without asking its model: what is there, what is missing, and what to do."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

import msgspec

from llm_dashboard.agents.invocation import invocation
from llm_dashboard.agents.models import Agent, OutputKind
from llm_dashboard.safe_text import plain

PATIENCE = 20.0
"""Seconds that a program may take to tell its version."""
LONGEST = 80
ACP_CURE = "install the extra: pip install 'llm-dash[acp]'"


class Standing(StrEnum):
    """How something is."""

    GOOD = "good"
    UNSURE = "unsure"
    """It may be wrong, which only a run can tell."""
    WRONG = "wrong"


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at. Its texts are safe to draw."""

    subject: str
    """`program`, `version`, `protocol`, `login`, `rights`, `repository` or `trust`."""
    standing: Standing
    sentence: str
    cure: str = ""


class Surroundings(msgspec.Struct, frozen=True):
    """What an agent finds where it is to work."""

    path: str | None = None
    """Of its program; None where there is none."""
    version: str = ""
    """What the program says of it; empty where it was not asked, or does not tell."""
    version_error: str = ""
    """Why it could not tell."""
    login: str = ""
    """The variable or the file that it can log in with; empty where none is seen."""
    is_root: bool = False
    in_repository: bool = False
    has_protocol: bool = True
    """Whether the package is there that an agent which speaks ACP needs."""
    variables: frozenset[str] = frozenset()
    """The names of those that are set."""


def look(
    agent: Agent, folder: Path, environment: Mapping[str, str] = os.environ, *, ask_version: bool = True
) -> Surroundings:
    """What there is for the agent in that folder. Its program is run only to tell its version, within `PATIENCE`."""
    seen = {**environment, **agent.environment}
    # Where it has a folder it is that of the run, not of the app.
    program = str(folder / agent.program) if os.sep in agent.program else agent.program
    path = shutil.which(program, path=seen.get("PATH"))
    version, error = _version(path, agent, seen) if path and agent.version and ask_version else ("", "")
    return Surroundings(
        path=path,
        version=version,
        version_error=error,
        login=next(_logins(agent, seen), ""),
        is_root=os.geteuid() == 0,
        has_protocol=agent.output is not OutputKind.ACP or find_spec("acp") is not None,
        in_repository=any((each / ".git").exists() for each in (folder, *folder.parents)),
        variables=frozenset(name for name, value in seen.items() if value),
    )


def preflight(agent: Agent, found: Surroundings) -> tuple[Finding, ...]:
    """What is to be said of the agent there, the worst that can be known without a run."""
    if found.path is None:
        return (Finding("program", Standing.WRONG, f"no program {plain(agent.program)} on PATH", agent.install),)
    findings = [Finding("program", Standing.GOOD, plain(found.path))]
    if found.version_error:
        findings.append(Finding("version", Standing.WRONG, found.version_error, agent.install))
    elif found.version:
        findings.append(Finding("version", Standing.GOOD, found.version))
    if not found.has_protocol:
        findings.append(Finding("protocol", Standing.WRONG, "the package agent-client-protocol is missing", ACP_CURE))
    findings += _login(agent, found)
    argv = invocation(agent)
    refused = next((each for each in argv if each in agent.refused_as_root), None)
    if refused and found.is_root:
        cure = "work as another user, or set another permission"
        findings.append(Finding("rights", Standing.WRONG, f"it refuses {refused} as root", cure))
    if agent.needs_git and not found.in_repository:
        findings.append(Finding("repository", Standing.WRONG, "it works in a git repository only", "run `git init`"))
    if agent.trusts and not any(each in argv or each in found.variables for each in agent.trusts):
        sentence = "it works only in folders that it trusts"
        cure = f"add {agent.trusts[0]} to its arguments, or start it here once"
        findings.append(Finding("trust", Standing.UNSURE, sentence, cure))
    return tuple(findings)


def _login(agent: Agent, found: Surroundings) -> Iterator[Finding]:
    if found.login:
        yield Finding("login", Standing.GOOD, f"by {plain(found.login)}")
    elif agent.login.cure:
        yield Finding("login", Standing.UNSURE, "no login is seen", agent.login.cure)


def _logins(agent: Agent, environment: Mapping[str, str]) -> Iterator[str]:
    """The variables and files that are there to log in with."""
    yield from (name for name in agent.login.environment if environment.get(name))
    home = environment.get("HOME", "")
    for written in agent.login.files:
        first, slash, rest = written.partition("/")
        folder = home if first == "~" else environment.get(first[1:], "") if first.startswith("$") else first
        if (folder or not first) and os.path.exists(f"{folder}{slash}{rest}"):  # noqa: PTH110
            yield written


def _version(path: str, agent: Agent, environment: Mapping[str, str]) -> tuple[str, str]:
    """What the program says of its version; or nothing, and why."""
    try:
        done = subprocess.run(
            [path, *agent.version],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=dict(environment),
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"it does not tell its version within {PATIENCE:.0f} s"
    except (OSError, ValueError) as error:
        return "", f"it cannot be started: {plain(getattr(error, 'strerror', None) or str(error))}"
    said = [line for each in (done.stdout, done.stderr) for line in each.decode(errors="replace").split("\n")]
    lines = [plain(line.strip())[:LONGEST] for line in said if line.strip()]
    if done.returncode:
        return "", f"it ends with status {done.returncode}" + (f": {lines[-1]}" if lines else "")
    return (lines[0] if lines else ""), ""

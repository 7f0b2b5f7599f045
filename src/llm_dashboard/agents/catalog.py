"""The agents that there are: those of the package, with what the settings say otherwise, key by key."""

import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from llm_dashboard.agents.models import PROMPT, PROMPT_FILE, Agent, PromptWay
from llm_dashboard.safe_text import plain
from llm_dashboard.tables import TableError, convert, dotted, not_allowed, table_at

ADAPTERS = Path(__file__).with_name("adapters")
ORDER = (
    "claude",
    "codex",
    "gemini",
    "opencode",
    "aider",
    "goose",
    "llm",
    "opencode-acp",
    "gemini-acp",
    "claude-acp",
    "codex-acp",
)
"""In which agents are offered."""


class AgentCatalog(msgspec.Struct, frozen=True):
    """The agents by name, and by name what is wrong with those that are left out, as sentences that are safe to draw."""

    agents: Mapping[str, Agent]
    problems: Mapping[str, str]


def load_agents(tables: Mapping[str, object] = {}) -> AgentCatalog:
    """The package's agents, with what `tables`, the settings' `[agents.NAME]`, say otherwise. Nothing is raised.

    What is said there stands in place of the same key of the same agent; a new name is a new agent.
    """
    found = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in ADAPTERS.glob("*.toml")}
    problems: dict[str, str] = {}
    for name, value in tables.items():
        try:
            found[name] = found.get(name, {}) | table_at(dotted("agents", name), value)
        except TableError as error:
            problems[name] = f"{error.key} {error.sentence}"
    agents: dict[str, Agent] = {}
    for name in sorted(found, key=lambda each: (ORDER.index(each) if each in ORDER else len(ORDER), each)):
        try:
            agents[name] = _agent(name, found[name])
        except TableError as error:
            problems[name] = f"{error.key} {error.sentence}"
    return AgentCatalog(agents, problems)


def offered(agents: Mapping[str, Agent], path: str | None = None) -> str | None:
    """The name of the first agent whose program is on PATH (or on `path`); a person says whether to take it."""
    return next((name for name, agent in agents.items() if shutil.which(agent.program, path=path)), None)


def offer(agents: Mapping[str, Agent], path: str | None = None) -> str | None:
    """How a person takes the agent that is offered, as a sentence; None where there is none."""
    name = offered(agents, path)
    if name is None:
        return None
    return f'{agents[name].title} is on PATH: agent = "{name}" in your own config.toml gives it the work of an EXECUTION_TASK.'


def _agent(name: str, table: dict[str, object]) -> Agent:
    """The agent of that table. Raises TableError."""
    key = dotted("agents", name)
    if not _NAME.fullmatch(name):
        raise TableError(
            key, "cannot be the name of an agent; allowed are names in kebab-case of at most 40 characters"
        )
    agent = convert({**table, "name": name}, Agent, key, _ALLOWED)
    for field, value in _wrong_values(agent):
        raise not_allowed(f"{key}.{field}", value, _ALLOWED[field])
    return msgspec.structs.replace(agent, title=plain(agent.title) or name)


def _wrong_values(agent: Agent) -> Iterator[tuple[str, object]]:
    """What is wrong though its type is right."""
    texts = [*agent.argv, *agent.arguments, *agent.version, *agent.resume, *sum(agent.permissions.values(), ())]
    needed = {PromptWay.ARGUMENT: PROMPT, PromptWay.FILE: PROMPT_FILE}.get(agent.prompt, "")
    if not agent.argv[0] or any("\0" in text for text in texts) or not any(needed in text for text in agent.argv):
        yield "argv", list(agent.argv)
    if agent.permission and agent.permission not in agent.permissions:
        yield "permission", agent.permission
    for name, value in agent.environment.items():
        if not _VARIABLE.fullmatch(name) or "\0" in value:
            yield "environment", {name: value}
    for name in agent.drop:
        if not _VARIABLE.fullmatch(name):
            yield "drop", name


_NAME = re.compile(r"(?=.{1,40}$)[a-z0-9]+(?:-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ALLOWED = {
    "name": "a string",
    "title": "a string",
    "argv": 'a list of strings, the program first; with prompt = "argument" one holds {prompt}, with "file" {prompt_file}',
    "prompt": "stdin, argument or file",
    "output": "text, claude-stream, codex-jsonl, gemini-stream, opencode-json or acp",
    "arguments": "a list of strings",
    "version": "a list of strings",
    "resume": "a list of strings",
    "tells_session_cost": "true or false",
    "permission": "a name of permissions",
    "permissions": "a table of names and lists of strings",
    "environment": "a table of names and strings",
    "drop": "a list of names of variables",
    "statuses": "a table of exit statuses and strings",
    "files": "a list of paths",
    "cure": "a string",
    "install": "a string",
    "refused_as_root": "a list of strings",
    "needs_git": "true or false",
    "trusts": "a list of arguments and variables",
    "cures": "a list of tables with says and cure",
    "allow": "a list of tables with tools and setting",
}

"""`doctor`: which agents there are, whether each can work here, and what to do where it cannot."""

import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from llm_dashboard.agents.catalog import load_agents, offer, offered
from llm_dashboard.agents.models import Agent
from llm_dashboard.agents.preflight import Finding, Standing, Surroundings, look, preflight
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import Settings
from llm_dashboard.verbs.report import print_json
from llm_dashboard.workflows.allowing import OF_AGENTS, refused

NOBODY = "None is on PATH: the prompt of a step is made, and you give it to whom you like."


class Examination(msgspec.Struct, frozen=True):
    """What was found of one agent; the public contract of `doctor --json`."""

    name: str
    title: str
    chosen: bool
    program: str | None
    version: str | None
    findings: tuple[Finding, ...]

    @property
    def is_ready(self) -> bool:
        """Whether nothing is known that keeps it from working."""
        return all(each.standing is not Standing.WRONG for each in self.findings)


def doctor(root: Path, settings: Settings, *, as_json: bool) -> int:
    """Look at all agents; the exit status tells whether the chosen one can work.

    While the settings of the workspace are not allowed, nothing that they name is run: not even to tell its version.
    """
    failure = refused(settings, OF_AGENTS)
    found = load_agents({} if failure else settings.agents)
    examined = [_examine(agent, root, settings) for agent in found.agents.values()]
    first = offered(found.agents)
    problems = [*found.problems.values(), *([f"{failure.message}; {failure.evidence}"] if failure else [])]
    chosen = next((each for each in examined if each.chosen), None)
    if settings.agent and chosen is None and not failure:
        problems.append(f"there is no agent {plain(settings.agent)!r}; there are {', '.join(found.agents)}")
    if as_json:
        print_json({"agent": settings.agent or None, "offered": first, "agents": examined, "problems": problems})
    else:
        _print(examined, problems, settings, found.agents)
    is_ready = not problems and (chosen is None or chosen.is_ready)
    return ExitStatus.DONE if is_ready else ExitStatus.PREREQUISITE_MISSING


def _examine(agent: Agent, root: Path, settings: Settings) -> Examination:
    surroundings: Surroundings = look(agent, root)
    return Examination(
        name=agent.name,
        title=agent.title,
        chosen=agent.name == settings.agent,
        program=surroundings.path,
        version=surroundings.version or None,
        findings=preflight(agent, surroundings),
    )


def _print(examined: list[Examination], problems: list[str], settings: Settings, agents: Mapping[str, Agent]) -> None:
    width = max(len(each.name) for each in examined)
    for each in examined:
        if each.program is None and not each.chosen:
            print(f"  {each.name:{width}}  not installed: {each.findings[0].cure}")
            continue
        print(
            f"{'*' if each.chosen else ' '} {each.name:{width}}  {each.title}{'' if each.is_ready else ': cannot work'}"
        )
        for finding in each.findings:
            print(f"  {'':{width}}    {finding.subject:10} {_MARKS[finding.standing]} {finding.sentence}")
            if finding.cure:
                print(f"  {'':{width}}    {'':10}   {finding.cure}")
    for problem in problems:
        print(f"llm-dash: {problem}", file=sys.stderr)
    if not settings.agent:
        print(f"No agent is set. {offer(agents) or NOBODY}", file=sys.stderr)


_MARKS = {Standing.GOOD: "✓", Standing.UNSURE: "?", Standing.WRONG: "✗"}

"""What is wrong with the agents that settings speak of, as one of the problems of the settings."""

from collections.abc import Iterator

import msgspec

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.settings import Fault, LoadedSettings
from llm_dashboard.tables import shown


def with_agents_checked(loaded: LoadedSettings) -> LoadedSettings:
    """The settings as they are, with what is wrong with their agents among the problems."""
    return msgspec.structs.replace(loaded, faults=(*loaded.faults, *agent_faults(loaded)))


def agent_faults(loaded: LoadedSettings) -> Iterator[Fault]:
    """One for each agent that cannot be used as the settings have it, and for one that there is not."""
    settings = loaded.settings
    if not settings.agent and not settings.agents:
        return
    found = load_agents(settings.agents)
    for name, problem in found.problems.items():
        source = loaded.source(f"agents.{name}")
        yield Fault(f"agents.{name}", f"{source}: {problem}", source)
    if settings.agent and settings.agent not in found.agents and settings.agent not in settings.agents:
        allowed = f"allowed are {', '.join(found.agents)}, or nothing"
        source = loaded.source("agent")
        yield Fault("agent", f"{source}: agent is {shown(settings.agent)}; {allowed}", source)

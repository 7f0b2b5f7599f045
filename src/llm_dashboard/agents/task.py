"""The work that a run gives to an agent, and what is held against its word afterwards."""

import msgspec

from llm_dashboard.agents.models import Agent, Meters


class Budget(msgspec.Struct, frozen=True):
    """What may be used; 0 is no limit."""

    tokens: int = 0
    """In and out, as far as the agent tells."""
    dollars: float = 0.0
    plan_minutes: float = 0.0
    """Of all runs of the plan, this one among them; so are the following."""
    plan_tokens: int = 0
    plan_dollars: float = 0.0

    @property
    def is_of_plan(self) -> bool:
        """Whether there is a limit for all runs of the plan."""
        return any((self.plan_minutes, self.plan_tokens, self.plan_dollars))

    def is_spent(self, meters: Meters) -> bool:
        """Whether a run has used as much as it may."""
        too_many = 0 < self.tokens <= meters.tokens
        return too_many or 0 < self.dollars <= (meters.cost or 0.0)


class Proposal(msgspec.Struct, frozen=True):
    """What a document wants to be run afterwards, and what of that is not."""

    document: str
    """Relative to the workspace."""
    commands: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...] = ()
    """Lines that only a shell could run, safe to draw: they are not run."""
    more: int = 0
    """How many commands it names beyond those that a document may have run: they are not run."""


class AgentTask(msgspec.Struct, frozen=True):
    """What an agent is to do. Paths are relative to the workspace, with `/`."""

    agent: Agent
    prompt: str = ""
    """The record of a run does not keep it: it is in `prompt.md`."""
    plan_file: str = ""
    """Of the plan that it is about; empty in the records of earlier versions."""
    execution: str = ""
    """The EXECUTION_TASK that must say that it is complete, and did not; empty for none."""
    creates: tuple[str, ...] = ()
    """Files that must come into being."""
    deliverables: tuple[str, ...] = ()
    """What SUBPLAN and EXECUTION_TASK name: paths as they are written there."""
    verify: tuple[tuple[str, ...], ...] = ()
    """The commands that must succeed afterwards."""
    proposals: tuple[Proposal, ...] = ()
    """What documents want to be run and is not, because nobody has allowed it, or it needs a shell."""
    budget: Budget = Budget()
    fix_attempts: int = 0
    """How often what was not as it should be may go back to the agent after this."""
    first_prompt: str = ""
    """Of a later attempt: that of the first one; the record does not keep it."""
    session_cost: float = 0.0
    """Of a later attempt: what the conversation that it is to take up has cost, in US dollars."""
    written: tuple[str, ...] = ()
    """Of a later attempt: files that an earlier one wrote."""

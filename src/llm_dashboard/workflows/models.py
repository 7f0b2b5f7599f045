"""What is asked for, what will run, and why it cannot."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from llm_dashboard.agents.task import AgentTask
from llm_dashboard.plans.models import Plan


class WorkflowType(StrEnum):
    """The workflows of the methodology, and any other command as EXEC."""

    NEXT = "next"
    SUBPLAN = "subplan"
    EXECUTION = "execution"
    CONTINUE = "continue"
    FIX = "fix"
    REVIEW = "review"
    EXEC = "exec"
    CUSTOM = "custom"
    """One of the workspace's own, by name."""


UNBUFFERED: Mapping[str, str] = {"PYTHONUNBUFFERED": "1"}
"""For the environment: a Python child writes in blocks to a file, so that nothing would be seen before its end."""


class WorkflowEntry(msgspec.Struct, frozen=True):
    """A workflow that a person can ask for by name. Its texts are safe to draw."""

    name: str
    summary: str
    argv: tuple[str, ...]
    """What it runs, with placeholders; empty for NEXT, which becomes another workflow."""
    needs_achievement: bool
    built_in: bool

    def request(self, plan: Plan, achievement: str | None) -> "WorkflowRequest":
        """The request for this workflow."""
        if self.built_in:
            return WorkflowRequest(WorkflowType(self.name), plan, achievement)
        return WorkflowRequest(WorkflowType.CUSTOM, plan, achievement, self.name)


class WorkflowRequest(msgspec.Struct, frozen=True):
    """A workflow wanted for a plan, or for one of its achievements."""

    workflow: WorkflowType
    plan: Plan
    achievement: str | None = None
    """An id of the plan. NEXT works it out where it is None."""
    name: str = ""
    """Which one of the workspace's own workflows, for CUSTOM."""


class Limits(msgspec.Struct, frozen=True):
    """When a run is ended. Seconds; None is no limit."""

    wall: float | None = 180.0
    """Time since the start."""
    idle: float | None = 120.0
    """Time without a byte of output."""
    grace: tuple[float, float] = (5.0, 3.0)
    """How long the processes may take to end after SIGINT, then after SIGTERM; SIGKILL follows."""
    log_bytes: int | None = 1 << 30
    """Size of the log."""


class Judgement(StrEnum):
    """How the end of a command is judged."""

    EXIT_STATUS = "exit-status"
    """Status 0 is success."""
    WORKSPACE_SCRIPT = "workspace-script"
    """Status 0 without an error in the output is success: the methodology's own scripts exit 0 on many errors."""


class Command(msgspec.Struct, frozen=True):
    """One process to run: all that a person must see before saying yes."""

    workflow: WorkflowType
    """What it does: NEXT is already resolved."""
    requested: WorkflowType
    """What was asked for."""
    argv: tuple[str, ...]
    """Never a shell line."""
    cwd: Path
    summary: str
    """One line: what it will do."""
    plan: str | None = None
    achievement: str | None = None
    limits: Limits = Limits()
    creates: tuple[str, ...] = ()
    """Files it must create, relative to the workspace; without them the run is a failure."""
    creates_prompt: bool = False
    """Whether it must leave `prompt.md` in the run's folder."""
    judgement: Judgement = Judgement.EXIT_STATUS
    stdin: Path | None = None
    """A file to read as standard input; None is /dev/null."""
    environment: Mapping[str, str] = {}
    """Added to the environment of the app."""
    needs_verdict: bool = False
    """Whether a person must judge next, after a success."""
    name: str = ""
    """Which one of the workspace's own workflows, for CUSTOM."""
    tests: str = "auto"
    """How tests are read: `auto`, `none`, or a glob of JUnit XML files, relative to the workspace."""
    attempt: int = 1
    """Which try at its work it is, where what was wrong goes back to an agent."""
    attempt_of: str = ""
    """The run of the try before it."""
    task: AgentTask | None = None
    """What the command gives to an agent; `argv` then holds stand-ins for the prompt."""

    @property
    def label(self) -> str:
        """What a person calls the workflow."""
        return self.name or self.workflow.value


class FailureKind(StrEnum):
    """Why there was no success."""

    PREREQUISITE_MISSING = "prerequisite-missing"
    NOTHING_TO_DO = "nothing-to-do"
    NOT_ALLOWED = "not-allowed"
    """The workspace's settings name what runs, and nobody has allowed them."""
    COMMAND_NOT_FOUND = "command-not-found"
    EXIT_STATUS = "exit-status"
    SIGNAL = "signal"
    TIME_LIMIT = "time-limit"
    IDLE_LIMIT = "idle-limit"
    LOG_LIMIT = "log-limit"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """The workspace's own script exited 0 and said that it did not do it."""
    AGENT_FAILED = "agent-failed"
    """The agent says that it failed, or never said that it had come to its end."""
    TOOLS_REFUSED = "tools-refused"
    """The agent says that it is done, and was not allowed all that it wanted."""
    NOT_VERIFIED = "not-verified"
    """The agent says that it is done, and what we checked ourselves is not so."""
    BUDGET = "budget"
    """An agent, or the runs of a plan, have used what they may."""
    NO_DELIVERABLE = "no-deliverable"
    """It exited 0 and did not create what it had to."""
    LOST = "lost"
    INTERNAL = "internal"


class SuggestedAction(StrEnum):
    """What a person can press after a failure or a success. The UI gives each a key."""

    CREATE_SUBPLAN = "create-subplan"
    CREATE_EXECUTION = "create-execution"
    EXECUTE_NEXT = "execute-next"
    CHOOSE_ACHIEVEMENT = "choose-achievement"
    RETRY = "retry"
    RETRY_LONGER = "retry-longer"
    OPEN_LOG = "open-log"
    COPY_PROMPT = "copy-prompt"
    END_LEFTOVERS = "end-leftovers"
    REFRESH = "refresh"
    BACK = "back"


class Suggestion(msgspec.Struct, frozen=True):
    """A next step, as a sentence and as an action."""

    text: str
    action: SuggestedAction
    arguments: Mapping[str, str] = {}


class Failure(msgspec.Struct, frozen=True):
    """Why something was not done, what proves it, and what can be done about it."""

    kind: FailureKind
    message: str
    """One sentence."""
    evidence: str = ""
    """The exact fact, or the last lines of the output."""
    suggestions: tuple[Suggestion, ...] = ()

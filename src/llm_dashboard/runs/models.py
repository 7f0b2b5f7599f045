"""A run: what was asked, where it stands, how it ended, and the events in between."""

from enum import StrEnum
from pathlib import Path

import msgspec

from llm_dashboard.agents.models import Meters, OutputKind
from llm_dashboard.agents.task import AgentTask
from llm_dashboard.agents.verdict import DeniedTool, Word
from llm_dashboard.workflows.models import Failure, Judgement, Limits, WorkflowType


class WorkflowState(StrEnum):
    """Where a run stands."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def is_final(self) -> bool:
        """Whether nothing more can happen."""
        return self not in (WorkflowState.PENDING, WorkflowState.RUNNING)


class ProcessId(msgspec.Struct, frozen=True):
    """A process that cannot be mistaken for another one: together with the boot id of `RunRecord`."""

    pid: int
    start: int
    """Clock ticks after boot, field 22 of /proc/<pid>/stat; 0 where the system does not tell."""


class RunRecord(msgspec.Struct, frozen=True):
    """`run.json`: what was asked, and which processes do it."""

    run: str
    """The id, which is the folder's name: `20261123T014502-next-1.2-k3f`."""
    workflow: WorkflowType
    requested: WorkflowType
    plan: str | None
    achievement: str | None
    argv: tuple[str, ...]
    cwd: str
    summary: str
    environment: tuple[str, ...]
    """Names of the added variables; values are not kept."""
    limits: Limits
    creates: tuple[str, ...]
    creates_prompt: bool
    judgement: Judgement
    stdin: str | None
    needs_verdict: bool
    requested_at: str
    """ISO 8601, UTC, milliseconds."""
    name: str = ""
    """Which one of the workspace's own workflows, for CUSTOM."""
    tests: str = "auto"
    """How tests are read: `auto`, `none`, or a glob of JUnit XML files, relative to the workspace."""
    task: AgentTask | None = None
    """What is given to an agent; neither its prompt nor the values of variables are kept here."""
    attempt: int = 1
    """Which try at its work it is, where what was wrong goes back to an agent."""
    attempt_of: str = ""
    """The run of the try before it; empty for none."""
    owner: ProcessId | None = None
    """The app that asked for it: what still waits ends with it."""
    started_at: str | None = None
    supervisor: ProcessId | None = None
    process: ProcessId | None = None
    boot_id: str | None = None
    """Of the boot in which those processes are."""

    @property
    def label(self) -> str:
        """What a person calls the workflow."""
        return self.name or self.workflow.value

    @property
    def output(self) -> OutputKind:
        """What is written: text, or what an agent says in its own format."""
        return self.task.agent.output if self.task else OutputKind.TEXT


class Change(StrEnum):
    """What happened to a file during a run."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


class Deliverable(msgspec.Struct, frozen=True):
    """A file that is not as it was before the run."""

    path: str
    """Relative to the workspace, with `/`."""
    change: Change


class TestCounts(msgspec.Struct, frozen=True):
    """What the output shows about tests."""

    __test__ = False

    passed: int = 0
    failed: int = 0
    total: int = 0
    source: str | None = None
    """Which runner's summary was read; None when there was none."""


class CheckState(StrEnum):
    """How a check came out."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"
    """It proves nothing: a file is there, but as it was before."""


class Check(msgspec.Struct, frozen=True):
    """Something that we looked at ourselves after an agent's work."""

    subject: str
    """A path, or a command."""
    state: CheckState
    sentence: str
    """What was seen, about the subject: `is not there`."""
    evidence: str = ""
    """The last lines of a command that failed."""
    log_file: str | None = None
    """All that a command wrote, relative to the workspace."""


class AgentReport(msgspec.Struct, frozen=True):
    """What an agent's word was, and what it is worth."""

    name: str
    title: str
    word: Word
    """`claimed` is the agent's own word, `verified` that and all of our checks."""
    sentence: str
    cure: str = ""
    session: str = ""
    """With which it can be taken up again."""
    model: str = ""
    meters: Meters = Meters()
    tool_calls: int = 0
    denials: tuple[DeniedTool, ...] = ()
    denied: int = 0
    """How many tool calls were refused; `denials` names the first of them."""
    checks: tuple[Check, ...] = ()
    said: str = ""
    """The end of what it said."""


class ExecutionResult(msgspec.Struct, frozen=True):
    """`result.json`: how a run ended. Field names and order are the public contract."""

    run: str
    workflow: str
    """A WorkflowType, or the name of one of the workspace's own workflows."""
    plan: str | None
    achievement: str | None
    argv: tuple[str, ...]
    state: WorkflowState
    success: bool
    exit_code: int | None
    signal: int | None
    failure: Failure | None
    deliverables: tuple[Deliverable, ...]
    claimed: tuple[str, ...]
    """Files that the output speaks of as made and that are not there."""
    tests: TestCounts
    ended_processes: tuple[str, ...]
    """What was still alive after the main process and was ended: `name (pid)`."""
    started_at: str | None
    duration: float
    """Seconds, by the monotonic clock."""
    log_file: str
    """Relative to the workspace, with `/`."""
    log_bytes: int
    notes: tuple[str, ...] = ()
    """What must be known to read the rest rightly: a process that could not be ended, a look that was bounded."""
    agent: AgentReport | None = None
    """Of an agent's run."""


class Run(msgspec.Struct, frozen=True):
    """A run as it stands now: read from its folder, moved on by `advance`."""

    record: RunRecord
    folder: Path
    state: WorkflowState
    log_bytes: int = 0
    output_at: str | None = None
    """When the output last changed, by the log's own time: ISO 8601, UTC, milliseconds; None before the first byte.

    The idle limit counts from then, or from `record.started_at` where there is none.
    """
    result: ExecutionResult | None = None

    @property
    def id(self) -> str:
        """The run's id."""
        return self.record.run

    @property
    def log_path(self) -> Path:
        """The output of the child, byte for byte."""
        return self.folder / "output.log"

    @property
    def prompt_path(self) -> Path:
        """The prompt that the run left, if it left one. The methodology's own scripts print theirs."""
        printed = self.record.judgement is Judgement.WORKSPACE_SCRIPT
        return self.log_path if printed else self.folder / "prompt.md"


class RunStarted(msgspec.Struct, frozen=True):
    """The child runs."""

    run_id: str
    record: RunRecord


class OutputAppended(msgspec.Struct, frozen=True):
    """The log has grown, or was cut."""

    run_id: str
    size: int
    """Bytes in all."""
    at: str | None = None
    """When the log last changed; as `Run.output_at`."""


class LimitsChanged(msgspec.Struct, frozen=True):
    """The run has got other limits, and follows them."""

    run_id: str
    limits: Limits


class RunFinished(msgspec.Struct, frozen=True):
    """The run has ended; nothing of it is left alive that could be ended."""

    run_id: str
    result: ExecutionResult


RunEvent = RunStarted | OutputAppended | LimitsChanged | RunFinished


def advance(run: Run, event: RunEvent) -> Run:
    """The run after the event. A finished run stays as it is."""
    if run.state.is_final:
        return run
    match event:
        case RunStarted(record=record):
            return msgspec.structs.replace(run, record=record, state=WorkflowState.RUNNING)
        case OutputAppended(size=size, at=at):
            return msgspec.structs.replace(run, log_bytes=size, output_at=at or run.output_at)
        case LimitsChanged(limits=limits):
            return msgspec.structs.replace(run, record=msgspec.structs.replace(run.record, limits=limits))
        case RunFinished(result=result):
            return msgspec.structs.replace(run, state=result.state, result=result, log_bytes=result.log_bytes)

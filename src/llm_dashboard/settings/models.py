"""Everything that can be set, as one frozen value."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import msgspec

from llm_dashboard.placeholders import OF_THE_PLAN, Placeholder, used

DEFAULT_PLANS_ROOT = "work-space/plans"
DEFAULT_THEME = "llm-dash-dark"
BUILT_IN_WORKFLOWS = ("subplan", "execution", "continue", "fix", "review")
"""What can have limits of its own, besides the custom workflows."""
RESERVED_NAMES = ("next", "exec", "custom", "parallel")
"""Names that `[workflows.NAME]` cannot have: `next` and `parallel` become other workflows, `exec` has its options."""


class ScriptSource(StrEnum):
    """Who does the workflows."""

    BUILT_IN = "built-in"
    WORKSPACE = "workspace"


class Refresh(StrEnum):
    """How the app sees what changes in the workspace."""

    AUTO = "auto"
    POLLING = "polling"
    OFF = "off"


class Notices(StrEnum):
    """How the app tells that a run has ended which is not on the screen."""

    TOAST = "toast"
    BELL = "bell"
    DESKTOP = "desktop"
    OFF = "off"


Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Bytes = Annotated[int, msgspec.Meta(ge=0, le=1 << 60)]
Grace = tuple[Seconds, Seconds]


class LimitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[limits]`: when a run is ended. Seconds; 0 is no limit.

    The built-in scripts, and those of the methodology, take seconds and say something at once: a run that is silent for two
    minutes waits for what will not come, and one of three minutes does something else than it should. Who gives the work to
    an agent sets more, for that workflow.
    """

    wall: Seconds = 180.0
    """Time since the start."""
    idle: Seconds = 120.0
    """Time without output."""
    grace: Grace = (5.0, 3.0)
    """Time to end after SIGINT, then after SIGTERM."""
    log_bytes: Bytes = 1 << 30
    """Size of a log, in bytes; 0 is no limit."""


class RunSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[runs]`."""

    parallel: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    """How many run at once; further ones wait."""


class WorkflowLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[workflows.NAME]` of a built-in workflow: what is not as in `[limits]`."""

    wall: Seconds | None = None
    idle: Seconds | None = None
    grace: Grace | None = None
    log_bytes: Bytes | None = None


class CustomWorkflow(WorkflowLimits, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[workflows.NAME]` of another name: a workflow of the workspace's own. Its texts come from outside, as they are."""

    argv: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """The program and its arguments, with placeholders; never a shell line."""
    summary: str = ""
    """One line: what it does."""
    creates: tuple[str, ...] = ()
    """Files that it must create, relative to the workspace, with placeholders."""
    tests: str = "auto"
    """How tests are read: `auto`, `none`, or a glob of JUnit XML files, relative to the workspace."""
    needs_verdict: bool = False
    """Whether a person must judge next, after a success."""
    needs_achievement: bool = False
    """Whether it is about an achievement, also where no placeholder of one occurs."""
    environment: Mapping[str, str] = {}
    """Added to the environment of the app."""
    cwd: str = "."
    """Where it runs, relative to the workspace."""

    @property
    def placeholders(self) -> frozenset[Placeholder]:
        """Those that occur in it. Raises PlaceholderError."""
        return frozenset().union(*map(used, (*self.argv, *self.creates)))

    @property
    def about_achievement(self) -> bool:
        """Whether it cannot run without an achievement. Raises PlaceholderError."""
        return self.needs_achievement or not self.placeholders <= OF_THE_PLAN


Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 60)]
Dollars = Annotated[float, msgspec.Meta(ge=0, le=1e9)]


class BudgetSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[budget]`: what an agent may use before it is stopped, in one run and in all runs of a plan; 0 is no limit."""

    minutes: Seconds = 60.0
    tokens: Count = 0
    """In and out, as far as the agent tells."""
    dollars: Dollars = 0.0
    """Likewise."""
    plan_minutes: Seconds = 0.0
    plan_tokens: Count = 0
    plan_dollars: Dollars = 0.0


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set."""

    plans_root: str = DEFAULT_PLANS_ROOT
    """Where the plans are, relative to the workspace."""
    templates: str = "work-space/templates"
    """Where the workspace keeps its own templates, relative to it: one there replaces the built-in of that name."""
    scripts: ScriptSource = ScriptSource.BUILT_IN
    """`built-in`, or `workspace` for the methodology's own scripts under `LLM/scripts/generation/`."""
    refresh: Refresh = Refresh.AUTO
    """How the screen sees changes on disk: `auto` by the file system's events where it has them, `polling` by looking again and
    again, `off` only on demand."""
    theme: str = DEFAULT_THEME
    """The colours, by the name of one of our themes or of Textual's; only the screen knows which there are."""
    editor: str = ""
    """The command that opens a document, split as a shell would; empty for `$VISUAL`, `$EDITOR`, `vi`."""
    notices: Notices = Notices.TOAST
    """How the end of a run that is not on the screen is told: on the screen, also by the bell, also on the desktop, or not."""
    workspaces: tuple[str, ...] = ()
    """Folders that are opened besides the one that is named: absolute, also from `~`."""
    keys: Mapping[str, tuple[str, ...]] = {}
    """By the id of an action: its keys. Only the screen knows which there are."""
    agent: str = ""
    """Who does the work of an EXECUTION_TASK, by name; empty for nobody, so that its prompt is made and no more."""
    agents: Mapping[str, Mapping[str, object]] = {}
    """By name: what is to be otherwise with an agent, or a new one; what it may say is the matter of the room of agents."""
    verify: tuple[tuple[str, ...], ...] = ()
    """The commands that must succeed after an agent's work, each a program and its arguments."""
    budget: BudgetSettings = BudgetSettings()
    fix_attempts: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    """How often what was found wrong goes back to the agent, in a run of its own each."""
    limits: LimitSettings = LimitSettings()
    runs: RunSettings = RunSettings()
    workflows: Mapping[str, WorkflowLimits] = {}
    """By name: a CustomWorkflow, or the limits of a built-in one."""
    unallowed: tuple[str, ...] = ()
    """Keys of the workspace's file that say what runs, while nobody has allowed that file: `agent`, `workflows.NAME`.

    `scripts` among them, whoever says so, while nobody has allowed the workspace's own."""

    @property
    def custom(self) -> Mapping[str, CustomWorkflow]:
        """The workspace's own workflows, by name, in the order of the file."""
        return {name: each for name, each in self.workflows.items() if isinstance(each, CustomWorkflow)}

    def limits_of(self, workflow: str) -> LimitSettings:
        """The limits of a workflow: its own, over those of all."""
        own = self.workflows.get(workflow, WorkflowLimits())
        return LimitSettings(
            wall=self.limits.wall if own.wall is None else own.wall,
            idle=self.limits.idle if own.idle is None else own.idle,
            grace=self.limits.grace if own.grace is None else own.grace,
            log_bytes=self.limits.log_bytes if own.log_bytes is None else own.log_bytes,
        )


class SettingsError(ValueError):
    """A setting is wrong, or cannot be written; the message says where, what was seen and what is allowed, safe to draw."""

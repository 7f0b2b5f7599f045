"""What an agent says while it works, whatever its format: small frozen events, each text of them safe to draw."""

from enum import StrEnum

import msgspec


class SessionStarted(msgspec.Struct, frozen=True):
    """The agent is there."""

    session: str
    """Its own name for this conversation, with which it can be taken up again; empty where it tells none."""
    model: str = ""
    is_resumed: bool = False
    """Whether it goes on in an earlier one."""


class TextPart(msgspec.Struct, frozen=True):
    """Some of what it says; what follows directly belongs to the same text."""

    text: str


class Thinking(msgspec.Struct, frozen=True):
    """Some of what it thinks."""

    text: str


class ToolCall(msgspec.Struct, frozen=True):
    """It wants to use a tool."""

    call: str
    """The id that its result bears."""
    tool: str
    argument: str
    """The one argument that tells most, or all of them as JSON."""


class ToolResult(msgspec.Struct, frozen=True):
    """How a tool call came out."""

    call: str
    text: str
    is_error: bool = False
    is_refused: bool = False
    """Whether the tool was not run at all, for want of permission."""


class Usage(msgspec.Struct, frozen=True):
    """What was used."""

    input_tokens: int = 0
    """All that went in, `cached_tokens` among them."""
    output_tokens: int = 0
    cached_tokens: int = 0
    cost: float | None = None
    """In US dollars; None where the agent does not tell."""
    step: str | None = None
    """The step that it is about, so far: a later one of the same step stands in its place. None: all of the run."""


class ErrorSaid(msgspec.Struct, frozen=True):
    """Something went wrong."""

    text: str
    is_retried: bool = False
    """Whether the agent only says that it tries again, which is no progress."""
    is_warning: bool = False


class Denial(msgspec.Struct, frozen=True):
    """A tool that was not allowed."""

    tool: str
    argument: str


class PlanTold(msgspec.Struct, frozen=True):
    """What it is about to do, step by step."""

    steps: tuple[str, ...]
    """Each with how it stands."""


class OptionKind(StrEnum):
    """What a permission is worth."""

    ALLOW_ONCE = "allow_once"
    ALLOW_ALWAYS = "allow_always"
    REJECT_ONCE = "reject_once"
    REJECT_ALWAYS = "reject_always"

    @property
    def allows(self) -> bool:
        """Whether the tool is run."""
        return self in (OptionKind.ALLOW_ONCE, OptionKind.ALLOW_ALWAYS)


class PermissionOption(msgspec.Struct, frozen=True):
    """One of the answers to a permission question."""

    id: str
    """As the agent wrote it, to be sent back: never drawn."""
    name: str
    kind: OptionKind


class PermissionAsked(msgspec.Struct, frozen=True):
    """It asks a person whether it may use a tool, and waits."""

    id: str
    tool: str
    argument: str
    detail: str
    """All arguments, and the change that it would make, in several lines."""
    options: tuple[PermissionOption, ...]


class PermissionAnswered(msgspec.Struct, frozen=True):
    """A permission question is no longer open."""

    id: str
    answer: str
    """The name of the option; empty where none was chosen."""
    is_allowed: bool
    is_withdrawn: bool = False
    """Whether the run came to its end before anybody answered."""


class Final(msgspec.Struct, frozen=True):
    """The agent says that it has come to its end, and how."""

    text: str
    is_error: bool = False
    denials: tuple[Denial, ...] = ()


class Raw(msgspec.Struct, frozen=True):
    """A line that is not understood, as it is."""

    text: str


AgentEvent = (
    SessionStarted
    | TextPart
    | Thinking
    | ToolCall
    | ToolResult
    | Usage
    | ErrorSaid
    | PlanTold
    | PermissionAsked
    | PermissionAnswered
    | Final
    | Raw
)

"""An agent as data: how it is called, how it is given the prompt, what it writes, and what helps where it fails."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import msgspec

PROMPT = "{prompt}"
"""Stands in an argument for the text of the prompt."""
PROMPT_FILE = "{prompt_file}"
"""Stands in an argument for the path of a file that holds the prompt."""
OPTIONS = "{options}"
"""An argument of its own, for those of the permission and the user's own."""
RESUME = "{resume}"
"""An argument of its own, for those that take an earlier conversation up again."""
SESSION = "{session}"
"""Stands in the arguments of `resume` for the id of that conversation."""


class PromptWay(StrEnum):
    """How the prompt goes in. Standard input is always closed after it."""

    STDIN = "stdin"
    ARGUMENT = "argument"
    FILE = "file"


class OutputKind(StrEnum):
    """What the agent writes."""

    TEXT = "text"
    CLAUDE_STREAM = "claude-stream"
    CODEX_JSONL = "codex-jsonl"
    GEMINI_STREAM = "gemini-stream"
    OPENCODE_JSON = "opencode-json"
    ACP = "acp"
    """It speaks the Agent Client Protocol, to our program `agents.acp`, which writes what it hears."""


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it can be told, without asking its model, that the agent is logged in."""

    environment: tuple[str, ...] = ()
    """Variables, one of which is enough."""
    files: tuple[str, ...] = ()
    """Files, one of which is enough: absolute, or from `~` or a variable."""
    cure: str = ""
    """What to do where there is none of them."""


class Cure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What helps where the agent says something."""

    says: str
    """A part of what it says; capitals do not count."""
    cure: str


class Allowance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a refused tool can be allowed: sentences, with `{tool}`, `{argument}` and `{program}`, the first word of that."""

    tools: tuple[str, ...] = ()
    """Those that it is about; none for all others."""
    setting: str = ""


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An agent that can be given a prompt. Its texts come from outside, as they are."""

    name: str = ""
    title: str = ""
    """What a person calls it; its name, where it is empty."""
    argv: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """The program and its arguments: `{options}`, `{resume}`, and `{prompt}` or `{prompt_file}` are replaced."""
    prompt: PromptWay = PromptWay.STDIN
    output: OutputKind = OutputKind.TEXT
    arguments: tuple[str, ...] = ()
    """Further ones, of the user's own, at `{options}`."""
    version: tuple[str, ...] = ("--version",)
    """The arguments with which the program tells its version; none where it cannot."""
    resume: tuple[str, ...] = ()
    """The arguments that take up the conversation `{session}`."""
    tells_session_cost: bool = False
    """Whether the cost that it tells by the Agent Client Protocol is that of all runs of its session; else of this one."""
    permission: str = ""
    """The mode of `permissions` to work in; empty for the agent's own."""
    permissions: Mapping[str, tuple[str, ...]] = {}
    """The arguments of each mode."""
    environment: Mapping[str, str] = {}
    """Added to the environment of the app."""
    drop: tuple[str, ...] = ()
    """Variables that the agent must not see."""
    statuses: Mapping[str, str] = {}
    """What its exit statuses mean, where that is more than a failure."""
    login: Login = Login()
    install: str = ""
    """How to get it."""
    refused_as_root: tuple[str, ...] = ()
    """Arguments that it refuses when it is run as root."""
    needs_git: bool = False
    """Whether it works in a git repository only."""
    trusts: tuple[str, ...] = ()
    """Arguments and variables, one of which makes it work in a folder that it does not know; none where it needs none."""
    cures: tuple[Cure, ...] = ()
    allow: tuple[Allowance, ...] = ()

    @property
    def program(self) -> str:
        """What is looked for on PATH."""
        return self.argv[0]


class Meters(msgspec.Struct, frozen=True):
    """What a run of an agent has used, as far as it tells."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Of those that went in."""
    cost: float | None = None
    """In US dollars."""

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.input_tokens + self.output_tokens

    def plus(self, more: "Meters") -> "Meters":
        """What both have used. Money that one of them does not tell is left out."""
        return Meters(
            self.input_tokens + more.input_tokens,
            self.output_tokens + more.output_tokens,
            self.cached_tokens + more.cached_tokens,
            self.cost if more.cost is None else (self.cost or 0.0) + more.cost,
        )

"""From an agent and a prompt to the arguments of its process."""

import sys
from collections.abc import Sequence

from llm_dashboard.agents.models import OPTIONS, PROMPT, PROMPT_FILE, RESUME, SESSION, Agent, OutputKind, PromptWay

LONGEST_ARGUMENT = 120 * 1024
"""Bytes of a prompt that can be an argument: Linux takes 128 KiB."""
SESSION_OPTION, COST_OPTION = "--session=", "--cost="
"""Before the earlier session that our program for the Agent Client Protocol takes up, and before what that has cost."""


class PromptError(ValueError):
    """The agent cannot be given that prompt; the message says why."""


def invocation(agent: Agent, session: str = "", cost: float = 0.0) -> tuple[str, ...]:
    """What runs; `{prompt}` and `{prompt_file}` stand in it for what is not known yet.

    `session`: the conversation to take up, where the agent can; `cost`: what that has cost, in US dollars.
    """
    options = (*agent.permissions.get(agent.permission, ()), *agent.arguments)
    resume = tuple(each.replace(SESSION, session) for each in agent.resume) if session else ()
    found: list[str] = []
    for argument in agent.argv:
        found += options if argument == OPTIONS else resume if argument == RESUME else (argument,)
    if agent.output is OutputKind.ACP:
        earlier = [f"{SESSION_OPTION}{session}", f"{COST_OPTION}{cost}"] if session else []
        return (sys.executable, "-P", "-m", "llm_dashboard.agents.acp", PROMPT_FILE, *earlier, *found)
    return tuple(found)


def check_prompt(agent: Agent, prompt: str) -> None:
    """Raise PromptError where the agent cannot be given that prompt."""
    if "\0" in prompt:
        raise PromptError("the prompt holds a character that no program can be given (NUL)")
    if agent.prompt is PromptWay.ARGUMENT and len(prompt.encode(errors="replace")) > LONGEST_ARGUMENT:
        raise PromptError(
            f"the prompt is too long to be an argument of {agent.title} (more than {LONGEST_ARGUMENT // 1024} KiB)"
        )


def with_prompt(argv: Sequence[str], prompt: str, path: str) -> list[str]:
    """The arguments with the prompt, or the path of the file that holds it, in their places.

    A prompt that is an argument of its own never begins with a hyphen: it would be taken for an option.
    """
    return [
        f" {prompt}"
        if argument == PROMPT and prompt.startswith("-")
        else argument.replace(PROMPT_FILE, path).replace(PROMPT, prompt)
        for argument in argv
    ]

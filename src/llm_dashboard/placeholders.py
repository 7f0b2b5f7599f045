"""Placeholders in the settings of custom workflows: `{plan}` stands for the plan's name, `{{` for an opening brace."""

import re
from collections.abc import Mapping
from enum import StrEnum


class Placeholder(StrEnum):
    """What can be named. Paths are relative to the workspace, with `/`, but for `{workspace}` itself."""

    PLAN = "plan"
    """The plan's name."""
    PLAN_FILE = "plan_file"
    PLAN_FOLDER = "plan_folder"
    WORKSPACE = "workspace"
    """Its folder, absolute."""
    ACHIEVEMENT = "achievement"
    """The achievement's id: `1.2`."""
    ID = "id"
    """The id as file names carry it: `12`."""
    TITLE = "title"
    """The achievement's title."""
    SUBPLAN_FILE = "subplan_file"
    """The achievement's SUBPLAN; in a workflow that creates one, the new one."""
    EXECUTION_FILE = "execution_file"
    """The achievement's last EXECUTION_TASK; in a workflow that creates one, the new one."""


OF_THE_PLAN = frozenset({Placeholder.PLAN, Placeholder.PLAN_FILE, Placeholder.PLAN_FOLDER, Placeholder.WORKSPACE})
"""Those that have a value without an achievement."""


class PlaceholderError(ValueError):
    """A brace that begins no placeholder; the message names it, and what is allowed."""


def used(text: str) -> frozenset[Placeholder]:
    """The placeholders in a text. Raises PlaceholderError."""
    matches = list(_BRACE.finditer(text))
    wrong = next((match[0] for match in matches if match[1] not in _NAMES and match[0] != "{{"), None)
    if wrong is not None:
        allowed = ", ".join(f"{{{each}}}" for each in Placeholder)
        raise PlaceholderError(f"has {wrong!r}; allowed are {allowed}, and {{{{ for a brace")
    return frozenset(Placeholder(match[1]) for match in matches if match[1])


def fill(text: str, values: Mapping[Placeholder, str]) -> str:
    """The text with its placeholders replaced, once: what a value holds stays text.

    The text must be one that `used` accepts. Raises KeyError where a placeholder has no value.
    """
    return _BRACE.sub(lambda match: values[Placeholder(match[1])] if match[1] else "{", text)


_NAMES = frozenset(each.value for each in Placeholder)
_BRACE = re.compile(r"\{\{|\{([^{}]{1,30})\}|\{[^{}]{0,30}")

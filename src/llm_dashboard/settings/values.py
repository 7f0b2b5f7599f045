"""From what stands in a file or a variable to a value of a setting; or what is wrong with it."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

from llm_dashboard.placeholders import Placeholder, PlaceholderError, fill, used
from llm_dashboard.settings.catalog import SETTINGS, type_of
from llm_dashboard.settings.files import is_inside
from llm_dashboard.settings.models import BUILT_IN_WORKFLOWS, RESERVED_NAMES, CustomWorkflow, WorkflowLimits
from llm_dashboard.tables import TableError, convert, dotted, not_allowed, shown

_INSIDE = ("plans_root", "templates")
_OF_WORKFLOWS = {
    **{key.removeprefix("limits."): each.allowed for key, each in SETTINGS.items() if key.startswith("limits.")},
    "argv": "a list of strings, the program first",
    "summary": "a string",
    "creates": "a list of file paths inside the workspace",
    "tests": "auto, none, or a glob of JUnit XML files inside the workspace",
    "needs_verdict": "true or false",
    "needs_achievement": "true or false",
    "environment": "a table of names and strings",
    "cwd": "a folder inside the workspace",
}
"""What is allowed in `[workflows.NAME]`."""

MAX_VERIFY = 20
"""Commands that verify an agent's work, at most."""
_WORKFLOW_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_NAME = 40
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def checked(key: str, value: object) -> object:
    """The value as the setting has it. Raises TableError."""
    allowed = SETTINGS[key].allowed
    try:
        converted = msgspec.convert(value, type_of(key))
    except msgspec.ValidationError:
        raise not_allowed(key, value, allowed) from None
    if key in _INSIDE:
        if not is_inside(str(converted)):
            raise not_allowed(key, value, allowed)
        return str(PurePosixPath(str(converted)))
    if isinstance(converted, str) and not converted.isprintable():
        raise not_allowed(key, value, allowed)
    if key == "editor":
        try:
            shlex.split(str(converted))
        except ValueError as error:
            raise TableError(
                key, f"is {shown(value)}, which no shell can read: {error}; allowed is {allowed}"
            ) from None
    return converted


def from_text(key: str, text: str) -> object:
    """What a text means as a value of the setting, which is still to be checked: `5, 3` is two numbers."""
    if SETTINGS[key].choices or type_of(key) is str:
        return text
    numbers = [_number(part) for part in text.strip().removeprefix("[").removesuffix("]").split(",")]
    if any(number is None for number in numbers):
        return text
    return numbers if len(numbers) > 1 else numbers[0]


def workspaces(value: object) -> tuple[str, ...]:
    """The folders that are opened besides. Raises TableError."""
    allowed = "a list of absolute paths of folders"
    try:
        listed = msgspec.convert(value, tuple[str, ...])
    except msgspec.ValidationError:
        raise not_allowed("workspaces", value, allowed) from None
    for text in listed:
        if "\0" in text or not (text.startswith("~") or Path(text).is_absolute()):
            raise TableError("workspaces", f"has {text!r}; allowed is {allowed}")
        try:
            Path(text).expanduser()
        except RuntimeError:
            raise TableError(
                "workspaces", f"has {text!r}, and nobody of that name has a home; allowed is {allowed}"
            ) from None
    return listed


def verify(value: object) -> tuple[tuple[str, ...], ...]:
    """The commands that must succeed after an agent's work. Raises TableError."""
    try:
        commands = msgspec.convert(value, tuple[tuple[str, ...], ...])
    except msgspec.ValidationError:
        commands = ((),)
    if not all(command and command[0] and not any("\0" in text for text in command) for command in commands):
        raise not_allowed("verify", value, 'a list of commands, each a list of strings: [["make", "test"]]')
    if len(commands) > MAX_VERIFY:
        raise TableError("verify", f"has {len(commands)} commands; allowed are {MAX_VERIFY}: put more into a script")
    return commands


def keys_of_action(action: str, value: object) -> tuple[str, ...]:
    """The keys of an action. Raises TableError."""
    try:
        given = msgspec.convert(value, str | tuple[str, ...])
    except msgspec.ValidationError:
        raise not_allowed(dotted("keys", action), value, 'a key, or a list of keys: ["A", "ctrl+a"]') from None
    return (given,) if isinstance(given, str) else given


def workflow(name: str, table: object) -> WorkflowLimits:
    """A workflow of the workspace's own, or the limits of a built-in one. Raises TableError."""
    key = dotted("workflows", name)
    if name in BUILT_IN_WORKFLOWS:
        return convert(table, WorkflowLimits, key, _OF_WORKFLOWS)
    if not _WORKFLOW_NAME.fullmatch(name) or len(name) > _LONGEST_NAME or name in RESERVED_NAMES:
        raise TableError(
            key,
            f"cannot be the name of a workflow; allowed are {', '.join(BUILT_IN_WORKFLOWS)} for their limits, and other "
            f"names in kebab-case of at most {_LONGEST_NAME} characters, but not {', '.join(RESERVED_NAMES)}",
        )
    made = convert(table, CustomWorkflow, key, _OF_WORKFLOWS)
    for field, texts in (("argv", made.argv), ("creates", made.creates)):
        for text in texts:
            try:
                used(text)
            except PlaceholderError as error:
                raise TableError(f"{key}.{field}", str(error)) from None
    for field, value in _wrong_values(made):
        raise not_allowed(f"{key}.{field}", value, _OF_WORKFLOWS[field])
    return made


def _number(text: str) -> float | int | None:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None


def _wrong_values(made: CustomWorkflow) -> Iterator[tuple[str, object]]:
    """What is wrong though its type is right: pairs of a field and its value, or the wrong one of its values."""
    if not made.argv[0] or any("\0" in text for text in made.argv):
        yield "argv", list(made.argv)
    for path in made.creates:
        # Filled with a workspace that is absolute and words that climb nowhere, a path shows where it leads.
        if not is_inside(fill(path, {each: "/" if each is Placeholder.WORKSPACE else "x" for each in Placeholder})):
            yield "creates", path
    if any("**" in part and part != "**" for part in PurePosixPath(made.tests).parts) or not is_inside(made.tests):
        yield "tests", made.tests
    for name, value in made.environment.items():
        if not _VARIABLE_NAME.fullmatch(name) or "\0" in value:
            yield "environment", {name: value}
    if made.cwd != "." and not is_inside(made.cwd):
        yield "cwd", made.cwd

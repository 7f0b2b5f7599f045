"""Documents and prompts, rendered from templates. A workspace may bring its own: a file of the same name there wins.

Templates are Jinja2 in a sandbox and see the fields of their context and the filters of `_FILTERS`. The text of plans is
data for them, never source.
"""

import re
import stat
import traceback
from pathlib import Path

import msgspec

from llm_dashboard.plans.artifacts import compact_id, inert
from llm_dashboard.plans.documents import AchievementSection, FixIssues, Place, SubplanDocument
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.safe_text import plain

BUILT_IN_TEMPLATES = Path(__file__).with_name("templates")
LARGEST_TEMPLATE = 256 * 1024
"""In bytes: a larger file of the workspace is refused."""


class TemplateContext(msgspec.Struct, frozen=True):
    """What a template about an achievement can speak of.

    Paths are relative to the workspace, with `/`, and empty where there is no such file.
    """

    plan: Plan
    achievement: Achievement
    section: AchievementSection
    place: Place
    created: str
    """Now: `2026-11-23 01:45 UTC`."""
    subplan_file: str
    subplan: SubplanDocument
    execution_file: str
    """The EXECUTION_TASK that is being created."""
    execution_number: int
    """Counted from 1."""
    executions: tuple[str, ...]
    """The EXECUTION_TASKs that exist."""
    fix_file: str
    fix: FixIssues
    new_fix_file: str
    approved_file: str
    resolution_file: str


class TemplateError(ValueError):
    """A template cannot be used; the message says which, in which line, and why."""


def render(template: str, context: msgspec.Struct, workspace: Path, folder: str) -> str:
    """The text of a template (`SUBPLAN.md.j2`) that sees the fields of the context; the workspace's `folder` is asked first.

    Raises TemplateError where the template is missing, outside of the workspace, too large, or wrong.
    """
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FunctionLoader(lambda name: _source(name, workspace, folder)),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_FILTERS)
    try:
        return environment.get_template(template).render(msgspec.structs.asdict(context))
    except TemplateError:
        raise
    except jinja2.TemplateNotFound as error:
        raise TemplateError(f"there is no template {plain(str(error.name))}") from error
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(
            f"{error.filename or error.name}, line {error.lineno}: {plain(str(error.message))}"
        ) from error
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        place = next((frame for frame in reversed(frames) if frame.filename.endswith(_SUFFIX)), None)
        where = f"{place.filename}, line {place.lineno}" if place else template
        kind = "" if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: "
        raise TemplateError(f"{where}: {kind}{plain(str(error))}") from error


def _source(name: str, workspace: Path, folder: str) -> tuple[str, str, None] | None:
    """A template's source and the name that errors call it by, as Jinja2's FunctionLoader wants them."""
    if "/" in name or not name.endswith(_SUFFIX):
        return None
    for path, shown in ((workspace / folder / name, f"{folder}/{name}"), (BUILT_IN_TEMPLATES / name, name)):
        try:
            status = path.stat()
        except OSError:
            continue
        if path.parent != BUILT_IN_TEMPLATES and not path.resolve().is_relative_to(workspace.resolve()):
            raise TemplateError(f"{shown} leads out of the workspace")
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_TEMPLATE:
            raise TemplateError(f"{shown} is no file of at most {LARGEST_TEMPLATE // 1024} KiB")
        try:
            return path.read_text(encoding="utf-8"), shown, None
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(f"{shown} cannot be read: {error}") from error
    return None


def _quote(text: str) -> str:
    """The text as a block quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _head(text: str, lines: int) -> str:
    """The first lines of a text, and how many were left out."""
    all_lines = text.split("\n")
    left_out = len(all_lines) - lines
    return text if left_out <= 0 else "\n".join([*all_lines[:lines], f"({left_out} more lines in the SUBPLAN)"])


def _headline(text: str) -> str:
    """The first line of a text."""
    return text.partition("\n")[0]


def _quotation(text: str) -> str:
    """The text to stand between tags of a prompt: none of the prompts' own tags in it begins or ends anything."""
    return _TAG.sub(lambda match: match.group().replace("<", "&lt;"), text)


def _oneline(text: str) -> str:
    """The text in one line."""
    return " ".join(text.split())


def _words(text: str) -> str:
    """A status as words: `awaiting review`."""
    return text.replace("_", " ")


_SUFFIX = ".md.j2"
_TAG = re.compile(r"</?\s*(?:achievement|issue|feedback|objective|subplan)\b", re.IGNORECASE)
_FILTERS = {
    "compact": compact_id,
    "head": _head,
    "headline": _headline,
    "inert": inert,
    "oneline": _oneline,
    "quotation": _quotation,
    "quote": _quote,
    "words": _words,
}

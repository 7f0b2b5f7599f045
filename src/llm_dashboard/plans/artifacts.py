"""Where the documents of an achievement are written: their names, and how they are written.

Names are `SUBPLAN_<NAME>_<id>.md`, `EXECUTION_TASK_<NAME>_<id>_<NN>.md`, `APPROVED_<id>.md`, `FIX_<id>.md` and
`FIX_<id>_RESOLUTION.md`, the id without its dots. A verdict whose name is taken by an earlier round has the number of its
round behind the id, as executions have: `FIX_<id>_02.md`. All paths are relative to the workspace, with `/`.
"""

import re
from pathlib import Path

from llm_dashboard.atomic import write_new
from llm_dashboard.plans.markdown import dangling_fences, fenced_lines
from llm_dashboard.plans.models import Plan
from llm_dashboard.safe_text import plain_block


def compact_id(achievement_id: str) -> str:
    """The id as file names carry it: `10.2` is `102`."""
    return achievement_id.replace(".", "")


def subplan_path(plan: Plan, achievement_id: str) -> str:
    """The SUBPLAN of an achievement."""
    return f"{plan.path}/subplans/SUBPLAN_{plan.name}_{compact_id(achievement_id)}.md"


def execution_path(plan: Plan, achievement_id: str, number: int) -> str:
    """The EXECUTION_TASK of that number, counted from 1."""
    return f"{plan.path}/execution/EXECUTION_TASK_{plan.name}_{compact_id(achievement_id)}_{number:02}.md"


def approved_path(plan: Plan, achievement_id: str) -> str:
    """The document that approves an achievement."""
    return f"{plan.path}/execution/feedbacks/APPROVED_{compact_id(achievement_id)}.md"


def fix_path(plan: Plan, achievement_id: str) -> str:
    """The document that asks for a fix."""
    return f"{plan.path}/execution/feedbacks/FIX_{compact_id(achievement_id)}.md"


def resolution_path(plan: Plan, achievement_id: str) -> str:
    """The document that answers the first FIX."""
    return resolution_of(fix_path(plan, achievement_id))


def resolution_of(fix: str) -> str:
    """The document that answers the FIX of that path."""
    return f"{fix.removesuffix('.md')}_RESOLUTION.md"


def in_round(path: str, number: int) -> str:
    """The path of a feedback in that round of reviews, counted from 1: `FIX_12.md` is `FIX_12_02.md` in the second."""
    return path if number == 1 else f"{path.removesuffix('.md')}_{number:02}.md"


def next_execution_number(root: Path, plan: Plan, achievement_id: str) -> int:
    """One more than the highest number on disk; 1 where there is none. Variants (`_01_V2`, `_01_RECOVERY`) count."""
    name = f"EXECUTION_TASK_{plan.name}_{compact_id(achievement_id)}_"
    pattern = re.compile(re.escape(name) + r"(\d{1,4})(?:_[\w-]+)?\.md")
    try:
        files = [each.name for each in (root / plan.path / "execution").iterdir()]
    except OSError:
        return 1
    return max((int(match[1]) for file in files if (match := pattern.fullmatch(file))), default=0) + 1


def inert(text: str) -> str:
    """A text to put into a document, so that none of it is read as its structure: headings and open fences are escaped."""
    lines = plain_block(text).strip().split("\n")
    open_fences = {number - 1 for number in dangling_fences(lines)}
    return "\n".join(
        re.sub(r"^(\s*)(#|`{3}|~{3})", r"\1\\\2", line) if number in open_fences or not fenced else line
        for number, (line, fenced) in enumerate(zip(lines, fenced_lines(lines), strict=True))
    )


def write_document(root: Path, relative: str, text: str) -> None:
    """Write a new document of the workspace.

    Raises FileExistsError where the path is taken, OSError where it leads out of the workspace or cannot be written. The
    message is one sentence.
    """
    path = root / relative
    if not path.parent.resolve().is_relative_to(root.resolve()):
        raise OSError(f"{relative} leads out of the workspace")
    try:
        write_new(path, text.encode())
    except FileExistsError:
        raise FileExistsError(f"{relative} exists already") from None
    except OSError as error:
        raise OSError(f"{relative} cannot be written: {error.strerror or error}") from error

"""A workspace, or one of its plans, as one document: Markdown, JSON, or a page of HTML that needs nothing else.

The same plans always give the same document: it does not say when it was made.
"""

import re
from base64 import b64encode
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from llm_dashboard.plans.documents import achievement_bodies
from llm_dashboard.plans.marks import STATUS, plan_mark
from llm_dashboard.plans.models import Achievement, Plan, WorkspaceState
from llm_dashboard.plans.report import status_report
from llm_dashboard.plans.schedule import achievement_step
from llm_dashboard.plans.workspace import read_document

if TYPE_CHECKING:
    import jinja2

TEMPLATES = Path(__file__).with_name("templates")


class ExportFormat(StrEnum):
    """What the document is; the value is the ending of its file's name."""

    MARKDOWN = "md"
    JSON = "json"
    HTML = "html"


def export(state: WorkspaceState, plan: Plan | None, form: ExportFormat, root: Path) -> str:
    """The document of that plan of the workspace at `root`, or of all plans where it is None."""
    if plan is not None:
        state = msgspec.structs.replace(state, plans=(plan,), problems=())
    if form is ExportFormat.JSON:
        return msgspec.json.format(msgspec.json.encode(status_report(state)), indent=1).decode() + "\n"
    if form is ExportFormat.MARKDOWN:
        environment = _environment(autoescape=False)
        environment.filters["text"] = _literal
        template = environment.get_template("plans.md.j2")
    else:
        from llm_dashboard.export.markup import to_html

        environment = _environment(autoescape=True)
        environment.filters["html"] = to_html
        template = environment.get_template("page.html.j2")
        environment.globals["style"] = (TEMPLATES / "page.css").read_text(encoding="utf-8").strip()
        digest = sha256(str(environment.globals["style"]).encode()).digest()
        environment.globals["style_hash"] = b64encode(digest).decode()
    return template.render(
        state=state,
        title=plan.name if plan else state.name,
        is_one=plan is not None,
        approved=sum(each.counts.approved for each in state.plans),
        total=sum(each.counts.total for each in state.plans),
        groups=_groups,
        bodies=lambda of: _bodies(root, of),
    )


def _environment(*, autoescape: bool) -> "jinja2.Environment":
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        mark=lambda achievement: STATUS[achievement.status], plan_mark=plan_mark, step=achievement_step
    )
    return environment


def _groups(plan: Plan) -> dict[str, list[Achievement]]:
    """The achievements by the text of their priority group, in their order."""
    groups: dict[str, list[Achievement]] = {}
    for each in plan.achievements:
        groups.setdefault(each.group, []).append(each)
    return groups


def _bodies(root: Path, plan: Plan) -> dict[str, str]:
    """What the plan's text says of each achievement, by id; nothing where it cannot be read any more."""
    try:
        return achievement_bodies(read_document(root, plan.plan_file))
    except OSError:
        return {}


def _literal(text: str) -> str:
    """The text as Markdown that means nothing but its letters (CommonMark 0.31, 2.4: any ASCII punctuation may be escaped)."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&!])|^(\s*)([-+=]|\d+(?=[.)]))", _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    mark, space, begin = match.groups()
    if mark:
        return f"\\{mark}"
    return f"{space}{begin}\\" if begin.isdigit() else f"{space}\\{begin}"

"""A draft → a new plan on disk: its folder, the folders of its artifacts, and its PLAN file."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from llm_dashboard.plans.artifacts import write_document
from llm_dashboard.plans.drafts import PlanDraft
from llm_dashboard.plans.folders import make_folder
from llm_dashboard.plans.models import WorkspaceState
from llm_dashboard.plans.parser import is_plan, parse_plan
from llm_dashboard.settings import Settings
from llm_dashboard.workflows.prompts import TemplateError, render

TEMPLATE = "PLAN.md.j2"
ARTIFACT_FOLDERS = ("subplans", "execution", "execution/feedbacks")
"""Made in the plan's folder, parents first."""


class PlanContext(msgspec.Struct, frozen=True):
    """What the template of a new plan can speak of."""

    plan: PlanDraft
    plan_file: str
    """Where it is written, relative to the workspace, with `/`."""
    created: str
    """Now: `2026-11-23 01:45 UTC`."""


def create_plan(root: Path, settings: Settings, state: WorkspaceState, draft: PlanDraft, now: datetime) -> str:
    """Write the plan of a draft; its PLAN file, relative to the workspace. `state` is what the workspace holds already.

    Raises FileExistsError where the name or the folder is taken, TemplateError where the template gives no such plan, OSError
    where it cannot be written. Nothing is left behind then.
    """
    taken = taken_by(state, draft.name)
    if taken:
        raise FileExistsError(taken)
    folder = draft.folder(settings.plans_root)
    _check_container(root, settings.plans_root, state, draft)
    text = _document(root, settings, draft, now)
    make_folder(root, folder, new=True)
    file = draft.plan_file(settings.plans_root)
    try:
        for each in ARTIFACT_FOLDERS:
            make_folder(root, f"{folder}/{each}")
        write_document(root, file, text)
    except OSError:
        for each in (*reversed(ARTIFACT_FOLDERS), ""):
            with suppress(OSError):
                (root / folder / each).rmdir()
        raise
    return file


def taken_by(state: WorkspaceState, name: str) -> str | None:
    """Why no new plan can have that name, as a sentence; None where it can. File systems may not tell capitals apart."""
    plan = next((plan for plan in state.plans if plan.name.casefold() == name.casefold()), None)
    return f"{plan.name} exists already: {plan.plan_file}" if plan else None


def _check_container(root: Path, plans_root: str, state: WorkspaceState, draft: PlanDraft) -> None:
    """Raise OSError where a plan in that container would not be read as one."""
    container = f"{plans_root}/{draft.container}"
    owner = next(
        (plan for plan in state.plans if plan.own_folder and f"{container}/".startswith(f"{plan.path}/")), None
    )
    if owner:
        raise OSError(f"{container} is in the folder of a plan, {owner.name}; name another container")
    if (root / container).resolve() != (root / plans_root).resolve() / draft.container:
        raise OSError(f"{container} goes by a link, which the reader of plans does not follow; name another container")


def _document(root: Path, settings: Settings, draft: PlanDraft, now: datetime) -> str:
    """The text of the plan, which is read back before anything is written. Raises TemplateError."""
    file = draft.plan_file(settings.plans_root)
    created = f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    text = render(TEMPLATE, PlanContext(draft, file, created), root, settings.templates)
    declared = [(each.id, each.title) for each in parse_plan(text.encode(), file).declarations]
    if not is_plan(text.encode()) or declared != [(each.id, each.title) for each in draft.achievements]:
        raise TemplateError(f"{TEMPLATE} gives no plan with these achievements; compare it with the built-in one")
    return text

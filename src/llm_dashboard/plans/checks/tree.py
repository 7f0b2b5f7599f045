"""What lies below the plans root and belongs to no plan, though its name says so."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from llm_dashboard.plans.checks.models import Finding, finding, shown
from llm_dashboard.plans.discovery import NO_PLANS_IN
from llm_dashboard.plans.models import Plan, WorkspaceState
from llm_dashboard.plans.tree import Folder, FolderTree
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain

PLACES = {
    "/subplans": ("SUBPLAN_",),
    "/execution": ("EXECUTION_TASK_",),
    "/execution/feedbacks": ("APPROVED_", "FIX_"),
}
"""The folders of a plan, and how the names of what counts in them begin."""


def check_tree(root: Path, plans_root: str, state: WorkspaceState) -> Iterator[Finding]:
    """Documents outside every plan, plans whose folder is not theirs, plans of one name, and what is named like a plan.

    The methodology's old folders `subplans` and `execution` beside the plans root are looked at as well.
    """
    if any(problem.code == "no-plans-root" for problem in state.problems):
        return
    plans = [plan for plan in state.plans if plan.own_folder]
    yield from _duplicates(state.plans)
    tree = _folders(root, plans_root)
    yield from _not_plans(root, tree, state)
    homeless = list(_homeless(tree, state.plans))
    yield from homeless
    waiting = tuple(f"{(each.file or '').rpartition('/')[0]}/" for each in homeless)
    counted = {f"{plan.path}{place}": prefixes for plan in plans for place, prefixes in PLACES.items()}
    old = plans_root.rpartition("/")[0]
    for name in ("subplans", "execution") if old else ():
        tree |= _folders(root, f"{old}/{name}")
    for path, folder in tree.items():
        shown_path = plain(path)
        if not f"{shown_path}/".startswith(waiting) and not NO_PLANS_IN.intersection(path.split("/")):
            yield from _strays(shown_path, folder, counted.get(shown_path, ()), state.plans)


def _folders(root: Path, start: str) -> dict[str, Folder]:
    """A folder of the workspace and all below it; nothing where it is none."""
    tree = FolderTree(str(root), start)
    try:
        tree.list_all()
    except OSError:
        return {}
    return tree.folders


def _duplicates(plans: Sequence[Plan]) -> Iterator[Finding]:
    """Plans of the same name; the one in a folder of its own is the original."""
    first: dict[str, Plan] = {}
    for plan in sorted(plans, key=lambda each: not each.own_folder):
        other = first.setdefault(plan.name, plan)
        if other is plan:
            continue
        folder = plan.path.rpartition("/")[2]
        if folder.startswith(plan.name) and not plan.own_folder:
            sentence = f"{shown(folder)} looks like a copy of {other.path}, and is listed as a plan all the same."
            yield finding("plan-copy", sentence, plan.plan_file, plan=plan.name)
        else:
            sentence = f"There are two plans of this name; the other is {other.plan_file}."
            yield finding("plan-duplicate", sentence, plan.plan_file, plan=plan.name)


def _homeless(tree: Mapping[str, Folder], plans: Sequence[Plan]) -> Iterator[Finding]:
    """Plans beside whose file there are documents that do not count, as the folder has another name."""
    own = {plan.path for plan in plans if plan.own_folder}
    names = {plan.name for plan in plans if plan.own_folder}
    folders = {plain(path) for path in tree}
    for plan in plans:
        beside = [each for each in ("subplans", "execution") if f"{plan.path}/{each}" in folders]
        if beside and not plan.own_folder and plan.path not in own and plan.name not in names:
            folder = plan.path.rpartition("/")[2]
            sentence = f"The plan lies in {shown(folder)}, so that what is in {beside[0]}/ beside it does not count."
            yield finding("plan-folder", sentence, plan.plan_file, plan=plan.name)


def _not_plans(root: Path, tree: Mapping[str, Folder], state: WorkspaceState) -> Iterator[Finding]:
    known = {plan.plan_file for plan in state.plans} | {each.file for each in state.problems}
    for path, folder in tree.items():
        for name in folder.plans:
            file = plain(f"{path}/{name}")
            if file in known:
                continue
            try:
                lines = read_document(root, f"{path}/{name}", _FIRST_BYTES).split("\n")
            except OSError:
                continue
            first = next((line for line in lines if line.strip()), "")
            if first.startswith("# PLAN:"):
                sentence = f"It is a plan by its first line, and a {plain(path).rpartition('/')[2]} folder has none."
            else:
                sentence = f"It is named like a plan and begins with {shown(first)}."
            yield finding("not-a-plan", sentence, file, 1, plan=_owner(file, state.plans))


def _strays(path: str, folder: Folder, counted: Sequence[str], plans: Sequence[Plan]) -> Iterator[Finding]:
    for name in folder.files:
        if _ARTIFACT.match(name) and not name.startswith(tuple(counted)):
            file = f"{path}/{plain(name)}"
            owner = _owner(file, plans) or _named(name, plans)
            where = "in no plan's folder" if _owner(file, plans) is None else "not where its plan looks for it"
            sentence = f"It is {where}, and does not count{_copy(path, owner)}."
            yield finding("document-stray", sentence, file, plan=owner)


def _copy(path: str, owner: str | None) -> str:
    """A word about folders such as `ALPHAold`."""
    parts = path.split("/")
    copied = next((each for each in parts if owner and each != owner and each.startswith(owner)), None)
    return f"; {copied}/ looks like an old copy" if copied else ""


def _owner(file: str, plans: Sequence[Plan]) -> str | None:
    """The plan in whose folder a file lies."""
    return next((plan.name for plan in plans if plan.own_folder and file.startswith(f"{plan.path}/")), None)


def _named(name: str, plans: Sequence[Plan]) -> str | None:
    """The plan that the name of a document names."""
    match = re.fullmatch(r"(?:SUBPLAN|EXECUTION_TASK)_(.*?)_\d[\w-]*\.md", name)
    return match[1] if match and any(plan.name == match[1] for plan in plans) else None


_FIRST_BYTES = 16_384
_ARTIFACT = re.compile(r"(?:(?:SUBPLAN|EXECUTION_TASK)_.+|(?:APPROVED|FIX)_\d.*)\.md")

"""From the folders below a plans root to the files in them that may be plans."""

from collections.abc import Iterator, Mapping

import msgspec

from llm_dashboard.plans.tree import Folder

NO_PLANS_IN = frozenset({"documentation", "documents-plan", "summary", "planning"})
"""Folders whose PLAN_ files are about plans and are none (GRAMMAR.md, section 10, rule 1)."""


class PlanFile(msgspec.Struct, frozen=True, gc=False):
    """A file that is named like a plan. Only its first line tells whether it is one."""

    name: str
    """The file's name without `PLAN_` and `.md`."""
    folder: str
    """Relative to the workspace, with `/`, as the file system has it."""
    container: str
    own_folder: bool
    obstacle: str | None = None
    """What it is, where it is no regular file: `a folder`."""

    @property
    def path(self) -> str:
        """The file, relative to the workspace, with `/`, as the file system has it."""
        return f"{self.folder}/PLAN_{self.name}.md"


def plan_files(tree: Mapping[str, Folder], plans_root: str) -> Iterator[PlanFile]:
    """The files of a tree that are named like plans, where plans can be."""
    for path, folder in tree.items():
        if folder.plans:
            parent, _, folder_name = path.rpartition("/")
            if folder_name in NO_PLANS_IN and path != plans_root:
                continue
            for file_name in folder.plans:
                name = file_name[len("PLAN_") : -len(".md")]
                if name:
                    own = name == folder_name and path != plans_root
                    container = (parent if own else path)[len(plans_root) + 1 :]
                    yield PlanFile(name, path, container, own, _obstacle(file_name, folder))


def _obstacle(name: str, folder: Folder) -> str | None:
    return "a folder" if name in folder.folders else folder.others.get(name)

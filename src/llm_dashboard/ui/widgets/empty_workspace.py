"""What stands in place of the plans where there are none: what was looked for, and which keys help."""

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Container

from llm_dashboard.no_workspace import wanted
from llm_dashboard.plans.models import WorkspaceState
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import FILE_NAME, find_workspace
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Field, Line

SHOWN_PROBLEMS = 3


def has_no_root(state: WorkspaceState) -> bool:
    """Whether there is not even a folder for plans."""
    return any(problem.code == "no-plans-root" for problem in state.problems)


class EmptyWorkspace(Container):
    """A block in the middle of the screen."""

    def compose(self) -> ComposeResult:
        """The block."""
        yield Block()

    def explain(self, state: WorkspaceState, plans_root: str) -> None:
        """Say what is missing in the workspace, and which keys help."""
        shown = key_map_of(self).shown
        if has_no_root(state):
            heading, begin = "There is no folder for plans here yet.", "begin here: make this folder a workspace"
            looked, others = _search(state, plans_root, shown("open-folder")), state.problems[1:]
        else:
            heading, begin = "There is no plan here yet.", "write a new plan"
            looked, others = (
                [
                    ("Looked for", "files PLAN_<NAME>.md that begin with '# PLAN: title'"),
                    ("In", f"{state.root}/{plans_root} and all folders below it"),
                ],
                state.problems,
            )
        keys = (
            ("begin" if has_no_root(state) else "new-plan", begin),
            ("demo", "the demo: a sample to try everything in"),
            ("open-folder", "another folder"),
            ("refresh", "look again"),
            ("quit", "quit"),
        )
        problems: list[Line] = (
            [(), *(((f"? {each.message}", "bad"),) for each in others[:SHOWN_PROBLEMS])] if others else []
        )
        fields: list[Field] = [(label, NO_MARK, (text,)) for label, text in looked]
        fields.append(("", NO_MARK, ()))
        fields += [("", (shown(name), "key"), (text,)) for name, text in keys]
        self.query_one(Block).say(((heading, "strong"),), *problems, (), fields=fields)


def _search(state: WorkspaceState, plans_root: str, way: str) -> list[tuple[str, str]]:
    """What was looked for and where, as labels and what stands beside them; `way` is the key to another folder."""
    root = Path(state.root)
    if (root / FILE_NAME).is_file():
        return [
            ("Looked for", f"a folder {plain(plans_root)}"),
            ("In", state.root),
            ("Settings", f"{FILE_NAME} is there; its plans_root says where plans are"),
            *([("But", state.problems[0].message)] if (root / plans_root).exists() else []),
        ]
    nearest = find_workspace(root.parent)
    above = f"{plain(str(nearest))} is a workspace: {way} opens it" if nearest else "no workspace either, up to /"
    return [
        ("Looked for", wanted()),
        ("In", f"{state.root}: neither is there"),
        ("Above it", above),
    ]

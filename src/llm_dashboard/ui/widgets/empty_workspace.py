"""What stands in place of the plans where there are none: what was looked for, and which keys help."""

from textual.app import ComposeResult
from textual.containers import Container

from llm_dashboard.plans.models import WorkspaceState
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
        """Say what is missing in the workspace."""
        if has_no_root(state):
            heading, begin = "There is no folder for plans here yet.", ("i", "make this a workspace; first see how")
            looked, others = state.problems[0].message, state.problems[1:]
        else:
            heading, begin = "There is no plan here yet.", ("N", "write a new plan")
            looked, others = (
                f"Looked in {state.root}/{plans_root} and all folders below it, for files PLAN_<NAME>.md that begin with "
                "'# PLAN: title'.",
                state.problems,
            )
        problems: list[Line] = (
            [(), *(((f"? {each.message}", "bad"),) for each in others[:SHOWN_PROBLEMS])] if others else []
        )
        fields: list[Field] = [("", NO_MARK, ())]
        fields += [("", (key, "key"), (text,)) for key, text in (begin, ("r", "look again"), ("q", "quit"))]
        self.query_one(Block).say(((heading, "strong"),), (), (looked,), *problems, fields=fields)

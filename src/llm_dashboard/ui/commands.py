"""One table of actions: keys, key bar and help are made from it."""

from typing import NamedTuple

from textual.binding import Binding

from llm_dashboard.workflows.models import SuggestedAction


class Action(NamedTuple):
    """Something that a person can do."""

    keys: str
    """Textual's names of the keys, the first one shown: `1,n`."""
    action: str
    """Textual's action: `run('next')`, `app.help`."""
    label: str
    """The word in the key bar; empty for a key that is not shown there."""
    description: str
    """The sentence in the help."""
    group: str
    shown: str | None = None
    """How the first key is written, where its name is not it."""


ACTIONS: dict[str, Action] = {
    "execute-next": Action(
        "1,n", "run('next')", "Execute next", "Execute next: the step that the plan needs now", "Workflows"
    ),
    "create-subplan": Action("3,s", "run('subplan')", "Subplan", "Create the SUBPLAN of an achievement", "Workflows"),
    "create-execution": Action(
        "4,e", "run('execution')", "Execution", "Create an EXECUTION_TASK from a SUBPLAN", "Workflows"
    ),
    "open": Action("enter", "open", "Open", "Open what the cursor is on", "Move", "⏎"),
    "filter": Action("slash", "filter", "Filter", "Filter the list as you type; Escape ends it", "Move", "/"),
    "move": Action("down,j,k", "none", "", "Up and down; PageUp, PageDown, Home and End as well", "Move", "↑↓"),
    "clear": Action("escape", "clear", "", "End the filter", "Move"),
    "back": Action("b,escape", "back", "Back", "Back to where you came from", "Move"),
    "runs": Action("R", "app.runs", "Runs", "All runs: live ones first, then the newest", "Move"),
    "refresh": Action("r", "app.refresh_plans", "Refresh", "Read the workspace again", "General"),
    "help": Action("question_mark,h", "app.help", "Help", "These keys, and what the symbols mean", "General", "?"),
    "quit": Action("q", "app.quit_dashboard", "Quit", "Quit; a live run can go on without the screen", "General"),
    "stop": Action("x", "stop", "Stop", "Stop the run and all of its processes; twice: at once", "Run"),
    "follow": Action("f,end", "follow", "Follow", "Jump to the end of the log and follow it", "Run"),
    "result": Action("enter", "result", "Result", "Show the result of the ended run", "Run", "⏎"),
    "leave": Action("b,escape", "back", "Leave", "Leave the screen; the run goes on", "Run"),
    "details": Action("tab", "switch_pane", "Details", "From the list to the details and back", "Move", "⇥"),
    "approve": Action(
        "a", "judge('approve')", "Approve", "Approve the achievement: writes APPROVED_<id>.md", "Verdict"
    ),
    "fix": Action("f", "judge('fix')", "Fix", "Ask for a fix: writes FIX_<id>.md with your notes", "Verdict"),
}

SUGGESTED: dict[SuggestedAction, str] = {
    SuggestedAction.CREATE_SUBPLAN: "s",
    SuggestedAction.CREATE_EXECUTION: "e",
    SuggestedAction.EXECUTE_NEXT: "1",
    SuggestedAction.CHOOSE_ACHIEVEMENT: "o",
    SuggestedAction.RETRY: "t",
    SuggestedAction.RETRY_LONGER: "plus",
    SuggestedAction.OPEN_LOG: "l",
    SuggestedAction.COPY_PROMPT: "c",
    SuggestedAction.REFRESH: "r",
    SuggestedAction.BACK: "b",
}
"""The key of each suggestion on the result screen."""


def bindings(*names: str) -> list[Binding]:
    """Textual's bindings for those actions of the table, in that order."""
    made = []
    for name in names:
        entry = ACTIONS[name]
        shown = entry.shown or entry.keys.split(",")[0]
        made.append(Binding(entry.keys, entry.action, entry.label, show=bool(entry.label), key_display=shown, id=name))
    return made

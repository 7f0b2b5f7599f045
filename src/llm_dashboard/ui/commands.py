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
    "execute-parallel": Action(
        "2,p",
        "parallel",
        "Parallel",
        "Execute parallel: a run each for several achievements that are ready",
        "Workflows",
    ),
    "create-subplan": Action("3,s", "run('subplan')", "Subplan", "Create the SUBPLAN of an achievement", "Workflows"),
    "create-execution": Action(
        "4,e", "run('execution')", "Execution", "Create an EXECUTION_TASK from a SUBPLAN", "Workflows"
    ),
    "workflows": Action("w", "choose", "Workflows", "Choose among all workflows, your own ones too", "Workflows"),
    "begin": Action("i", "begin", "Begin here", "Make this folder a workspace, where it is none yet", "Plans"),
    "new-plan": Action("N", "new_plan", "New plan", "Write a new plan", "Plans"),
    "archive": Action("A", "archive", "", "Archive the plan: move it to documentation/archive/", "Plans"),
    "problems": Action("c", "problems", "", "Check the documents: what is wrong, where, and what to do", "Plans"),
    "open": Action("enter", "open", "Open", "Open what the cursor is on", "Move", "⏎"),
    "filter": Action("slash", "filter", "Filter", "Filter the list as you type; Escape ends it", "Move", "/"),
    "dependencies": Action("d", "dependencies", "Dependencies", "What waits for what, drawn as a graph", "Move"),
    "order": Action("o", "order", "", "Sort by name, state, progress, next step or last run", "Move"),
    "group": Action("z", "group", "", "Group by container, by state, or not at all", "Move"),
    "needs": Action("m", "needs", "Needs me", "Everything that waits for you, in all plans", "Move"),
    "workspaces": Action("W", "app.workspaces", "", "To another one of the workspaces that are open", "Move"),
    "move": Action("down,j,k", "none", "", "Up and down; PageUp, PageDown, Home and End as well", "Move", "↑↓"),
    "clear": Action("escape", "clear", "", "End the filter", "Move"),
    "back": Action("b,escape", "back", "Back", "Back to where you came from", "Move"),
    "export": Action("X", "export", "", "Export as a page, as Markdown or as JSON", "General"),
    "runs": Action("R", "app.runs", "Runs", "All runs: live ones first, then the newest", "Move"),
    "refresh": Action("r", "app.refresh_plans", "Refresh", "Read the workspace again", "General"),
    "help": Action("question_mark,h", "app.help", "Help", "These keys, and what the symbols mean", "General", "?"),
    "quit": Action("q", "app.quit_dashboard", "Quit", "Quit; a live run can go on without the screen", "General"),
    "stop": Action("x", "stop", "Stop", "Stop the run and all of its processes; twice: at once", "Run"),
    "stop-all": Action("X", "stop_all", "Stop all", "Stop all runs of this screen", "Run"),
    "extend": Action("plus", "extend", "More time", "Give the run as much time again as it had at first", "Run", "+"),
    "next-run": Action("tab", "next_run", "Next run", "To the next live run", "Run", "⇥"),
    "follow": Action("f,end", "follow", "Follow", "Jump to the end of the log and follow it", "Run"),
    "again": Action("t", "again", "Again", "Run it again", "Run"),
    "result": Action("r", "result", "Result", "Show the result of the ended run", "Run"),
    "leave": Action("b", "back", "Leave", "Leave the screen; the run goes on", "Run"),
    "search": Action("slash", "search", "Search", "Search as you type; ^R an expression, ^T with case", "Log", "/"),
    "next-found": Action("n", "found(1)", "Next", "To the next line that matches", "Log"),
    "previous-found": Action("N", "found(-1)", "Previous", "To the previous line that matches", "Log"),
    "only": Action("ampersand", "only", "Only", "Show only the lines that match", "Log", "&"),
    "next-error": Action("right_square_bracket,e", "error(1)", "Error", "To the next error line", "Log", "]"),
    "previous-error": Action("left_square_bracket,E", "error(-1)", "", "To the previous error line", "Log", "["),
    "line": Action("enter", "line", "Line", "The whole of the current line", "Log", "⏎"),
    "select": Action("v", "select", "Select", "Select lines from the current one on", "Log"),
    "copy": Action("y,c", "copy", "Copy", "Copy what is selected, or the current line", "Log"),
    "copy-all": Action("Y", "copy_all", "", "Copy all lines that are shown", "Log"),
    "save": Action("s", "save", "", "Save the log as a file", "Log"),
    "pager": Action("o", "outside('PAGER')", "", "Open the log in $PAGER", "Log"),
    "editor": Action("O", "outside('EDITOR')", "", "Open the log in $EDITOR", "Log"),
    "wrap": Action("w", "switch('wraps')", "Wrap", "Wrap long lines; else the arrow keys scroll sideways", "Log"),
    "numbers": Action("number_sign", "switch('numbers')", "", "Show or hide the line numbers", "Log", "#"),
    "controls": Action("V", "switch('controls')", "", "Show or hide the control sequences of the output", "Log"),
    "step-back": Action(
        "escape", "step_back", "", "Undo the last thing (line, selection, filter, search), then leave", "Log"
    ),
    "details": Action("tab", "switch_pane", "Details", "From the list to the details and back", "Move", "⇥"),
    "plan-facts": Action("i", "plan_facts", "", "The plan itself: its header, its figures, its health", "Move"),
    "fold": Action("space", "fold", "Unfold", "Unfold the document under the cursor, or fold it", "Documents", "Space"),
    "edit-document": Action("o", "edit", "Edit", "Open the document under the cursor in $EDITOR", "Documents"),
    "find": Action("slash", "search", "Search", "Search as you type; Escape ends it", "Documents", "/"),
    "review": Action("v", "review", "Review", "Look at the work, and give your verdict", "Verdict"),
    "review-plan": Action("v", "review", "", "Look at the work of the plan that awaits a review", "Verdict"),
    "tick": Action("space", "tick", "Tick", "Tick a success criterion, or take the tick back", "Verdict", "Space"),
    "next-pane": Action(
        "tab", "pane(1)", "Diff, log …", "To the difference, the log, each document, and back", "Move", "⇥"
    ),
    "previous-pane": Action("shift+tab", "pane(-1)", "", "The other way round", "Move", "⇧⇥"),
    "difference": Action("D", "difference", "", "What git says has changed", "Move"),
    "whole-log": Action("l", "log", "Log", "The whole log of the run: the live one, or else the last", "Move"),
    "reviewer-prompt": Action("P", "prompt", "Prompt", "Make the prompt for an assistant that reviews", "Workflows"),
    "place": Action("tab", "switch_pane", "Place", "From the list to the place and back", "Documents", "⇥"),
    "open-place": Action(
        "enter",
        "open",
        "Open",
        "Open the place in $EDITOR, at its line; in a narrow window show it first",
        "Documents",
        "⏎",
    ),
    "approve": Action(
        "a", "judge('approve')", "Approve", "Approve the achievement: writes APPROVED_<id>.md", "Verdict"
    ),
    "fix": Action("f", "judge('fix')", "Fix", "Ask for a fix: writes FIX_<id>.md with your notes", "Verdict"),
    "resolve": Action(
        "s", "resolve", "Resolved", "Say what was done about the issues: writes FIX_<id>_RESOLUTION.md", "Verdict"
    ),
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
    SuggestedAction.END_LEFTOVERS: "x",
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

"""One table of actions: keys, key bar, palette and help are made from it."""

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
    """The sentence in the help and in the palette."""
    group: str
    needs: str = ""
    """The sentence that says why it cannot be done now, where that can be."""
    acts: bool = False
    """Whether it does something that can be wanted again; else it only shows something."""


NOTHING_TO_RUN = "There is nothing to run for what is selected."
NOT_OFFERED = "This result does not offer that."
ACTIONS: dict[str, Action] = {
    "execute-next": Action(
        "1,n",
        "run('next')",
        "Execute next",
        "Execute next: the step that the plan needs now",
        "Workflows",
        needs=NOTHING_TO_RUN,
        acts=True,
    ),
    "execute-parallel": Action(
        "2,p",
        "parallel",
        "Parallel",
        "Execute parallel: runs for several that are ready",
        "Workflows",
        needs=NOTHING_TO_RUN,
        acts=True,
    ),
    "create-subplan": Action(
        "3,s",
        "run('subplan')",
        "Subplan",
        "Create the SUBPLAN of an achievement",
        "Workflows",
        needs=NOTHING_TO_RUN,
        acts=True,
    ),
    "create-execution": Action(
        "4,e",
        "run('execution')",
        "Execution",
        "Create an EXECUTION_TASK from a SUBPLAN",
        "Workflows",
        needs=NOTHING_TO_RUN,
        acts=True,
    ),
    "workflows": Action(
        "w",
        "choose",
        "Workflows",
        "Choose among all workflows, your own ones too",
        "Workflows",
        needs=NOTHING_TO_RUN,
        acts=True,
    ),
    "begin": Action(
        "i",
        "begin",
        "Begin here",
        "Make this folder a workspace, where it is none yet",
        "Plans",
        needs="This folder is a workspace already.",
        acts=True,
    ),
    "new-plan": Action(
        "N",
        "new_plan",
        "New plan",
        "Write a new plan",
        "Plans",
        needs="A new plan needs a workspace: {begin} makes this folder one.",
        acts=True,
    ),
    "archive": Action(
        "A",
        "archive",
        "",
        "Archive the plan: move it to documentation/archive/",
        "Plans",
        needs="No plan is selected.",
        acts=True,
    ),
    "problems": Action("c", "problems", "", "Check the documents: what is wrong, and what to do", "Plans"),
    "demo": Action("D", "demo", "", "Open the demo, a sample to try everything in", "Plans"),
    "open-folder": Action("O", "open_folder", "", "Open another folder, beside this one", "Plans"),
    "open": Action("enter", "open", "Open", "Open what the cursor is on", "Move", needs="Nothing is selected."),
    "filter": Action(
        "slash",
        "filter",
        "Filter",
        "Filter the list as you type; Escape ends it",
        "Move",
        needs="There is nothing to filter.",
    ),
    "dependencies": Action(
        "d",
        "dependencies",
        "Dependencies",
        "What waits for what, drawn as a graph",
        "Move",
        needs="No plan is selected.",
    ),
    "order": Action("o", "order", "", "Sort by name, state, progress, next step or last run", "Move"),
    "group": Action("z", "group", "", "Group by container, by state, or not at all", "Move"),
    "needs": Action(
        "m",
        "needs",
        "Needs me",
        "Everything that waits for you, in all plans",
        "Move",
        needs="There is no plan yet that could need you.",
    ),
    "workspaces": Action("W", "app.workspaces", "", "To another one of the workspaces that are open", "Move"),
    "move": Action("up,down,j,k", "none", "", "Up and down; PageUp, PageDown, Home and End as well", "Move"),
    "back": Action("b", "back", "Back", "Back to where you came from", "Move"),
    "step-back": Action(
        "escape",
        "step_back",
        "",
        "Undo the last thing (filter, search …), then go back",
        "Move",
        needs="There is nothing to undo here, and nothing to go back to.",
    ),
    "export": Action("X", "export", "", "Export as a page, as Markdown or as JSON", "General", acts=True),
    "runs": Action("R", "app.runs", "Runs", "All runs: live ones first, then the newest", "Move"),
    "last-run": Action("g", "app.last_run", "", "The result of the run that ended last", "Move"),
    "refresh": Action("r", "app.refresh_plans", "Refresh", "Read the workspace again", "General"),
    "copy-menu": Action("y", "app.copy_menu", "", "Copy its name, command, path, text … from a menu", "General"),
    "picture": Action("S", "app.picture", "", "Save a picture (screenshot) of the screen as SVG", "General"),
    "open-file": Action("o", "app.open_file", "", "Open one of its files in $EDITOR, a log in $PAGER", "General"),
    "settings": Action(
        "comma", "app.settings", "", "Settings: theme, limits, notices; who says so, and another value", "General"
    ),
    "help": Action("question_mark,h", "app.help", "Help", "These keys, and what the symbols mean", "General"),
    "quit": Action("q", "app.quit_dashboard", "Quit", "Quit; a live run can go on without the screen", "General"),
    "palette": Action("ctrl+p", "app.palette", "", "Find by typing: actions, plans, runs, documents …", "General"),
    "repeat": Action("full_stop", "app.repeat", "", "Do again what was done last", "General"),
    "tour": Action("T", "app.tour", "", "A tour of five steps through the demo; again: end it", "General"),
    "change-setting": Action(
        "enter",
        "change",
        "Change",
        "Give the setting another value",
        "Settings",
        needs="This stands in a file only: edit the file.",
        acts=True,
    ),
    "unset-setting": Action(
        "u,backspace",
        "unset",
        "Unset",
        "Take the value out of its file",
        "Settings",
        needs="It stands in no file.",
        acts=True,
    ),
    "edit-setting": Action(
        "o",
        "edit",
        "Edit file",
        "Open the file that it stands in, in your editor",
        "Settings",
        needs="It stands in no file.",
    ),
    "stop": Action(
        "x",
        "stop",
        "Stop",
        "Stop the run and all of its processes; twice: at once",
        "Run",
        needs="Only a run that has not ended can be stopped.",
        acts=True,
    ),
    "stop-all": Action(
        "X",
        "stop_all",
        "Stop all",
        "Stop all runs of this screen",
        "Run",
        needs="All of these runs have ended.",
        acts=True,
    ),
    "extend": Action(
        "plus",
        "extend",
        "More time",
        "Give the run as much time again as it had at first",
        "Run",
        needs="Only a run that has not ended can be given more time.",
        acts=True,
    ),
    "next-run": Action(
        "tab", "next_run", "Next run", "To the next live run", "Run", needs="There is no other live run."
    ),
    "follow": Action(
        "f,end",
        "follow",
        "Follow",
        "Jump to the end of the log and follow it",
        "Run",
        needs="The end of the log is being followed already.",
    ),
    "again": Action(
        "t", "again", "Again", "Run it again", "Run", needs="Only a run that has ended can be run again.", acts=True
    ),
    "result": Action(
        "r", "result", "Result", "Show the result of the ended run", "Run", needs="The run has not ended yet."
    ),
    "leave": Action("b", "back", "Leave", "Leave the screen; the run goes on", "Run"),
    "search": Action("slash", "search", "Search", "Search as you type; ^R an expression, ^T with case", "Log"),
    "next-found": Action(
        "n", "found(1)", "Next", "To the next line that matches", "Log", needs="Nothing was searched for yet."
    ),
    "previous-found": Action(
        "N", "found(-1)", "Previous", "To the previous line that matches", "Log", needs="Nothing was searched for yet."
    ),
    "only": Action("ampersand", "only", "Only", "Show only the lines that match", "Log"),
    "next-error": Action("right_square_bracket,e", "error(1)", "Error", "To the next error line", "Log"),
    "previous-error": Action("left_square_bracket,E", "error(-1)", "", "To the previous error line", "Log"),
    "line": Action("enter", "line", "Line", "The whole of the current line", "Log"),
    "select": Action("v", "select", "Select", "Select lines from the current one on", "Log"),
    "unfold": Action(
        "enter,space", "line", "Unfold", "Unfold the answer of a tool, or fold it; of any other line: the whole", "Log"
    ),
    "raw": Action("v", "raw", "Raw", "From the conversation to the raw output of the agent, and back", "Log"),
    "select-lines": Action("V", "select", "Select", "Select lines from the current one on", "Log"),
    "copy": Action("y,c", "copy", "Copy", "Copy what is selected, or the current line", "Log", acts=True),
    "copy-all": Action("Y", "copy_all", "", "Copy all lines that are shown", "Log", acts=True),
    "save": Action("s", "save", "", "Save the log as a file", "Log", acts=True),
    "pager": Action("o", "outside('PAGER')", "", "Open the log in $PAGER", "Log"),
    "editor": Action("O", "outside('EDITOR')", "", "Open the log in $EDITOR", "Log"),
    "wrap": Action("w", "switch('wraps')", "Wrap", "Wrap long lines; else the arrow keys scroll sideways", "Log"),
    "numbers": Action("number_sign", "switch('numbers')", "", "Show or hide the line numbers", "Log"),
    "controls": Action("V", "switch('controls')", "", "Show or hide the control sequences of the output", "Log"),
    "details": Action("tab", "switch_pane", "Details", "From the list to the details and back", "Move"),
    "plan-facts": Action("i", "plan_facts", "", "The plan itself: its header, its figures, its health", "Move"),
    "fold": Action(
        "space",
        "fold",
        "Unfold",
        "Unfold the document under the cursor, or fold it",
        "Documents",
        needs="Go to a document in the details first.",
    ),
    "edit-document": Action(
        "o",
        "edit",
        "Edit",
        "Open the document under the cursor in $EDITOR",
        "Documents",
        needs="Go to a document in the details first.",
    ),
    "find": Action("slash", "search", "Search", "Search as you type; Escape ends it", "Documents"),
    "review": Action(
        "v",
        "review",
        "Review",
        "Look at the work, and give your verdict",
        "Verdict",
        needs="There is no work to look at here.",
    ),
    "review-plan": Action(
        "v",
        "review",
        "",
        "Look at the work of the plan that awaits a review",
        "Verdict",
        needs="Nothing of this plan awaits a review.",
    ),
    "tick": Action(
        "space",
        "tick",
        "Tick",
        "Tick a success criterion, or take the tick back",
        "Verdict",
        needs="There is no criterion to tick here.",
        acts=True,
    ),
    "next-pane": Action("tab", "pane(1)", "Diff, log", "To the difference, the log, each document, and back", "Move"),
    "previous-pane": Action("shift+tab", "pane(-1)", "", "The other way round", "Move"),
    "difference": Action("D", "difference", "", "What git says has changed", "Move"),
    "whole-log": Action(
        "l",
        "log",
        "Log",
        "The log of the run: the live one, or else the last",
        "Move",
        needs="There is no run of it yet.",
    ),
    "reviewer-prompt": Action(
        "P", "prompt", "Prompt", "Make the prompt for an assistant that reviews", "Workflows", acts=True
    ),
    "place": Action("tab", "switch_pane", "Place", "From the list to the place and back", "Documents"),
    "open-place": Action("enter", "open", "Open", "Open the place in $EDITOR, at its line", "Documents"),
    "approve": Action(
        "a",
        "judge('approve')",
        "Approve",
        "Approve the achievement: writes APPROVED_<id>.md",
        "Verdict",
        needs="Nothing here awaits a verdict.",
        acts=True,
    ),
    "fix": Action(
        "f",
        "judge('fix')",
        "Fix",
        "Ask for a fix: writes FIX_<id>.md with your notes",
        "Verdict",
        needs="Nothing here awaits a verdict.",
        acts=True,
    ),
    "resolve": Action(
        "s",
        "resolve",
        "Resolved",
        "Say what was done about each issue of the FIX",
        "Verdict",
        needs="There is no open FIX to answer.",
        acts=True,
    ),
    "retry": Action("t", "take('retry')", "", "Try the same again", "What helps", needs=NOT_OFFERED, acts=True),
    "retry-longer": Action(
        "plus", "take('retry-longer')", "", "Try it again with more time", "What helps", needs=NOT_OFFERED, acts=True
    ),
    "take-subplan": Action(
        "s",
        "take('create-subplan')",
        "",
        "Create the SUBPLAN that is missing",
        "What helps",
        needs=NOT_OFFERED,
        acts=True,
    ),
    "take-execution": Action(
        "e",
        "take('create-execution')",
        "",
        "Create the EXECUTION_TASK that is missing",
        "What helps",
        needs=NOT_OFFERED,
        acts=True,
    ),
    "take-next": Action(
        "1", "take('execute-next')", "", "Execute what comes next", "What helps", needs=NOT_OFFERED, acts=True
    ),
    "choose-achievement": Action(
        "o", "take('choose-achievement')", "", "Choose another achievement", "What helps", needs=NOT_OFFERED
    ),
    "open-log": Action("l", "take('open-log')", "", "Open the log of the run", "What helps", needs=NOT_OFFERED),
    "copy-prompt": Action(
        "c", "take('copy-prompt')", "", "Copy the prompt for your assistant", "What helps", needs=NOT_OFFERED, acts=True
    ),
    "end-leftovers": Action(
        "x",
        "take('end-leftovers')",
        "",
        "End what still lives of a lost run",
        "What helps",
        needs=NOT_OFFERED,
        acts=True,
    ),
    "read-again": Action("r", "take('refresh')", "", "Read the workspace again", "What helps", needs=NOT_OFFERED),
}

SUGGESTED: dict[SuggestedAction, str] = {
    SuggestedAction.CREATE_SUBPLAN: "take-subplan",
    SuggestedAction.CREATE_EXECUTION: "take-execution",
    SuggestedAction.EXECUTE_NEXT: "take-next",
    SuggestedAction.CHOOSE_ACHIEVEMENT: "choose-achievement",
    SuggestedAction.RETRY: "retry",
    SuggestedAction.RETRY_LONGER: "retry-longer",
    SuggestedAction.OPEN_LOG: "open-log",
    SuggestedAction.COPY_PROMPT: "copy-prompt",
    SuggestedAction.END_LEFTOVERS: "end-leftovers",
    SuggestedAction.REFRESH: "read-again",
    SuggestedAction.BACK: "back",
}
"""The action of each suggestion on the result screen."""


def bindings(*names: str) -> list[Binding]:
    """Textual's bindings for those actions of the table, in that order; each has the name of its action as its id."""
    entries = [(name, ACTIONS[name]) for name in names]
    return [Binding(each.keys, each.action, each.label, show=bool(each.label), id=name) for name, each in entries]

"""What can be said on the command line of `llm-dash`: the verbs, their arguments, and what each may be."""

import argparse
from pathlib import Path
from typing import Protocol

from llm_dashboard import __version__, argument_types, settings
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.parsing import Parser

GROUPS = {
    "See": ("status", "next", "needs", "check", "export"),
    "Run": ("run", "exec", "runs", "logs", "result", "stop", "prune"),
    "Judge": ("review",),
    "Begin and end": ("init", "allow", "new", "archive"),
    "Around it": ("demo", "serve", "settings", "doctor", "completions", "man"),
}
"""The verbs as the help lists them; one that stands in no group comes last."""
EXIT_STATUSES = {
    ExitStatus.DONE: "done",
    ExitStatus.FAILED: "the run failed, or `check` found an error",
    ExitStatus.USAGE: "wrong usage, or no plans here",
    ExitStatus.VERDICT_NEEDED: "a human's verdict is needed",
    ExitStatus.PREREQUISITE_MISSING: "a prerequisite is missing",
    ExitStatus.LIMIT: "a limit ended it",
    ExitStatus.CANCELLED: "cancelled",
}
FILES = {
    settings.FILE_NAME: "in the workspace: its settings",
    settings.USER_FILE: "your own settings",
    ".llm-dash/runs/": "in the workspace: a folder for each run",
}
ENVIRONMENT = {
    "LLM_DASH_PLANS_ROOT, LLM_DASH_LIMITS_WALL …": f"a setting each, above those of {settings.FILE_NAME}",
    "XDG_CONFIG_HOME": "where your own settings are, instead of ~/.config",
    "EDITOR, PAGER": "what documents and logs are opened with",
}
TABLES = {
    "EXIT STATUS": {str(int(status)): meaning for status, meaning in EXIT_STATUSES.items()},
    "FILES": FILES,
    "ENVIRONMENT": ENVIRONMENT,
}
"""What the manual page says besides the verbs."""
EXAMPLES = (
    "llm-dash  # the screen, on the workspace of this folder",
    "llm-dash demo  # the same on a sample, with a tour",
    "llm-dash status  # where every plan stands",
    "llm-dash run next PLAN  # do what comes next",
)
STATES = ("pending", "running", "success", "failed", "timed_out", "cancelled", "lost")
SHELLS = ("bash", "zsh", "fish")
COMPLETED = ("plans", "achievements", "workflows", "runs", "settings")
"""What `complete`, the verb that the shells call, knows the words of."""


class NewVerb(Protocol):
    """Makes a verb of a name, of what it does, and of examples."""

    def __call__(self, name: str, text: str, *examples: str) -> Parser: ...


def parser(*, verbs: bool = True) -> Parser:
    """The parser of the command line, with every verb; without them, which take time to make, for a line that names none."""
    everywhere = Parser(add_help=False)
    everywhere.add_argument(
        "--workspace",
        type=Path,
        action="append",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="the workspace (default: the nearest folder upwards that has plans); for the screen also several",
    )
    everywhere.add_argument(
        "--set",
        type=argument_types.setting,
        action="append",
        metavar="KEY=VALUE",
        default=argparse.SUPPRESS,
        help="a setting for this once, such as limits.wall=60; `llm-dash settings` lists them",
    )
    whole = Parser(
        prog="llm-dash",
        usage="llm-dash [--workspace DIR] [--set KEY=VALUE]\n       llm-dash VERB …",
        description="Plans kept as Markdown: see what is next, run it, watch it, judge it.\nWithout a verb, the screen.",
        parents=[everywhere],
        examples=EXAMPLES,
    )
    whole.add_argument("--version", action="version", version=f"llm-dash {__version__}")
    if not verbs:
        whole.set_defaults(verb=None)
        return whole
    made = whole.add_subparsers(dest="verb", metavar="VERB", prog=whole.prog, help=argparse.SUPPRESS)

    def verb(name: str, text: str, *examples: str) -> Parser:
        description = f"{text[0].upper()}{text[1:]}."
        return made.add_parser(name, help=text, description=description, parents=[everywhere], examples=examples)

    _add_seeing(verb)
    _add_running(verb)
    _add_looking_back(verb)
    _add_judging(verb)
    _add_beginning(verb)
    _add_around(verb)
    hidden = made.add_parser("complete", parents=[everywhere])
    hidden.add_argument("kind", choices=COMPLETED)
    hidden.add_argument("words", nargs=argparse.REMAINDER)
    whole.description = "\n".join((whole.description or "", *_listed(whole)))
    whole.epilog = "\n".join((whole.epilog or "", "", *_closing()))
    return whole


def groups(whole: Parser) -> dict[str, list[tuple[str, str, Parser]]]:
    """The verbs by the heading of their group, each as `Parser.verbs` has it."""
    known = {name: (name, text, verb) for name, text, verb in whole.verbs()}
    found = {heading: [known.pop(name) for name in names if name in known] for heading, names in GROUPS.items()}
    return {heading: members for heading, members in {**found, "More": [*known.values()]}.items() if members}


def _listed(whole: Parser) -> list[str]:
    lines: list[str] = []
    for heading, members in groups(whole).items():
        lines += ["", f"{heading}:", *(f"  {name:12} {text}" for name, text, _ in members)]
    return lines


def _closing() -> list[str]:
    return [
        "exit status:",
        *(f"  {int(status):<4} {meaning}" for status, meaning in EXIT_STATUSES.items()),
        "",
        "settings:",
        *(f"  {name:{len(settings.USER_FILE)}}  {text}" for name, text in FILES.items()),
        "",
        "`llm-dash VERB --help` says more, with examples; `llm-dash man` is all of it.",
    ]


def _add_plan(verb: Parser, *, optional: bool = False, default: str = "") -> None:
    verb.add_argument(
        "plan",
        nargs="?" if optional else None,
        metavar="PLAN",
        help=f"a name, its beginning, or a path{f' (default: {default})' if default else ''}",
    )


def _add_json(verb: Parser, what: str = "one object") -> None:
    verb.add_argument("--json", action="store_true", help=what)


def _add_seeing(verb: NewVerb) -> None:
    _add_json(
        verb(
            "status",
            "where every plan stands",
            "llm-dash status",
            "llm-dash status --json | jq '.plans[].next'",
            "llm-dash status --workspace ~/work/station",
        )
    )
    following = verb(
        "next",
        "what comes next, for one plan or for all",
        "llm-dash next",
        "llm-dash next weather  # the beginning of a name is enough",
    )
    _add_plan(following, optional=True, default="all plans")
    _add_json(following)
    _add_json(
        verb(
            "needs",
            "what waits for you in all plans: reviews, fixes, failed runs",
            "llm-dash needs",
            "llm-dash needs --json",
        )
    )
    check = verb(
        "check",
        "what is wrong with the documents, and what to do",
        "llm-dash check  # the documents of all plans",
        "llm-dash check WEATHER-STATION --json",
    )
    _add_plan(check, optional=True, default="all plans")
    _add_json(check)
    export = verb(
        "export",
        "a plan, or all, as one document: HTML, Markdown or JSON",
        "llm-dash export --output plans.html  # all plans, as a page for the browser",
        "llm-dash export WEATHER-STATION  # one, as Markdown",
    )
    _add_plan(export, optional=True, default="all plans")
    export.add_argument("--format", choices=("md", "json", "html"), help="default: by the ending of FILE, else md")
    export.add_argument("--output", type=Path, metavar="FILE", help="write it there (default: print it)")
    export.add_argument("--force", action="store_true", help="replace FILE where it exists")


def _add_running(verb: NewVerb) -> None:
    run = verb(
        "run",
        "run a workflow of a plan",
        "llm-dash run next WEATHER-STATION  # shows the command, and asks",
        "llm-dash run subplan WEATHER-STATION 2.1 --yes",
        "llm-dash run parallel WEATHER-STATION  # all that are ready, at once",
        "llm-dash run --list  # the workflows, your own ones too",
    )
    run.add_argument(
        "workflow",
        nargs="?",
        metavar="WORKFLOW",
        help=f"next, subplan, execution, parallel, or one of the workspace's own, from {settings.FILE_NAME}",
    )
    _add_plan(run, optional=True)
    run.add_argument(
        "achievements",
        nargs="*",
        metavar="ACHIEVEMENT",
        help="an id such as 1.2 (default: the one that is next); for parallel several (default: all that are ready)",
    )
    run.add_argument("-y", "--yes", action="store_true", help="do not ask")
    run.add_argument("--list", action="store_true", help="the workflows that there are, instead of running one")
    execute = verb(
        "exec",
        "run any command as a run: recorded, limited, judged",
        "llm-dash exec -- make test",
        "llm-dash exec --wall 60 --idle 10 --json -- make test",
    )
    execute.add_argument("--wall", type=argument_types.seconds, metavar="S", help="end it after S seconds")
    execute.add_argument(
        "--idle", type=argument_types.seconds, metavar="S", help="end it after S seconds without output"
    )
    execute.add_argument(
        "--grace",
        type=argument_types.grace,
        metavar="INT,TERM",
        help="seconds to end in after SIGINT, after SIGTERM",
    )
    for each in (run, execute):
        form = each.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="the result as one object, and nothing else")
        form.add_argument("--jsonl", action="store_true", help="the events, one object a line")
    execute.add_argument("argv", nargs=argparse.REMAINDER, metavar="ARGV", help="the command, after --")


def _add_looking_back(verb: NewVerb) -> None:
    runs = verb(
        "runs",
        "the runs: live ones first, then the newest",
        "llm-dash runs",
        "llm-dash runs --plan WEATHER-STATION --state failed --limit 0",
    )
    runs.add_argument("--plan", metavar="PLAN", help="only those of that plan")
    runs.add_argument("--workflow", metavar="WORKFLOW", help="only those of that workflow")
    runs.add_argument("--state", choices=STATES, metavar="STATE", help=f"only those that are {', '.join(STATES)}")
    runs.add_argument(
        "--limit", type=argument_types.run_count, default=20, metavar="N", help="at most N, 0 for all (default: 20)"
    )
    _add_json(runs, "a list of objects")
    logs = verb(
        "logs",
        "the output of a run: safe on a terminal, else byte for byte",
        "llm-dash logs last -f  # follow the newest run to its end",
        "llm-dash logs last > output.log",
    )
    logs.add_argument("-f", "--follow", action="store_true", help="go on until the run has ended")
    result = verb(
        "result",
        "how a run ended; exits as the run did",
        "llm-dash result last",
        "llm-dash result last --json | jq .deliverables",
    )
    _add_json(result)
    stop = verb(
        "stop",
        "stop a run with all of its processes, and wait for its end",
        "llm-dash stop last",
        "llm-dash stop last --now",
    )
    stop.add_argument("--now", action="store_true", help="without grace")
    for each in (logs, result, stop):
        each.add_argument("run", metavar="RUN", help="an id, a part of one, or `last`")
    prune = verb(
        "prune",
        "delete ended runs",
        "llm-dash prune --keep 50",
        "llm-dash prune --older-than 30",
    )
    prune.add_argument("--keep", type=argument_types.run_count, metavar="N", help="keep the newest N")
    prune.add_argument("--older-than", type=argument_types.days, metavar="DAYS", help="only those older than that")


def _add_judging(verb: NewVerb) -> None:
    review = verb(
        "review",
        "what there is to judge; the verdict; the answer to a FIX",
        "llm-dash review WEATHER-STATION  # what there is to judge",
        "llm-dash review WEATHER-STATION 1.2 --approve",
        "llm-dash review WEATHER-STATION 1.2 --fix --critical 'A gap is invented'",
        "llm-dash review WEATHER-STATION 1.1 --resolve --notes-file answer.md",
    )
    _add_plan(review)
    review.add_argument(
        "achievement", nargs="?", metavar="ACHIEVEMENT", help="an id such as 1.2 (default: the one that awaits it)"
    )
    verdict = review.add_mutually_exclusive_group()
    for name, text in (
        ("approve", "approve it: writes APPROVED_<id>.md"),
        ("fix", "ask for a fix: writes FIX_<id>.md; without issues, each line of the notes is a critical one"),
        ("resolve", "answer its FIX: writes FIX_<id>_RESOLUTION.md"),
    ):
        verdict.add_argument(f"--{name}", dest="verdict", action="store_const", const=name, help=text)
    noted = review.add_mutually_exclusive_group()
    noted.add_argument("--notes", default="", metavar="TEXT", help="what to say with it")
    noted.add_argument("--notes-file", default="", metavar="FILE", help="a file that says it; - is standard input")
    review.add_argument("--critical", action="append", default=[], metavar="TEXT", help="an issue that must be fixed")
    review.add_argument("--minor", action="append", default=[], metavar="TEXT", help="an issue that should be fixed")
    review.add_argument("--reviewer", default="", metavar="NAME", help="who says it (default: you)")
    _add_json(review)


def _add_beginning(verb: NewVerb) -> None:
    init = verb(
        "init",
        "make a folder a workspace; what is there is kept",
        "llm-dash init  # this folder",
        "llm-dash init ~/work/station",
    )
    init.add_argument("directory", nargs="?", type=Path, metavar="DIR", help="the folder (default: the current one)")
    allow = verb(
        "allow",
        f"see what {settings.FILE_NAME} would have run, and allow it",
        "llm-dash allow  # shows it, and asks; a changed file is asked for again",
        "llm-dash allow --forget",
    )
    allow.add_argument("-y", "--yes", action="store_true", help="do not ask")
    allow.add_argument("--forget", action="store_true", help="do not allow it any more")
    new = verb(
        "new",
        "a new plan, from a template",
        "llm-dash new RAIN-ALERTS --achievement 'Read the gauge' --achievement 'Warn'",
        "llm-dash new TIDES --container later --priority LOW",
    )
    new.add_argument("name", metavar="NAME", help="capitals, digits and hyphens; anything else becomes that")
    new.add_argument("--title", default="", metavar="T", help="one line (default: the name)")
    new.add_argument("--goal", default="", metavar="G", help="what is true when all of it is done")
    new.add_argument("--priority", default="", metavar="P", help="CRITICAL, HIGH, MEDIUM or LOW (default: MEDIUM)")
    new.add_argument(
        "--achievement",
        action="append",
        default=[],
        metavar="TITLE",
        help="one for each; they are numbered 1.1, 1.2 …, or as you say: '2.1: TITLE'",
    )
    new.add_argument("--container", default="", metavar="DIR", help="a folder below the plans root to put it in")
    archive = verb(
        "archive",
        "move a finished plan to documentation/archive/",
        "llm-dash archive WEATHER-STATION  # shows what moves, and asks",
    )
    _add_plan(archive)
    archive.add_argument("-y", "--yes", action="store_true", help="do not ask")


def _add_around(verb: NewVerb) -> None:
    demo = verb(
        "demo",
        "a sample to try everything in, with a tour of five steps",
        "llm-dash demo  # T starts the tour",
        "llm-dash demo --headless",
    )
    demo.add_argument("--headless", action="store_true", help="walk the whole loop in text, with real processes")
    serve = verb(
        "serve",
        "the screen in a browser, at a secret address",
        "llm-dash serve  # prints the address",
        "llm-dash serve --port 8000",
    )
    serve.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="where to listen (default: 127.0.0.1, only from here)"
    )
    serve.add_argument(
        "--port", type=argument_types.port, default=0, metavar="N", help="the port (default: one that is free)"
    )
    _add_json(
        verb(
            "settings",
            "what is set, and where each value comes from",
            "llm-dash settings",
            "llm-dash settings --set limits.wall=60  # as it would be with that",
        )
    )
    _add_json(
        verb(
            "doctor",
            "which agents can work here, and what to do where one cannot",
            "llm-dash doctor",
            "llm-dash doctor --json",
        )
    )
    completions = verb(
        "completions",
        "what bash, zsh or fish needs to complete by Tab",
        "llm-dash completions bash > ~/.llm-dash.bash  # and source it in ~/.bashrc",
        'llm-dash completions zsh > "${fpath[1]}/_llm-dash"',
        "llm-dash completions fish > ~/.config/fish/completions/llm-dash.fish",
    )
    completions.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"{', '.join(SHELLS[:-1])} or {SHELLS[-1]}")
    verb(
        "man",
        "the manual page: every verb, argument and example",
        "llm-dash man | man -l -",
        "llm-dash man > ~/.local/share/man/man1/llm-dash.1",
    )

"""What can be said on the command line of `llm-dash`: the verbs, their arguments, and what each may be."""

import argparse
from pathlib import Path

from llm_dashboard import __version__, settings

LONGEST_AGO = 100_000
"""In days."""
STATES = ("pending", "running", "success", "failed", "timed_out", "cancelled", "lost")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds (0 for no limit)")
    return value


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of runs")
    return int(text)


def _days(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= LONGEST_AGO:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days")
    return value


def _grace(text: str) -> tuple[float, float]:
    parts = [_seconds(part) for part in text.split(",")]
    if len(parts) != 2:
        raise argparse.ArgumentTypeError("two numbers of seconds, after SIGINT and after SIGTERM: 5,3")
    return parts[0], parts[1]


def _setting(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is no KEY=VALUE, such as limits.wall=60")
    return key.strip(), value.strip()


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 for one that is free)")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The parser of the command line, with every verb."""
    everywhere = argparse.ArgumentParser(add_help=False)
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
        type=_setting,
        action="append",
        metavar="KEY=VALUE",
        default=argparse.SUPPRESS,
        help="a setting for this once, such as limits.wall=60; `llm-dash settings` lists them",
    )
    whole = argparse.ArgumentParser(
        prog="llm-dash",
        description="Plans kept as Markdown: see what is next, run it, watch it, judge it. Without a verb, the screen.",
        parents=[everywhere],
    )
    whole.add_argument("--version", action="version", version=f"llm-dash {__version__}")
    verbs = whole.add_subparsers(dest="verb", metavar="VERB")

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".", parents=[everywhere])

    status = verb("status", "where every plan stands")
    status.add_argument("--json", action="store_true", help="one object")
    following = verb("next", "what comes next, for one plan or for all")
    following.add_argument("plan", nargs="?", metavar="PLAN", help="a name, its beginning, or a path")
    following.add_argument("--json", action="store_true", help="one object")
    needs = verb("needs", "what waits for you in all plans: reviews, fixes, failed runs")
    needs.add_argument("--json", action="store_true", help="one object")
    export = verb("export", "a plan, or all, as one document: a page of HTML, Markdown or JSON")
    export.add_argument("plan", nargs="?", metavar="PLAN", help="a name, its beginning, or a path (default: all plans)")
    export.add_argument("--format", choices=("md", "json", "html"), help="default: by the ending of FILE, else md")
    export.add_argument("--output", type=Path, metavar="FILE", help="write it there (default: print it)")
    export.add_argument("--force", action="store_true", help="replace FILE where it exists")
    chosen = verb("settings", "what is set, and where each value comes from")
    chosen.add_argument("--json", action="store_true", help="one object")
    check = verb("check", "what is wrong with the documents of one plan or of all, and what to do; exits 1 on an error")
    check.add_argument("plan", nargs="?", metavar="PLAN", help="a name, its beginning, or a path")
    check.add_argument("--json", action="store_true", help="one object")
    run = verb("run", "run a workflow of a plan")
    run.add_argument(
        "workflow",
        nargs="?",
        metavar="WORKFLOW",
        help=f"next, subplan, execution, parallel, or one of the workspace's own, from {settings.FILE_NAME}",
    )
    run.add_argument("plan", nargs="?", metavar="PLAN", help="a name, its beginning, or a path")
    run.add_argument(
        "achievements",
        nargs="*",
        metavar="ACHIEVEMENT",
        help="an id such as 1.2 (default: the one that is next); for parallel several (default: all that are ready)",
    )
    run.add_argument("-y", "--yes", action="store_true", help="do not ask")
    run.add_argument("--list", action="store_true", help="the workflows that there are, instead of running one")
    review = verb("review", "what there is to judge of an achievement; or the verdict on it, or the answer to a FIX")
    review.add_argument("plan", metavar="PLAN", help="a name, its beginning, or a path")
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
    review.add_argument("--json", action="store_true", help="one object")
    execute = verb("exec", "run any command as a run of the workspace: recorded, limited, judged")
    execute.add_argument("--wall", type=_seconds, metavar="S", help="end it after S seconds")
    execute.add_argument("--idle", type=_seconds, metavar="S", help="end it after S seconds without output")
    execute.add_argument(
        "--grace", type=_grace, metavar="INT,TERM", help="seconds to end in after SIGINT, after SIGTERM"
    )
    for each in (run, execute):
        form = each.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="the result as one object, and nothing else")
        form.add_argument("--jsonl", action="store_true", help="the events, one object a line")
    execute.add_argument("argv", nargs=argparse.REMAINDER, metavar="ARGV", help="the command, after --")
    runs = verb("runs", "the runs: live ones first, then the newest")
    runs.add_argument("--plan", metavar="NAME", help="only those of that plan")
    runs.add_argument("--workflow", metavar="NAME", help="only those of that workflow")
    runs.add_argument("--state", choices=STATES, help="only those in that state")
    runs.add_argument("--limit", type=_count, default=20, metavar="N", help="at most N, 0 for all (default: 20)")
    runs.add_argument("--json", action="store_true", help="a list of objects")
    logs = verb("logs", "the output of a run; made safe on a terminal, byte for byte elsewhere")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until the run has ended")
    stop = verb("stop", "stop a run with all of its processes, and wait for its end")
    stop.add_argument("--now", action="store_true", help="without grace")
    result = verb("result", "how a run ended; exits as the run did")
    result.add_argument("--json", action="store_true", help="one object")
    for each in (logs, stop, result):
        each.add_argument("run", metavar="RUN", help="an id, a part of one, or `last`")
    prune = verb("prune", "delete ended runs")
    prune.add_argument("--keep", type=_count, metavar="N", help="keep the newest N")
    prune.add_argument("--older-than", type=_days, metavar="DAYS", help="only those older than that")
    serve = verb("serve", "the screen in a browser, at an address that nobody can guess")
    serve.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="where to listen (default: 127.0.0.1, only from here)"
    )
    serve.add_argument("--port", type=_port, default=0, metavar="N", help="the port (default: one that is free)")
    init = verb("init", "make a folder a workspace; what is there is kept")
    init.add_argument("directory", nargs="?", type=Path, metavar="DIR", help="the folder (default: the current one)")
    new = verb("new", "a new plan, from a template")
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
    allow = verb(
        "allow", f"see what {settings.FILE_NAME} of the workspace would have run, and allow it until it changes"
    )
    allow.add_argument("-y", "--yes", action="store_true", help="do not ask")
    allow.add_argument("--forget", action="store_true", help="do not allow it any more")
    doctor = verb("doctor", "which agents there are, whether each can work here, and what to do where it cannot")
    doctor.add_argument("--json", action="store_true", help="one object")
    archive = verb("archive", "move a finished plan to documentation/archive/")
    archive.add_argument("plan", metavar="PLAN", help="a name, its beginning, or a path")
    archive.add_argument("-y", "--yes", action="store_true", help="do not ask")
    demo = verb("demo", "a small sample workspace in a temporary folder, to try everything in")
    demo.add_argument("--headless", action="store_true", help="walk the whole loop in text, with real processes")
    return whole

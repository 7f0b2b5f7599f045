"""`llm-dash`: opens the screen; every verb works without one.

Data goes to stdout, talk to stderr. Exit status: 0 done, 1 the run failed or `check` found an error, 2 wrong usage, 3 a human's
verdict is needed, 4 a prerequisite is missing, 124 a limit ended it, 130 cancelled.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from llm_dashboard import __version__, settings
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.safe_text import plain

LONGEST_AGO = 100_000
"""In days."""
STATES = ("pending", "running", "success", "failed", "timed_out", "cancelled", "lost")


def entry_point(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say (those of the process by default); the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return _dispatch(options)
    except settings.SettingsError as error:
        print(f"llm-dash: {plain(str(error))}", file=sys.stderr)
        return ExitStatus.USAGE
    except KeyboardInterrupt:
        return ExitStatus.CANCELLED
    except BrokenPipeError:
        # Whoever reads has enough: nothing more can be said, not even when the stream is flushed at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.DONE


def _dispatch(options: argparse.Namespace) -> int:
    if options.verb == "demo":
        from llm_dashboard.verbs import demo

        return demo.demo(headless=options.headless)
    given: list[Path] = getattr(options, "workspace", None) or []
    if options.verb == "init":
        from llm_dashboard.verbs import init

        return init.init((options.directory or next(iter(given), Path.cwd())).resolve())
    wrong = next((each for each in given if not each.is_dir()), None)
    root = None if wrong else _workspace(given)
    if root is None and not given and options.verb is None and _is_on_terminal():
        root = Path.cwd()
    if root is None:
        reason = (
            f"neither {Path.cwd()} nor a folder above it has {settings.DEFAULT_PLANS_ROOT}/ or {settings.FILE_NAME}"
        )
        reason = f"{wrong} is no folder" if wrong else reason
        talk = (
            f"llm-dash: no plans here: {reason}. Make a workspace with `llm-dash init`, name one with --workspace DIR, "
            "or try `llm-dash demo`."
        )
        print(plain(talk), file=sys.stderr)
        return ExitStatus.USAGE
    if options.verb is None:
        from llm_dashboard.verbs.screen import open_screen

        return open_screen(root, *settings.load_or_default(root), given[1:])
    if len(given) > 1:
        print(f"llm-dash: {options.verb} works on one workspace; give --workspace once.", file=sys.stderr)
        return ExitStatus.USAGE
    if options.verb == "serve":
        from llm_dashboard.verbs.serve import serve

        return serve(root, options.host, options.port)
    chosen = settings.load(root)
    match options.verb:
        case "status":
            from llm_dashboard.verbs import status

            return status.status(root, chosen, as_json=options.json)
        case "next":
            from llm_dashboard.verbs import status

            return status.next_step(root, chosen, options.plan, as_json=options.json)
        case "needs":
            from llm_dashboard.verbs import needs

            return needs.show_needs(root, chosen, as_json=options.json)
        case "export":
            from llm_dashboard.verbs import export

            return export.export_plans(
                root, chosen, options.plan, form=options.format, output=options.output, force=options.force
            )
        case "new":
            from llm_dashboard.verbs import new

            return new.new(
                root,
                chosen,
                options.name,
                title=options.title,
                goal=options.goal,
                priority=options.priority,
                achievements=options.achievement,
                container=options.container,
            )
        case "archive":
            from llm_dashboard.verbs import archive

            return archive.archive_plan(root, chosen, options.plan, yes=options.yes)
        case "check":
            from llm_dashboard.verbs import check

            return check.check(root, chosen, options.plan, as_json=options.json)
        case "run" if options.list:
            from llm_dashboard.verbs import workflows

            return workflows.workflows(chosen, output=_output(options))
        case "run" if options.plan is None:
            print(
                "llm-dash: run needs a workflow and a plan; `llm-dash run --list` shows the workflows.", file=sys.stderr
            )
            return ExitStatus.USAGE
        case "run" if options.workflow == "parallel":
            from llm_dashboard.verbs import parallel

            return parallel.run_parallel(
                root, chosen, options.plan, options.achievements, yes=options.yes, output=_output(options)
            )
        case "run" if len(options.achievements) > 1:
            print("llm-dash: one achievement at a time; `llm-dash run parallel` runs several.", file=sys.stderr)
            return ExitStatus.USAGE
        case "run":
            from llm_dashboard.verbs import run

            return run.run_workflow(
                root,
                chosen,
                options.workflow,
                options.plan,
                next(iter(options.achievements), None),
                yes=options.yes,
                output=_output(options),
            )
        case "review":
            return _review(root, chosen, options)
        case "exec" if not _argv(options):
            print("llm-dash: exec needs a command: llm-dash exec -- make test", file=sys.stderr)
            return ExitStatus.USAGE
        case "exec":
            from llm_dashboard.verbs import run

            return run.run_command(
                root,
                chosen,
                _argv(options),
                wall=options.wall,
                idle=options.idle,
                grace=options.grace,
                output=_output(options),
            )
        case "runs":
            from llm_dashboard.verbs import history

            return history.list_runs(
                root,
                plan=options.plan,
                workflow=options.workflow,
                state=options.state,
                limit=options.limit,
                as_json=options.json,
            )
        case "logs":
            from llm_dashboard.verbs import history

            return history.show_log(root, options.run, follow=options.follow)
        case "stop":
            from llm_dashboard.verbs import history

            return history.stop(root, options.run, now=options.now)
        case "result":
            from llm_dashboard.verbs import history

            return history.show_result(root, options.run, as_json=options.json)
        case "prune":
            from llm_dashboard.verbs import history

            return history.prune(root, keep=options.keep, days=options.older_than)
    raise AssertionError(options.verb)


def _review(root: Path, chosen: settings.Settings, options: argparse.Namespace) -> int:
    from llm_dashboard.verbs import review

    verdict = review.Verdict(options.verdict) if options.verdict else None
    if (options.critical or options.minor) and verdict is not review.Verdict.FIX:
        print("llm-dash: issues belong to a fix: add --fix", file=sys.stderr)
        return ExitStatus.USAGE
    if (options.notes or options.notes_file) and verdict is None:
        print("llm-dash: notes belong to a verdict: add --approve, --fix or --resolve", file=sys.stderr)
        return ExitStatus.USAGE
    try:
        notes = options.notes or (review.read_notes(options.notes_file) if options.notes_file else "")
    except OSError as error:
        print(f"llm-dash: {plain(options.notes_file)} cannot be read: {error.strerror}", file=sys.stderr)
        return ExitStatus.USAGE
    words = review.Words(notes, tuple(options.critical), tuple(options.minor), options.reviewer)
    return review.review(root, chosen, options.plan, options.achievement, verdict, words, as_json=options.json)


def _workspace(given: list[Path]) -> Path | None:
    return given[0].resolve() if given else settings.find_workspace(Path.cwd())


def _is_on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _argv(options: argparse.Namespace) -> list[str]:
    """The command of `exec`, without the `--` before it."""
    return options.argv[1:] if options.argv[:1] == ["--"] else list(options.argv)


def _output(options: argparse.Namespace) -> str:
    return "jsonl" if options.jsonl else "json" if options.json else "text"


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


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 for one that is free)")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument(
        "--workspace",
        type=Path,
        action="append",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="the workspace (default: the nearest folder upwards that has plans); for the screen also several",
    )
    parser = argparse.ArgumentParser(
        prog="llm-dash",
        description="Plans kept as Markdown: see what is next, run it, watch it, judge it. Without a verb, the screen.",
        parents=[everywhere],
    )
    parser.add_argument("--version", action="version", version=f"llm-dash {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")

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
    archive = verb("archive", "move a finished plan to documentation/archive/")
    archive.add_argument("plan", metavar="PLAN", help="a name, its beginning, or a path")
    archive.add_argument("-y", "--yes", action="store_true", help="do not ask")
    demo = verb("demo", "a small sample workspace in a temporary folder, to try everything in")
    demo.add_argument("--headless", action="store_true", help="walk the whole loop in text, with real processes")
    return parser

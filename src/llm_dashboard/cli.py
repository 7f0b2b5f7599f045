"""`llm-dash`: opens the screen; every verb works without one.

Data goes to stdout, talk to stderr. Exit status: 0 done, 1 the run failed, 2 wrong usage, 3 a human's verdict is needed, 4 a
prerequisite is missing, 124 a limit ended it, 130 cancelled.
"""

import argparse
import gc
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llm_dashboard import __version__, settings
from llm_dashboard.exit_status import ExitStatus

if TYPE_CHECKING:
    from llm_dashboard.plans.models import WorkspaceState

PATIENCE = 0.05
"""Seconds that the first screen waits for the plans; without them it says that they are being read."""


def entry_point(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say (those of the process by default); the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    try:
        return _dispatch(options)
    except settings.SettingsError as error:
        print(f"llm-dash: {error}", file=sys.stderr)
        return ExitStatus.USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.FAILED


def _dispatch(options: argparse.Namespace) -> int:
    if options.verb == "demo":
        from llm_dashboard.verbs import demo

        return demo.demo(headless=options.headless)
    given: Path | None = getattr(options, "workspace", None)
    root = _workspace(given)
    if root is None:
        start = given or Path.cwd()
        print(
            f"llm-dash: no plans here: neither {start} nor a folder above it has {settings.DEFAULT_PLANS_ROOT}/ or "
            f"{settings.FILE_NAME}. Name one with --workspace DIR, or try `llm-dash demo`.",
            file=sys.stderr,
        )
        return ExitStatus.USAGE
    chosen = settings.load(root)
    match options.verb:
        case "status":
            from llm_dashboard.verbs import status

            return status.status(root, chosen, as_json=options.json)
        case "next":
            from llm_dashboard.verbs import status

            return status.next_step(root, chosen, options.plan, as_json=options.json)
        case "run":
            from llm_dashboard.verbs import run

            return run.run_workflow(
                root,
                chosen,
                options.workflow,
                options.plan,
                options.achievement,
                yes=options.yes,
                output=_output(options),
            )
        case "exec":
            from llm_dashboard.verbs import run

            return run.run_command(
                root,
                chosen,
                options.argv,
                wall=options.wall,
                idle=options.idle,
                grace=options.grace,
                output=_output(options),
            )
    return open_screen(root, chosen)


def open_screen(root: Path, chosen: settings.Settings) -> int:
    """Open the app on that workspace; the exit status."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(
            "llm-dash: the screen needs a terminal. Without one, try `llm-dash status`, `llm-dash next PLAN` or "
            "`llm-dash run next PLAN --yes`.",
            file=sys.stderr,
        )
        return ExitStatus.USAGE
    from llm_dashboard.plans.workspace import Workspace

    workspace = Workspace(root, chosen.plans_root)
    first: list[WorkspaceState] = []
    reading = threading.Thread(target=lambda: first.append(workspace.load()), daemon=True)
    reading.start()
    # What the imports make lives as long as the app: collecting it over and over costs a seventh of the start.
    gc.disable()
    from llm_dashboard.ui.app import build_app

    gc.freeze()
    gc.enable()
    reading.join(PATIENCE)
    app = build_app(workspace, chosen, first[0] if first else None)
    app.run()
    return app.return_code or ExitStatus.DONE


def _workspace(given: Path | None) -> Path | None:
    if given is None:
        return settings.find_workspace(Path.cwd())
    return given.resolve() if given.is_dir() else None


def _output(options: argparse.Namespace) -> str:
    return "jsonl" if options.jsonl else "json" if options.json else "text"


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError("seconds, 0 for no limit")
    return value


def _grace(text: str) -> tuple[float, float]:
    parts = [_seconds(part) for part in text.split(",")]
    if len(parts) != 2:
        raise argparse.ArgumentTypeError("two numbers of seconds, after SIGINT and after SIGTERM: 5,3")
    return parts[0], parts[1]


def _parser() -> argparse.ArgumentParser:
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument(
        "--workspace",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="the workspace (default: the nearest folder upwards that has plans)",
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
    run = verb("run", "run a workflow of a plan")
    run.add_argument("workflow", choices=("next", "subplan", "execution"))
    run.add_argument("plan", metavar="PLAN", help="a name, its beginning, or a path")
    run.add_argument(
        "achievement", nargs="?", metavar="ACHIEVEMENT", help="an id such as 1.2 (default: the one that is next)"
    )
    run.add_argument("-y", "--yes", action="store_true", help="do not ask")
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
    execute.add_argument("argv", nargs="+", metavar="ARGV", help="the command, after --")
    demo = verb("demo", "a small sample workspace in a temporary folder, to try everything in")
    demo.add_argument("--headless", action="store_true", help="walk the whole loop in text, with real processes")
    return parser

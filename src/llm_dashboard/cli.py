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
from llm_dashboard.arguments import TABLES, groups, parser
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.no_workspace import places, wanted
from llm_dashboard.parsing import Parser
from llm_dashboard.safe_text import plain


def entry_point(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say (those of the process by default); the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    whole = parser(verbs=bool(given))
    options = whole.parse_args(given)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return _dispatch(whole, options)
    except settings.SettingsError as error:
        print(f"llm-dash: {plain(str(error))}", file=sys.stderr)
        return ExitStatus.USAGE
    except KeyboardInterrupt:
        return ExitStatus.CANCELLED
    except BrokenPipeError:
        # Whoever reads has enough: nothing more can be said, not even when the stream is flushed at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.DONE


def _dispatch(whole: Parser, options: argparse.Namespace) -> int:
    if options.verb == "completions":
        from llm_dashboard.verbs import completions

        return completions.completions(whole, options.shell)
    if options.verb == "complete":
        from llm_dashboard.verbs import completions

        return completions.complete(whole, options.kind, _after_dashes(options.words))
    if options.verb == "man":
        from llm_dashboard.verbs import man

        return man.man(whole, __version__, groups(whole), TABLES)
    if options.verb == "demo":
        from llm_dashboard.verbs import demo

        return demo.demo(headless=options.headless)
    given: list[Path] = getattr(options, "workspace", None) or []
    flags: dict[str, str] = dict(getattr(options, "set", ()))
    if options.verb == "init":
        from llm_dashboard.verbs import init

        return init.init(options.directory or next(iter(given), None) or settings.current_folder())
    absent = [each for each in given if not settings.is_folder(each)]
    if options.verb is None and len(absent) < len(given):
        given, wrong = [each for each in given if each not in absent], None
    else:
        wrong = next(iter(absent), None)
    root = None if wrong else _workspace(given)
    if root is None and not given and options.verb is None and _is_on_terminal():
        root = settings.current_folder()
    if root is None:
        print(_no_plans(wrong), file=sys.stderr)
        return ExitStatus.USAGE
    if options.verb is None:
        from llm_dashboard.verbs.screen import open_screen

        return open_screen(root, *settings.load_or_default(root, flags=flags), given[1:], flags, absent=absent)
    if len(given) > 1:
        print(f"llm-dash: {options.verb} works on one workspace; give --workspace once.", file=sys.stderr)
        return ExitStatus.USAGE
    if options.verb == "serve":
        from llm_dashboard.verbs.serve import serve

        return serve(root, options.host, options.port, flags)
    if options.verb == "settings":
        from llm_dashboard.verbs import settings as settings_verb

        return settings_verb.show_settings(root, flags, as_json=options.json)
    if options.verb == "allow":
        from llm_dashboard.verbs import allow

        return allow.allow(root, flags, yes=options.yes, forget=options.forget)
    chosen = settings.load(root, flags=flags)
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
        case "doctor":
            from llm_dashboard.verbs import doctor

            return doctor.doctor(root, chosen, as_json=options.json)
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
        case "exec" if not _after_dashes(options.argv):
            print("llm-dash: exec needs a command: llm-dash exec -- make test", file=sys.stderr)
            return ExitStatus.USAGE
        case "exec":
            from llm_dashboard.verbs import run

            return run.run_command(
                root,
                chosen,
                _after_dashes(options.argv),
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
    if not given:
        return settings.find_workspace(settings.current_folder())
    return (given[0] if given[0].is_absolute() else settings.current_folder() / given[0]).resolve()


def _no_plans(wrong: Path | None) -> str:
    """Why there is no workspace, and what helps. `wrong` was named as one, and is no folder."""
    if wrong:
        why = f"{plain(str(wrong))} is no folder"
    else:
        why = f"looked for {wanted()} in {places(settings.current_folder())}, and found neither"
    return "\n".join(
        (
            f"llm-dash: no plans here: {why}.",
            "  llm-dash init             makes this folder a workspace",
            "  llm-dash --workspace DIR  names one",
            "  llm-dash demo             is a sample to try everything in",
        )
    )


def _is_on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _after_dashes(words: list[str]) -> list[str]:
    """The rest of a command line, without the `--` before it."""
    return words[1:] if words[:1] == ["--"] else words


def _output(options: argparse.Namespace) -> str:
    return "jsonl" if options.jsonl else "json" if options.json else "text"

"""`run` and `exec`: a workflow, or any command, as a run of the workspace."""

import asyncio
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from llm_dashboard import measures
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans.models import Problem
from llm_dashboard.plans.workspace import Workspace, find_plan
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import (
    ExecutionResult,
    OutputAppended,
    Run,
    RunFinished,
    RunStarted,
    TestCounts,
    WorkflowState,
)
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import Settings
from llm_dashboard.workflows import catalog
from llm_dashboard.workflows.models import (
    Command,
    Failure,
    FailureKind,
    Limits,
    WorkflowRequest,
    WorkflowType,
)

LIMITS = (FailureKind.TIME_LIMIT, FailureKind.IDLE_LIMIT, FailureKind.LOG_LIMIT)


def run_workflow(
    root: Path, settings: Settings, workflow: str, wanted: str, achievement: str | None, *, yes: bool, output: str
) -> int:
    """Run a workflow of a plan; the exit status. `output` is `text`, `json` or `jsonl`."""
    plan = find_plan(Workspace(root, settings.plans_root).load(), wanted)
    if isinstance(plan, Problem):
        print(f"llm-dash: {plan.message}", file=sys.stderr)
        return ExitStatus.USAGE
    kind = WorkflowType(workflow)
    if achievement is None and kind is not WorkflowType.NEXT:
        achievement = plan.next.achievement
    command = catalog.command(WorkflowRequest(kind, plan, achievement), root, settings)
    if isinstance(command, Failure):
        return _refuse(command, kind, plan.name, achievement, output)
    if not yes and not _confirmed(command):
        return ExitStatus.CANCELLED if sys.stdin.isatty() else ExitStatus.USAGE
    return asyncio.run(_run(root, command, output))


def run_command(
    root: Path,
    settings: Settings,
    argv: Sequence[str],
    *,
    wall: float | None,
    idle: float | None,
    grace: tuple[float, float] | None,
    output: str,
) -> int:
    """Run any command in the current folder, as a run of the workspace; the exit status. Limits in seconds, 0 for none."""
    limits = catalog.limits(settings.limits)
    limits = Limits(
        wall=limits.wall if wall is None else wall or None,
        idle=limits.idle if idle is None else idle or None,
        grace=grace or limits.grace,
        log_bytes=limits.log_bytes,
    )
    here = Path.cwd()
    command = Command(
        workflow=WorkflowType.EXEC,
        requested=WorkflowType.EXEC,
        argv=tuple(argv),
        cwd=here if here.is_relative_to(root) else root,
        summary=plain(shlex.join(argv)),
        limits=limits,
    )
    return asyncio.run(_run(root, command, output))


def _confirmed(command: Command) -> bool:
    print(f"{command.summary}\n  runs  {shlex.join(command.argv)}\n  in    {command.cwd}", file=sys.stderr)
    for path in command.creates:
        print(f"  makes {plain(path)}", file=sys.stderr)
    if not sys.stdin.isatty():
        print("llm-dash: nobody is there to say yes; --yes does.", file=sys.stderr)
        return False
    print("Run it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _refuse(failure: Failure, workflow: WorkflowType, plan: str, achievement: str | None, output: str) -> int:
    nothing = failure.kind is FailureKind.NOTHING_TO_DO
    if output == "text":
        _print_failure(failure)
    else:
        result = ExecutionResult(
            run="",
            workflow=workflow,
            plan=plan,
            achievement=achievement,
            argv=(),
            state=WorkflowState.SUCCESS if nothing else WorkflowState.FAILED,
            success=nothing,
            exit_code=None,
            signal=None,
            failure=failure,
            deliverables=(),
            claimed=(),
            tests=TestCounts(),
            ended_processes=(),
            started_at=None,
            duration=0.0,
            log_file="",
            log_bytes=0,
        )
        _print_json(result if output == "json" else {"event": "run-finished", "result": result})
    if nothing:
        return ExitStatus.DONE
    return ExitStatus.PREREQUISITE_MISSING if failure.kind is FailureKind.PREREQUISITE_MISSING else ExitStatus.FAILED


async def _run(root: Path, command: Command, output: str) -> int:
    executor = WorkflowExecutor(root)
    stops: set[asyncio.Task[None]] = set()
    try:
        run = await executor.start(command)
        if isinstance(run, Failure):
            return _refuse(run, command.workflow, command.plan or "", command.achievement, output)

        def stop() -> None:
            stops.add(asyncio.create_task(executor.stop(run.id, now=bool(stops))))

        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, stop)
        result = await _follow(executor, run, output)
        await asyncio.gather(*stops)
    finally:
        await executor.close()
    if output == "json":
        _print_json(result)
    elif output == "text":
        _print_result(root, run, result)
    return _exit_status(result, command)


def _exit_status(result: ExecutionResult, command: Command) -> ExitStatus:
    if result.success:
        return ExitStatus.VERDICT_NEEDED if command.needs_verdict else ExitStatus.DONE
    if result.state is WorkflowState.CANCELLED:
        return ExitStatus.CANCELLED
    return ExitStatus.LIMIT if result.failure and result.failure.kind in LIMITS else ExitStatus.FAILED


async def _follow(executor: WorkflowExecutor, run: Run, output: str) -> ExecutionResult:
    log = executor.log(run.id)
    printed = 0
    try:
        async for event in executor.follow(run.id):
            if output == "jsonl":
                _print_json(_event(event))
            elif output == "text":
                printed = _print_lines(log, printed, last=isinstance(event, RunFinished))
            if isinstance(event, RunFinished):
                return event.result
    finally:
        log.close()
    raise RuntimeError(f"the events of {run.id} ended before it did")


def _event(event: RunStarted | OutputAppended | RunFinished) -> dict[str, object]:
    match event:
        case RunStarted():
            return {
                "event": "run-started",
                "run": event.run_id,
                "argv": event.record.argv,
                "started_at": event.record.started_at,
            }
        case OutputAppended():
            return {"event": "output-appended", "run": event.run_id, "lines": event.lines, "bytes": event.size}
        case RunFinished():
            return {"event": "run-finished", "run": event.run_id, "result": event.result}


def _print_lines(log: RunLog, printed: int, *, last: bool) -> int:
    """Print the whole lines since then, made safe for a terminal; an unterminated line only at the end."""
    from llm_dashboard.runs.ansi import text

    while log.catch_up():
        pass
    end = len(log) if last else max(printed, len(log) - 1)
    for number in range(printed, end):
        print(text(log.line(number)))
    sys.stdout.flush()
    return end


def _print_result(root: Path, run: Run, result: ExecutionResult) -> None:
    talk = [
        f"{'✓' if result.success else '✗'} {result.state.replace('_', ' ')} in {measures.duration(result.duration)}"
    ]
    talk += [f"  {each.change:8} {plain(each.path)}" for each in result.deliverables]
    if result.tests.source:
        talk.append(f"  tests    {result.tests.passed} of {result.tests.total} passed ({result.tests.source})")
    talk += [f"  ended    {plain(name)}: it was left behind" for name in result.ended_processes]
    if run.prompt_path.is_file():
        talk.append(f"  prompt   {run.prompt_path.relative_to(root)}")
    talk.append(f"  log      {result.log_file}  {measures.size(result.log_bytes)}")
    print("\n".join(talk), file=sys.stderr)
    if result.failure:
        _print_failure(result.failure)


def _print_failure(failure: Failure) -> None:
    print(failure.message, file=sys.stderr)
    for line in failure.evidence.split("\n") if failure.evidence else ():
        print(f"  {line}", file=sys.stderr)


def _print_json(value: object) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()

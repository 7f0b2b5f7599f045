"""`run` and `exec`: a workflow, or any command, as a run of the workspace."""

import asyncio
import os
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from llm_dashboard import measures
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans.models import Problem
from llm_dashboard.plans.workspace import Workspace, find_plan
from llm_dashboard.runs.attempts import next_attempt
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import (
    ExecutionResult,
    LimitsChanged,
    OutputAppended,
    Run,
    RunEvent,
    RunFinished,
    RunStarted,
    TestCounts,
    WorkflowState,
)
from llm_dashboard.runs.questions import QuestionReader, answer, asks, rejection
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import Settings, current_folder
from llm_dashboard.verbs.report import MISSING, exit_status, print_failure, print_json, print_lines, print_result
from llm_dashboard.workflows import catalog
from llm_dashboard.workflows.models import (
    UNBUFFERED,
    Command,
    Failure,
    FailureKind,
    Limits,
    WorkflowRequest,
    WorkflowType,
)


def run_workflow(
    root: Path, settings: Settings, workflow: str, wanted: str, achievement: str | None, *, yes: bool, output: str
) -> int:
    """Run a workflow of a plan; the exit status. `output` is `text`, `json` or `jsonl`."""
    entry = catalog.find_workflow(settings, workflow, "parallel")
    if isinstance(entry, str):
        print(f"llm-dash: {entry}", file=sys.stderr)
        return ExitStatus.USAGE
    plan = find_plan(Workspace(root, settings.plans_root).load(), wanted)
    if isinstance(plan, Problem):
        print(f"llm-dash: {plan.message}", file=sys.stderr)
        return ExitStatus.USAGE
    if achievement is None and entry.needs_achievement:
        achievement = plan.next.achievement
    request = entry.request(plan, achievement)
    command = catalog.command(request, root, settings)
    if isinstance(command, Failure):
        return _refuse(command, request, output)
    if not yes and _allowed_documents(root, command):
        command = catalog.command(request, root, settings)
        if isinstance(command, Failure):
            return _refuse(command, request, output)
    if not yes and not confirmed([command]):
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
    """Run any command as a run of the workspace, in the current folder if that is in it; the exit status.

    Limits in seconds, 0 for none.
    """
    limits = catalog.limits(settings.limits)
    limits = Limits(
        wall=limits.wall if wall is None else wall or None,
        idle=limits.idle if idle is None else idle or None,
        grace=grace or limits.grace,
        log_bytes=limits.log_bytes,
    )
    here = current_folder()
    command = Command(
        workflow=WorkflowType.EXEC,
        requested=WorkflowType.EXEC,
        argv=tuple(argv),
        cwd=here if here.is_relative_to(root) else root,
        summary=plain(shlex.join(argv)),
        limits=limits,
        environment=UNBUFFERED,
    )
    return asyncio.run(_run(root, command, output))


def _allowed_documents(root: Path, command: Command) -> bool:
    """Ask a person whether what documents want to be run may be; whether it may now, and could not before."""
    wanted = [each for each in command.task.proposals if each.commands] if command.task else []
    if not wanted or not sys.stdin.isatty():
        return False
    from llm_dashboard.workflows import document_commands

    for each in wanted:
        print("\n  ".join((plain(each.document), *document_commands.lines(each))), file=sys.stderr)
    print("Allow the documents to have that run after the agent's work? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        return False
    try:
        document_commands.allow(root, wanted)
    except OSError as error:
        print(f"llm-dash: it cannot be remembered: {plain(str(error))}", file=sys.stderr)
        return False
    return True


def confirmed(commands: Sequence[Command]) -> bool:
    """Show what will run, and ask; False also where nobody is there to answer."""
    from llm_dashboard.workflows import document_commands

    for command in commands:
        talk = [command.summary, f"  runs  {shlex.join(command.argv)}", f"  in    {command.cwd}"]
        talk += [f"  with  {name}={value}" for name, value in command.environment.items() if name not in UNBUFFERED]
        talk += [f"  makes {path}" for path in command.creates]
        if command.task:
            talk.append(f"  gives a prompt of {measures.count(len(command.task.prompt.splitlines()), 'line')}")
            talk += [f"  then  {shlex.join(argv)}" for argv in command.task.verify]
            talk += [
                f"  not run: {line}" for each in command.task.proposals for line in document_commands.not_run(each)
            ]
            if command.task.fix_attempts:
                talk.append(f"  again at most {measures.count(command.task.fix_attempts, 'further attempt')}")
        print("\n".join(map(plain, talk)), file=sys.stderr)
    if not sys.stdin.isatty():
        print("llm-dash: nobody is there to say yes; --yes does.", file=sys.stderr)
        return False
    print(f"Run {'it' if len(commands) == 1 else 'them'}? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _refuse(failure: Failure, wanted: WorkflowRequest | Command, output: str) -> int:
    """Say why nothing was run; the exit status."""
    if output == "text":
        print_failure(failure)
    else:
        result = unstarted(failure, wanted)
        print_json(result if output == "json" else {"event": "run-finished", "run": "", "result": result})
    if failure.kind is FailureKind.NOTHING_TO_DO:
        return ExitStatus.DONE
    return ExitStatus.PREREQUISITE_MISSING if failure.kind in MISSING else ExitStatus.FAILED


def unstarted(failure: Failure, wanted: WorkflowRequest | Command) -> ExecutionResult:
    """The result of what was not run."""
    nothing = failure.kind is FailureKind.NOTHING_TO_DO
    return ExecutionResult(
        run="",
        workflow=wanted.name or wanted.workflow,
        plan=wanted.plan.name if isinstance(wanted, WorkflowRequest) else wanted.plan,
        achievement=wanted.achievement,
        argv=() if isinstance(wanted, WorkflowRequest) else wanted.argv,
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


async def _run(root: Path, command: Command, output: str) -> int:
    def tell(run: Run, result: ExecutionResult) -> None:
        if output == "text":
            print_result(root, run, result)

    executor = WorkflowExecutor(root)
    stop = Stop(executor)
    try:
        run = await executor.start(command)
        if isinstance(run, Failure):
            return _refuse(run, command, output)
        stop.know(run)
        command, run, result = await follow_attempts(executor, command, run, output, stop, tell)
        await stop.finish()
    finally:
        await executor.close()
    if output == "json":
        print_json(result)
    tell(run, result)
    prompts = command.creates_prompt and command.workflow in (WorkflowType.CONTINUE, WorkflowType.FIX)
    if output == "text" and result.success and prompts:
        _offer_agent()
    return exit_status(result, needs_verdict=command.needs_verdict)


def _offer_agent() -> None:
    """Say who could have been given the prompt: nobody is started without having been asked for."""
    from llm_dashboard.agents.catalog import load_agents, offer

    if sentence := offer(load_agents().agents):
        print(f"  {sentence}", file=sys.stderr)


class Stop:
    """Asks runs to end when the process is asked to; the second time at once. Also those that become known later."""

    def __init__(self, executor: WorkflowExecutor) -> None:
        """To be made where a loop runs."""
        self._executor = executor
        self._runs: list[Run] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.asked = 0
        """How many times it was asked for."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.ask)

    def ask(self) -> None:
        """End the runs."""
        self.asked += 1
        for run in self._runs:
            self._send(run)

    def know(self, run: Run) -> None:
        """It is about this run, too."""
        self._runs.append(run)
        if self.asked:
            self._send(run)

    def _send(self, run: Run) -> None:
        stop = self._executor.stop(run.id, now=self.asked > 1)
        self._tasks.append(asyncio.create_task(stop))

    async def finish(self) -> None:
        """Wait until all that was asked is said."""
        await asyncio.gather(*self._tasks)


class Unattended:
    """Rejects what an agent asks for: no person is there to answer."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._questions = QuestionReader(run.log_path)
        self._rejected: set[str] = set()

    def reject(self) -> None:
        """Reject the questions that are open, and say so."""
        for asked in self._questions.catch_up():
            if asked.id in self._rejected:
                continue
            self._rejected.add(asked.id)
            try:
                answer(self._run, asked, rejection(asked))
            except OSError:
                continue
            what = f"{asked.tool} {asked.argument}".rstrip()
            print(f"llm-dash: {what} was rejected: nobody is there to answer.", file=sys.stderr)


async def follow_attempts(
    executor: WorkflowExecutor,
    command: Command,
    run: Run,
    output: str,
    stop: Stop,
    tell: Callable[[Run, ExecutionResult], None],
    name: str = "llm-dash",
) -> tuple[Command, Run, ExecutionResult]:
    """Follow a run of the command, and the further attempts at its work; the last of them, and how it ended.

    `tell` says how one ended that another follows; `name` stands before what is said between them.
    """
    result = await follow(executor, run, output, stop)
    while not stop.asked and (following := next_attempt(command, executor.run(run.id))):
        if isinstance(following, str):
            print(f"{name}: no further attempt: {following}", file=sys.stderr)
            break
        tell(run, result)
        print(f"{name}: attempt {following.attempt} gets what was found wrong", file=sys.stderr)
        again = await executor.start(following)
        if isinstance(again, Failure):
            print(f"{name}: no further attempt:", file=sys.stderr)
            print_failure(again)
            break
        command, run = following, again
        stop.know(run)
        result = await follow(executor, run, output, stop)
    return command, run, result


async def follow(executor: WorkflowExecutor, run: Run, output: str, stop: Stop) -> ExecutionResult:
    """Print the events, or the output, as they come. A reader that goes away ends the run, as the end of a pipe does."""
    log = executor.log(run.id)
    printed = 0
    talk = None
    questions = Unattended(run) if asks(run) else None
    if run.record.task:
        from llm_dashboard.verbs.conversation import ConversationPrinter

        talk = ConversationPrinter(run.log_path, run.record.task.agent.output)
    try:
        async for event in executor.follow(run.id):
            try:
                if output == "jsonl":
                    print_json(_event(event, log))
                elif output == "text" and talk:
                    talk.print_new(last=isinstance(event, RunFinished))
                elif output == "text":
                    printed = print_lines(log, printed, last=isinstance(event, RunFinished))
            except BrokenPipeError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                stop.ask()
            if questions and isinstance(event, OutputAppended):
                await asyncio.to_thread(questions.reject)
            if isinstance(event, RunFinished):
                return event.result
    finally:
        log.close()
    raise RuntimeError(f"the events of {run.id} ended before it did")


def _event(event: RunEvent, log: RunLog) -> dict[str, object]:
    match event:
        case RunStarted():
            return {
                "event": "run-started",
                "run": event.run_id,
                "argv": event.record.argv,
                "started_at": event.record.started_at,
            }
        case OutputAppended():
            while log.catch_up() and log.size < event.size:
                pass
            return {"event": "output-appended", "run": event.run_id, "lines": len(log), "bytes": log.size}
        case LimitsChanged():
            return {"event": "limits-changed", "run": event.run_id, "limits": event.limits}
        case RunFinished():
            return {"event": "run-finished", "run": event.run_id, "result": event.result}

"""`run parallel`: the next steps of several achievements at once, a run each."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans.models import Plan, Problem
from llm_dashboard.plans.workspace import Workspace, find_plan
from llm_dashboard.runs import history
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import ExecutionResult, Run
from llm_dashboard.settings import Settings
from llm_dashboard.verbs.report import print_failure, print_json, print_result
from llm_dashboard.verbs.run import Stop, confirmed, follow_attempts, unstarted
from llm_dashboard.workflows.models import Command, Failure, FailureKind
from llm_dashboard.workflows.parallel import Refusal, batch, candidates
from llm_dashboard.workflows.prerequisites import next_workflow


class ParallelResult(msgspec.Struct, frozen=True):
    """What `--json` prints. Field names and order are the public contract."""

    plan: str
    plan_file: str
    success: bool
    """Whether all were run and succeeded."""
    refused: tuple[Refusal, ...] = ()
    """What cannot be run; where there is one, none was."""
    results: tuple[ExecutionResult, ...] = ()


def run_parallel(root: Path, settings: Settings, wanted: str, ids: Sequence[str], *, yes: bool, output: str) -> int:
    """Run the next steps of these achievements, or of all that are ready, at once; the exit status.

    All or none: where one cannot be run, none is. `output` is `text`, `json` or `jsonl`.
    """
    plan = find_plan(Workspace(root, settings.plans_root).load(), wanted)
    if isinstance(plan, Problem):
        print(f"llm-dash: {plan.message}", file=sys.stderr)
        return ExitStatus.USAGE
    chosen = ids or [each.achievement.id for each in candidates(plan) if not each.needs_person]
    if not chosen:
        return _nothing(plan, output)
    made = batch(plan, chosen, root, settings, _taken(root))
    if made.refused:
        for refusal in made.refused:
            print_failure(refusal.failure)
        _print(ParallelResult(plan.name, plan.plan_file, success=False, refused=made.refused), output)
        return ExitStatus.PREREQUISITE_MISSING
    if not yes and not confirmed(made.commands):
        return ExitStatus.CANCELLED if sys.stdin.isatty() else ExitStatus.USAGE
    return asyncio.run(_run(root, settings.runs.parallel, plan, made.commands, output))


def _nothing(plan: Plan, output: str) -> int:
    """Say why there is nothing to run; the exit status."""
    step = next_workflow(plan, None)
    is_done = isinstance(step, Failure) and step.kind is FailureKind.NOTHING_TO_DO
    if isinstance(step, Failure):
        print_failure(step)
    else:
        print(f"llm-dash: {plan.name} has nothing to run, only reviews, which a person decides.", file=sys.stderr)
    _print(ParallelResult(plan.name, plan.plan_file, success=is_done), output)
    if is_done:
        return ExitStatus.DONE
    return ExitStatus.PREREQUISITE_MISSING if isinstance(step, Failure) else ExitStatus.VERDICT_NEEDED


def _taken(root: Path) -> set[str]:
    """What live runs create."""
    first = next(history.batches(root), ())
    return {path for run in first if not run.state.is_final for path in run.record.creates}


async def _run(root: Path, parallel: int, plan: Plan, commands: Sequence[Command], output: str) -> int:
    executor = WorkflowExecutor(root, parallel)
    stop = Stop(executor)
    try:
        started = [await executor.start(command) for command in commands]
        for run in started:
            if isinstance(run, Run):
                stop.know(run)
        ends = zip(commands, started, strict=True)
        results = await asyncio.gather(*(_finish(root, executor, *each, output, stop) for each in ends))
        await stop.finish()
    finally:
        await executor.close()
    good = sum(result.success for result in results)
    print(f"{good} of {len(results)} succeeded", file=sys.stderr)
    _print(ParallelResult(plan.name, plan.plan_file, good == len(results), (), tuple(results)), output)
    if stop.asked:
        return ExitStatus.CANCELLED
    return ExitStatus.DONE if good == len(results) else ExitStatus.FAILED


async def _finish(
    root: Path, executor: WorkflowExecutor, command: Command, run: Run | Failure, output: str, stop: Stop
) -> ExecutionResult:
    """Follow a run, and the further attempts at its work, to the end of the last one, and say how each ended."""
    name = f"{command.label} {command.achievement}"

    def tell(run: Run, result: ExecutionResult) -> None:
        if output == "text":
            print(name, file=sys.stderr)
            print_result(root, run, result)

    if isinstance(run, Failure):
        print(f"{name}: not started", file=sys.stderr)
        print_failure(run)
        return unstarted(run, command)
    told = "jsonl" if output == "jsonl" else "json"
    _, run, result = await follow_attempts(executor, command, run, told, stop, tell, name)
    tell(run, result)
    return result


def _print(result: ParallelResult, output: str) -> None:
    if output == "json":
        print_json(result)
    elif output == "jsonl":
        print_json({"event": "parallel-finished", "result": result})

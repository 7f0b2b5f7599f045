"""Pictures of a run and its result, from values that never change."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import Change, Deliverable, ExecutionResult, Run, RunRecord, TestCounts, WorkflowState
from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.messages import RunChanged
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.workflows.models import (
    Failure,
    FailureKind,
    Judgement,
    Limits,
    SuggestedAction,
    Suggestion,
    WorkflowType,
)
from tests.ui.conftest import running, until

NOW = datetime(2026, 11, 23, 1, 45, 43, tzinfo=UTC)
LOG = b"".join(b"\x1b[3%dmtest_store.py::test_%d\x1b[0m \x1b[32mPASSED\x1b[0m\n" % (n % 7 + 1, n) for n in range(1204))


def a_run(folder: Path, number: int = 0, **changes: object) -> Run:
    """A run of the demo's plan, live for 41 seconds."""
    run_id = f"20261123T0145{number:02}-execution-1.1-k3f"
    record = RunRecord(
        run=run_id,
        workflow=WorkflowType.EXECUTION,
        requested=WorkflowType.NEXT,
        plan="WEATHER-STATION",
        achievement="1.1",
        argv=("python", "-m", "station"),
        cwd="/work",
        summary="Writes EXECUTION_TASK_WEATHER-STATION_11_02.md.",
        environment=(),
        limits=Limits(wall=180.0),
        creates=(),
        creates_prompt=False,
        judgement=Judgement.EXIT_STATUS,
        stdin=None,
        needs_verdict=False,
        requested_at="2026-11-23T01:45:02.000Z",
        started_at="2026-11-23T01:45:02.114Z",
    )
    run = Run(record, folder / ".llm-dash" / "runs" / run_id, WorkflowState.RUNNING)
    run.folder.mkdir(parents=True, exist_ok=True)
    run.log_path.write_bytes(LOG)
    return msgspec.structs.replace(run, **changes)


def ended(run: Run, failure: Failure | None = None, state: WorkflowState = WorkflowState.SUCCESS) -> Run:
    """The run with a result."""
    result = ExecutionResult(
        run=run.id,
        workflow=run.record.workflow,
        plan=run.record.plan,
        achievement=run.record.achievement,
        argv=run.record.argv,
        state=state,
        success=failure is None,
        exit_code=0 if failure is None else 3,
        signal=None,
        failure=failure,
        deliverables=(
            Deliverable("work-space/plans/WEATHER-STATION/PLAN_WEATHER-STATION.md", Change.CHANGED),
            Deliverable("station/old.py", Change.DELETED),
        ),
        claimed=("station/imagined.py",),
        tests=TestCounts(passed=16, failed=1, total=17, source="pytest"),
        ended_processes=("python (4711)",),
        started_at=run.record.started_at,
        duration=187.2,
        log_file=f".llm-dash/runs/{run.id}/output.log",
        log_bytes=len(LOG),
    )
    return msgspec.structs.replace(run, state=state, result=result)


EXIT_3 = Failure(
    FailureKind.EXIT_STATUS,
    "exit status 3 after 3m 07s",
    "FAILED tests/test_store.py::test_torn_record\nAssertionError: 17 records, not 18\n1 failed, 16 passed in 2.10s",
    (
        Suggestion("try again", SuggestedAction.RETRY),
        Suggestion("open the log", SuggestedAction.OPEN_LOG),
        Suggestion("back to the plan", SuggestedAction.BACK),
    ),
)


async def show_runner(app: DashboardApp, run: Run) -> None:
    """Open the runner on that run."""
    app.push_screen(RunnerScreen(run, RunLog(run.log_path), lambda: NOW, {run.id: run}))


async def test_a_runner_shows_the_end_of_its_run(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        run = a_run(workspace)
        app.runs[run.id] = ended(run)
        await show_runner(app, run)
        await until(pilot, lambda: isinstance(app.screen, RunnerScreen))
        app.screen.post_message(RunChanged(ended(run)))
        await until(pilot, lambda: isinstance(app.screen, ResultScreen))
        await pilot.press("l")
        await until(pilot, lambda: not isinstance(app.screen, ResultScreen))

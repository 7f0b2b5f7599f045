"""What the runs of a plan have used, and what is left for the next one."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import time

import msgspec
import pytest

from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.task import Budget
from llm_dashboard.runs import budgets, folders, processes
from llm_dashboard.runs.budgets import PlanWatch, Spent, said, spent_in, within_plan
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.history import list_runs
from llm_dashboard.runs.models import LimitsChanged, ProcessId, Run, RunStarted, WorkflowState
from llm_dashboard.runs.moments import iso
from llm_dashboard.runs.reserved import CONTROL
from llm_dashboard.workflows.models import Command, Failure, FailureKind
from tests.agents.outputs import OUTPUTS
from tests.runs.agents import replayed, worked
from tests.runs.conftest import finished, started, until_said
from tests.runs.test_agents import AGENTS, BY_NAME


@pytest.mark.parametrize(
    ("budget", "wall", "tokens", "dollars"),
    [
        (Budget(), 30.0, 0, 0.0),
        (Budget(plan_minutes=3.1), 6.0, 0, 0.0),
        (Budget(plan_minutes=30), 30.0, 0, 0.0),
        (Budget(plan_tokens=500), 30.0, 140, 0.0),
        (Budget(tokens=100, plan_tokens=500), 30.0, 100, 0.0),
        (Budget(dollars=9, plan_dollars=2), 30.0, 0, 0.5),
    ],
)
def test_what_is_left(
    budget: Budget, wall: float, tokens: int, dollars: float, workspace: Path, tmp_path: Path
) -> None:
    command = replayed(tmp_path / "agent", AGENTS["claude"], b"", "0", workspace, budget=budget)
    worked(workspace, command, Meters(100, 20, 5, 1.0), 120)
    worked(workspace, command, Meters(200, 40, 0, 0.5))
    worked(workspace, msgspec.structs.replace(command, plan="OTHER"), Meters(900, 900, 0, 9.0))
    found = within_plan(command, workspace)
    assert isinstance(found, Command)
    assert found.task is not None
    left = found.task.budget
    assert found.limits.wall == pytest.approx(wall)
    assert left.tokens == tokens
    assert left.dollars == pytest.approx(dollars)


@pytest.mark.parametrize("budget", [Budget(plan_minutes=1), Budget(plan_tokens=120), Budget(plan_dollars=0.5)])
def test_nothing_is_left(budget: Budget, workspace: Path, tmp_path: Path) -> None:
    command = replayed(tmp_path / "agent", AGENTS["claude"], b"", "0", workspace, budget=budget)
    worked(workspace, command, Meters(100, 20, 5, 1.0))
    assert within_plan(command, workspace) == "the budget of DEMO is spent: 1 run, 1 min, 120 tokens, $1.00"
    assert isinstance(within_plan(msgspec.structs.replace(command, plan="OTHER"), workspace), Command)


async def test_what_a_live_run_has_used_counts(executor: WorkflowExecutor, workspace: Path, tmp_path: Path) -> None:
    output = next(each for each in OUTPUTS if each.agent == "codex" and b"turn.completed" in each.data)
    command = replayed(
        tmp_path / "agent", AGENTS["codex"], output.data, "wait0", workspace, budget=Budget(plan_tokens=50)
    )
    run = await started(executor, command)
    await until_said(executor, run, "turn.completed")
    refused = await executor.start(command)
    assert isinstance(refused, Failure)
    assert refused.kind is FailureKind.BUDGET
    assert "the budget of DEMO is spent: 1 run, 0 min" in refused.message
    (run.folder / CONTROL).write_text("wall 1e8\nwall 0\nidle 31\n", encoding="utf-8")
    async for event in executor.follow(run.id):
        if isinstance(event, LimitsChanged):
            assert (event.limits.wall, event.limits.idle) == (30.0, 31.0)
            break
    await executor.stop(run.id, now=True)
    await finished(executor, run)


async def test_a_run_that_waited_is_refused_where_nothing_is_left(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    command = replayed(tmp_path / "agent", AGENTS["claude"], b"", "wait0", workspace, budget=Budget(plan_minutes=1))
    executor.allow(1)
    first = await started(executor, command)
    second = await executor.start(command)
    assert isinstance(second, Run)
    worked(workspace, command, Meters(), 120)
    await executor.stop(first.id, now=True)
    await finished(executor, first)
    result = await finished(executor, second)
    assert result.failure is not None
    assert result.failure.kind is FailureKind.BUDGET


def test_a_plan_of_the_same_name_in_another_place_has_a_budget_of_its_own(workspace: Path, tmp_path: Path) -> None:
    values: dict[str, object] = {"budget": Budget(plan_minutes=1), "plan_file": "a/PLAN_DEMO.md"}
    command = replayed(tmp_path / "agent", AGENTS["claude"], b"", "0", workspace, None, **values)
    assert command.task is not None
    worked(workspace, command, Meters())
    other = msgspec.structs.replace(command.task, plan_file="b/PLAN_DEMO.md")
    assert isinstance(within_plan(msgspec.structs.replace(command, task=other), workspace), Command)
    assert isinstance(within_plan(command, workspace), str)


def test_what_a_lost_run_has_used_counts(workspace: Path, tmp_path: Path) -> None:
    output = next(each for each in OUTPUTS if each.agent == "codex" and b"turn.completed" in each.data)
    command = replayed(tmp_path / "agent", AGENTS["codex"], b"", "0", workspace, budget=Budget(plan_tokens=50))
    folder, record = folders.create(workspace, command)
    record = msgspec.structs.replace(record, started_at="2026-01-02T03:00:00Z", supervisor=ProcessId(1 << 30, 1))
    (folder / "run.json").write_bytes(msgspec.json.encode(record))
    (folder / "output.log").write_bytes(output.data)
    os.utime(folder / "output.log", times=(0, datetime(2026, 1, 2, 3, 7, tzinfo=UTC).timestamp()))
    (run,) = list_runs(workspace)
    assert run.state is WorkflowState.LOST
    spent = spent_in([run])
    assert (spent.runs, spent.minutes, spent.meters.tokens > 50) == (1, 7.0, True)
    assert isinstance(within_plan(command, workspace), str)


async def test_a_run_that_waited_keeps_the_limits_that_it_was_given_meanwhile(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    command = replayed(tmp_path / "agent", AGENTS["claude"], b"", "wait0", workspace)
    executor.allow(1)
    first, second = await started(executor, command), await started(executor, command)
    assert await executor.extend(second.id, wall=77.0) is None
    await executor.stop(first.id, now=True)
    async for event in executor.follow(second.id):
        if isinstance(event, RunStarted):
            assert event.record.limits.wall == 77.0
            break
    await executor.stop(second.id, now=True)
    await finished(executor, second)


def test_money_is_told_where_an_agent_tells_it(workspace: Path, tmp_path: Path) -> None:
    command = replayed(tmp_path / "agent", AGENTS["codex"], b"", "0", workspace)
    worked(workspace, command, Meters(1000, 234))
    assert said(spent_in(list_runs(workspace))) == "1 run, 1 min, 1,234 tokens"
    assert spent_in(()) == Spent()


TWICE = "while not pathlib.Path('go').exists():\n    time.sleep(0.01)\nos.write(1, (folder / 'told').read_bytes())\n"


@pytest.mark.parametrize(
    ("budget", "data"),
    [
        (Budget(plan_tokens=1500), BY_NAME["claude terminated, with fine words"].data),
        (Budget(plan_dollars=0.015), BY_NAME["acp done"].data),
        (Budget(plan_minutes=0.07), b""),
    ],
)
async def test_runs_that_go_on_at_once_end_when_together_they_have_spent_it(
    budget: Budget, data: bytes, executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    agent = AGENTS["opencode-acp" if b"sessionUpdate" in data else "claude"]
    # Without its last word: it works on.
    data = b"".join(line for line in data.splitlines(keepends=True) if b'"stop"' not in line)
    runs = []
    for name in ("one", "two"):
        command = replayed(tmp_path / name, agent, b"begun\n", "wait0", workspace, budget=budget)
        (tmp_path / name / "told").write_bytes(data)
        (tmp_path / name / "work.py").write_text(TWICE, encoding="utf-8")
        runs.append(await started(executor, command))
        await until_said(executor, runs[-1], "begun")
    # The limits that each began with would let both go on.
    assert all(run.record.task and not run.record.task.budget.is_spent(Meters(1400, 0, 0, 0.014)) for run in runs)
    (workspace / "go").touch()
    for run in runs:
        result = await finished(executor, run)
        assert result.failure is not None
        assert (result.state, result.failure.kind) == (WorkflowState.TIMED_OUT, FailureKind.BUDGET)
        assert "was stopped because the budget of DEMO was spent: 2 runs, 0 min" in result.failure.message


async def test_what_others_use_does_not_end_a_run_of_another_plan_nor_one_that_is_done(
    executor: WorkflowExecutor, workspace: Path, tmp_path: Path
) -> None:
    budget = Budget(plan_tokens=1500)
    command = replayed(tmp_path / "agent", AGENTS["claude"], b"begun\n", "0", workspace, budget=budget)
    (tmp_path / "agent" / "work.py").write_text(TWICE, encoding="utf-8")
    (tmp_path / "agent" / "told").write_bytes(BY_NAME["claude done"].data)
    run = await started(executor, command)
    await until_said(executor, run, "begun")
    worked(workspace, msgspec.structs.replace(command, plan="OTHER"), Meters(9000))
    (workspace / "go").touch()
    assert (await finished(executor, run)).success


def test_a_run_that_ended_is_counted_once(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "LOOK_AROUND", 0.0)
    monkeypatch.setattr(budgets, "AT_ONCE", 2)
    budget = Budget(plan_tokens=1000)
    command = replayed(tmp_path / "agent", AGENTS["claude"], b"", "0", workspace, budget=budget)
    folder, record = folders.create(workspace, command)
    watch = PlanWatch(record, workspace)
    for _ in range(4):
        worked(workspace, command, Meters(200), 60)
    looks = [watch.spent(Meters(199), 0.0, now) for now in range(8)]
    assert set(looks) == {None}
    assert watch.spent(Meters(200), 0.0, 9.0) == "5 runs, 4 min, 1,000 tokens"
    # It lives: what it has told by now counts.
    live, other = folders.create(workspace, command)
    me = ProcessId(os.getpid(), processes.start_time(os.getpid()))
    other = msgspec.structs.replace(other, started_at=iso(time()), supervisor=me)
    (live / "run.json").write_bytes(msgspec.json.encode(other))
    (live / "output.log").write_bytes(BY_NAME["claude terminated, with fine words"].data)
    assert [watch.spent(Meters(), 0.0, now) for now in (10.0, 11.0)] == ["6 runs, 4 min, 1,802 tokens"] * 2
    shutil.rmtree(live)
    assert watch.spent(Meters(), 0.0, 12.0) == "6 runs, 4 min, 1,802 tokens"
    assert folder.exists()


def test_a_run_whose_folder_is_just_being_made_counts_once_it_is_there(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "LOOK_AROUND", 0.0)
    command = replayed(tmp_path / "agent", AGENTS["claude"], b"", "0", workspace, budget=Budget(plan_tokens=1000))
    _, record = folders.create(workspace, command)
    watch = PlanWatch(record, workspace)
    worked(workspace, command, Meters(5000), 60)
    (other,) = (run for run in list_runs(workspace) if run.id != record.run)
    (other.folder / "run.json").rename(tmp_path / "run.json")
    assert watch.spent(Meters(), 0.0, 1.0) is None
    (tmp_path / "run.json").rename(other.folder / "run.json")
    assert watch.spent(Meters(), 0.0, 2.0) == "2 runs, 1 min, 5,000 tokens"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
@pytest.mark.parametrize("is_live", [True, False])
def test_a_log_that_is_no_file_tells_nothing_and_the_time_counts(
    is_live: bool, make: Callable[[Path], None], workspace: Path, tmp_path: Path
) -> None:
    command = replayed(tmp_path / "agent", AGENTS["claude"], b"", "0", workspace, budget=Budget(plan_minutes=60))
    _, own = folders.create(workspace, command)
    folder, record = folders.create(workspace, command)
    pid = os.getpid() if is_live else 1 << 30
    supervisor = ProcessId(pid, processes.start_time(pid) if is_live else 1)
    record = msgspec.structs.replace(record, started_at=iso(time() - 7200), supervisor=supervisor)
    (folder / "run.json").write_bytes(msgspec.json.encode(record))
    make(folder / "output.log")
    assert spent_in(run for run in list_runs(workspace) if run.id == folder.name).runs == 1
    os.utime(folder / "output.log", follow_symlinks=False)
    assert PlanWatch(own, workspace).spent(Meters(7), 0.0, 1.0) == "2 runs, 120 min, 7 tokens"

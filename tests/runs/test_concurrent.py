"""Runs that go on at the same time: whose work is what, as far as that can be known."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from llm_dashboard.runs import folders
from llm_dashboard.runs.concurrent import concurrent
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import ExecutionResult
from llm_dashboard.workflows.models import Command
from tests.runs.conftest import ended, finished, gone, recorded, result_of, started, until_said

STARTED = "2026-01-01T00:00:00.000Z"
PASSING = """
import pathlib, sys, time
name, *others = sys.argv[1:]
print("began", flush=True)
while not pathlib.Path("go").exists(): time.sleep(0.005)
for each in (name, *others): pathlib.Path(each).write_text(name)
pathlib.Path(f".{name}.0123abcd.tmp").touch()
print("wrote", flush=True)
while not pathlib.Path("end").exists(): time.sleep(0.005)
"""


def paths(result: ExecutionResult) -> list[str]:
    """The deliverables, without what directs the runs."""
    return [each.path for each in result.deliverables if each.path not in ("go", "end")]


async def test_what_another_run_creates_is_not_ascribed_to_this_one(
    workspace: Path, executor: WorkflowExecutor, python: Callable[..., Command]
) -> None:
    one = await started(executor, python(PASSING, "one.md", creates=("one.md",), achievement="1.1"))
    other = await started(executor, python(PASSING, "other.md", "extra.md", creates=("other.md",), achievement="1.2"))
    await until_said(executor, one, "began")
    await until_said(executor, other, "began")
    (workspace / "go").touch()
    await until_said(executor, one, "wrote")
    await until_said(executor, other, "wrote")
    (workspace / "end").touch()
    first, second = await finished(executor, one), await finished(executor, other)
    assert first.success
    assert second.success
    assert paths(first) == [".one.md.0123abcd.tmp", "extra.md", "one.md"]
    assert paths(second) == [".other.md.0123abcd.tmp", "extra.md", "other.md"]
    assert first.notes == ("exec 1.2 ran at the same time: some of what changed may be its work",)
    assert second.notes == ("exec 1.1 ran at the same time: some of what changed may be its work",)


async def test_what_ended_before_is_not_named(executor: WorkflowExecutor, python: Callable[..., Command]) -> None:
    source = "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()"
    await result_of(executor, python(source, "one.md", creates=("one.md",)))
    result = await result_of(executor, python(source, "other.md"))
    assert result.notes == ()
    assert [each.path for each in result.deliverables] == ["other.md"]


@pytest.mark.parametrize(
    ("started_at", "supervisor_lives", "counts"),
    [(STARTED, True, True), (None, True, False), (STARTED, False, False)],
    ids=["lives", "waits", "lost"],
)
def test_what_has_no_result_counts_while_it_lives(
    workspace: Path, wanted: Command, started_at: str | None, supervisor_lives: bool, counts: bool
) -> None:
    own, _ = folders.create(workspace, wanted)
    other, record = folders.create(workspace, wanted)
    supervisor = record.owner if supervisor_lives else gone()
    record = recorded(other, record, supervisor=supervisor, started_at=started_at)
    (own.parent / "no run").mkdir()
    (own.parent / "broken").mkdir()
    (own.parent / "broken" / "run.json").write_text("{")
    assert concurrent(str(own), 0) == ([record] if counts else [])


def test_a_result_tells_when_it_ended(workspace: Path, wanted: Command) -> None:
    own, _ = folders.create(workspace, wanted)
    other, record = folders.create(workspace, wanted)
    record = recorded(other, record, started_at=STARTED)
    ended(other, record)
    os.utime(other / "result.json", ns=(1_000, 1_000))
    assert [each.run for each in concurrent(str(own), 1_000)] == [record.run]
    assert concurrent(str(own), 1_001) == []

"""The verdict over a run, as a table; the evidence, from real files."""

from pathlib import Path

import msgspec
import pytest

from llm_dashboard.runs.models import Change, Deliverable, RunRecord, TestCounts, WorkflowState
from llm_dashboard.runs.results import Ending, Evidence, judge, last_lines, lost, not_run
from llm_dashboard.workflows.models import FailureKind, Judgement, Limits, SuggestedAction, WorkflowType
from tests.runs.conftest import Python, Supervise

RECORD = RunRecord(
    run="20261123T014502-subplan-1.2-k3f",
    workflow=WorkflowType.SUBPLAN,
    requested=WorkflowType.NEXT,
    plan="DEMO",
    achievement="1.2",
    argv=("python", "x"),
    cwd="/work",
    summary="Create the SUBPLAN for 1.2",
    environment=(),
    limits=Limits(wall=180.0, idle=60.0),
    creates=(),
    creates_prompt=False,
    judgement=Judgement.EXIT_STATUS,
    stdin=None,
    needs_verdict=False,
    requested_at="2026-11-23T01:45:02.000Z",
    started_at="2026-11-23T01:45:02.114Z",
)


@pytest.mark.parametrize(
    ("ending", "evidence", "state", "kind", "message"),
    [
        (Ending(0), Evidence(), WorkflowState.SUCCESS, None, None),
        (
            Ending(3, duration=2.1),
            Evidence(),
            WorkflowState.FAILED,
            FailureKind.EXIT_STATUS,
            "exit status 3 after 2.1s",
        ),
        (
            Ending(signal=11, duration=0.05),
            Evidence(),
            WorkflowState.FAILED,
            FailureKind.SIGNAL,
            "ended by SIGSEGV after 0.05s",
        ),
        (
            Ending(signal=40, duration=0.05),
            Evidence(),
            WorkflowState.FAILED,
            FailureKind.SIGNAL,
            "ended by signal 40 after 0.05s",
        ),
        (
            Ending(0, cause=FailureKind.CANCELLED, duration=12),
            Evidence(),
            WorkflowState.CANCELLED,
            FailureKind.CANCELLED,
            "stopped on request after 12s",
        ),
        (
            Ending(signal=2, cause=FailureKind.TIME_LIMIT, duration=181),
            Evidence(),
            WorkflowState.TIMED_OUT,
            FailureKind.TIME_LIMIT,
            "stopped after its limit of 3m 00s",
        ),
        (
            Ending(signal=2, cause=FailureKind.IDLE_LIMIT, duration=99),
            Evidence(),
            WorkflowState.TIMED_OUT,
            FailureKind.IDLE_LIMIT,
            "stopped after 1m 00s without output",
        ),
        (
            Ending(signal=2, cause=FailureKind.LOG_LIMIT),
            Evidence(),
            WorkflowState.FAILED,
            FailureKind.LOG_LIMIT,
            "stopped because its log passed the limit of 1.1 GB",
        ),
        (
            Ending(error="Exec format error"),
            Evidence(),
            WorkflowState.FAILED,
            FailureKind.COMMAND_NOT_FOUND,
            "python cannot be started",
        ),
        (
            Ending(),
            Evidence(),
            WorkflowState.FAILED,
            FailureKind.INTERNAL,
            "it is not known how its main process ended",
        ),
        (
            Ending(0),
            Evidence(refusal="1.2 needs its SUBPLAN first"),
            WorkflowState.FAILED,
            FailureKind.REFUSED,
            "1.2 needs its SUBPLAN first",
        ),
        (
            Ending(0),
            Evidence(missing=("a.md",)),
            WorkflowState.FAILED,
            FailureKind.NO_DELIVERABLE,
            "exit status 0, but what it had to create is not there",
        ),
        (
            Ending(4),
            Evidence(missing=("a.md",)),
            WorkflowState.FAILED,
            FailureKind.EXIT_STATUS,
            "exit status 4 after 0.00s",
        ),
        (
            Ending(0),
            Evidence(claimed=("a.md",), tests=TestCounts(0, 3, 3, "pytest")),
            WorkflowState.SUCCESS,
            None,
            None,
        ),
    ],
)
def test_the_verdict(
    ending: Ending, evidence: Evidence, state: WorkflowState, kind: FailureKind | None, message: str | None
) -> None:
    result = judge(RECORD, ending, evidence)
    assert (result.state, result.success) == (state, state is WorkflowState.SUCCESS)
    assert (result.failure.kind if result.failure else None) == kind
    assert (result.failure.message if result.failure else None) == message
    assert result.failure is None or result.failure.suggestions


def test_a_result_has_the_public_form() -> None:
    ending = Ending(0, duration=0.412, log_bytes=9, ended_processes=("evil\x1b[2J (7)",), survivors=("sudo (8)",))
    result = msgspec.to_builtins(judge(RECORD, ending, Evidence(last_lines="x")))
    assert list(result)[:8] == ["run", "workflow", "plan", "achievement", "argv", "state", "success", "exit_code"]
    assert result["log_file"] == ".llm-dash/runs/20261123T014502-subplan-1.2-k3f/output.log"
    assert result["ended_processes"] == ("evil (7)",)
    assert result["notes"] == ("still running, could not be ended: sudo (8)",)


def test_a_lost_run_has_a_result() -> None:
    result = lost(RECORD, 12, "its supervisor is gone", living=["sh\x1b[2J (7)"])
    assert (result.state, result.success, result.log_bytes) == (WorkflowState.LOST, False, 12)
    assert result.failure is not None
    assert result.failure.evidence == "still running: sh (7)"
    actions = [each.action for each in result.failure.suggestions]
    assert actions[:2] == [SuggestedAction.END_LEFTOVERS, SuggestedAction.RETRY]
    assert len(result.notes) == 2


def test_nothing_is_offered_to_be_ended_where_nothing_lives() -> None:
    result = lost(RECORD, 0, "its supervisor is gone", ended=["sh (7)"])
    assert result.failure is not None
    assert SuggestedAction.END_LEFTOVERS not in [each.action for each in result.failure.suggestions]
    assert result.ended_processes == ("sh (7)",)


@pytest.mark.parametrize(
    ("kind", "state"),
    [(FailureKind.CANCELLED, WorkflowState.CANCELLED), (FailureKind.INTERNAL, WorkflowState.FAILED)],
)
def test_a_run_that_never_began(kind: FailureKind, state: WorkflowState) -> None:
    result = not_run(RECORD, kind, "why", "the fact")
    assert (result.state, result.success, result.exit_code, result.duration) == (state, False, None, 0.0)
    assert result.failure is not None
    assert (result.failure.message, result.failure.evidence) == ("why", "the fact")
    assert result.failure.suggestions


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        ("", ""),
        ("one\n\ntwo\n-----\n  \n", "one\ntwo"),
        ("10%\r100% done\r\n", "100% done"),
        ("a\x1b]0;title\x07b\x1b[1mc\x07", "abc\u2407"),
        ("\n".join(map(str, range(100))), "\n".join(map(str, range(92, 100)))),
        ("x" * 10_000, "x" * 300),
    ],
)
def test_the_last_lines_that_say_something(output: str, lines: str) -> None:
    assert last_lines(output) == lines


def test_what_is_gathered_after_a_run(supervise: Supervise, python: Python, workspace: Path) -> None:
    result = supervise(
        python(
            """
            open("actual.txt", "w").close()
            print("Wrote report.md (128 lines)\\nWrote actual.txt")
            print("\\x1b[32m===== \\x1b[1m12 passed\\x1b[0m\\x1b[32m, 1 skipped in 0.98s =====\\x1b[0m")
            raise SystemExit(1)
            """
        )
    )
    assert [each.path for each in result.deliverables] == ["actual.txt"]
    assert result.claimed == ("report.md",)
    assert result.tests == TestCounts(12, 0, 13, "pytest")
    assert result.failure is not None
    assert result.failure.evidence.splitlines()[-1] == "===== 12 passed, 1 skipped in 0.98s ====="


def test_only_a_script_of_the_workspace_is_judged_by_its_words(supervise: Supervise, python: Python) -> None:
    wanted = python("print('\u274c Error: no such plan')")
    assert supervise(wanted).success
    result = supervise(msgspec.structs.replace(wanted, judgement=Judgement.WORKSPACE_SCRIPT))
    assert result.failure is not None
    assert (result.failure.kind, result.failure.message) == (FailureKind.REFUSED, "no such plan")


def test_names_from_the_disk_are_safe(supervise: Supervise, python: Python) -> None:
    result = supervise(python("open(b'bad\\x1b[2J\\xff name', 'w')"))
    assert result.deliverables == (Deliverable("bad\ufffd name", result.deliverables[0].change),)


def test_a_workspace_too_large_to_look_at_is_noted(
    supervise: Supervise, python: Python, monkeypatch: pytest.MonkeyPatch, workspace: Path
) -> None:
    (workspace / "d").mkdir()
    (workspace / "d" / "f").touch()
    monkeypatch.setattr("llm_dashboard.runs.changes.MAX_ENTRIES", 0)
    assert supervise(python("pass")).notes == ("the workspace is too large to see all that changed in it",)


def test_an_output_that_is_gone_is_empty(supervise: Supervise, python: Python) -> None:
    result = supervise(python("import glob, os; os.remove(glob.glob('.llm-dash/runs/*/output.log')[0])"))
    assert result.success


def test_a_workspace_script_that_says_nothing_has_done_nothing() -> None:
    record = msgspec.structs.replace(RECORD, judgement=Judgement.WORKSPACE_SCRIPT)
    result = judge(record, Ending(0), Evidence())
    assert result.failure is not None
    assert result.failure.kind is FailureKind.NO_DELIVERABLE
    assert judge(record, Ending(0), Evidence(last_lines="# a prompt")).success


def test_a_built_in_script_that_lacks_something_says_what() -> None:
    record = msgspec.structs.replace(RECORD, argv=("python", "-P", "-m", "llm_dashboard.workflows.scripts", "subplan"))
    failure = judge(record, Ending(4), Evidence(last_lines="reading\nNo plan is called X")).failure
    assert failure is not None
    assert (failure.kind, failure.message) == (FailureKind.PREREQUISITE_MISSING, "No plan is called X")


def test_a_claim_from_a_folder_of_its_own_is_no_false_one() -> None:
    made = (Deliverable("a/b/report.md", Change.CREATED),)
    evidence = Evidence(deliverables=made, claimed=("b/report.md", "report.md", "port.md"))
    assert judge(RECORD, Ending(0), evidence).claimed == ("port.md",)

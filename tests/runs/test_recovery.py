"""What can be done after each kind of failure."""

import msgspec
import pytest

from llm_dashboard.runs.models import RunRecord
from llm_dashboard.runs.recovery import failure, suggestions
from llm_dashboard.workflows.models import FailureKind, Limits, SuggestedAction, Suggestion, WorkflowType
from tests.runs.test_results import RECORD


def actions(record: RunRecord, kind: FailureKind, message: str = "") -> list[str]:
    """The actions alone."""
    return [each.action.value for each in suggestions(record, kind, message)]


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_has_a_way_on_and_a_way_back(kind: FailureKind) -> None:
    found = actions(RECORD, kind)
    assert len(found) > 1
    assert found[-1] == "back"


@pytest.mark.parametrize(
    ("kind", "text", "arguments"),
    [
        (FailureKind.TIME_LIMIT, "run it again with a limit of 9m 00s", {"wall": "540"}),
        (FailureKind.IDLE_LIMIT, "run it again with a limit of 3m 00s", {"idle": "180"}),
    ],
)
def test_more_time(kind: FailureKind, text: str, arguments: dict[str, str]) -> None:
    expected = Suggestion(text, SuggestedAction.RETRY_LONGER, arguments)
    assert failure(RECORD, kind, "stopped").suggestions[0] == expected
    unlimited = msgspec.structs.replace(RECORD, limits=Limits(wall=None, idle=None))
    assert "retry-longer" not in actions(unlimited, kind)


@pytest.mark.parametrize(
    ("workflow", "achievement", "message", "first"),
    [
        (WorkflowType.EXECUTION, "1.2", "1.2 needs its SUBPLAN first", "create-subplan"),
        (WorkflowType.EXECUTION, "1.2", "no such plan", "choose-achievement"),
        (WorkflowType.SUBPLAN, "1.2", "SUBPLAN exists", "choose-achievement"),
        (WorkflowType.NEXT, None, "no such plan", "choose-achievement"),
    ],
)
def test_what_to_do_instead(workflow: WorkflowType, achievement: str | None, message: str, first: str) -> None:
    record = msgspec.structs.replace(RECORD, workflow=workflow, achievement=achievement)
    assert actions(record, FailureKind.REFUSED, message)[0] == first


def test_a_command_without_a_plan_has_nothing_to_choose() -> None:
    record = msgspec.structs.replace(RECORD, workflow=WorkflowType.EXEC, plan=None, achievement=None)
    assert actions(record, FailureKind.REFUSED) == ["open-log", "back"]
    assert suggestions(record, FailureKind.REFUSED)[-1].text == "back"

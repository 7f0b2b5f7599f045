"""Every typed message that crosses a widget's border: news comes down from the app, requests go up to it."""

import dataclasses
from typing import TypeVar, dataclass_transform

from textual.message import Message

from llm_dashboard.plans.models import CheckedCriterion, WorkspaceState
from llm_dashboard.runs.models import Run
from llm_dashboard.settings import LoadedSettings, Source
from llm_dashboard.workflows.models import Suggestion, WorkflowType

MessageT = TypeVar("MessageT", bound=Message)


@dataclass_transform()
def dataclass(cls: type[MessageT]) -> type[MessageT]:
    """A dataclass with a constructor and nothing else: all of them are made before the first screen, which waits for it."""
    return dataclasses.dataclass(eq=False, repr=False, match_args=False)(cls)


@dataclass
class WorkspaceChanged(Message, bubble=False):
    """The plans were read again."""

    state: WorkspaceState
    is_news: bool = True
    """Whether anything is known to have changed; else it was only looked, where the file system tells nothing."""


@dataclass
class RunChanged(Message, bubble=False):
    """A run has moved on: it has started, has got other limits, or has ended."""

    run: Run

    def can_replace(self, message: Message) -> bool:
        """Only the newest state of a run matters, and an end is never skipped."""
        return isinstance(message, RunChanged) and message.run.id == self.run.id and not message.run.state.is_final


@dataclass
class RunWritten(Message, bubble=False):
    """The log of a run is not as it was."""

    run: Run

    def can_replace(self, message: Message) -> bool:
        """Only the newest state of a log matters."""
        return isinstance(message, RunWritten) and message.run.id == self.run.id


@dataclass
class RunsChanged(Message, bubble=False):
    """The folder of runs was looked at again."""

    def can_replace(self, message: Message) -> bool:
        """Only the newest look matters."""
        return isinstance(message, RunsChanged)


@dataclass
class SettingsChanged(Message, bubble=False):
    """The settings of the workspace on the screen were read again."""

    loaded: LoadedSettings


@dataclass
class SettingChangeRequested(Message):
    """A setting is to have another value."""

    key: str


@dataclass
class SettingUnsetRequested(Message):
    """The value of a setting is to be taken out of its file."""

    key: str


@dataclass
class SettingEditRequested(Message):
    """The file that something stands in is to be opened."""

    source: Source


@dataclass
class WorkflowRequested(Message):
    """A workflow is wanted for a plan."""

    workflow: WorkflowType
    plan_file: str
    achievement: str | None
    """The id to start from; the person may choose another."""


@dataclass
class WorkflowChoiceRequested(Message):
    """A workflow is to be chosen, the workspace's own ones among them."""

    plan_file: str
    achievement: str | None


@dataclass
class PlanOpened(Message):
    """A plan is to be shown."""

    plan_file: str


@dataclass
class DemoRequested(Message):
    """The sample workspace is to be opened."""


@dataclass
class FolderRequested(Message):
    """Another folder is to be chosen and opened."""


@dataclass
class WorkspaceWanted(Message):
    """Another open workspace is to be on the screen."""

    key: str
    """Of its session."""


@dataclass
class NeedsRequested(Message):
    """What waits for a person is to be shown."""


@dataclass
class ExportRequested(Message):
    """Plans are to be exported."""

    plan_file: str | None
    """The one, or None for all."""


@dataclass
class GraphRequested(Message):
    """The dependencies of a plan are to be shown."""

    plan_file: str
    achievement: str | None
    """The id to begin with."""


@dataclass
class AchievementOpened(Message):
    """An achievement is to be shown in its plan."""

    plan_file: str
    achievement: str


@dataclass
class ParallelRequested(Message):
    """Several achievements of a plan are to be worked on at once."""

    plan_file: str


@dataclass
class DocumentOpened(Message):
    """A document of the workspace is to be shown whole."""

    path: str
    plan: str = ""
    """The name of the plan that it belongs to."""
    line: int = 1
    """From that line on, counted from 1."""


@dataclass
class ProblemsRequested(Message):
    """The documents are to be checked."""

    plan_file: str | None
    """Those of that plan; None for all."""


@dataclass
class RunOpened(Message):
    """A run is to be shown: its log while it is live, else its result."""

    run_id: str
    log: bool = False
    """Show the log even where there is a result."""
    instead: bool = False
    """Show it in place of the screen that asks."""


@dataclass
class ResultReached(Message):
    """The run on the screen has ended; its result takes the log's place."""

    run_id: str


@dataclass
class RunAgainRequested(Message):
    """An ended run is to be run once more."""

    run_id: str


@dataclass
class StopRequested(Message):
    """A run is to be stopped."""

    run_id: str
    now: bool


@dataclass
class StopAllRequested(Message):
    """Several runs are to be stopped."""

    run_ids: tuple[str, ...]
    now: bool


@dataclass
class MoreTimeRequested(Message):
    """The limits of a run are to be moved on."""

    run_id: str


@dataclass
class SuggestionTaken(Message):
    """A suggestion of a result was pressed."""

    suggestion: Suggestion
    plan_file: str | None
    run_id: str | None
    workflow: WorkflowType
    """What had been wanted, so that it can be tried again."""
    achievement: str | None
    name: str


@dataclass
class QuestionsWanted(Message):
    """A run is on the screen: what its agent asks is to be asked now."""

    run_id: str
    anew: bool
    """Also what was left open before."""


@dataclass
class VerdictRequested(Message):
    """A person wants to approve, or to ask for a fix."""

    plan_file: str
    achievement: str
    approve: bool
    criteria: tuple[CheckedCriterion, ...] = ()
    """What the reviewer went through, to stand in the verdict."""


@dataclass
class ReviewRequested(Message):
    """The work on an achievement is to be looked at."""

    plan_file: str
    achievement: str | None
    """None for the one of the plan that awaits a review."""


@dataclass
class ResolutionRequested(Message):
    """A person wants to say what was done about the issues of a FIX."""

    plan_file: str
    achievement: str


@dataclass
class BeginRequested(Message):
    """The folder is to become a workspace."""


@dataclass
class NewPlanRequested(Message):
    """A new plan is to be written."""


@dataclass
class PlanCreated(Message, bubble=False):
    """A new plan was written, and read."""

    plan_file: str


@dataclass
class ArchiveRequested(Message):
    """A plan is to be archived."""

    plan_file: str

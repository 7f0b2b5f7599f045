"""How it ended: the verdict first, then what proves it, then what can be done, each with its key."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget

from llm_dashboard import measures
from llm_dashboard.plans.models import AchievementStatus, Plan, StepKind
from llm_dashboard.runs.attempts import unfollowed
from llm_dashboard.runs.models import ExecutionResult, Run, RunRecord, TestCounts, WorkflowState
from llm_dashboard.safe_text import plain, plain_block
from llm_dashboard.ui.agent_facts import agent_facts
from llm_dashboard.ui.commands import SUGGESTED, bindings
from llm_dashboard.ui.copyables import Copyable, of_failure, of_run
from llm_dashboard.ui.key_map import key_map_of
from llm_dashboard.ui.marks import CHANGE, RUN, Mark
from llm_dashboard.ui.messages import (
    ReviewRequested,
    SuggestionTaken,
    VerdictRequested,
    WorkflowChoiceRequested,
    WorkflowRequested,
    WorkspaceChanged,
)
from llm_dashboard.ui.openables import Openable, openables_of_run
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.widgets.block import NO_MARK, PATH, Block, Field, Line
from llm_dashboard.ui.widgets.scroll import Scroll
from llm_dashboard.workflows.models import (
    Failure,
    FailureKind,
    Judgement,
    SuggestedAction,
    Suggestion,
    WorkflowRequest,
    WorkflowType,
)

PROMPT_BYTES = 64 * 1024
SHOWN_FILES = 50
SHOWN_LINES = 300
"""So much is laid out without a pause of the keys; the files on disk have the rest."""
EVIDENCE_LINES = 6
"""So many that the keys below them stay in sight at 24 rows; the log has the rest."""
LABEL = 16
"""Cells of a label; the same on every result."""


class ResultScreen(DashboardScreen):
    """The result of a run, or the reason why there was none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(
            *(name for name in SUGGESTED.values() if name != "back"),
            "approve",
            "fix",
            "review",
            "execute-next",
            "create-subplan",
            "create-execution",
            "workflows",
            "runs",
            "open-file",
            "copy-menu",
            "back",
            "step-back",
            "help",
            "quit",
        ),
    ]

    def __init__(
        self,
        workspace: Path,
        plan: Plan | None,
        *,
        run: Run | None = None,
        failure: Failure | None = None,
        wanted: WorkflowRequest | None = None,
        following: str = "",
        unfollowed: str = "",
    ) -> None:
        """`following`: the id of the run that is the next attempt at the same work; `unfollowed`: why there is none."""
        super().__init__()
        self.following = following
        self.unfollowed = unfollowed
        self.workspace = workspace
        self.plan = plan
        self.run_shown = run
        self.failure = run.result.failure if run and run.result else failure
        self.wanted = wanted
        """What was asked for, where there is no run."""
        self.sizes: dict[str, int] = {}
        """Bytes of the deliverables, once they are known."""
        self.suggestions: tuple[Suggestion, ...] = ()
        self.prompt = ""

    @property
    def plan_at_hand(self) -> Plan | None:
        """The plan that it is about."""
        return self.plan

    def body(self) -> Iterable[Widget]:
        """Two blocks that scroll as one: the facts, and the prompt that the run left."""
        with Scroll(id="result"):
            yield Block(id="facts")
            yield Block(id="prompt")

    def on_mount(self) -> None:
        """Show the verdict at once, what is on disk when it is read."""
        self.query_one(Scroll).focus()
        self._fill()
        self._look()

    @on(WorkspaceChanged)
    def _workspace_changed(self, message: WorkspaceChanged) -> None:
        if self.plan is not None:
            wanted = self.plan.plan_file
            self.plan = next((plan for plan in message.state.plans if plan.plan_file == wanted), self.plan)
            self._fill()

    def no_attempt_follows(self, reason: str) -> None:
        """Say why."""
        self.unfollowed = reason
        self._fill()

    def action_take(self, action: str) -> None:
        """Take a suggestion."""
        suggestion = next(each for each in self.suggestions if each.action == action)
        run, record = self.run_shown, self.run_shown.record if self.run_shown else None
        workflow, achievement, name = WorkflowType.NEXT, None, ""
        if record is not None:
            workflow, achievement, name = record.requested, record.achievement, record.name
        elif self.wanted is not None:
            workflow, achievement, name = self.wanted.workflow, self.wanted.achievement, self.wanted.name
        plan_file = self.plan.plan_file if self.plan else None
        self.post_message(SuggestionTaken(suggestion, plan_file, run.id if run else None, workflow, achievement, name))

    def action_run(self, workflow: str) -> None:
        """Ask for a workflow of the plan."""
        if self.plan:
            kind = WorkflowType(workflow)
            achievement = None if kind is WorkflowType.NEXT else self._achievement() or self.plan.next.achievement
            self.post_message(WorkflowRequested(kind, self.plan.plan_file, achievement))

    def action_choose(self) -> None:
        """Choose among all workflows."""
        if self.plan:
            self.post_message(WorkflowChoiceRequested(self.plan.plan_file, self._achievement()))

    def copyables(self) -> Sequence[Copyable]:
        """Of the run; or why there was none."""
        if self.run_shown:
            return of_run(self.run_shown)
        return of_failure(self.failure) if self.failure else ()

    def openables(self) -> Sequence[Openable]:
        """Of the run."""
        return openables_of_run(self.run_shown) if self.run_shown else ()

    def action_judge(self, verdict: str) -> None:
        """Ask for a verdict."""
        achievement = self._achievement()
        if self.plan and achievement:
            self.post_message(VerdictRequested(self.plan.plan_file, achievement, verdict == "approve"))

    def action_review(self) -> None:
        """Look at the work before the verdict."""
        achievement = self._achievement()
        if self.plan and achievement:
            self.post_message(ReviewRequested(self.plan.plan_file, achievement))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is offered can be taken."""
        if action == "take":
            return any(each.action == parameters[0] for each in self.suggestions)
        if action == "judge":
            return self._needs_verdict()
        if action == "review":
            return self._needs_verdict() or self._awaits_review()
        if action in ("run", "choose"):
            return self.plan is not None
        return True

    def _achievement(self) -> str | None:
        return self.run_shown.record.achievement if self.run_shown else None

    def _needs_verdict(self) -> bool:
        run = self.run_shown
        return bool(run and run.record.needs_verdict and run.result and run.result.success and self.plan)

    def _awaits_review(self) -> bool:
        """Whether the work on the run's achievement is done, and has no verdict."""
        wanted = self._achievement()
        achievement = self.plan.achievement(wanted) if self.plan and wanted else None
        return achievement is not None and achievement.status is AchievementStatus.AWAITING_REVIEW

    @work(exclusive=True)
    async def _look(self) -> None:
        """Read what is on disk, off the event loop: sizes and the prompt."""
        run = self.run_shown
        if run is None or run.result is None:
            return
        paths = [each.path for each in run.result.deliverables[:SHOWN_FILES]]
        self.sizes = await asyncio.to_thread(_sizes, self.workspace, paths)
        if self.failure is None:
            self.prompt = await asyncio.to_thread(_read_text, run.prompt_path)
        self._fill()

    def _fill(self) -> None:
        self.suggestions = self._suggest()
        run, result = self.run_shown, self.run_shown.result if self.run_shown else None
        mark = RUN[result.state] if result else Mark("✗", "not started", "bad")
        record = run.record if run else None
        what = _named(record or self.wanted)
        crumbs = tuple(
            part for part in ((record.plan if record else self.plan.name if self.plan else None), what) if part
        )
        facts = [(f"{mark.symbol} {mark.word}", mark.tone)]
        if result:
            facts.append((measures.duration(result.duration), "normal"))
        self.title_line((*self.workspace_crumb, *crumbs), *facts)
        nothing_wrong = self.failure is not None and self.failure.kind is FailureKind.NOTHING_TO_DO
        symbol, tone = ("✓", "good") if nothing_wrong else (mark.symbol, mark.tone)
        headline = self.failure.message if self.failure else self._success()
        fields: list[Field] = []
        if self.failure:
            fields += [*self._evidence(self.failure), *self._actions(), BLANK]
        if run and result:
            fields += self._facts(result)
        if not self.failure:
            fields += self._actions()
        self.query_one("#facts", Block).say(((f"{symbol} ", tone), (headline, "strong")), (), fields=fields)
        if self.prompt:
            size = measures.size(len(self.prompt.encode()))
            lines = self.prompt.split("\n")
            more = len(lines) - SHOWN_LINES
            name = self.run_shown.prompt_path.name if self.run_shown else ""
            head: Line = (("Prompt".ljust(LABEL + 4), "dim"), name, (f"   {size}", "dim"))
            tail: list[Line] = [(), ((f"… and {measures.count(more, 'line')} more", "dim"),)] if more > 0 else []
            self.query_one("#prompt", Block).say((), head, (), ("\n".join(lines[:SHOWN_LINES]),), *tail)
        self.refresh_bindings()

    def _success(self) -> str:
        if self._needs_verdict():
            return f"{self._achievement()} awaits your verdict"
        record = self.run_shown.record if self.run_shown else None
        if record is None:
            return "Done"
        if self.run_shown and self.run_shown.result and self.run_shown.result.agent:
            return self.run_shown.result.agent.sentence
        if record.judgement is Judgement.WORKSPACE_SCRIPT:
            return f"The prompt for {_named(record)} is ready: give it to your assistant"
        if record.workflow is WorkflowType.SUBPLAN:
            return f"SUBPLAN for {record.achievement} created"
        if record.workflow is WorkflowType.EXECUTION:
            return f"EXECUTION_TASK for {record.achievement} created"
        if record.workflow in (WorkflowType.CONTINUE, WorkflowType.FIX):
            return f"The prompt to {record.workflow} {record.achievement} is ready: give it to your assistant"
        return plain(record.summary)

    def _evidence(self, failure: Failure) -> list[Field]:
        lines = failure.evidence.split("\n")[-EVIDENCE_LINES:] if failure.evidence else []
        return [*_listed("What was seen", [(NO_MARK, (line,)) for line in lines]), *([BLANK] if lines else [])]

    def _facts(self, result: ExecutionResult) -> list[Field]:
        files, more = result.deliverables[:SHOWN_FILES], len(result.deliverables) - SHOWN_FILES
        made: list[tuple[tuple[str, str], Line]] = [
            (CHANGE[each.change], ((plain(each.path), PATH), (f"   {self._size_of(each.path)}{each.change}", "dim")))
            for each in files
        ]
        if more > 0:
            made.append((NO_MARK, ((f"and {measures.count(more, 'file')} more; result.json names them all", "dim"),)))
        nothing = "not seen" if result.state is WorkflowState.LOST else "none: no file changed"
        claimed: list[tuple[tuple[str, str], Line]] = [
            (("?", "wait"), ((plain(path), PATH), ("   the output names it, it is not there", "wait")))
            for path in result.claimed
        ]
        left: list[tuple[tuple[str, str], Line]] = [
            (NO_MARK, (plain(name), ("   was still alive, and was ended", "wait"))) for name in result.ended_processes
        ]
        evidence = result.failure.evidence if result.failure else ""
        return [
            *_listed("Deliverables", made or [(NO_MARK, ((nothing, "dim"),))]),
            *_listed("Claimed", claimed),
            *(
                row
                for label, rows in (agent_facts(result.agent, evidence) if result.agent else ())
                for row in _listed(label, rows)
            ),
            *_listed("Attempt", self._attempts()),
            *_listed("Tests", [(NO_MARK, _tests(result.tests))]),
            *_listed("Left behind", left),
            *_listed("Note", [(NO_MARK, (plain(note),)) for note in result.notes]),
            *_listed(
                "Log", [(NO_MARK, ((plain(result.log_file), PATH), (f"   {measures.size(result.log_bytes)}", "dim")))]
            ),
            BLANK,
        ]

    def _attempts(self) -> list[tuple[tuple[str, str], Line]]:
        """Which try at the work it is, and those beside it."""
        run = self.run_shown
        if run is None:
            return []
        record, reason = run.record, self.unfollowed or unfollowed(run)
        before = (f"   after {plain(record.attempt_of)}", "dim") if record.attempt_of else ""
        after: tuple[str, str] | str = ""
        if self.following:
            after = (f"   then {plain(self.following)}", "dim")
        elif reason:
            after = (f"   no further one: {plain(reason)}", "wait")
        return [(NO_MARK, (str(record.attempt), before, after))] if before or after else []

    def _size_of(self, path: str) -> str:
        return f"{measures.size(self.sizes[path])}   " if path in self.sizes else ""

    def _actions(self) -> list[Field]:
        rows = [(SUGGESTED[each.action], plain(each.text)) for each in self.suggestions]
        if self._needs_verdict():
            judging = [("review", "look at the work"), ("approve", "approve it"), ("fix", "ask for a fix, with notes")]
            rows = [*judging, *rows]
        result = self.run_shown.result if self.run_shown else None
        if result and result.agent and result.agent.denials:
            rows.append(("settings", "the settings, where it can be allowed more"))
        label = "What to do" if self.failure else "Next"
        return _listed(label, [((key_map_of(self).shown(name), "key"), (text,)) for name, text in rows])

    def _has_only_subplan(self) -> bool:
        """Whether the run's achievement can be executed, and the plan wants something else first."""
        plan, wanted = self.plan, self._achievement()
        achievement = plan.achievement(wanted) if plan and wanted else None
        ready = achievement is not None and achievement.status is AchievementStatus.SUBPLAN_READY
        return ready and plan is not None and plan.next.achievement != wanted

    def _suggest(self) -> tuple[Suggestion, ...]:
        if self.failure:
            return self.failure.suggestions
        made = []
        plan, run = self.plan, self.run_shown
        done = (run.record.workflow.value, run.record.achievement) if run else None
        again = plan and done == (plan.next.workflow.value, plan.next.achievement)
        if plan and plan.next.workflow is not StepKind.NONE and not again and not self._needs_verdict():
            made.append(
                Suggestion(
                    f"{NEXT_SENTENCES[plan.next.workflow]} {plan.next.achievement}", SuggestedAction.EXECUTE_NEXT
                )
            )
        if run and run.record.workflow is WorkflowType.SUBPLAN and self._has_only_subplan():
            text = f"{NEXT_SENTENCES[StepKind.EXECUTION]} {run.record.achievement}"
            made.append(Suggestion(text, SuggestedAction.CREATE_EXECUTION))
        if self.prompt:
            made.append(Suggestion("copy the prompt to the clipboard", SuggestedAction.COPY_PROMPT))
        if run:
            made.append(Suggestion("open the log", SuggestedAction.OPEN_LOG))
        made.append(Suggestion("back to the plan", SuggestedAction.BACK))
        return tuple(made)


BLANK: Field = ("", NO_MARK, ())
NEXT_SENTENCES = {
    StepKind.SUBPLAN: "create the SUBPLAN for",
    StepKind.EXECUTION: "create the EXECUTION_TASK for",
    StepKind.CONTINUE: "continue",
    StepKind.REVIEW: "review",
    StepKind.FIX: "fix",
    StepKind.NONE: "",
}


def _listed(label: str, rows: Sequence[tuple[tuple[str, str], Line]]) -> list[Field]:
    """Fields under one label, which stands beside the first of them."""
    return [(f"  {'' if number else label}".ljust(LABEL), mark, value) for number, (mark, value) in enumerate(rows)]


def _tests(tests: TestCounts) -> Line:
    if not tests.source:
        return (("none were run", "dim"),)
    failed = (f"   {tests.failed} failed", "bad") if tests.failed else ""
    tone = "normal" if tests.failed else "good"
    return ((f"{tests.passed} of {tests.total} passed", tone), failed, (f"   {tests.source}", "dim"))


def _read_text(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            return plain_block(file.read(PROMPT_BYTES).decode(errors="replace"))
    except OSError:
        return ""


def _sizes(workspace: Path, paths: Sequence[str]) -> dict[str, int]:
    """The sizes of those files that are there, in bytes."""
    sizes = {}
    for path in paths:
        try:
            sizes[path] = (workspace / path).stat().st_size
        except OSError:
            continue
    return sizes


def _named(wanted: RunRecord | WorkflowRequest | None) -> str:
    if wanted is None:
        return ""
    return f"{wanted.name or wanted.workflow} {wanted.achievement or ''}".strip()

"""Every screen and every dialog as a picture, at three sizes in both themes: one running app walks from scene to scene.

A further scene is a walk to it and `take`; `--update-screens` writes its pictures, which are then to be looked at.
"""

import re
import unicodedata
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Input, TextArea

from llm_dashboard import settings
from llm_dashboard.agents.events import OptionKind, PermissionAsked, PermissionOption
from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.task import AgentTask, Proposal
from llm_dashboard.agents.verdict import DeniedTool, Word
from llm_dashboard.plans.models import Problem, WorkspaceState
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.models import AgentReport, Check, CheckState, Run, TestCounts, WorkflowState
from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.messages import RunChanged, RunsChanged
from llm_dashboard.ui.screens.achievement import AchievementDialog
from llm_dashboard.ui.screens.agent_runner import AgentRunnerScreen
from llm_dashboard.ui.screens.allow import AllowDialog
from llm_dashboard.ui.screens.batch import BatchScreen
from llm_dashboard.ui.screens.choices import ChoicesDialog
from llm_dashboard.ui.screens.confirm import ConfirmDialog
from llm_dashboard.ui.screens.confirm_parallel import ConfirmParallelDialog
from llm_dashboard.ui.screens.document import DocumentScreen
from llm_dashboard.ui.screens.export import ExportDialog
from llm_dashboard.ui.screens.folder import FolderDialog
from llm_dashboard.ui.screens.graph import GraphScreen
from llm_dashboard.ui.screens.help import HelpDialog
from llm_dashboard.ui.screens.history import HistoryScreen
from llm_dashboard.ui.screens.leave import LeaveDialog
from llm_dashboard.ui.screens.needs import NeedsScreen
from llm_dashboard.ui.screens.new_plan import NewPlanDialog
from llm_dashboard.ui.screens.palette import PaletteDialog
from llm_dashboard.ui.screens.parallel import ParallelDialog
from llm_dashboard.ui.screens.permission import PermissionDialog
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.problems import ProblemsScreen
from llm_dashboard.ui.screens.question import QuestionDialog
from llm_dashboard.ui.screens.result import ResultScreen
from llm_dashboard.ui.screens.review import ReviewScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.screens.save import SaveDialog
from llm_dashboard.ui.screens.setting_value import ChoiceDialog, ValueDialog
from llm_dashboard.ui.screens.settings import SettingsScreen
from llm_dashboard.ui.screens.verdict import VerdictDialog
from llm_dashboard.ui.screens.workflows import WorkflowDialog
from llm_dashboard.ui.screens.workspaces import WorkspacesDialog
from llm_dashboard.ui.session import WorkspaceRow
from llm_dashboard.ui.widgets.block import NO_MARK
from llm_dashboard.ui.widgets.plan_table import PlanTable
from llm_dashboard.ui.widgets.setting_table import SettingTable
from llm_dashboard.workflows import catalog
from llm_dashboard.workflows.models import (
    Command,
    Failure,
    FailureKind,
    Limits,
    SuggestedAction,
    Suggestion,
    WorkflowType,
)
from llm_dashboard.workflows.parallel import Batch, Refusal
from tests.ui.gallery import Gallery, app_on, gallery_of
from tests.ui.test_agent_runner import CLAUDE, STREAM, an_agent_run
from tests.ui.test_graph import HARBOUR
from tests.ui.test_pictures import EXIT_3, NOW, a_run, ended
from tests.ui.test_problems import spoil
from tests.ui.test_workflows import SETTINGS

NARROW = (80, 24)
OpenGallery = Callable[[DashboardApp], AbstractAsyncContextManager[Gallery]]
COMMANDS = (
    Command(
        workflow=WorkflowType.SUBPLAN,
        requested=WorkflowType.NEXT,
        argv=("/usr/bin/python3", "-P", "-m", "llm_dashboard.workflows.scripts", "subplan", "--achievement", "2.1"),
        cwd=Path("/home/ada/station"),
        summary="Writes SUBPLAN_WEATHER-STATION_21.md from the plan's text.",
        plan="WEATHER-STATION",
        achievement="2.1",
        creates=("work-space/plans/WEATHER-STATION/subplans/SUBPLAN_WEATHER-STATION_21.md",),
        creates_prompt=True,
    ),
    Command(
        workflow=WorkflowType.CUSTOM,
        requested=WorkflowType.CUSTOM,
        argv=("review-agent", "--prompt", "Review 1.2 Fill gaps after a power cut; see SUBPLAN_WEATHER-STATION_12.md"),
        cwd=Path("/home/ada/station"),
        summary="An agent reviews the work, and says what is missing.",
        plan="WEATHER-STATION",
        achievement="1.2",
        limits=Limits(wall=1800.0, idle=None),
        environment={"MODE": "fast"},
        name="review-agent",
    ),
)
NO_SUBPLAN = Failure(
    FailureKind.PREREQUISITE_MISSING,
    "2.2 has no SUBPLAN",
    "no file work-space/plans/WEATHER-STATION/subplans/SUBPLAN_WEATHER-STATION_22.md",
    (
        Suggestion("create the SUBPLAN for 2.2", SuggestedAction.CREATE_SUBPLAN),
        Suggestion("take another achievement", SuggestedAction.CHOOSE_ACHIEVEMENT),
        Suggestion("back to the plan", SuggestedAction.BACK),
    ),
)
TOO_LONG = Failure(
    FailureKind.TIME_LIMIT,
    "ended after 3m 00s, the limit",
    "test_store.py::test_torn_record PASSED\ntest_store.py::test_year RUNNING",
    (
        Suggestion("try again with 6m 00s", SuggestedAction.RETRY_LONGER),
        Suggestion("open the log", SuggestedAction.OPEN_LOG),
        Suggestion("back to the plan", SuggestedAction.BACK),
    ),
)
DIFFERENCE = """\
path: station/store.py
--- station/store.py
+++ station/store.py
@@ -12,3 +12,4 @@
 def append(record):
-    store.write(record)
+    store.write(record + LINE_END)
+    store.flush()
"""
ANSWERS = (
    PermissionOption("once", "Allow", OptionKind.ALLOW_ONCE),
    PermissionOption("always", "Always allow writing in station/", OptionKind.ALLOW_ALWAYS),
    PermissionOption("no", "Reject", OptionKind.REJECT_ONCE),
)
WORKED = AgentReport(
    name="claude",
    title="Claude Code",
    word=Word.VERIFIED,
    sentence="Claude Code is done, and what was checked is so",
    meters=Meters(21_000, 1_442, 9_100, 0.14),
    tool_calls=12,
    checks=(
        Check("station/store.py", CheckState.PASSED, "was changed"),
        Check("EXECUTION_TASK_WEATHER-STATION_11_01.md", CheckState.PASSED, "says that it is complete"),
        Check("pytest -q tests/test_store.py", CheckState.PASSED, "ended with status 0"),
    ),
    said="A torn record no longer hides the later ones.\nAll 18 tests pass.",
)
CLAIMED = msgspec.structs.replace(
    WORKED,
    word=Word.CLAIMED,
    sentence="Claude Code says that it is done; not verified: store.py is as it was before",
    checks=(Check("station/store.py", CheckState.OPEN, "is as it was before"),),
)
DENIED = msgspec.structs.replace(
    CLAIMED,
    word=Word.REFUSED,
    sentence="Claude Code says that it is done, but was not allowed Bash make test and 2 more",
    denials=(DeniedTool("Bash", "make test", 'permission = "Bash(make:*)"'), DeniedTool("Write", "/etc/x", "")),
    denied=3,
)
LOG_OR_BACK = (
    Suggestion("open the log", SuggestedAction.OPEN_LOG),
    Suggestion("back to the plan", SuggestedAction.BACK),
)
NOT_ALLOWED = Failure(
    FailureKind.TOOLS_REFUSED,
    DENIED.sentence,
    'Bash make test: permission = "Bash(make:*)"',
    (Suggestion("try again", SuggestedAction.RETRY), *LOG_OR_BACK),
)
LOST = Failure(
    FailureKind.LOST, "it is not known how it ended", "no process with that start time is there any more", LOG_OR_BACK
)
LONG_NAME = "THE-OBSERVATORY-ON-THE-ROOF-OF-THE-OLD-SCHOOL-BY-THE-HARBOUR"
WIDE_NAME = "屋上の観測所-気温と風と雨を一分ごとに記録し一年間保存する計画-第二版-改訂"
COMBINING_NAME = unicodedata.normalize("NFD", "ÅNGSTRÖM-CAFÉ-NAÏVETÉ-RÉSUMÉ-ÊTRE-ÇA-ÑANDÚ-ZŮRICH-ŽIŽEK-ĀĒĪŌŪ-ÝÝÝÝÝ")


@pytest.fixture
def gallery(request: pytest.FixtureRequest) -> OpenGallery:
    """Opens the gallery of the test, which is named as the test."""
    name = request.node.name.removeprefix("test_").replace("_", "-")
    return lambda app: gallery_of(app, name, writes=request.config.getoption("--update-screens"))


async def test_plans(workspace: Path, gallery: OpenGallery) -> None:
    async with gallery(app_on(workspace)) as scene:
        await scene.take("plans")
        await scene.walk("slash r a i n", PlansScreen, "rain")
        await scene.take("plans-filtered")
        await scene.walk("x", PlansScreen, "Nothing matches")
        await scene.take("plans-nothing-found")
        await scene.walk("escape question_mark", HelpDialog)
        await scene.take("plans-help")
        await scene.walk("escape m", NeedsScreen, "◆ review")
        await scene.take("needs")
        await scene.walk("escape N", NewPlanDialog)
        scene.app.screen.query_one("#name", Input).value = "weather station"
        scene.app.screen.query_one("#goal", Input).value = "Ships find the pier at night"
        scene.app.screen.query_one(TextArea).text = "Lamps\nBlink (2 hours)"
        await scene.walk("ctrl+s", NewPlanDialog, "exists already")
        await scene.take("new-plan")
        await scene.walk("escape X", ExportDialog, "demo.html")
        await scene.take("export")
        await scene.walk("escape down A", QuestionDialog, "documentation/archive")
        await scene.take("archive")
        await scene.walk("n up 3", AchievementDialog)
        await scene.walk("2 . 9 enter", AchievementDialog, "no achievement '2.9'")
        await scene.take("achievement")
        await scene.walk("escape", PlansScreen)
        (workspace / settings.FILE_NAME).write_text(SETTINGS, encoding="utf-8")
        workflows = catalog.workflows(settings.load(workspace, {}))
        await scene.open(WorkflowDialog(workflows, "WEATHER-STATION"), "nightly")
        await scene.walk("down down down", WorkflowDialog)
        await scene.take("workflows")
        await scene.close()
        rows = [
            WorkspaceRow("/home/ada/station", "station", 2, 2, 1, shown=True),
            WorkspaceRow("/srv/plans/harbour", "harbour", 1, 0, 0, shown=False),
            WorkspaceRow("/home/ada/very/far/down/in/a/long/path/of/folders/garden", "garden", None, 0, 0, shown=False),
        ]
        await scene.open(WorkspacesDialog(rows), "harbour")
        await scene.take("workspaces")
        await scene.close()
        await scene.walk("ctrl+p", PaletteDialog)
        await scene.take("palette")
        await scene.walk("f r o s t", PaletteDialog, "2.2")
        await scene.take("palette-typed")
        await scene.walk("x q", PaletteDialog, "Nothing")
        await scene.take("palette-nothing-found")
        await scene.walk("escape comma", SettingsScreen, "by default")
        await scene.take("settings")
        await scene.walk("enter", ChoiceDialog, "llm-dash-light")
        await scene.take("theme")
        await scene.walk("escape", SettingsScreen)
        scene.app.screen.query_one(SettingTable).select("limits.wall")
        await scene.walk("enter x", ValueDialog, "Allowed is")
        await scene.take("value")
        await scene.walk("ctrl+u 9 0 enter", ChoiceDialog, "For whom?")
        await scene.take("for-whom")
        await scene.walk("escape escape", PlansScreen)
        (workspace / settings.FILE_NAME).write_text("[limits]\nwidth = 3\nwall = 'long'\n", encoding="utf-8")
        await scene.walk("comma", SettingsScreen, "wrong")
        await scene.take("settings-wrong")
        await scene.walk("escape", PlansScreen)
        scene.app.clear_notifications()
        await scene.open(FolderDialog(Path("/home/ada")))
        await scene.take("folder")
        await scene.close()
        asking = {"argv": ("review-agent --plan {plan_file}",), "scripts": ("workspace",)}
        question = "llm-dash.toml of this workspace says what runs. Allow that, until the file changes?"
        await scene.open(AllowDialog(asking, question), "review-agent")
        await scene.take("allow")
        await scene.close()
        scene.app.notify("Written: FIX_12.md", timeout=600)
        scene.app.notify("subplan 2.1 of WEATHER-STATION: failed. R shows it.", severity="warning", timeout=600)
        scene.app.notify(
            "[limits] wall: 'long' is not a number of seconds.", severity="error", timeout=600, markup=False
        )
        await scene.take("toasts")


async def test_plan(workspace: Path, gallery: OpenGallery) -> None:
    async with gallery(app_on(workspace)) as scene:
        await scene.walk("enter", PlanScreen, "an append-only file of records")
        await scene.take("plan")
        await scene.walk("enter down down space", PlanScreen, "works on a good day")
        await scene.take("details")
        await scene.walk("enter", DocumentScreen, "torn record")
        await scene.take("document")
        await scene.walk("slash r e c o r d enter", DocumentScreen, "1 of")
        await scene.take("document-searched")
        await scene.walk("escape escape i", PlanScreen, "54 of 100")
        await scene.take("facts")
        await scene.walk("escape slash f r o s t", PlanScreen, "frost")
        await scene.take("plan-filtered")
        await scene.walk("escape question_mark", HelpDialog)
        await scene.take("plan-help")
        await scene.walk("escape 2", ParallelDialog)
        await scene.walk("a", ParallelDialog)
        await scene.take("parallel")


async def test_review(reviewed: Path, gallery: OpenGallery) -> None:
    async with gallery(app_on(reviewed)) as scene:
        await scene.walk("v", ReviewScreen, "def gaps(minutes):")
        await scene.walk("end space", ReviewScreen, "1 of 2 ticked")
        await scene.take("review")
        await scene.walk("tab", ReviewScreen, "› Diff")
        await scene.take("difference")
        await scene.walk("tab tab", ReviewScreen, "Mark the minutes without a reading.")
        await scene.take("subplan")
        await scene.walk("escape f", VerdictDialog, "Not met")
        await scene.walk("tab S l o w", VerdictDialog, "Slow")
        await scene.take("fix")
        await scene.walk("escape escape a", VerdictDialog, "APPROVED_12.md")
        await scene.take("approve")
        await scene.walk("escape escape escape", PlansScreen)
        await scene.walk("enter v", ReviewScreen, "A torn record hides all later ones")
        await scene.take("review-of-a-fix")
        await scene.walk("s", VerdictDialog)
        await scene.take("resolution")


async def test_problems(workspace: Path, gallery: OpenGallery) -> None:
    async with gallery(app_on(workspace)) as scene:
        await scene.walk("c", ProblemsScreen, "No problems in 15 documents.")
        await scene.take("none")
        spoil(workspace)
        await scene.app.reload()
        await scene.walk("end", ProblemsScreen, "2 errors")
        await scene.take("problems")
        await scene.resize(NARROW)
        await scene.walk("enter", ProblemsScreen)
        await scene.take("place", NARROW)


async def test_graph(tmp_path: Path, gallery: OpenGallery) -> None:
    feedbacks = tmp_path / "port/work-space/plans/HARBOUR/execution/feedbacks"
    feedbacks.mkdir(parents=True)
    (feedbacks.parents[1] / "PLAN_HARBOUR.md").write_text(HARBOUR, encoding="utf-8")
    (feedbacks / "APPROVED_11.md").write_text("# APPROVED: Achievement 1.1\n", encoding="utf-8")
    async with gallery(app_on(tmp_path / "port")) as scene:
        await scene.walk("d", GraphScreen)
        await scene.walk("end up", GraphScreen)
        await scene.take("graph")


async def test_runs(workspace: Path, gallery: OpenGallery) -> None:
    live, app = a_run(workspace), app_on(workspace)
    async with gallery(app) as scene:
        plan = app.state.plans[0] if app.state else None
        await scene.open(RunnerScreen(live, RunLog(live.log_path), lambda: NOW, {live.id: live}), "PASSED")
        await scene.take("running")
        await scene.walk("home ampersand 7 enter slash 7 7 enter v down down n", RunnerScreen, "2 of")
        await scene.take("found")
        await scene.walk("slash ctrl+r", RunnerScreen)
        await scene.take("searching")
        await scene.walk("escape enter", RunnerScreen)
        await scene.take("line")
        await scene.walk("s", SaveDialog, "k3f.log")
        await scene.take("save")
        await scene.walk("escape question_mark", HelpDialog)
        await scene.take("log-help")
        await scene.close()
        await scene.close()
        for name, run in {
            "success": ended(live),
            "failed": ended(live, EXIT_3, WorkflowState.FAILED),
            "timed-out": ended(live, TOO_LONG, WorkflowState.TIMED_OUT),
            "lost": ended(live, LOST, WorkflowState.LOST),
        }.items():
            if run.result and run.result.success:
                run.prompt_path.write_text("# Execute 1.1\n\nRead `SUBPLAN_WEATHER-STATION_11.md` first.\n")
            await scene.open(ResultScreen(workspace, plan, run=run), "16 of 17 passed")
            await scene.take(name)
            if name == "failed":
                await scene.walk("o", ChoicesDialog)
                await scene.take("open-file")
                await scene.walk("escape", ResultScreen)
            await scene.close()
        await scene.open(ResultScreen(workspace, plan, failure=NO_SUBPLAN), "has no SUBPLAN")
        await scene.take("refused")
        await scene.close()
        done = ended(live)
        await scene.open(RunnerScreen(done, RunLog(done.log_path), lambda: NOW, {done.id: done}, stay=True), "PASSED")
        await scene.take("ended")
        await scene.close()
        silent = a_run(workspace, 9)
        silent.log_path.write_bytes(b"")
        await scene.open(RunnerScreen(silent, RunLog(silent.log_path), lambda: NOW, {silent.id: silent}))
        await scene.take("silent")
        await scene.close()
        await scene.open(LeaveDialog(lambda: [live]), "1 run")
        await scene.take("leave")


async def test_live(workspace: Path, gallery: OpenGallery) -> None:
    """The plans while one of them is at work, and after it has failed."""
    app = app_on(workspace)
    async with gallery(app) as scene:
        run, lost = (
            a_run(workspace, 1),
            a_run(workspace, 2, record=msgspec.structs.replace(a_run(workspace, 2).record, achievement="1.3")),
        )
        app.runs[run.id] = run
        app.tell(RunsChanged())
        await scene.until(lambda: "1 running" in scene.text)
        await scene.take("plans")
        await scene.walk("enter", PlanScreen, "FIX_11")
        await scene.take("plan")
        app.runs[run.id] = ended(run, EXIT_3, WorkflowState.FAILED)
        app.runs[lost.id] = ended(lost, LOST, WorkflowState.LOST)
        app.tell(RunsChanged())
        await scene.until(lambda: "1 running" not in scene.text)
        await scene.take("plan-failed")
        await scene.walk("escape", PlansScreen)
        await scene.take("plans-failed")
        await scene.walk("m", NeedsScreen, "failed")
        await scene.take("needs")


async def test_agents(workspace: Path, gallery: OpenGallery) -> None:
    """An agent at work: what it says, what it asks, and what its word was worth."""
    app = app_on(workspace)
    async with gallery(app) as scene:
        plan = app.state.plans[0] if app.state else None
        live = an_agent_run(workspace, STREAM)
        app.runs[live.id] = live
        app.tell(RunsChanged())
        await scene.until(lambda: "1 running" in scene.text)
        await scene.take("plans")
        runner = AgentRunnerScreen(live, RunLog(live.log_path), lambda: NOW, {live.id: live})
        await scene.open(runner, "are kept")
        await scene.take("running")
        await scene.walk("home down down down down enter", AgentRunnerScreen, "rule 3 of")
        await scene.take("unfolded")
        await scene.walk("question_mark", HelpDialog)
        await scene.take("help")
        await scene.walk("escape v home", AgentRunnerScreen, '{"type": "system"')
        await scene.take("raw")
        await scene.close()
        asked = PermissionAsked("1", "Edit", "station/store.py", DIFFERENCE, ANSWERS)
        await scene.open(PermissionDialog(live, asked, 1), "Always allow")
        await scene.take("asks")
        await scene.close()
        long = msgspec.structs.replace(asked, tool="Bash", detail=f"command: {'make test ' * 30}\n" + DIFFERENCE * 6)
        await scene.open(PermissionDialog(live, long, 3), "1 of 3")
        await scene.take("asks-at-length")
        await scene.close()
        for name, report, failure in (
            ("verified", WORKED, None),
            ("claimed", CLAIMED, None),
            ("not-allowed", DENIED, NOT_ALLOWED),
        ):
            run = ended(live, failure, WorkflowState.FAILED if failure else WorkflowState.SUCCESS)
            passed = TestCounts(passed=18, failed=0, total=18, source="pytest")
            result = msgspec.structs.replace(
                run.result,  # type: ignore[type-var]
                agent=report,
                claimed=(),
                ended_processes=(),
                tests=passed,
            )
            await scene.open(ResultScreen(workspace, plan, run=msgspec.structs.replace(run, result=result)), "12 tool")
            await scene.take(name)
            await scene.close()
        task = AgentTask(
            CLAUDE,
            prompt="# Continue 1.1\n\nRead the SUBPLAN.\n",
            verify=(("pytest", "-q"),),
            proposals=(Proposal("subplans/SUBPLAN_WEATHER-STATION_11.md", (("make", "lint"),), ("make test | tail",)),),
            fix_attempts=2,
        )
        command = msgspec.structs.replace(
            COMMANDS[1], workflow=WorkflowType.CONTINUE, requested=WorkflowType.NEXT, name="", task=task
        )
        await scene.open(ConfirmDialog(command, command.cwd), "further attempts")
        await scene.take("confirm")


async def test_tour(workspace: Path, gallery: OpenGallery) -> None:
    app = app_on(workspace)
    app.samples = [workspace]
    async with gallery(app) as scene:
        await scene.take("offered")
        await scene.walk("T escape enter", PlanScreen, "FIX_11")
        await scene.take("plan")


async def test_several_runs(workspace: Path, gallery: OpenGallery) -> None:
    app = app_on(workspace)
    async with gallery(app) as scene:
        for name, command in zip(("confirm", "confirm-own"), COMMANDS, strict=True):
            await scene.open(ConfirmDialog(command, command.cwd), "station")
            await scene.take(name)
            await scene.close()
        batch = Batch(COMMANDS, (Refusal("2.2", NO_SUBPLAN),))
        await scene.open(ConfirmParallelDialog("WEATHER-STATION", batch, 1, 1), "left out")
        await scene.take("confirm-parallel")
        await scene.close()
        runs = [ended(a_run(workspace, 1)), a_run(workspace, 2), a_run(workspace, 3)]
        runs[1] = msgspec.structs.replace(runs[1], output_at="2026-11-23T01:45:12.000Z")
        waiting = msgspec.structs.replace(runs[2].record, started_at=None)
        runs[2] = msgspec.structs.replace(runs[2], state=WorkflowState.PENDING, record=waiting)
        app.runs.update({run.id: run for run in runs})
        ids = [run.id for run in runs]
        await scene.open(BatchScreen(("demo", "WEATHER-STATION", "parallel"), ids, app.runs, lambda: NOW), "PASSED")
        await scene.take("batch")
        app.runs[runs[1].id] = ended(runs[1], EXIT_3, WorkflowState.FAILED)
        app.runs[runs[2].id] = ended(runs[2])
        app.tell(RunChanged(app.runs[runs[2].id]))
        await scene.until(lambda: "2 of 3 succeeded" in scene.text)
        await scene.take("batch-ended")
        await scene.close()
        app.runs[runs[1].id] = runs[1]
        app.runs[runs[2].id] = ended(runs[2], TOO_LONG, WorkflowState.TIMED_OUT)
        await scene.open(HistoryScreen("demo", app.runs), "3 runs")
        await scene.walk("end", HistoryScreen)
        await scene.until(lambda: app.size.width < 100 or "test_1203" in scene.text)
        await scene.take("history")
        app.runs.clear()
        app.tell(RunChanged(runs[1]))
        await scene.until(lambda: "0 runs" in scene.text)
        await scene.take("no-runs")


async def test_no_workspace(tmp_path: Path, gallery: OpenGallery) -> None:
    reason = (
        "No plans root: looked for work-space/plans in /home/ada/harbour (No such file or directory); create it, or set "
        "plans_root in llm-dash.toml."
    )
    state = WorkspaceState("harbour", (), (Problem("no-plans-root", reason),), root="/home/ada/harbour")
    async with gallery(app_on(tmp_path, state)) as scene:
        await scene.take("no-workspace")
        await scene.open(
            QuestionDialog("Begin", "Make this folder a workspace?", [("In", NO_MARK, ("/home/ada/harbour",))])
        )
        await scene.take("begin")


async def test_no_plans(tmp_path: Path, gallery: OpenGallery) -> None:
    odd = "PLAN_X.md does not begin with '# PLAN: title' and is not read as a plan; correct its first line."
    state = WorkspaceState("harbour", (), (Problem("plan-heading", odd),), root="/home/ada/harbour")
    async with gallery(app_on(tmp_path, state)) as scene:
        await scene.take("no-plans")
        await scene.open(NeedsScreen(state, {}), "Nothing waits for you.")
        await scene.take("no-needs")


def write_plan(root: Path, name: str, title: str, achievements: str, container: str = "") -> None:
    """A plan of its own in the workspace; each line of `achievements` is `id title`."""
    folder = root / "work-space" / "plans" / container / name
    folder.mkdir(parents=True)
    index = re.sub(r"^(\S+) ", r"- Achievement \1: ", achievements, flags=re.MULTILINE)
    (folder / f"PLAN_{name}.md").write_text(
        f"# PLAN: {title}\n\n**Status**: In Progress\n\n---\n\n## Achievement Index\n\n{index}\n", encoding="utf-8"
    )


def run_of(root: Path, number: int, plan: str) -> Run:
    """A live run of that plan; its output is long, wide and combining."""
    run = a_run(root, number)
    run.log_path.write_text(f"{LONG_NAME * 4}\n{WIDE_NAME * 5}\n{COMBINING_NAME * 4}\nPASSED\n", encoding="utf-8")
    record = msgspec.structs.replace(run.record, plan=plan, achievement="1.2", summary=f"Writes {WIDE_NAME}.md.")
    return msgspec.structs.replace(run, record=record)


async def test_names(tmp_path: Path, gallery: OpenGallery) -> None:
    """Long, wide and combining ones; a plan without achievements and one of five hundred."""
    root = tmp_path / "a-workspace-with-a-long-name-of-its-own"
    many = "\n".join(
        f"{n // 10 + 1}.{n % 10 + 1} Step {n + 1} of the five hundred, as small as it is" for n in range(500)
    )
    titles = f"1.1 {LONG_NAME.replace('-', ' ').title()}\n1.2 {WIDE_NAME}\n1.3 {COMBINING_NAME}\n1.4 short"
    write_plan(
        root, LONG_NAME, "A title as long as the name of the plan that it belongs to, and then some more", titles
    )
    write_plan(root, WIDE_NAME, WIDE_NAME, titles, container="屋上の容器に入れた計画と観測所の計画と気温と風と雨")
    write_plan(root, COMBINING_NAME, COMBINING_NAME, titles)
    write_plan(root, "NOTHING-YET", "Nothing yet", "")
    write_plan(root, "FIVE-HUNDRED", "Five hundred", many)
    (root / "work-space/plans/BROKEN").mkdir()
    (root / "work-space/plans/BROKEN/PLAN_BROKEN.md").write_bytes(b"# PLAN: caf\xe9\n\xff\xfe")
    subplans = root / "work-space/plans" / LONG_NAME / "subplans"
    subplans.mkdir()
    (subplans / f"SUBPLAN_{LONG_NAME}_11.md").write_text("# SUBPLAN: Long\n\n" + "word " * 60 + WIDE_NAME * 3 + "\n")
    executions = root / "work-space/plans" / LONG_NAME / "execution"
    executions.mkdir()
    (executions / f"EXECUTION_TASK_{LONG_NAME}_11_01.md").write_text(
        f"# EXECUTION_TASK: Long\n\n**Status**: Complete\n\n## Success Criteria\n\n- [ ] It works {'on and on ' * 12}\n"
        f"- [ ] {WIDE_NAME}\n",
        encoding="utf-8",
    )
    app = app_on(root)
    async with gallery(app) as scene:
        await scene.take("plans")
        for key, name in (("home", "first"), ("j", "second"), ("j", "third"), ("j", "fourth"), ("j", "fifth")):
            await scene.walk(f"{key} enter", PlanScreen)
            await scene.take(f"plan-{name}")
            await scene.walk("escape", PlansScreen)
        await scene.walk("d", GraphScreen)
        await scene.take("graph")
        await scene.walk("escape 3", AchievementDialog)
        await scene.take("achievement")
        await scene.walk("escape 2", ParallelDialog)
        await scene.take("parallel")
        await scene.walk("escape c", ProblemsScreen, "problem")
        await scene.take("problems")
        await scene.walk("escape", PlansScreen)
        scene.app.screen.query_one(PlanTable).select(f"work-space/plans/{LONG_NAME}/PLAN_{LONG_NAME}.md")
        await scene.walk("enter enter", PlanScreen)
        await scene.walk("enter", DocumentScreen, "word word")
        await scene.take("document")
        await scene.walk("escape escape v", ReviewScreen, "works")
        await scene.take("review")
        await scene.walk("escape escape", PlansScreen)
        runs = [run_of(root, number, name) for number, name in enumerate((LONG_NAME, WIDE_NAME, COMBINING_NAME), 1)]
        app.runs.update(
            {run.id: run for run in (runs[0], *(ended(run, EXIT_3, WorkflowState.FAILED) for run in runs[1:]))}
        )
        app.tell(RunsChanged())
        await scene.walk("m", NeedsScreen, "failed")
        await scene.take("needs")
        await scene.walk("escape R", HistoryScreen, "3 runs")
        await scene.take("runs")
        await scene.walk("enter", RunnerScreen, "\u5c4b")
        await scene.take("runner")
        await scene.walk("escape escape", PlansScreen)
        plan = next(each for each in app.state.plans if each.name == WIDE_NAME) if app.state else None
        await scene.open(ResultScreen(root, plan, run=app.runs[runs[1].id]), "16 of 17")
        await scene.take("failed")
        await scene.close()
        command = msgspec.structs.replace(
            COMMANDS[0], plan=WIDE_NAME, creates=(f"{WIDE_NAME}/subplans/{LONG_NAME}.md",)
        )
        await scene.open(ConfirmDialog(command, command.cwd), "Creates")
        await scene.take("confirm")
        await scene.close()
        await scene.walk("ctrl+p o b s e r v", PaletteDialog, "OBSERVATORY")
        await scene.take("palette")
        await scene.walk("escape down A", QuestionDialog)
        await scene.take("archive")

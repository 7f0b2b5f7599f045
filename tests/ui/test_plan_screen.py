"""The plan screen: the plan's figures, and the documents of its achievements, to unfold, open and edit."""

import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.pilot import Pilot

from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.screens.document import DocumentScreen
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.widgets.achievement_details import AchievementDetails
from llm_dashboard.ui.widgets.achievement_table import AchievementTable
from llm_dashboard.ui.widgets.document_view import DocumentView
from llm_dashboard.ui.widgets.text_rows import TextRows
from tests.ui.conftest import running, screen_text, settle, toasts, until
from tests.ui.test_plans import write_plan

PLAN = Path("work-space/plans/WEATHER-STATION")
FIX = PLAN / "execution" / "feedbacks" / "FIX_11.md"


async def open_plan(app: DashboardApp, pilot: Pilot[None], shown: str = "1.1") -> AchievementDetails:
    """The details of the first plan, where they show that achievement."""
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, PlanScreen))
    details = app.screen.query_one(AchievementDetails)
    await until(pilot, lambda: details.shown == shown)
    return details


def text_of(view: TextRows) -> str:
    """The whole text of a view, seen or not."""
    return "\n".join(row.plain for row in view.texts)


def cursor_on(details: AchievementDetails, name: str) -> bool:
    """Whether the cursor is on the document of that name."""
    return details.document is not None and details.document.path.endswith(name)


async def test_a_document_is_unfolded_and_folded_in_its_place(workspace: Path) -> None:
    async with running(workspace, (120, 40)) as (app, pilot):
        details = await open_plan(app, pilot)
        text = screen_text(app)
        assert "▸ FIX_11" in text
        assert "2 critical, 1 minor" in text
        assert "14/14 tests" in text
        assert "an append-only file of records" in text
        await pilot.press("tab", "down", "down", "space")
        assert cursor_on(details, "FIX_11.md")
        await until(pilot, lambda: "works on a good day" in screen_text(app))
        text = screen_text(app)
        assert "▾ FIX_11" in text
        assert "Critical  1. A torn record hides all later ones" in text
        await pilot.press("space")
        await until(pilot, lambda: "works on a good day" not in screen_text(app))
        assert "▌▸ FIX_11" in screen_text(app)


async def test_what_an_execution_task_claims(workspace: Path) -> None:
    async with running(workspace, (120, 40)) as (app, pilot):
        await open_plan(app, pilot)
        await pilot.press("tab", "down", "space")
        await until(pilot, lambda: "Iterations" in screen_text(app))
        text = screen_text(app)
        assert "Iteration 1: tests first  line 15" in text
        assert "14/14 tests passing  line 17" in text
        assert "Complete  line 21" in text


async def test_a_document_that_changes_is_shown_anew_in_its_place(workspace: Path) -> None:
    async with running(workspace, (120, 40)) as (app, pilot):
        details = await open_plan(app, pilot)
        await pilot.press("tab", "down", "down", "space")
        await until(pilot, lambda: "works on a good day" in screen_text(app))
        await pilot.press("down", "down", "down")
        top = details.scroll_offset.y
        text = (workspace / FIX).read_text(encoding="utf-8")
        (workspace / FIX).write_text(text.replace("works on a good day", "works on a bad day"), encoding="utf-8")
        await app.reload()
        await until(pilot, lambda: "works on a bad day" in screen_text(app))
        assert details.scroll_offset.y == top
        assert cursor_on(details, "FIX_11.md")


async def test_the_text_scrolls_between_the_headings(workspace: Path) -> None:
    long = "".join(f"line {number}\n\n" for number in range(200))
    (workspace / PLAN / "subplans" / "SUBPLAN_WEATHER-STATION_11.md").write_text(f"# SUBPLAN: x\n\n{long}")
    async with running(workspace, (120, 30)) as (app, pilot):
        details = await open_plan(app, pilot)
        await pilot.press("tab", "space")
        await until(pilot, lambda: "line 3" in screen_text(app))
        await pilot.press("down", "j", "k")
        assert details.scroll_offset.y == 1
        assert details.current == 0
        await pilot.press("end")
        await settle(pilot)
        assert cursor_on(details, "EXECUTION_TASK_WEATHER-STATION_11_01.md")
        await pilot.press("home")
        await settle(pilot)
        assert details.current == 0
        await pilot.press("space")
        await until(pilot, lambda: "line 3" not in screen_text(app))


async def test_the_plan_itself(workspace: Path) -> None:
    async with running(workspace, (120, 36)) as (app, pilot):
        details = await open_plan(app, pilot)
        await pilot.press("i")
        await until(pilot, lambda: details.shown == "WEATHER-STATION" and "health 54" in screen_text(app))
        await until(pilot, lambda: "54 of 100" in screen_text(app))


async def test_a_small_terminal_shows_the_details_alone(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        await pilot.press("enter", "down", "down", "space")
        await until(pilot, lambda: "1. A torn record hides" in screen_text(app))


async def test_enter_shows_the_document_whole(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        await pilot.press("enter", "down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, DocumentScreen) and "torn record" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        assert app.screen.query_one(AchievementDetails).has_focus


async def test_what_the_plan_says_opens_at_its_line(workspace: Path) -> None:
    async with running(workspace, (120, 20)) as (app, pilot):
        await open_plan(app, pilot)
        await pilot.press("tab", "down", "down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, DocumentScreen) and "check sum" in screen_text(app))
        view = app.screen.query_one(DocumentView)
        source = (workspace / PLAN / "PLAN_WEATHER-STATION.md").read_text(encoding="utf-8").split("\n")
        assert source[view.top_line - 1].startswith("**Achievement 1.1**")


async def test_a_document_is_searched(workspace: Path) -> None:
    async with running(workspace, (100, 12)) as (app, pilot):
        await open_plan(app, pilot)
        await pilot.press("tab", "down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, DocumentScreen) and "FIX REQUIRED" in screen_text(app))
        view = app.screen.query_one(DocumentView)
        await pilot.press("slash", *"FIX", "enter")
        await until(pilot, lambda: "1 of 6 lines found" in screen_text(app))
        first = view.at
        await pilot.press("n")
        await until(pilot, lambda: "2 of 6" in screen_text(app))
        assert view.at > first
        await pilot.press("N", "N")
        await until(pilot, lambda: "6 of 6" in screen_text(app))
        await pilot.press("slash", *"zzz")
        await until(pilot, lambda: "not found" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "found" not in screen_text(app).split("\n")[0])
        assert isinstance(app.screen, DocumentScreen)


async def test_a_document_on_the_screen_follows_its_file(workspace: Path) -> None:
    async with running(workspace, (100, 12)) as (app, pilot):
        await open_plan(app, pilot)
        await pilot.press("tab", "down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, DocumentScreen) and "FIX REQUIRED" in screen_text(app))
        view = app.screen.query_one(DocumentView)
        await pilot.press("down", "down", "down", "down")
        await settle(pilot)
        top = view.top_line
        assert top > 1
        with (workspace / FIX).open("a", encoding="utf-8") as file:
            file.write("\nThe last word.\n")
        await app.reload()
        await until(pilot, lambda: any("The last word." in row.text.plain for row in view.rows))
        assert view.top_line == top
        (workspace / FIX).unlink()
        await app.reload()
        await until(pilot, lambda: "cannot be read: No such file" in screen_text(app))
        assert view.rows


async def test_o_opens_the_document_in_the_editor(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", f"'{sys.executable}' '{editor(workspace)}'")
    async with running(workspace, (120, 40)) as (app, pilot):
        monkeypatch.setattr(app, "suspend", nullcontext)
        details = await open_plan(app, pilot)
        await pilot.press("o")
        assert (workspace / FIX).read_text(encoding="utf-8").endswith("review.\n")
        await pilot.press("tab", "down", "down", "space", "o")
        await until(pilot, lambda: "Edited by hand." in text_of(details))


async def test_a_document_that_leads_out_of_the_workspace_is_not_opened(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("secret")
    monkeypatch.setenv("EDITOR", f"'{sys.executable}' '{editor(workspace)}'")
    async with running(workspace, (120, 40)) as (app, pilot):
        monkeypatch.setattr(app, "suspend", nullcontext)
        await open_plan(app, pilot)
        (workspace / FIX).unlink()
        (workspace / FIX).symlink_to(outside)
        await pilot.press("tab", "down", "down", "o")
        await until(pilot, lambda: any("leads out of the workspace" in toast for toast in toasts(app)))
        assert outside.read_text() == "secret"


def editor(workspace: Path) -> Path:
    """A program that appends a line to the file it is given."""
    program = workspace / "editor.py"
    program.write_text("import sys\nwith open(sys.argv[1], 'a') as file:\n    file.write('\\nEdited by hand.\\n')\n")
    return program


async def test_what_is_in_documents_is_drawn_as_it_is(workspace: Path) -> None:
    hostile = "\x1b]52;c;eA==\x07a\x1b[31mb\u202e [@click=app.quit]quit[/] [/b] [x](file:///etc/passwd)\n"
    with (workspace / FIX).open("a", encoding="utf-8") as file:
        file.write(f"\n{hostile}")
    async with running(workspace, (120, 50)) as (app, pilot):
        details = await open_plan(app, pilot)
        await pilot.press("tab", "down", "down", "space")
        await until(pilot, lambda: "ab<U+202E> [@click=app.quit]quit[/] [/b]" in text_of(details))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DocumentScreen) and "FIX REQUIRED" in screen_text(app))
        await pilot.press("end")
        await until(pilot, lambda: "ab<U+202E> [@click=app.quit]quit[/] [/b]" in screen_text(app))


async def test_five_hundred_achievements_and_none(tmp_path: Path) -> None:
    write_plan(tmp_path, "BIG", [f"Title {number}" for number in range(500)])
    write_plan(tmp_path, "EMPTY", [])
    async with running(tmp_path, (120, 36)) as (app, pilot):
        await open_plan(app, pilot)
        assert "0/500 approved" in screen_text(app)
        await pilot.press("end")
        await until(pilot, lambda: app.screen.query_one(AchievementDetails).shown == "1.500")
        await pilot.press("escape", "down")
        details = await open_plan(app, pilot, "EMPTY")
        text = screen_text(app)
        assert "No achievements are declared" in text
        assert "health" not in text
        assert cursor_on(details, "PLAN_EMPTY.md")


async def test_a_plan_that_lists_nothing_says_why_and_what_helps_also_where_there_is_one_pane(tmp_path: Path) -> None:
    write_plan(tmp_path, "EMPTY", [])
    plan_file = tmp_path / "work-space/plans/EMPTY/PLAN_EMPTY.md"
    whole = plan_file.read_bytes()
    plan_file.write_bytes(whole + b"\xff")
    async with running(tmp_path, (80, 24)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: "is not UTF-8 text (byte" in screen_text(app))
        assert "What helps  o opens it in your editor" in screen_text(app)
        await pilot.press("slash")
        await until(pilot, lambda: "There is nothing to filter." in screen_text(app))
        plan_file.write_bytes(whole)
        await pilot.press("r")
        await until(pilot, lambda: "No achievements are declared; list them as" in screen_text(app))
        plan_file.write_bytes(whole + b"- Achievement 1.1: First\n")
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.focused, AchievementTable) and "1.1    First" in screen_text(app))
        plan_file.write_bytes(whole)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.focused, AchievementDetails) and "? empty" in screen_text(app))
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, PlansScreen))

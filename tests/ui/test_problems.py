"""The list of problems: what is found, where it is, and the editor at the place."""

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.app import App

from llm_dashboard.ui.app import DashboardApp
from llm_dashboard.ui.outside import arguments
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.problems import ProblemsScreen
from llm_dashboard.ui.widgets.finding_place import FindingPlace
from llm_dashboard.ui.widgets.finding_table import FindingTable
from tests.ui.conftest import running, screen_text, settle, toasts, until

PLAN = Path("work-space/plans/WEATHER-STATION")
RAIN = Path("work-space/plans/later/RAIN-ALERTS/PLAN_RAIN-ALERTS.md")


@pytest.fixture
def spoilt(workspace: Path) -> Path:
    """The demo's workspace, with something wrong in both plans and beside them."""
    spoil(workspace)
    return workspace


def spoil(workspace: Path) -> None:
    """Do something wrong in both plans and beside them."""
    feedbacks = workspace / PLAN / "execution" / "feedbacks"
    shutil.copy(feedbacks / "APPROVED_01.md", feedbacks / "APPROVED_12.md")
    edit(
        workspace / PLAN / "execution" / "EXECUTION_TASK_WEATHER-STATION_11_01.md", "Complete", "\U0001f504 In Progress"
    )
    edit(workspace / RAIN, "**Status**: Planning", "**Status**: Complete")
    old = workspace / PLAN / "WEATHER-STATION-old" / "execution" / "feedbacks"
    old.mkdir(parents=True)
    shutil.copy(feedbacks / "APPROVED_01.md", old)


def edit(path: Path, before: str, after: str) -> None:
    """Replace a text in a file, the first time that it occurs."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def is_checked(app: App[None]) -> bool:
    """Whether the list of problems is there, and complete."""
    return isinstance(app.screen, ProblemsScreen) and not app.screen.checking


def place(app: App[None]) -> FindingPlace:
    """The pane at the right."""
    return app.screen.query_one(FindingPlace)


def cursor_is_shown(app: App[None]) -> bool:
    """Whether the place of the finding under the cursor is read."""
    return is_checked(app) and place(app).finding == app.screen.query_one(FindingTable).finding


async def test_problems_in_a_small_terminal(spoilt: Path) -> None:
    async with running(spoilt, (80, 24)) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: cursor_is_shown(app))
        await pilot.press("end", "k")
        await until(pilot, lambda: cursor_is_shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: place(app).has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.query_one(FindingTable).has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PlansScreen))


async def test_no_problems(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: is_checked(app))
        assert "No problems in 15 documents." in screen_text(app)
        await pilot.press("enter", "tab")
        assert isinstance(app.screen, ProblemsScreen)


async def test_the_problems_of_one_plan(spoilt: Path) -> None:
    async with running(spoilt, (120, 36)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        await pilot.press("c")
        await until(pilot, lambda: is_checked(app))
        assert isinstance(app.screen, ProblemsScreen)
        plans = {each.plan for step in app.screen.steps for each in step.findings}
        assert plans == {"WEATHER-STATION"}


async def test_what_is_mended_goes_and_the_cursor_stays(spoilt: Path) -> None:
    async with running(spoilt, (120, 36)) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: is_checked(app))
        table = app.screen.query_one(FindingTable)
        await pilot.press("end")
        before = table.finding
        assert before is not None
        count = len(table.rows)
        (spoilt / PLAN / "execution" / "feedbacks" / "APPROVED_12.md").unlink()
        await pilot.press("r")
        await until(pilot, lambda: len(table.rows) < count)
        assert table.finding == before


async def test_filter_the_problems(spoilt: Path) -> None:
    async with running(spoilt, (120, 36)) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: is_checked(app))
        await pilot.press("slash", *"error", "space", *"rain")
        await settle(pilot)
        table = app.screen.query_one(FindingTable)
        assert [row.finding.code for row in table.rows if row.finding] == ["plan-status"]
        await pilot.press(*"xyz")
        await settle(pilot)
        assert "Nothing matches" in screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        assert len(table.rows) > 2


async def test_more_than_one_change_while_it_checks_is_seen(spoilt: Path) -> None:
    async with running(spoilt, (120, 36)) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: is_checked(app))
        edit(spoilt / RAIN, "**Status**: Complete", "**Status**: Planning")
        first = asyncio.create_task(app.reload())
        await app.reload()
        await first
        await until(pilot, lambda: is_checked(app) and "RAIN-ALERTS" not in screen_text(app))


@contextmanager
def the_editor(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str) -> Iterator[Path]:
    """An editor of that name that writes down what it was called with; the app hands over its terminal at once."""
    told = folder / "told"
    program = folder / name
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{told}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(program))

    @contextmanager
    def suspend(self: DashboardApp) -> Iterator[None]:
        yield

    monkeypatch.setattr(DashboardApp, "suspend", suspend)
    handler = signal.getsignal(signal.SIGINT)
    yield told
    assert signal.getsignal(signal.SIGINT) == handler


async def test_enter_opens_the_place_in_the_editor(
    spoilt: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with the_editor(monkeypatch, tmp_path, "vi") as told:
        async with running(spoilt, (120, 36)) as (app, pilot):
            await pilot.press("c")
            await until(pilot, lambda: is_checked(app))
            await pilot.press("slash", *"error", "space", *"rain", "enter")
            await until(pilot, lambda: cursor_is_shown(app))
            await pilot.press("enter")
            await until(pilot, told.exists)
            assert told.read_text(encoding="utf-8").split("\n")[:2] == ["+3", str(spoilt / RAIN)]


async def test_an_editor_that_is_not_there_is_told(
    spoilt: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with the_editor(monkeypatch, tmp_path, "unused"):
        monkeypatch.delenv("EDITOR")
        monkeypatch.setenv("PATH", os.devnull)
        async with running(spoilt, (120, 36)) as (app, pilot):
            await pilot.press("c")
            await until(pilot, lambda: cursor_is_shown(app))
            await pilot.press("enter")
            await until(pilot, lambda: any("$EDITOR is not set" in each for each in toasts(app)))


@pytest.mark.parametrize(
    ("program", "line", "expected"),
    [
        ("vim", 7, ["+7", "/x/a b.md"]),
        ("/usr/bin/nano", 7, ["+7", "/x/a b.md"]),
        ("code", 7, ["--goto", "/x/a b.md:7"]),
        ("hx", 7, ["/x/a b.md:7"]),
        ("my-own", 7, ["/x/a b.md"]),
        ("vim", None, ["/x/a b.md"]),
    ],
)
def test_how_an_editor_is_told_the_line(program: str, line: int | None, expected: list[str]) -> None:
    assert arguments(program, Path("/x/a b.md"), line) == expected


async def test_names_are_drawn_as_they_are(workspace: Path) -> None:
    (workspace / PLAN / "APPROVED_1[x] [b].md").write_text("\x1b]0;evil\x07[@click=app.quit]x[/]\n", encoding="utf-8")
    async with running(workspace, (120, 36)) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: cursor_is_shown(app))
        shown = screen_text(app)
        assert "APPROVED_1[x] [b]" in shown
        assert "[@click=app.quit]x[/]" in shown
        assert "evil" not in shown

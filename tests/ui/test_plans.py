"""The list of plans and the plan: what is shown, and what the keys do."""

from pathlib import Path

from textual import events

from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.widgets.achievement_details import AchievementDetails
from llm_dashboard.ui.widgets.achievement_table import AchievementTable
from llm_dashboard.ui.widgets.filter import Filter
from llm_dashboard.ui.widgets.plan_table import PlanTable
from tests.ui.conftest import running, screen_text, settle, until

HOSTILE = "[x] done [/b] \U0001f680 [@click=app.quit]quit[/] here"


def write_plan(root: Path, name: str, titles: list[str], container: str = "") -> None:
    """A plan of its own in the workspace."""
    folder = root / "work-space" / "plans" / container / name
    folder.mkdir(parents=True)
    lines = [f"- Achievement 1.{number}: {title}" for number, title in enumerate(titles, 1)]
    text = (
        f"# PLAN: {name}\n\n**Status**: Planning\n\n---\n\n## Achievement Index\n\n**Priority 1: ALL**\n\n"
        + "\n".join(lines)
    )
    (folder / f"PLAN_{name}.md").write_text(text + "\n", encoding="utf-8")


async def test_the_details_alone_in_a_small_terminal(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one(AchievementDetails).has_focus)
        assert not app.screen.query_one(AchievementTable).display
        assert "FIX_11.md" in screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.query_one(AchievementTable).has_focus


async def test_letters_and_arrows_move(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        table = app.screen.query_one(PlanTable)
        names = []
        for key in ("j", "k", "down", "up", "end", "home"):
            await pilot.press(key)
            names.append(table.plan.name if table.plan else None)
        assert names == ["RAIN-ALERTS", "WEATHER-STATION"] * 3


async def test_filter_as_you_type(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("slash", *"rain")
        await settle(pilot)
        assert "RAIN-ALERTS" in screen_text(app)
        assert "WEATHER-STATION" not in screen_text(app)
        assert screen_text(app).endswith(" ⏎ Keep   Esc End\n")
        await pilot.press("enter")
        assert app.screen.query_one(PlanTable).has_focus
        await settle(pilot)
        assert "Execute next" in screen_text(app).splitlines()[-1]
        await pilot.press("escape")
        await settle(pilot)
        assert "WEATHER-STATION" in screen_text(app)
        assert not app.screen.query_one(Filter).display


async def test_what_is_typed_at_once_after_the_slash_is_filtered_for(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        for key in ("slash", *"rain"):
            app.post_message(events.Key(key, None if key == "slash" else key))
        await until(pilot, lambda: app.screen.query_one(Filter).value == "rain")
        assert len(app.screen_stack) == 1


async def test_filter_the_achievements_from_the_list_and_from_the_details(workspace: Path) -> None:
    async with running(workspace, (80, 24)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        await pilot.press("slash", *"frost", "enter")
        await settle(pilot)
        assert app.screen.query_one(Filter).value == "frost"
        await pilot.press("escape", "enter")
        await until(pilot, lambda: app.screen.query_one(AchievementDetails).has_focus)
        await pilot.press("slash", *"gaps")
        await settle(pilot)
        assert app.screen.query_one(Filter).value == "gaps"
        assert app.screen.query_one(AchievementTable).display


async def test_enter_opens_and_escape_goes_back(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        assert app.screen.query_one(AchievementTable).achievement.id == "1.1"  # type: ignore[union-attr]
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PlansScreen))
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, PlansScreen)


async def test_names_are_shown_as_they_are(tmp_path: Path) -> None:
    write_plan(tmp_path, "ODD", [HOSTILE, "\x1b]52;c;c2VjcmV0\x07a\x1b[31mb\u202ec"], container="[x] [/b]")
    async with running(tmp_path, (120, 24)) as (app, pilot):
        assert "[x] [/b]" in screen_text(app)
        assert HOSTILE in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "1.2" in screen_text(app))
        assert "[x] done [/b] \U0001f680 [@click" in screen_text(app)
        assert "ab<U+202E>c" in screen_text(app)
        await pilot.press("3")
        await settle(pilot)
        assert "[x] done [/b] \U0001f680 [@click" in screen_text(app)


async def test_the_screen_follows_a_refresh_and_keeps_the_cursor(workspace: Path) -> None:
    async with running(workspace) as (app, pilot):
        await pilot.press("down")
        write_plan(workspace, "ANOTHER", ["One"])
        await pilot.press("r")
        await until(pilot, lambda: "ANOTHER" in screen_text(app))
        table = app.screen.query_one(PlanTable)
        assert table.plan is not None
        assert table.plan.name == "RAIN-ALERTS"


async def test_help_lists_the_keys_of_the_screen(workspace: Path) -> None:
    async with running(workspace, (100, 40)) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, PlansScreen)


async def test_an_unreadable_plan_is_listed_and_stops_nothing(workspace: Path) -> None:
    folder = workspace / "work-space" / "plans" / "BROKEN"
    folder.mkdir()
    (folder / "PLAN_BROKEN.md").write_bytes(b"# PLAN: caf\xe9\n\xff\xfe")
    async with running(workspace, (120, 30)) as (app, pilot):
        await settle(pilot)
        text = screen_text(app)
        assert "? unreadable" in text
        assert "WEATHER-STATION" in text

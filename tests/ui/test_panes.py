"""How the screens use the room that there is: one pane, two, or three with the run of what is selected."""

from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len

from llm_dashboard.plans.models import Achievement, AchievementStatus, Counts, NextStep, Plan, StepKind
from llm_dashboard.runs.models import WorkflowState
from llm_dashboard.ui.latest_runs import latest_runs, live_states, newest_first
from llm_dashboard.ui.messages import PlanOpened, RunChanged, RunsChanged, RunWritten
from llm_dashboard.ui.plan_preview import plan_preview
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.plans import PlansScreen
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.themes import DARK
from llm_dashboard.ui.widgets.plan_preview_pane import PlanPreviewPane
from llm_dashboard.ui.widgets.plan_table import PlanTable
from llm_dashboard.ui.widgets.run_pane import RunPane
from llm_dashboard.ui.widgets.toned import THEME_VARIABLES, tones
from tests.ui.conftest import running, screen_text, settle, until
from tests.ui.test_pictures import EXIT_3, NOW, a_run, ended

SIGNS = tones(tuple(getattr(DARK, name, None) or DARK.variables[name] for name in THEME_VARIABLES))


def a_plan(number: int, following: int, title: str = "Fill gaps") -> Plan:
    """A plan of so many achievements, one of which is next."""
    made = tuple(Achievement(f"1.{n}", title, "", n, AchievementStatus.NOT_STARTED) for n in range(1, number + 1))
    step = NextStep(
        f"1.{following}" if made else None, StepKind.SUBPLAN if made else StepKind.NONE, "nothing is there yet"
    )
    header = {"Goal": "Read temperature, wind and rain once a minute. " * 8, "Priority": "HIGH"}
    counts = Counts(total=number, not_started=number)
    return Plan("X", "p/X", "p/X/PLAN_X.md", "", True, "屋根の気象台 " * 20, header, made, counts, step)


@pytest.mark.parametrize("size", [(24, 9), (38, 40), (60, 3), (90, 9), (118, 9), (118, 1), (200, 9)])
def test_a_preview_fits_its_pane_and_names_what_is_next(size: tuple[int, int]) -> None:
    width, height = size
    for number, following in ((0, 0), (1, 1), (7, 3), (500, 1), (500, 250), (500, 500)):
        lines = plan_preview(SIGNS, a_plan(number, following, "長い名前の達成 " * 8), width, height)
        assert len(lines) <= height
        assert all(line.cell_len <= width for line in lines)
        shown = "\n".join(line.plain for line in lines)
        if number and ((width >= 90 and height >= 9) or height >= 40):
            assert f"· 1.{following} " in shown
            listed = shown.count("· 1.")
            rest = [int(part.split()[0].replace(",", "")) for part in shown.split("… ")[1:] if part[0].isdigit()]
            assert listed + sum(rest) == number


def test_beside_a_plan_stands_its_live_run_or_else_the_last(tmp_path: Path) -> None:
    old, new, live = a_run(tmp_path, 1), a_run(tmp_path, 3), a_run(tmp_path, 2)
    other = msgspec.structs.replace(new.record, plan="OTHER")
    moments = {run.id: f"2026-11-23T01:45:0{n}.000Z" for n, run in enumerate((old, live, new))}
    runs = [
        msgspec.structs.replace(
            run, state=state, record=msgspec.structs.replace(run.record, requested_at=moments[run.id])
        )
        for run, state in ((new, WorkflowState.FAILED), (old, WorkflowState.SUCCESS), (live, WorkflowState.RUNNING))
    ]
    station, others = (
        msgspec.structs.replace(a_plan(1, 1, "x"), name=name, plan_file=f"a/PLAN_{name}.md")
        for name in ("WEATHER-STATION", "OTHER")
    )
    elsewhere = msgspec.structs.replace(station, plan_file="b/PLAN_WEATHER-STATION.md")
    there = msgspec.structs.replace(live.record, argv=(f"/{elsewhere.plan_file}",))
    runs = [run if run.id != live.id else msgspec.structs.replace(run, record=there) for run in runs]
    latest = latest_runs([station, elsewhere, others], [*runs, msgspec.structs.replace(new, record=other)])
    assert {name: run.id for name, run in latest.items()} == {
        station.plan_file: new.id,
        elsewhere.plan_file: live.id,
        others.plan_file: new.id,
    }
    assert latest_runs([elsewhere], runs[:2])[elsewhere.plan_file].id == new.id
    by_path = [
        msgspec.structs.replace(
            run, record=msgspec.structs.replace(run.record, argv=(f"{folder}/PLAN_WEATHER-STATION.md",))
        )
        for run, folder in zip(runs, "bab", strict=True)
    ]
    assert newest_first([station, elsewhere, others], by_path) == {elsewhere.plan_file: 0, station.plan_file: 2}
    waiting = msgspec.structs.replace(by_path[2], state=WorkflowState.PENDING)
    assert live_states([station, elsewhere], [*by_path, waiting]) == {elsewhere.plan_file: WorkflowState.RUNNING}
    assert live_states([station, elsewhere], [*by_path[:2], waiting]) == {elsewhere.plan_file: WorkflowState.PENDING}


async def test_three_panes_follow_the_run_of_the_plan(workspace: Path) -> None:
    async with running(workspace, (160, 45)) as (app, pilot):
        app.now = lambda: NOW
        run = app.runs[f"{a_run(workspace).id}"] = a_run(workspace)
        app.tell(RunsChanged())
        pane = app.screen.query_one(RunPane)
        await until(pilot, lambda: "test_1203" in screen_text(app) and "1.1       ▶ running" in screen_text(app))
        with run.log_path.open("ab") as log:
            log.write(b"\x1b[31mand more\x1b]0;title\x07\n")
        app.tell(RunWritten(run))
        await until(pilot, lambda: "and more" in screen_text(app))
        await pilot.press("down")
        await until(pilot, lambda: not pane.display)
        assert pane.run_shown is None
        app.screen.post_message(PlanOpened(app.state.plans[0].plan_file if app.state else ""))
        await until(pilot, lambda: isinstance(app.screen, PlanScreen) and "and more" in screen_text(app))
        await until(pilot, lambda: "FIX_11" in screen_text(app) and "▶ 1.1 " in screen_text(app))
        app.runs[run.id] = ended(run, EXIT_3, WorkflowState.FAILED)
        app.tell(RunChanged(app.runs[run.id]))
        await until(pilot, lambda: "exit status 3 after" in screen_text(app) and "! 1.1 " in screen_text(app))
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, RunnerScreen))


async def test_another_size_keeps_the_cursor_and_shows_what_fits(workspace: Path) -> None:
    async with running(workspace, (160, 45)) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, PlansScreen)
        await pilot.press("down")
        for size, panes in (
            ((120, 36), (True, False)),
            ((120, 24), (False, False)),
            ((80, 24), (False, False)),
            ((80, 40), (False, False)),
            ((160, 24), (True, False)),
        ):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            shown = screen.query_one(PlanPreviewPane).display, screen.query_one(RunPane).display
            assert (shown, screen.query_one(PlanTable).plan.name) == (panes, "RAIN-ALERTS"), size  # type: ignore[union-attr]
            assert "subplan 1.1  " in screen_text(app), size
            assert all(cell_len(line) <= size[0] for line in screen_text(app).split("\n"))

"""The log of a run by keys: following, searching, filtering, the whole line, selecting, copying, saving."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.log_search import Matcher, Query, Search, matcher
from llm_dashboard.ui.screens.runner import RunnerScreen
from llm_dashboard.ui.screens.save import SaveDialog
from llm_dashboard.ui.widgets.log_facts import tally
from tests.ui.conftest import running, screen_text, settle, toasts, until
from tests.ui.test_pictures import NOW, a_run

COLOURED = [b"\x1b[3%dmstep\x1b[0m %d of 1000" % (n % 7 + 1, n) for n in range(1000)]


@asynccontextmanager
async def reading(
    root: Path, lines: list[bytes], size: tuple[int, int] = (100, 24)
) -> AsyncIterator[tuple[RunnerScreen, Pilot[None]]]:
    """The runner on a live run with that log."""
    async with running(root, size) as (app, pilot):
        run = a_run(root)
        run.log_path.write_bytes(b"".join(line + b"\n" for line in lines))
        screen = RunnerScreen(run, RunLog(run.log_path), lambda: NOW, {run.id: run})
        app.push_screen(screen)
        await until(pilot, lambda: screen.is_mounted and len(screen.view.file) == len(lines))
        yield screen, pilot


def hint(screen: RunnerScreen) -> str:
    """The line about the log."""
    return screen_text(screen.app).splitlines()[-3]


async def test_new_lines_are_counted_while_the_reader_is_elsewhere(workspace: Path) -> None:
    async with reading(workspace, COLOURED) as (screen, pilot):
        assert "following" in hint(screen)
        await pilot.press("up")
        await settle(pilot)
        assert "not following" in hint(screen)
        with screen.log_file.path.open("ab") as file:
            file.write(b"more\n" * 1204)
        screen.view.catch_up()
        await until(pilot, lambda: "+1,204 new" in hint(screen))
        assert screen.view.current == 998
        await pilot.press("f")
        await until(pilot, lambda: "following" in hint(screen) and "more" in screen_text(screen.app))
        assert "new" not in hint(screen)


async def test_a_fact_is_shown_whole_or_not_at_all_and_what_was_asked_for_stays(workspace: Path) -> None:
    async with reading(workspace, COLOURED, (80, 24)) as (screen, pilot):
        await pilot.press("home", "slash", *"step", "enter", "v", "down")
        whole = " 1,000 lines   26 kB   982 lines below   2 lines selected   / step 2 of 1,000"
        await until(pilot, lambda: hint(screen) == whole)
        for width, line in (
            (77, " 1,000 lines   982 lines below   2 lines selected   / step 2 of 1,000"),
            (60, " 982 lines below   2 lines selected   / step 2 of 1,000"),
            (50, " 2 lines selected   / step 2 of 1,000"),
            (30, " / step 2 of 1,000"),
            (80, whole),
        ):
            await pilot.resize_terminal(width, 24)
            await until(pilot, lambda line=line: hint(screen) == line)  # type: ignore[misc]
            assert screen.hint.size.height == 1


async def test_the_number_of_hits_is_said_to_be_final_only_when_it_is(workspace: Path) -> None:
    async with reading(workspace, COLOURED * 10) as (screen, _):
        sought = matcher(Query("step"))
        assert isinstance(sought, Matcher)
        search = Search(screen.log_file, sought)
        assert search.step(budget=0)
        assert tally(search, screen.view)[0] == f"{len(search.hits):,} hits so far"
        while search.step():
            pass
        assert tally(search, screen.view)[0] == "10,000 hits"


async def test_what_is_below_is_counted_again_when_the_terminal_has_another_size(workspace: Path) -> None:
    async with reading(workspace, COLOURED, (80, 24)) as (screen, pilot):
        await pilot.press("home")
        await until(pilot, lambda: "982 lines below" in hint(screen))
        await pilot.resize_terminal(80, 34)
        await until(pilot, lambda: "972 lines below" in hint(screen))


async def test_a_search_is_seen_while_it_is_typed_and_walked_with_n(workspace: Path) -> None:
    async with reading(workspace, COLOURED) as (screen, pilot):
        await pilot.press("home", "slash", *"STEP 77")
        await until(pilot, lambda: "1 of 11" in screen_text(screen.app))
        assert screen.view.current == 77
        await pilot.press("enter", "n")
        await settle(pilot)
        assert screen.view.current == 770
        assert "/ STEP 77 2 of 11" in hint(screen)
        await pilot.press("N", "N")
        await settle(pilot)
        assert screen.view.current == 779
        await pilot.press("slash", "ctrl+t")
        await until(pilot, lambda: "no hits" in screen_text(screen.app))
        await pilot.press("escape")
        await until(pilot, lambda: "/ STEP 77 11 of 11" in hint(screen))
        assert screen.view.current == 779
        await pilot.press("escape")
        await settle(pilot)
        assert "STEP 77" not in hint(screen)


async def test_letters_that_are_typed_at_once_are_all_typed(workspace: Path) -> None:
    async with reading(workspace, COLOURED) as (screen, pilot):
        for key in ("slash", "e", "v", "n", "w"):
            screen.app.post_message(events.Key(key, None if key == "slash" else key))
        await until(pilot, lambda: screen.finder.query_one(Input).value == "evnw")
        assert screen.view.reader.errors is None


async def test_a_search_from_the_end_goes_up(workspace: Path) -> None:
    async with reading(workspace, COLOURED) as (screen, pilot):
        await pilot.press("slash", *"step 5")
        await until(pilot, lambda: screen.view.current == 599)
        await pilot.press("escape")
        await settle(pilot)
        assert screen.view.following


async def test_an_expression_that_is_wrong_says_so(workspace: Path) -> None:
    async with reading(workspace, COLOURED) as (screen, pilot):
        await pilot.press("slash", *"(9", "ctrl+r")
        await until(pilot, lambda: "not an expression: missing )" in screen_text(screen.app))
        await pilot.press(*"9|12)", "0", "enter")
        await until(pilot, lambda: "(99|12)0" in hint(screen) and "2 of 2" in hint(screen))
        assert screen.view.current == 990


async def test_a_filter_keeps_the_place_when_it_ends_and_follows_what_is_new(workspace: Path) -> None:
    async with reading(workspace, COLOURED) as (screen, pilot):
        await pilot.press("home")
        screen.view.action_move(50)
        await pilot.press("ampersand", *" 5", "enter")
        await until(pilot, lambda: "111 of 1,000 lines" in hint(screen))
        assert screen.view.current == 50
        assert "step 51 of" in screen_text(screen.app)
        assert "step 60 of" not in screen_text(screen.app)
        await pilot.press("down", "down")
        place = screen.view.place
        await pilot.press("escape")
        await until(pilot, lambda: "step 60 of" in screen_text(screen.app))
        assert screen.view.place == place
        await pilot.press("end", "ampersand", *" 5", "enter")
        await until(pilot, lambda: "111 of 1,000 lines" in hint(screen) and screen.view.following)
        with screen.log_file.path.open("ab") as file:
            file.write(b"not\nand 5 new\n")
        screen.view.catch_up()
        await until(pilot, lambda: "and 5 new" in screen_text(screen.app))
        assert "112 of 1,002 lines" in hint(screen)


async def test_errors_are_walked_to(workspace: Path) -> None:
    lines = [b"ok"] * 100 + [b"ValueError: no"] + [b"ok"] * 100 + [b"1 failed"] + [b"0 failed"] * 100
    async with reading(workspace, lines) as (screen, pilot):
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: screen.view.current == 201)
        await pilot.press("E")
        await until(pilot, lambda: screen.view.current == 100)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "errors 2 of 2" in hint(screen))


async def test_the_whole_line_in_a_pane(workspace: Path) -> None:
    long = b"".join(b"word%d " % n for n in range(60)) + b"\x1b[1mthe end\x1b[0m"
    async with reading(workspace, [b"short", long, b"short"]) as (screen, pilot):
        await pilot.press("home", "down", "slash", *"word5", "enter", "enter")
        await until(pilot, lambda: "the end" in screen_text(screen.app))
        await pilot.press("down")
        await until(pilot, lambda: "line 3   5 B" in screen_text(screen.app))
        await pilot.press("escape")
        await settle(pilot)
        assert "line 3" not in screen_text(screen.app)


async def test_escape_peels_one_layer_at_a_time(workspace: Path) -> None:
    async with reading(workspace, COLOURED) as (screen, pilot):
        await pilot.press("home", "ampersand", *"step", "enter", "slash", *"1", "enter", "v", "enter")
        await until(pilot, lambda: screen.pane.is_on)
        view = screen.view
        layers: tuple[Callable[[], bool], ...] = (
            lambda: screen.pane.is_on,
            lambda: view.began is not None,
            lambda: view.reader.only is not None,
            lambda: view.reader.search is not None,
            lambda: screen.is_current,
        )
        for left in range(len(layers), 0, -1):
            assert [layer() for layer in layers] == [False] * (len(layers) - left) + [True] * left
            await pilot.press("escape")
            await settle(pilot)
        assert not screen.is_current


async def test_lines_are_selected_and_copied_by_keys(workspace: Path) -> None:
    async with reading(workspace, COLOURED) as (screen, pilot):
        await pilot.press("home", "down", "y")
        await until(pilot, lambda: screen.app.clipboard == "step 1 of 1000")
        await pilot.press("v", "down", "down")
        await settle(pilot)
        assert screen.view.selected == range(1, 4)
        await pilot.press("c")
        await until(pilot, lambda: screen.app.clipboard == "step 1 of 1000\nstep 2 of 1000\nstep 3 of 1000")
        assert not screen.view.selected
        await pilot.press("Y")
        await until(pilot, lambda: screen.app.clipboard.endswith("step 999 of 1000"))
        assert screen.app.clipboard.startswith("step 0 of 1000\n")


async def test_text_is_selected_and_copied_with_the_mouse(workspace: Path) -> None:
    async with reading(workspace, ["a漢b one".encode(), b"", b"\x1b[1mthree\x1b[0m"]) as (screen, pilot):
        await pilot.mouse_down(screen.view, offset=(7 + 3, 0))
        await pilot.hover(screen.view, offset=(7 + 2, 2))
        await pilot.mouse_up(screen.view, offset=(7 + 2, 2))
        await settle(pilot)
        assert screen.get_selected_text() == "b one\n\nthr"
        await pilot.press("y")
        await until(pilot, lambda: screen.app.clipboard == "b one\n\nthr")
        await pilot.mouse_down(screen.view, offset=(2, 0))
        await pilot.hover(screen.view, offset=(7 + 20, 2))
        await pilot.mouse_up(screen.view, offset=(7 + 20, 2))
        await settle(pilot)
        assert screen.get_selected_text() == "a漢b one\n\nthree"


async def test_a_click_makes_a_line_the_current_one_and_a_second_one_opens_it(workspace: Path) -> None:
    async with reading(workspace, COLOURED) as (screen, pilot):
        await pilot.click(screen.view, offset=(20, 3))
        await settle(pilot)
        clicked = 1000 - screen.view.size.height + 3
        assert screen.view.current == clicked
        assert not screen.view.following
        await pilot.double_click(screen.view, offset=(20, 3))
        await until(pilot, lambda: screen.pane.is_on)
        assert f"line {clicked + 1}" in screen_text(screen.app)
        assert not screen.view.text_selection


async def test_what_is_too_much_for_a_clipboard_is_not_copied(workspace: Path) -> None:
    async with reading(workspace, [b"x" * 1000] * 1000) as (screen, pilot):
        await pilot.press("Y")
        await until(pilot, lambda: any("s saves the log" in toast for toast in toasts(screen.app)))
        assert screen.app.clipboard == ""


async def test_a_copy_is_saved_and_never_over_a_file(workspace: Path, tmp_path: Path) -> None:
    taken, target = tmp_path / "taken", tmp_path / "mine.log"
    taken.write_text("precious")
    async with reading(workspace, COLOURED) as (screen, pilot):
        app = screen.app
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SaveDialog))
        app.screen.query_one(Input).value = str(taken)
        await pilot.press("enter")
        await until(pilot, lambda: "There is a file of that name" in screen_text(app))
        app.screen.query_one(Input).value = str(tmp_path / "nowhere" / "x")
        await pilot.press("enter")
        await until(pilot, lambda: "No such file or directory" in screen_text(app))
        app.screen.query_one(Input).value = str(target)
        await pilot.press("enter")
        await until(pilot, lambda: any("Saved" in toast for toast in toasts(app)))
        assert target.read_bytes() == screen.log_file.path.read_bytes()
        assert taken.read_text() == "precious"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["demo", "mine.log", "taken"]


async def test_lines_wrap_and_the_place_stays(workspace: Path) -> None:
    lines = [b"%d " % n + b"word " * (n % 40) for n in range(1000)]
    async with reading(workspace, lines) as (screen, pilot):
        view = screen.view
        await pilot.press("w")
        await settle(pilot)
        assert view.following
        height = view.scrollable_content_region.height
        assert view.render_line(height - 1).text.strip().endswith("word")
        await pilot.press("pageup", "pageup")
        await settle(pilot)
        shown = [view.render_line(row).text for row in range(height)]
        with screen.log_file.path.open("ab") as file:
            file.write(b"new " * 100 + b"\n")
        view.catch_up()
        await until(pilot, lambda: len(view.file) == 1001)
        assert [view.render_line(row).text for row in range(height)] == shown
        current = view.current
        await pilot.press("w")
        await settle(pilot)
        assert view.current == current
        await pilot.press("w", "home")
        for number in range(30):
            assert view.current == number
            rows = [view.render_line(row).text for row in range(height)]
            assert sum(row.startswith(f"{number + 1:>5}  {number} ") for row in rows) == 1
            view.action_move(1)


async def test_a_line_scrolls_sideways_and_numbers_and_controls_are_switched(workspace: Path) -> None:
    async with reading(workspace, [b"start" + b"-" * 200 + b"end", b"a\x1b[31mred\x07\rb\tc"]) as (screen, pilot):
        await pilot.press(*["right"] * 20)
        await until(pilot, lambda: "end" in screen_text(screen.app) and "start" not in screen_text(screen.app))
        await pilot.press(*["left"] * 20, "number_sign")
        await until(pilot, lambda: screen.view.render_line(0).text.startswith("start"))
        assert "red" not in screen_text(screen.app)
        await pilot.press("V")
        await until(pilot, lambda: "a␛[31mred␇␍b␉" in screen_text(screen.app))
        await pilot.press("V")
        await until(pilot, lambda: "␇" not in screen_text(screen.app))


async def test_what_is_found_far_to_the_right_is_scrolled_to(workspace: Path) -> None:
    async with reading(workspace, [b"", b"-" * 300 + b"needle" + b"-" * 300, b""]) as (screen, pilot):
        await pilot.press("slash", *"needle")
        await until(pilot, lambda: "needle--" in screen_text(screen.app).splitlines()[3])


async def test_a_pager_that_cannot_be_opened_says_why(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "'unbalanced")
    monkeypatch.setenv("EDITOR", "vi")
    async with reading(workspace, COLOURED) as (screen, pilot):
        await pilot.press("o")
        await until(pilot, lambda: any("$PAGER cannot be read" in toast for toast in toasts(screen.app)))
        await pilot.press("O")
        await until(pilot, lambda: any("cannot be handed" in toast for toast in toasts(screen.app)))

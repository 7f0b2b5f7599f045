"""The log view over a real file: what is drawn, what follows, what stays."""

import os
from pathlib import Path

from textual.app import App, ComposeResult

from llm_dashboard.runs.log import RunLog
from llm_dashboard.ui.widgets.log_view import LogView
from tests.ui.conftest import screen_text, settle, until


class LogApp(App[None]):
    """Nothing but the log."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def compose(self) -> ComposeResult:
        """The log view."""
        yield LogView(RunLog(self.path))

    @property
    def view(self) -> LogView:
        """The log view."""
        return self.query_one(LogView)


def append(path: Path, data: bytes) -> None:
    """What a child does."""
    with open(path, "ab") as file:
        file.write(data)


async def test_it_follows_until_the_reader_scrolls_away(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    append(path, b"".join(b"line %d\n" % number for number in range(100)))
    async with LogApp(path).run_test(size=(60, 10)) as pilot:
        view = pilot.app.query_one(LogView)
        view.focus()
        await until(pilot, lambda: "line 99" in screen_text(pilot.app))
        append(path, b"line 100\n")
        view.catch_up()
        await until(pilot, lambda: "line 100" in screen_text(pilot.app))
        await pilot.press("up")
        await settle(pilot)
        assert not view.following
        shown = [view.render_line(row).text for row in range(10)]
        append(path, b"line 101\nline 102\n")
        view.catch_up()
        await until(pilot, lambda: len(view.file) == 103)
        assert [view.render_line(row).text for row in range(10)] == shown
        assert (view.below, view.new) == (2, 2)
        await pilot.press("end")
        await settle(pilot)
        assert view.following
        assert "line 102" in screen_text(pilot.app)
        append(path, b"line 103\n")
        view.catch_up()
        await until(pilot, lambda: "line 103" in screen_text(pilot.app))


async def test_an_unfinished_line_grows_and_a_progress_bar_shows_its_last_state(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    append(path, b"first\nhalf a li")
    async with LogApp(path).run_test(size=(60, 10)) as pilot:
        view = pilot.app.query_one(LogView)
        await until(pilot, lambda: "half a li" in screen_text(pilot.app))
        append(path, b"ne\n 10 %\r 90 %\r100 %")
        view.catch_up()
        await until(pilot, lambda: "half a line" in screen_text(pilot.app))
        assert "100 %" in screen_text(pilot.app)
        assert "90 %" not in screen_text(pilot.app)


async def test_a_log_that_was_cut_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    append(path, b"old\n" * 50)
    async with LogApp(path).run_test(size=(60, 10)) as pilot:
        view = pilot.app.query_one(LogView)
        await until(pilot, lambda: len(view.file) == 50)
        path.write_bytes(b"new\n")
        view.catch_up()
        await until(pilot, lambda: "new" in screen_text(pilot.app))
        assert "old" not in screen_text(pilot.app)


async def test_colours_stay_and_everything_else_is_neutral(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    append(path, b"\x1b[31mred\x1b[0m \x1b]0;title\x07 [x] [/b] \x1b[2J caf\xc3\xa9 \xff\n")
    async with LogApp(path).run_test(size=(60, 10)) as pilot:
        await until(pilot, lambda: "red" in screen_text(pilot.app))
        assert "red  [x] [/b]  caf\u00e9 \ufffd" in screen_text(pilot.app)
        strip = pilot.app.query_one(LogView).render_line(0)
        assert any(segment.text == "red" and segment.style and segment.style.color for segment in strip)


async def test_a_long_line_scrolls_sideways(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    append(path, b"start" + b"-" * 200 + b"end\n")
    async with LogApp(path).run_test(size=(60, 10)) as pilot:
        view = pilot.app.query_one(LogView)
        view.focus()
        await until(pilot, lambda: "start" in screen_text(pilot.app))
        view.scroll_to(x=view.max_scroll_x, animate=False)
        await settle(pilot)
        assert "end" in screen_text(pilot.app)
        assert "start" not in screen_text(pilot.app)


async def test_the_view_lets_go_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    append(path, b"one\n")
    before = len(os.listdir("/proc/self/fd"))
    app = LogApp(path)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "one" in screen_text(app))
    assert len(os.listdir("/proc/self/fd")) <= before

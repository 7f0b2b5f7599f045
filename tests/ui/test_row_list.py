"""A list of rows with a cursor: moving, headings, and rows that are replaced."""

from rich.text import Text
from textual.app import App, ComposeResult

from llm_dashboard.ui.widgets.row_list import RowList
from tests.ui.conftest import screen_text, settle


class Names(RowList[str]):
    """Names; those in capitals are headings."""

    def draw(self, row: str, width: int) -> Text:
        """The name."""
        return Text(f" {row}"[:width], end="")

    def identity(self, row: str) -> str:
        """The name."""
        return row

    def selectable(self, row: str) -> bool:
        """Headings are not."""
        return not row.isupper()


class NamesApp(App[None]):
    """Nothing but the list."""

    def compose(self) -> ComposeResult:
        """The list."""
        yield Names()

    def on_mount(self) -> None:
        """Start with two groups."""
        names = self.query_one(Names)
        names.focus()
        names.show(["FRUIT", "apple", "pear", "TREES", "oak", "elm"])


async def test_the_cursor_skips_headings_and_stops_at_the_ends() -> None:
    async with NamesApp().run_test(size=(20, 4)) as pilot:
        names = pilot.app.query_one(Names)
        seen = [names.selected]
        for key in ("down", "down", "j", "down", "up", "k", "home", "up", "end", "pageup", "pagedown"):
            await pilot.press(key)
            seen.append(names.selected)
        expected = ["apple", "pear", "oak", "elm", "elm", "oak", "pear", "apple", "apple", "elm", "pear", "elm"]
        assert seen == expected


async def test_the_heading_of_the_first_row_stays_in_sight() -> None:
    async with NamesApp().run_test(size=(20, 3)) as pilot:
        await pilot.press("end")
        await settle(pilot)
        assert "FRUIT" not in screen_text(pilot.app)
        await pilot.press("home")
        await settle(pilot)
        assert "FRUIT" in screen_text(pilot.app)


async def test_replaced_rows_keep_the_cursor_on_its_row_or_near() -> None:
    async with NamesApp().run_test(size=(20, 6)) as pilot:
        names = pilot.app.query_one(Names)
        names.select("oak")
        names.show(["NEW", "ash", "FRUIT", "apple", "TREES", "oak"])
        assert names.selected == "oak"
        names.show(["FRUIT", "apple"])
        assert names.selected == "apple"
        names.show(["FRUIT"])
        assert names.selected is None
        names.show([])
        await pilot.press("down", "up", "end", "enter", "pagedown")
        assert names.selected is None
        names.show(["ash"])
        assert names.selected == "ash"


async def test_rows_that_come_above_do_not_move_the_line_of_the_cursor() -> None:
    async with NamesApp().run_test(size=(20, 4)) as pilot:
        names = pilot.app.query_one(Names)
        trees = [f"tree {number}" for number in range(20)]
        names.show(trees)
        names.select("tree 9")
        await settle(pilot)
        before = names.cursor - names.scroll_offset.y
        names.show(["new", "newer", *trees])
        await settle(pilot)
        assert names.selected == "tree 9"
        assert names.cursor - names.scroll_offset.y == before


async def test_ten_thousand_rows_are_drawn_where_they_are_seen() -> None:
    async with NamesApp().run_test(size=(20, 6)) as pilot:
        names = pilot.app.query_one(Names)
        names.show([f"row {number}" for number in range(10_000)])
        await pilot.press("end")
        await settle(pilot)
        assert "row 9999" in screen_text(pilot.app)
        assert names.selected == "row 9999"


async def test_a_click_selects_and_a_second_one_opens() -> None:
    opened: list[str | None] = []

    class Opening(NamesApp):
        def on_row_list_opened(self) -> None:
            opened.append(self.query_one(Names).selected)

    async with Opening().run_test(size=(20, 6)) as pilot:
        await pilot.click(Names, offset=(2, 3))
        assert pilot.app.query_one(Names).selected == "apple"
        await pilot.click(Names, offset=(2, 4))
        assert pilot.app.query_one(Names).selected == "oak"
        await pilot.click(Names, offset=(2, 5), times=2)
        assert opened == ["elm"]

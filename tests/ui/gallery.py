"""The picture matrix: a scene of the running app, taken at three sizes in both themes, as text and as SVG.

The text is the same in both themes, and compared in each. The SVG is what Rich exports, without what would make it four
times as big and no clearer: fonts from the web, clip paths, blank text, rectangles that have the colour of the page.
"""

import asyncio
import difflib
import io
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from textual.pilot import Pilot
from textual.screen import Screen
from textual.theme import Theme

from llm_dashboard.plans.models import WorkspaceState
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.settings import Refresh, Settings
from llm_dashboard.ui.app import DashboardApp, build_app
from llm_dashboard.ui.themes import DARK, LIGHT
from llm_dashboard.ui.type_ahead import ASKING
from tests.ui.conftest import ACTUAL, VERSIONS, screen_text, settle, until
from tests.ui.test_pictures import NOW

MATRIX = Path(__file__).parent / "matrix"
HOME = (120, 36)
SIZES = (HOME, (80, 24), (160, 45))
"""In the order in which they are taken, and back again in the other theme: few changes of either, for they are slow."""
WAITING = ("check", ASKING)
"""Workers of screens that wait: for the next change of the workspace, for an answer."""
SVG = """\
<svg viewBox="0 0 {terminal_width} {terminal_height}" xmlns="http://www.w3.org/2000/svg" xml:space="preserve">
<style>
text {{ font: {char_height}px "DejaVu Sans Mono", monospace; white-space: pre }}
{styles}
</style>
<rect width="100%" height="100%" fill="PAGE"/>
{backgrounds}
{matrix}
</svg>
"""


class Gallery:
    """One running app and the folder of its pictures."""

    def __init__(self, app: DashboardApp, pilot: Pilot[None], folder: Path, *, writes: bool) -> None:
        self.app = app
        self.pilot = pilot
        self.folder = folder
        self.writes = writes
        """Whether pictures are accepted as they are."""
        self.taken: set[str] = set()
        self.differing: list[str] = []

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return screen_text(self.app)

    async def walk(self, keys: str, to: type[Screen[Any]], shows: str = "") -> None:
        """Press the keys, by their names with a space between them, and wait until that screen is there and shows that text."""
        await self.pilot.press(*keys.split())
        await self.until(lambda: isinstance(self.app.screen, to) and shows in self.text)

    async def open(self, screen: Screen[Any], shows: str = "") -> None:
        """Put a screen on top, and wait until it shows that text."""
        self.app.push_screen(screen)
        await self.until(lambda: self.app.screen is screen and shows in self.text)

    async def close(self) -> None:
        """Take the screen on top away."""
        self.app.pop_screen()
        await settle(self.pilot)

    async def until(self, fact: Callable[[], bool]) -> None:
        """Wait until the fact holds and the screen is still. Fails with what stands on the screen."""
        try:
            await until(self.pilot, fact)
        except TimeoutError:
            pytest.fail(f"half a minute is never needed; {type(self.app.screen).__name__} shows\n{self.text}")

    async def resize(self, size: tuple[int, int]) -> None:
        """Another size of the terminal."""
        if self.app.size != size:
            await self.pilot.resize_terminal(*size)
            await self._be_still()

    async def take(self, name: str, *sizes: tuple[int, int]) -> None:
        """Take the scene at these sizes, else at all, in the theme that is on and then in the other, which stays on."""
        sizes = sizes or SIZES
        themes = (DARK, LIGHT) if self.app.theme == DARK.name else (LIGHT, DARK)
        for theme, order in zip(themes, (sizes, sizes[::-1]), strict=True):
            for size in order:
                await self.resize(size)
                await self._take(f"{name}-{size[0]}", theme)
        await self.resize(HOME)

    async def _be_still(self) -> None:
        """Wait until nothing is left to do. Quicker than `settle`, which waits for an idle processor each time."""
        seen_still = 0
        async with asyncio.timeout(30):
            while seen_still < 2:
                await self.pilot.pause(0)
                seen_still = seen_still + 1 if self._is_still() else 0

    def _is_still(self) -> bool:
        """Whether no message waits, nothing is to be laid out or drawn, and no screen reads anything."""
        screens = self.app.screen_stack
        pumps = (self.app, *(node for screen in screens for node in screen.walk_children(with_self=True)))
        has_messages = any(pump.message_queue_size or pump._next_callbacks for pump in pumps)
        top = screens[-1]
        has_drawing = top._callbacks or top._layout_required or top._repaint_required or top._dirty_widgets
        # What waits for an answer belongs to the app.
        is_reading = any(
            not worker.is_finished and worker.node is not self.app and worker.group not in WAITING
            for worker in self.app.workers
        )
        return not (has_messages or has_drawing or is_reading)

    async def _take(self, name: str, theme: Theme) -> None:
        self.app.theme = theme.name
        await self._be_still()
        width, height = self.app.size
        console = Console(
            width=width,
            height=height,
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            record=True,
            legacy_windows=False,
            safe_box=False,
        )
        # A dialog draws the screen below it once, and again when that one's timer has told it of a change.
        self.app.screen.refresh()
        below = self.app._background_screens
        console.print(self.app.screen._compositor.render_update(full=True, screen_stack=below, simplify=True))
        text = console.export_text(clear=False)
        page = theme.background or ""
        picture = console.export_svg(title="", code_format=SVG.replace("PAGE", page), unique_id="t")
        picture = picture.replace("&#160;", " ")
        picture = re.sub(rf'<rect fill="{page}"[^>]*/>|<text[^>]*>\s*</text>', "", picture)
        picture = re.sub(r' clip-path="[^"]*"| shape-rendering="[^"]*"', "", picture)
        self._compare(f"{name}.txt", "".join(f"{line.rstrip()}\n" for line in text.rstrip().split("\n")))
        self._compare(f"{name}-{'dark' if theme.dark else 'light'}.svg", picture)

    def _compare(self, file_name: str, seen: str) -> None:
        self.taken.add(file_name)
        kept = self.folder / file_name
        if self.writes:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(seen, encoding="utf-8")
            return
        if kept.suffix == ".svg" and (MATRIX / "VERSIONS").read_text(encoding="utf-8") != VERSIONS:
            return
        expected = kept.read_text(encoding="utf-8") if kept.is_file() else ""
        if seen != expected:
            actual = ACTUAL / self.folder.name / file_name
            actual.parent.mkdir(parents=True, exist_ok=True)
            actual.write_text(seen, encoding="utf-8")
            lines = difflib.unified_diff(expected.split("\n"), seen.split("\n"), f"{kept}", f"{actual}", lineterm="")
            self.differing.append("\n".join(lines) if kept.suffix == ".txt" else f"--- {kept}\n+++ {actual}")

    def judge(self) -> None:
        """Fail where a picture differs, is new, or belongs to no scene any more. Accepting pictures deletes those."""
        stale = sorted(path for path in self.folder.glob("*") if path.name not in self.taken)
        if self.writes:
            (MATRIX / "VERSIONS").write_text(VERSIONS, encoding="utf-8")
            for path in stale:
                path.unlink()
        else:
            self.differing += [f"{path} is a picture of no scene" for path in stale]
        assert not self.differing, "\n".join(
            (*self.differing, "Look at .screens/, then --update-screens accepts them.")
        )


def app_on(root: Path, state: WorkspaceState | None = None) -> DashboardApp:
    """The app on that workspace, which it does not watch, at a moment that does not pass."""
    app = build_app(Workspace(root), Settings(refresh=Refresh.OFF), state)
    app.now = lambda: NOW
    return app


@asynccontextmanager
async def gallery_of(app: DashboardApp, name: str, *, writes: bool) -> AsyncIterator[Gallery]:
    """The gallery of that name, with its app running; it is judged at the end."""
    async with app.run_test(size=HOME, notifications=True) as pilot:
        await until(pilot, lambda: app.state is not None)
        gallery = Gallery(app, pilot, MATRIX / name, writes=writes)
        yield gallery
    gallery.judge()

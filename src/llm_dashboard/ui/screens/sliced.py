"""Work of a screen that is too long to be done at once."""

import asyncio
from collections.abc import Iterator

from textual import work
from textual.widget import Widget

from llm_dashboard.ui.slices import Steps, slices


class SlicedWork(Widget):
    """Does one piece of work at a time, in slices that leave keys and paint their turn."""

    is_loading = False
    """Whether `work_through` has still something to do."""

    def work_through(self, steps: Steps) -> None:
        """Do the work at once where it is short, else in slices; what was begun before is given up."""
        self.workers.cancel_group(self, "load")
        rest = slices(steps)
        self.is_loading = next(rest, False)
        if self.is_loading:
            self._go_on(rest)

    @work(group="load")
    async def _go_on(self, rest: Iterator[bool]) -> None:
        await asyncio.sleep(0)
        for _ in rest:
            await asyncio.sleep(0)
        self.is_loading = False

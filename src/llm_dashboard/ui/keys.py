"""The part of the app that takes keys: in their order, and never in vain."""

from textual import events, on
from textual.app import App

from llm_dashboard.ui.type_ahead import Milestone, TypeAhead


class KeysApp(App[None]):
    """Each key comes to the screen that it was meant for, does what the table of actions says, or says why it cannot."""

    def __init__(self) -> None:
        super().__init__()
        self.type_ahead = TypeAhead(self)

    async def on_event(self, event: events.Event) -> None:
        """Let keys through one by one."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and self.type_ahead.holds(event):
            return
        await super().on_event(event)

    @on(Milestone)
    def _milestone(self, message: Milestone) -> None:
        message.reached.set()

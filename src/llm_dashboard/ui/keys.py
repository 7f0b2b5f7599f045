"""The part of the app that takes keys: in their order, by the table of actions, and never without an answer."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual import events, on
from textual.actions import SkipAction, parse
from textual.app import App
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.timer import Timer

from llm_dashboard.ui.commands import ACTIONS
from llm_dashboard.ui.key_map import MOVES, KeyMap, default_keys, written
from llm_dashboard.ui.screens.actions import ActionScreen
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.type_ahead import Milestone, TypeAhead
from llm_dashboard.ui.widgets.bars import KeyBar

if TYPE_CHECKING:
    from textual.actions import ActionParseResult

REMEMBERED = 8
"""So many of the last actions are kept."""
ANSWER_SECONDS = 3.0
"""How long it is shown why a key does nothing."""


class KeysApp(App[None]):
    """Each key comes to the screen that it was meant for, does what the table of actions says, or says why it cannot."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        """`ansi_color` is Textual's: whether the colours of the terminal stay as they are."""
        super().__init__(ansi_color=ansi_color)
        self.type_ahead = TypeAhead(self)
        self.key_map = KeyMap()
        self.done: list[str] = []
        """The names of the last actions that did something, the newest first, each once."""
        self._pressed = ""
        """The last key, as it was typed."""
        self._unanswered = ""
        """A key that has come up to the app, by its name in the table, until something is done for it."""
        self._answering: tuple[Timer, KeyBar] | None = None
        """Where it is said why a key does nothing, and what ends that."""

    async def on_event(self, event: events.Event) -> None:
        """Let keys through one by one, each as the key that the table has for what it is to do."""
        if isinstance(event, events.Key | events.Paste) and not self.screen_stack:
            # The app is closing, and a key is still on its way.
            return
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if self.type_ahead.holds(event):
                return
            if isinstance(event, events.Key):
                self._pressed = event.key
                self.answer("")
                if self._is_unseen(event):
                    self.answer(f"Look first, then {written(event.key)}.")
                    return
                key = self._meant(event)
                if not key:
                    self._say_why_not("")
                    return
                if key != event.key:
                    event = events.Key(key, key_to_character(key))
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """No widget has taken the key: an action is looked for, and if there is none, it is said."""
        self._unanswered = event.key

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do it, and remember it if it can be wanted again."""
        screen = default_namespace
        is_done = await super().run_action(action, default_namespace, namespaces)
        if is_done:
            self._unanswered = ""
            if isinstance(screen, ActionScreen):
                name = next((name for name in screen.actions() if ACTIONS[name].action == action), "")
                if name and ACTIONS[name].acts:
                    self.done = [name, *(each for each in self.done if each != name)][:REMEMBERED]
        return is_done

    def action_focus_next(self) -> None:
        """To the next of what takes keys."""
        self._move_focus(self.screen.focus_next)

    def action_focus_previous(self) -> None:
        """To the one before."""
        self._move_focus(self.screen.focus_previous)

    def _move_focus(self, move: Callable[[], object]) -> None:
        before = self.focused
        move()
        if self.focused is before:
            # There is no other: the key has done nothing, and that is said.
            raise SkipAction

    async def action_repeat(self) -> None:
        """Do again what was done last, here and now, with its own questions."""
        name = next(iter(self.done), "")
        if not name:
            self.answer("Nothing was done yet that could be done again.")
        elif why := self.why_not(name):
            self.answer(why)
        else:
            self.notify(f"Again: {in_short(name)}", timeout=ANSWER_SECONDS, markup=False)
            await self.screen.run_action(ACTIONS[name].action)

    def why_not(self, name: str) -> str:
        """Why an action cannot be done now, as a sentence; empty where it can."""
        screen = self.screen
        if not isinstance(screen, ActionScreen) or name not in screen.actions():
            return f"{in_short(name)}: not on this screen."
        namespace, action, parameters = parse(ACTIONS[name].action)
        if namespace == "app" or screen.check_action(action, parameters):
            return ""
        return self._needs(name) or f"{in_short(name)}: not now."

    def _needs(self, name: str) -> str:
        """What the action needs, with the keys as they are."""
        return ACTIONS[name].needs.format(begin=self.key_map.shown("begin"))

    def _meant(self, event: events.Key) -> str:
        """The key of the table for a key; empty where it does nothing. What is typed into a line stays as it is."""
        screen, focused = self.screen, self.focused
        is_typed = focused is not None and focused.check_consume_key(event.key, event.character)
        if is_typed or not isinstance(screen, ActionScreen):
            return event.key
        return self.key_map.meant(event.key, screen.actions())

    def _is_unseen(self, event: events.Key) -> bool:
        """Whether the key would have something done by a dialog that was not to be seen when it was typed."""
        screen = self.screen
        return isinstance(screen, Dialog) and event.key in screen.confirming and event.time < screen.confirms_from

    @on(Milestone)
    def _milestone(self, message: Milestone) -> None:
        message.reached.set()
        key, self._unanswered = self._unanswered, ""
        if key:
            self._say_why_not(key)

    def _say_why_not(self, key: str) -> None:
        """Say why the key that was pressed does nothing; `key` is its name in the table."""
        screen = self.screen
        if isinstance(screen, Dialog):
            # Not where one types.
            if self.focused is None or not self.focused.check_consume_key("a", "a"):
                self.answer(screen.why_not(key) or f"{written(self._pressed)} does nothing here.")
            return
        if not isinstance(screen, ActionScreen) or key in MOVES:
            return
        names = [name for name in screen.actions() if key in default_keys(name)]
        answer = next(filter(None, map(self._needs, names)), "")
        if not names:
            answer = f"{written(self._pressed)} does nothing here. {self.key_map.shown('help')} shows the keys."
        self.answer(answer)

    def answer(self, sentence: str) -> None:
        """Say it in the key bar of the screen, for a moment; an empty one ends what is said."""
        if self._answering:
            timer, bar = self._answering
            timer.stop()
            bar.answer = ""
            self._answering = None
        if sentence:
            bar = self.screen.query_one(KeyBar)
            bar.answer = sentence
            self._answering = self.set_timer(ANSWER_SECONDS, lambda: self.answer("")), bar


def in_short(name: str) -> str:
    """What an action does, in a few words."""
    return ACTIONS[name].description.partition(":")[0]

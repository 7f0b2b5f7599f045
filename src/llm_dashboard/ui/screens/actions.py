"""A screen whose keys are those of the table of actions."""

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from llm_dashboard.plans.models import Plan
from llm_dashboard.ui.commands import bindings


class ActionScreen(Screen[None]):
    """It offers actions of the table: the palette, the help and a person's own keys are about them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("last-run", "settings", "picture", "tour", "palette", "repeat", "move")
    ]

    @classmethod
    def actions(cls) -> tuple[str, ...]:
        """The names of all that can be done here, in the order of the key bar; what all screens have comes last."""
        listed = [each.id for each in (*cls.BINDINGS, *ActionScreen.BINDINGS) if isinstance(each, Binding) and each.id]
        return tuple(dict.fromkeys(listed))

    @property
    def labels(self) -> Mapping[str, str]:
        """The word of the key bar for an action, by its name, where a key does something else now than the table says."""
        return {}

    @property
    def plan_at_hand(self) -> Plan | None:
        """The plan that the screen is about, if it is about one."""
        return None

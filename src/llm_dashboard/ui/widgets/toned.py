"""The tones of the app: every style that a widget draws with, named by what it means."""

from collections.abc import Mapping
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from llm_dashboard.ui.themes import further_variables

THEME_VARIABLES = ("primary", "accent", "success", "warning", "error", "quiet", "line", "cursor", "cursor-idle")


class Toned(Widget):
    """A widget that draws with the tones of whatever theme is on."""

    @property
    def palette(self) -> Mapping[str, Style]:
        """The style of each tone; the same object until the theme is another one."""
        variables: Mapping[str, str] = self.app.theme_variables
        if any(name not in variables for name in THEME_VARIABLES):
            # An app that is not ours.
            variables = {**further_variables(self.app.current_theme), **variables}
        return tones(tuple(variables[variable] for variable in THEME_VARIABLES))

    def tone(self, name: str) -> Style:
        """The style of a tone."""
        return self.palette[name]

    def cursor_look(self, *, active: bool) -> tuple[Strip, Style]:
        """The cell in front of the row under the cursor, and what lies under all of the row; `active` where keys go to it.

        A row under the cursor is seen by its shape as well: not every terminal has colours.
        """
        if active:
            return Strip([Segment("▌", self.tone("key"))]), self.tone("cursor")
        return Strip([Segment("▏", self.tone("dim"))]), self.tone("cursor-idle")

    def phrase(self, *parts: tuple[str, str] | str | Text) -> Text:
        """Text from parts: plain strings, pairs of text and tone, and texts. Nothing in them is read as markup."""
        return phrase(self.palette, *parts)


def phrase(palette: Mapping[str, Style], *parts: tuple[str, str] | str | Text) -> Text:
    """Text from parts, as `Toned.phrase` makes it, with the styles of a palette."""
    text = Text(no_wrap=True, end="")
    for part in parts:
        if isinstance(part, str | Text):
            text.append(part)
        else:
            text.append(part[0], palette[part[1]])
    return text


@lru_cache(4)
def tones(colors: tuple[str, ...]) -> Mapping[str, Style]:
    """The style of each tone, from the values of `THEME_VARIABLES`.

    Where a theme leaves the colours to the terminal, and where there are none, every tone that matters is still seen: dim
    text by its weight, the cursor in reverse.
    """
    named = {name: Color.parse(value) for name, value in zip(THEME_VARIABLES, colors, strict=True)}
    text = {name: Style(color=color.rich_color) for name, color in named.items()}
    if named["cursor"].ansi is not None:
        dim = rule = Style(dim=True)
        cursor, idle = Style(reverse=True), Style(underline=True)
    else:
        dim, rule = text["quiet"], text["line"]
        cursor, idle = (Style(bgcolor=named[name].rich_color) for name in ("cursor", "cursor-idle"))
    strong = Style(bold=True)
    return {
        "normal": Style(),
        "strong": strong,
        "dim": dim,
        "rule": rule,
        "accent": text["primary"],
        "key": text["primary"] + strong,
        "good": text["success"],
        "bad": text["error"],
        "wait": text["warning"],
        "live": text["accent"],
        "found": text["primary"] + Style(bold=True, underline=True),
        "cursor": cursor,
        "cursor-idle": idle,
    }

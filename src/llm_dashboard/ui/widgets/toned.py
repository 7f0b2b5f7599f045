"""The tones of the app: every style that a widget draws with, named by what it means."""

from collections.abc import Mapping
from functools import lru_cache

from rich.style import Style
from rich.text import Text
from textual.color import Color
from textual.widget import Widget

from llm_dashboard.ui.themes import OTHER_THEMES

THEME_VARIABLES = ("primary", "accent", "success", "warning", "error", "foreground", "background", "quiet", "line")


class Toned(Widget):
    """A widget that draws with the tones of whatever theme is on."""

    @property
    def palette(self) -> Mapping[str, Style]:
        """The style of each tone; the same object until the theme is another one."""
        variables = self.app.theme_variables
        return tones(tuple(variables.get(variable, OTHER_THEMES.get(variable, "")) for variable in THEME_VARIABLES))

    def tone(self, name: str) -> Style:
        """The style of a tone."""
        return self.palette[name]

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

    Where a theme leaves the colours to the terminal, the cursor is drawn in reverse.
    """
    named = {name: Color.parse(value) for name, value in zip(THEME_VARIABLES, colors, strict=True)}
    text = {name: color.rich_color for name, color in named.items()}
    if named["background"].ansi is not None:
        cursor, idle = Style(reverse=True), Style(underline=True)
    else:
        cursor = Style(bgcolor=named["background"].blend(named["primary"], 0.3).rich_color)
        idle = Style(bgcolor=named["background"].blend(named["foreground"], 0.1).rich_color)
    return {
        "normal": Style(),
        "strong": Style(bold=True),
        "dim": Style(color=text["quiet"]),
        "rule": Style(color=text["line"]),
        "accent": Style(color=text["primary"]),
        "key": Style(color=text["primary"], bold=True),
        "good": Style(color=text["success"]),
        "bad": Style(color=text["error"]),
        "wait": Style(color=text["warning"]),
        "live": Style(color=text["accent"]),
        "found": Style(color=text["primary"], bold=True, underline=True),
        "cursor": cursor,
        "cursor-idle": idle,
    }

"""Two themes of our own, dark and light, one for terminals of few colours, and what those of Textual lack.

Each of ours is one accent, four state colours and two greys. Text has at least the contrast of WCAG 2.1 AA, 4.5 to 1, on
every ground that it is drawn on.
"""

from dataclasses import replace

from rich.terminal_theme import TerminalTheme
from textual.app import App
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="llm-dash-dark",
    primary="#82aaff",
    accent="#73daca",
    success="#9ece6a",
    warning="#e3b26c",
    error="#ff8095",
    foreground="#d9dce8",
    background="#16171d",
    surface="#1f2029",
    panel="#262832",
    dark=True,
    variables={"quiet": "#9da3b5", "line": "#4a4e61", "cursor": "#2a3450", "cursor-idle": "#262832"},
)
LIGHT = Theme(
    name="llm-dash-light",
    primary="#2450a8",
    accent="#066560",
    success="#2f6613",
    warning="#7a4d04",
    error="#a91f3a",
    foreground="#23252e",
    background="#fafafa",
    surface="#f1f1f4",
    panel="#e6e7ea",
    dark=False,
    variables={"quiet": "#595d6a", "line": "#b4b8c3", "cursor": "#d9e4f8", "cursor-idle": "#e9eaee"},
)
TERMINAL = replace(
    BUILTIN_THEMES["ansi-dark"],
    name="llm-dash-terminal",
    primary="ansi_bright_blue",
    accent="ansi_cyan",
    error="ansi_bright_red",
)
"""The colours of the terminal itself: for those that have sixteen, and for people who want none."""
THEME_NAMES = frozenset({*BUILTIN_THEMES, DARK.name, LIGHT.name, TERMINAL.name})
"""All that can be put on."""
MAGENTA = {DARK.name: "#c9a0f0", LIGHT.name: "#7a3a9e"}
"""The one colour of output that the themes themselves do not have."""
READABLE = 4.5
"""The contrast of text with its ground, by WCAG 2.1 AA."""


def register_themes(app: App[None]) -> None:
    """Make our themes known to the app, beside those of Textual."""
    for theme in (DARK, LIGHT, TERMINAL):
        app.register_theme(theme)


def ansi_theme(theme: Theme) -> TerminalTheme:
    """What the sixteen colours of output look like on that theme of ours.

    Those of Textual draw white on a light ground in the colour of that ground, and black on a dark one.
    """
    greys = (theme.variables["quiet"], theme.foreground or "")
    black, white = greys if theme.dark else greys[::-1]
    colors = (theme.error, theme.success, theme.warning, theme.primary, MAGENTA[theme.name], theme.accent)
    normal = [Color.parse(color or "").rgb for color in (black, *colors, white)]
    bright = [Color.parse(color or "").rgb for color in (greys[0], *colors, greys[1])]
    return TerminalTheme(Color.parse(theme.background or "").rgb, bright[-1], normal, bright)


def choose_theme(app: App[None], name: str) -> str | None:
    """Put that theme on; what is wrong, in a sentence, where there is none of that name.

    A terminal of at most sixteen colours, and one where `NO_COLOR` is set, keeps its own colours whatever is chosen.
    """
    if name not in app.available_themes:
        return f"There is no theme {name!r}; there are {', '.join(sorted(app.available_themes))}."
    _put_on(app, app.available_themes[TERMINAL.name if has_few_colors(app) else name])
    return None


def _put_on(app: App[None], theme: Theme) -> None:
    """Put a theme on. To an app that is not drawn yet a dark one comes as if it were the default: else all rules of style would
    be parsed once more before the first screen.
    """
    if app.is_running or not theme.dark or theme.ansi:
        app.theme = theme.name
    else:
        app.set_reactive(App.theme, theme.name)
        app.stylesheet.set_variables(app.get_css_variables())


def has_few_colors(app: App[None]) -> bool:
    """Whether the terminal cannot show the colours of a theme, or shall not."""
    return app.no_color or app.console.color_system not in ("truecolor", "256")


def further_variables(theme: Theme) -> dict[str, str]:
    """Our variables for a theme of somebody else: the grey of dim text and that of lines, and the grounds of the cursor."""
    if theme.ansi:
        return {
            "quiet": "ansi_default",
            "line": "ansi_default",
            "cursor": "ansi_default",
            "cursor-idle": "ansi_default",
        }
    made = theme.to_color_system().generate()
    ground, text, accent = (Color.parse(made[name]) for name in ("background", "foreground", "primary"))
    shades = [ground.blend(text, share / 20) for share in range(11, 21)]
    return {
        "quiet": next((shade for shade in shades if contrast(shade, ground) >= READABLE), text).hex,
        "line": ground.blend(text, 0.3).hex,
        "cursor": ground.blend(accent, 0.2).hex,
        "cursor-idle": ground.blend(text, 0.1).hex,
    }


def contrast(one: Color, other: Color) -> float:
    """The ratio of two colours by WCAG 2.1, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    parts = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

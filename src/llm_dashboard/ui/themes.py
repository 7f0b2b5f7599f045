"""Two themes of our own. Each is one accent, four state colours and two greys."""

from textual.app import App
from textual.theme import Theme

DARK = Theme(
    name="llm-dash-dark",
    primary="#7aa2f7",
    accent="#73daca",
    success="#9ece6a",
    warning="#e0af68",
    error="#f7768e",
    foreground="#d5d9e5",
    background="#16171d",
    surface="#1f2029",
    panel="#262832",
    dark=True,
    variables={"quiet": "#8f95a8", "line": "#3b3e4d"},
)
LIGHT = Theme(
    name="llm-dash-light",
    primary="#2e5fbf",
    accent="#0b7a75",
    success="#3c7a1c",
    warning="#96600a",
    error="#c0304a",
    foreground="#23252e",
    background="#fafafa",
    surface="#f0f0f2",
    panel="#e6e7ea",
    dark=False,
    variables={"quiet": "#686c7a", "line": "#c9ccd4"},
)
OTHER_THEMES = {"quiet": "#8a8a8a", "line": "#6c6c6c"}
"""The two greys where a theme of somebody else's is on."""


def put_on(app: App[None], name: str) -> None:
    """Put a theme on. To an app that is not drawn yet a dark one comes as if it were the default: else all rules of style would
    be parsed once more before the first screen.
    """
    theme = app.available_themes[name]
    if app.is_running or not theme.dark or theme.ansi:
        app.theme = name
    else:
        app.set_reactive(App.theme, name)
        app.stylesheet.set_variables(app.get_css_variables())

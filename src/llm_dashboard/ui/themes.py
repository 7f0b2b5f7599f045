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


def register_themes(app: App[None]) -> None:
    """Make our themes known to the app, beside those of Textual."""
    for theme in (DARK, LIGHT):
        app.register_theme(theme)


def choose_theme(app: App[None], name: str) -> str | None:
    """Put that theme on; what is wrong, in a sentence, where there is none of that name."""
    if name not in app.available_themes:
        return f"There is no theme {name!r}; there are {', '.join(sorted(app.available_themes))}."
    app.theme = name
    return None

"""The classes that the size of the terminal gives to a screen, from its first layout on."""

from typing import Any

from textual.screen import Screen


def take_size(screen: Screen[Any]) -> None:
    """Give a screen the classes of its breakpoints. Textual does so after the first layout, and has to do that again."""
    width, height = screen.app.size
    for points, cells in ((screen.HORIZONTAL_BREAKPOINTS, width), (screen.VERTICAL_BREAKPOINTS, height)):
        reached = [point for point in points or () if cells >= point[0]]
        if reached:
            screen.add_class(max(reached)[1])

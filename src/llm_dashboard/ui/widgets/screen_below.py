"""The screen below a dialog, dimmed."""

from collections.abc import Iterable
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen


class ScreenBelow(BackgroundScreen):
    """Each style is mixed once: what is below is drawn several times as a dialog opens."""

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        """The segments in dimmed colours, without what a click on them would do."""
        for segment in segments:
            text, style, control = segment
            if control:
                yield segment
            else:
                yield Segment(
                    text, dimmed(Style.null() if style is None else style.clear_meta_and_links(), color), None
                )


@lru_cache(1024)
def dimmed(style: Style, tint: Color) -> Style:
    """The style below a veil of that colour."""
    if not tint.a:
        return style
    text, ground = (
        None if color is None else (Color.from_rich_color(color) + tint).rich_color
        for color in (style.color, style.bgcolor)
    )
    return style + Style.from_color(text, ground)

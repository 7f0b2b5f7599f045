"""The Markdown of a plan as HTML that can do no harm: raw HTML is text, and links lead to anchors and to the web only."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markupsafe import Markup


def to_html(text: str) -> "Markup":
    """The Markdown as HTML. Pictures become links: a page of ours fetches nothing."""
    from markupsafe import Markup

    return Markup(_reader().render(text))


@cache
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    reader.validateLink = _is_harmless  # type: ignore[method-assign]
    return reader


def _is_harmless(url: str) -> bool:
    return url.lower().startswith(("#", "https://", "http://"))

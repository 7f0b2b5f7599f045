"""What the line below a log says: how much there is, whether it is followed, what was found in it."""

from llm_dashboard import measures
from llm_dashboard.runs.log_search import Search
from llm_dashboard.ui.widgets.log_view import LogView

Part = tuple[str, str] | str
"""Plain text, or text and its tone."""


def facts(view: LogView, only: str, looked_for: str, *, has_size: bool = True) -> tuple[Part, ...]:
    """The facts about the log, with the texts of its filter and of its search; its size where that says anything."""
    reader = view.reader
    lines = measures.count(len(view.file), "line")
    parts: list[Part] = [f"{reader.rows:,} of {lines}" if reader.only else lines]
    parts += ["   ", (measures.size(view.file.size), "dim")] if has_size else []
    parts.append("   ")
    if view.following:
        parts.append(("following", "live"))
    else:
        parts.append((f"{measures.count(view.below, 'line')} below" if view.below else "not following", "wait"))
        if view.new:
            parts += ["   ", (f"+{view.new:,} new", "live")]
    if view.selected:
        parts += ["   ", (f"{measures.count(len(view.selected), 'line')} selected", "accent")]
    for sign, text, search in (
        ("&", only, reader.only),
        ("/", looked_for, reader.search),
        ("]", "errors", reader.errors),
    ):
        if search is not None:
            parts += ["   ", (f"{sign} ", "key"), f"{text} ", tally(search, view)]
    return tuple(parts)


def tally(search: Search, view: LogView) -> tuple[str, str]:
    """How many hits there are, and which of them the current line is, with its tone."""
    if search.problem:
        return search.problem, "bad"
    hits = len(search.hits)
    if not hits:
        return ("no hits", "wait") if search.is_done else ("searching …", "dim")
    if view.current is not None and not view.following and search.is_hit(view.current):
        return f"{search.rank(view.current) + 1:,} of {hits:,}", "live"
    return measures.count(hits, "hit"), "live"

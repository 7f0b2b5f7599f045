"""The rows of the details pane: facts, then documents, each a heading and, where it is unfolded, what it says."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from llm_dashboard import measures
from llm_dashboard.plans.files import Signature
from llm_dashboard.ui.cells import fit, fit_middle, fit_right
from llm_dashboard.ui.document_facts import heading_facts, short_name, summary
from llm_dashboard.ui.documents import LIMIT, Document
from llm_dashboard.ui.markdown import Row, markdown_rows, rendered_rows
from llm_dashboard.ui.plan_facts import Group
from llm_dashboard.ui.widgets.block import arranged
from llm_dashboard.ui.widgets.toned import phrase

INDENT = 2
SIZE_WIDTH = 9
MORE = "  …"
PLAN_TEXT = "In the plan"


class Content(NamedTuple):
    """What the pane shows."""

    plan: str
    """The plan's name."""
    achievement: str
    """The id; empty for the plan."""
    facts: Group = ((), ())
    documents: Sequence[Document] = ()


class DetailRow(NamedTuple):
    """A row of the pane."""

    text: Text
    document: int = -1
    """The place of the document that it belongs to; -1 for none."""
    is_heading: bool = False


Bodies = dict[tuple[str, Signature | None, int, int], list[Row]]
"""Documents that are laid out: by path, signature, first line and width."""


def detail_rows(
    content: Content, folded: Sequence[bool], width: int, palette: Mapping[str, Style], known: Bodies
) -> tuple[list[DetailRow], Bodies]:
    """The rows of that width, and the texts in them, to be `known` the next time. `folded` is by document."""
    bodies: Bodies = {}
    rows = [DetailRow(text) for text in rendered_rows(arranged(palette, *content.facts), width)]
    rows.append(DetailRow(Text()))
    names = [PLAN_TEXT if each.is_part else short_name(each.path, content.plan) for each in content.documents]
    name_width = min(max(map(cell_len, names), default=0), max(12, width // 2))
    for place, (document, name, is_folded) in enumerate(zip(content.documents, names, folded, strict=True)):
        rows.append(DetailRow(_heading(document, fit_middle(name, name_width), is_folded, width, palette), place, True))
        if not is_folded:
            key = (document.path, document.signature, document.line, width)
            bodies[key] = known.get(key) or markdown_rows(document.text, width - INDENT, palette)
            rows += [DetailRow(text, place) for text in _unfolded(document, bodies[key], width, palette)]
    return rows, bodies


def _heading(document: Document, name: str, is_folded: bool, width: int, palette: Mapping[str, Style]) -> Text:
    """One row: a sign, the name, as many facts as there is room for, and the size."""
    size = "" if document.problem or document.is_part else measures.size(document.size)
    text = phrase(palette, ("▸ " if is_folded else "▾ ", "dim"), (name, "strong"))
    room = width - text.cell_len - SIZE_WIDTH
    for number, (fact, tone) in enumerate(heading_facts(document)):
        needed = cell_len(fact) + 2
        if needed > room and number:
            if room >= cell_len(MORE):
                text.append_text(phrase(palette, (MORE, "dim")))
                room -= cell_len(MORE)
            break
        text.append_text(phrase(palette, "  ", (fit(fact, min(needed, room) - 2), tone)))
        room -= min(needed, room)
    text.append_text(phrase(palette, " " * max(0, room), (fit_right(size, SIZE_WIDTH), "dim")))
    return text


def _unfolded(document: Document, body: Sequence[Row], width: int, palette: Mapping[str, Style]) -> Iterator[Text]:
    """The rows below a heading: the document in short, and its text."""
    margin = Text(" " * INDENT)
    fields = summary(document)
    if fields:
        for text in rendered_rows(arranged(palette, (), fields), width - INDENT):
            yield margin + text
        yield Text()
    if not body and not document.problem:
        yield margin + phrase(palette, ("it says nothing more", "dim"))
    for row in body:
        yield margin + row.text
    if document.size > LIMIT:
        yield margin + phrase(palette, (f"… that was the first {measures.size(LIMIT)} of it", "dim"))
    yield Text()

"""What can be read beside a review: the difference, the end of the log, and the documents, as lines with tones."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from llm_dashboard.measures import count
from llm_dashboard.runs.differences import Differences, FileDifference
from llm_dashboard.runs.review_material import LogExcerpt, ReviewMaterial
from llm_dashboard.safe_text import plain_block
from llm_dashboard.ui.widgets.text_pane import TextLine

LONGEST_LINE = 1000
"""Characters of a line that are shown."""
SHOWN_LINES = 2000
"""Lines of a document that are shown."""
TONES = {"+": "good", "-": "bad", "@": "accent", "\\": "dim"}


class Page(NamedTuple):
    """Something to read."""

    name: str
    lines: Sequence[TextLine]
    files: Mapping[str, int] = {}
    """Where the lines about a file begin, counted from 0."""


def review_pages(material: ReviewMaterial, texts: Mapping[str, str]) -> tuple[Page, ...]:
    """The pages: the difference, the log, then each document in the order of the work; `texts` are those, by their paths."""
    documents = [Page(_short(path), _document(path, texts[path])) for path in material.documents if path in texts]
    return (difference_page(material.difference), Page("Log", _log(material.log)), *documents)


def difference_page(found: Differences) -> Page:
    """The difference, file by file."""
    if found.problem:
        return Page("Diff", [(found.problem, "wait")])
    against = f"the commit {found.base}"
    if not found.files:
        return Page("Diff", [(f"Nothing differs from {against}.", "wait")])
    added, removed = sum(file.added for file in found.files), sum(file.removed for file in found.files)
    lines: list[TextLine] = [(f"{count(len(found.files), 'file')}   +{added} -{removed}   against {against}", "dim")]
    starts = {}
    for file in found.files:
        lines.append(("", "normal"))
        starts[file.path] = len(lines)
        lines += _file(file)
    if found.is_cut:
        lines += [("", "normal"), ("There is more; git diff shows all of it.", "wait")]
    return Page("Diff", lines, starts)


def _file(file: FileDifference) -> list[TextLine]:
    size = "binary" if file.is_binary else f"+{file.added} -{file.removed}"
    return [
        (f"{file.path}   {file.change}   {size}", "strong"),
        *((_clipped(line), TONES.get(line[:1], "normal")) for line in file.lines),
    ]


def _log(log: LogExcerpt | None) -> list[TextLine]:
    if log is None:
        return [("No run of it has left a log.", "dim")]
    lines: list[TextLine] = [(f"The end of run {log.run}", "dim"), ("", "normal")]
    errors = frozenset(log.errors)
    lines += [(_clipped(line), "bad" if number in errors else "normal") for number, line in enumerate(log.lines)]
    return lines if log.lines else [*lines, ("It has written nothing.", "dim")]


def _document(path: str, text: str) -> list[TextLine]:
    lines = plain_block(text).rstrip().split("\n")
    shown: list[TextLine] = [(path, "dim"), ("", "normal")]
    shown += [(_clipped(line), "strong" if line.startswith("#") else "normal") for line in lines[:SHOWN_LINES]]
    if len(lines) > SHOWN_LINES:
        shown.append((f"… and {count(len(lines) - SHOWN_LINES, 'line')} more", "dim"))
    return shown


def _clipped(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


def _short(path: str) -> str:
    """A document's kind, and its number where it has one: `TASK 01`."""
    name = path.rpartition("/")[2].removesuffix(".md")
    if name.startswith("EXECUTION_TASK_"):
        return f"TASK {name.rpartition('_')[2]}"
    if name.startswith("SUBPLAN_"):
        return "SUBPLAN"
    kind = "RESOLUTION" if name.endswith("_RESOLUTION") else name.partition("_")[0]
    number = name.removesuffix("_RESOLUTION").split("_")[2:]
    return " ".join([kind, *number])

"""What a reviewer goes through: the files, the tests, the criteria to tick, the issues of an earlier review."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from rich.text import Text
from textual.message import Message

from llm_dashboard.measures import count
from llm_dashboard.runs.differences import FileDifference
from llm_dashboard.runs.models import Change
from llm_dashboard.runs.review_material import Claim, NamedFile, ReviewMaterial, TestRun
from llm_dashboard.ui.cells import fit_middle, wrap
from llm_dashboard.ui.widgets.block import Line
from llm_dashboard.ui.widgets.row_list import RowList

SHOWN_CHANGES = 12
SHOWN_TEST_RUNS = 5
ANSWER_LINES = 4
"""So many lines of an answer; its document has the rest."""


class ReviewRow(NamedTuple):
    """One line."""

    identity: str
    line: Line
    is_heading: bool = False
    criterion: str | None = None
    """The success criterion that it belongs to."""
    file: str | None = None
    """The file that it names."""
    is_blank: bool = False


class ReviewList(RowList[ReviewRow]):
    """The lines, with a cursor on all but headings."""

    class Resized(Message):
        """It has another width, and needs its lines built for it."""

    def on_resize(self) -> None:
        """Ask for lines of the new width."""
        self.post_message(self.Resized())

    def draw(self, row: ReviewRow, width: int) -> Text:
        """As it was built for this width."""
        return self.phrase(*row.line)

    def identity(self, row: ReviewRow) -> str:
        """What it is about."""
        return row.identity

    def selectable(self, row: ReviewRow) -> bool:
        """Headings and blank lines are not."""
        return not row.is_heading and not row.is_blank


def review_rows(material: ReviewMaterial, ticks: Collection[str], width: int) -> list[ReviewRow]:
    """The lines of the list, for so many cells: what it is, then what was delivered, tested, to be met, asked for before."""
    rows = [
        *_wrapped("title", f"{material.achievement}  {material.title}", width, "strong", indent=1),
        *_wrapped("reason", _sentence(material), width, "dim", indent=1),
    ]
    rows = [row._replace(is_heading=True) for row in rows]
    sections = [
        ("Deliverables", _tally(material.deliverables), [*_files(material, width)]),
        ("Tests", "", [*_tests(material, width)]),
        ("Success criteria", _ticked(material, ticks), [*_criteria(material, ticks, width)]),
    ]
    if material.fix:
        name = _name(material.fix)
        sections.append(
            (f"Issues of {name}", "" if material.resolution else "no answer yet", [*_issues(material, width)])
        )
    for title, fact, lines in sections:
        rows.append(ReviewRow(f"blank {title}", (), is_blank=True))
        rows.append(ReviewRow(title, ((f" {title}", "strong"), (f"   {fact}" if fact else "", "dim")), is_heading=True))
        rows.extend(lines)
    return rows


def _sentence(material: ReviewMaterial) -> str:
    return material.reason[:1].upper() + material.reason[1:]


def _tally(files: Sequence[NamedFile]) -> str:
    there = sum(file.exists for file in files)
    return f"{there} of {len(files)} there" if files else ""


def _ticked(material: ReviewMaterial, ticks: Collection[str]) -> str:
    return f"{len(ticks)} of {len(material.criteria)} ticked" if material.criteria else ""


def _files(material: ReviewMaterial, width: int) -> Iterator[ReviewRow]:
    differing = {file.path: file for file in material.difference.files}
    for file in material.deliverables:
        mark, tone, word = _file_mark(file, differing.get(file.path))
        room = width - 5 - len(word) - 3
        line: Line = ((f"   {mark} ", tone), fit_middle(file.path, room), (f"  {word}", "dim" if file.exists else tone))
        yield ReviewRow(f"file {file.path}", line, file=file.path)
    if not material.deliverables:
        yield ReviewRow("no files", (("   No document names a file to deliver.", "dim"),))
    others = material.other_changes
    for path in others[:SHOWN_CHANGES]:
        line = (("   ~ ", "wait"), fit_middle(path, width - 5 - 12), ("  not named", "dim"))
        yield ReviewRow(f"file {path}", line, file=path)
    if len(others) > SHOWN_CHANGES:
        more = count(len(others) - SHOWN_CHANGES, "more file", "more files")
        yield ReviewRow("more files", ((f"     and {more} that its runs changed", "dim"),))


def _file_mark(file: NamedFile, difference: FileDifference | None) -> tuple[str, str, str]:
    """Symbol, tone and words for a file."""
    if file.exists:
        if file.change is None:
            words = f"{difference.change} +{difference.added} -{difference.removed}" if difference else "there"
            return "✓", "good", words
        again = f" by {file.runs} runs" if file.runs > 1 else ""
        return "✓", "good", f"{file.change}{again}"
    if file.change is Change.DELETED:
        return "✗", "bad", "deleted"
    return ("✗", "bad", "missing") if "/" in file.path else ("?", "wait", "not found by that name")


def _tests(material: ReviewMaterial, width: int) -> Iterator[ReviewRow]:
    for each in material.tests[:SHOWN_TEST_RUNS]:
        yield ReviewRow(f"tests {each.run}", _test_line(each))
    if not material.tests:
        yield ReviewRow("no tests", (("   No run of it has shown tests.", "dim"),))
    for claim in material.claims:
        for text in _claims(claim):
            yield from _wrapped(f"claim {claim.document} {text}", text, width, "dim", indent=3)


def _test_line(each: TestRun) -> Line:
    tests = each.tests
    mark, tone = ("✗ ", "bad") if tests.failed else ("✓ ", "good")
    failed = f"   {tests.failed} failed" if tests.failed else ""
    source = f"   {tests.source}, run {each.run[:8]}"
    return ("   ", (mark, tone), f"{tests.passed} of {tests.total} passed", (failed, "bad"), (source, "dim"))


def _claims(claim: Claim) -> list[str]:
    name = _name(claim.document).removesuffix(".md")
    number = name.rpartition("_")[2]
    said = [f"TASK {number} claims: {claim.tests}"] if claim.tests else []
    if claim.boxes:
        said.append(f"TASK {number} has ticked {claim.boxes_ticked} of {claim.boxes} boxes")
    return said


def _criteria(material: ReviewMaterial, ticks: Collection[str], width: int) -> Iterator[ReviewRow]:
    for text in material.criteria:
        is_met = text in ticks
        head, *below = text.replace("**", "").split("\n")
        mark = ("[x] ", "good") if is_met else ("[ ] ", "normal")
        rows = [*_wrapped(f"criterion {text}", head, width, "normal", indent=3, mark=mark)]
        for number, line in enumerate(below):
            rows += _wrapped(f"criterion {text} {number}", line.rstrip(), width, "dim", indent=7)
        yield from (row._replace(criterion=text) for row in rows)
    if not material.criteria:
        yield ReviewRow("no criteria", (("   No document says what must be met.", "dim"),))


def _issues(material: ReviewMaterial, width: int) -> Iterator[ReviewRow]:
    for number, issue in enumerate(material.issues):
        mark = ("! ", "bad") if issue.kind == "critical" else ("· ", "wait")
        key = f"issue {number}"
        yield from _wrapped(key, issue.title, width, "normal", indent=3, mark=mark)
        lines = issue.answer.replace("**", "").split("\n") if issue.answer else []
        for line in lines[:ANSWER_LINES]:
            yield from _wrapped(f"{key} {line}", line.rstrip(), width, "dim", indent=7)
        if len(lines) > ANSWER_LINES:
            yield ReviewRow(f"{key} more", (("       …", "dim"),))
        if material.resolution and not lines:
            yield ReviewRow(f"{key} none", (("       no answer that could be told to be its", "dim"),))
    if not material.issues:
        yield ReviewRow("no issues", (("   Its issues could not be told apart; see its text.", "dim"),))


def _wrapped(
    identity: str, text: str, width: int, tone: str, *, indent: int, mark: tuple[str, str] = ("", "dim")
) -> list[ReviewRow]:
    """A text in as many lines as it takes, a mark before the first one."""
    room = width - indent - len(mark[0]) - 1
    rows = []
    for number, part in enumerate(wrap(text, room)):
        lead = mark if number == 0 else (" " * len(mark[0]), "dim")
        rows.append(ReviewRow(f"{identity} +{number}" if number else identity, (" " * indent, lead, (part, tone))))
    return rows


def _name(path: str) -> str:
    return path.rpartition("/")[2]

"""A plan in a few lines beside the list: where it stands, what is next, and its achievements around that."""

from collections.abc import Iterator, Mapping

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from llm_dashboard.measures import count
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.ui.cells import fit, wrap
from llm_dashboard.ui.key_map import TABLE, KeyMap
from llm_dashboard.ui.marks import STATUS, plan_mark
from llm_dashboard.ui.widgets.toned import phrase

TWO_COLUMNS = 90
"""From so many cells on the achievements stand beside what is said of the plan, else below it."""
GAP = 3
LABEL = 10
ABOVE = 2
"""Achievements that are shown above the one that is next."""

Palette = Mapping[str, Style]


def plan_preview(palette: Palette, plan: Plan, width: int, height: int, keys: KeyMap = TABLE) -> list[Text]:
    """At most `height` lines of at most `width` cells."""
    if width < TWO_COLUMNS:
        said = list(_said(palette, plan, width, keys))[:height]
        return [*said, Text(), *_achievements(palette, plan, width, height - len(said) - 1)][:height]
    left = (width - GAP) // 2
    said = list(_said(palette, plan, left, keys))[:height]
    listed = list(_achievements(palette, plan, width - left - GAP, height))
    lines = []
    for number in range(min(height, max(len(said), len(listed)))):
        line = said[number].copy() if number < len(said) else Text()
        line.pad_right(left + GAP - line.cell_len)
        lines.append(line + listed[number] if number < len(listed) else line)
    return lines


def _said(palette: Palette, plan: Plan, width: int, keys: KeyMap) -> Iterator[Text]:
    mark, counts, step = plan_mark(plan), plan.counts, plan.next
    yield from (phrase(palette, (line, "strong")) for line in _lines(plan.title or plan.name, width, 2))
    approved = f"   {counts.approved}/{counts.total} approved" if counts.total else ""
    yield phrase(palette, (f"{mark.symbol} {mark.word}", mark.tone), (approved, "dim"))
    yield Text()
    following = plan.achievement(step.achievement) if step.achievement else None
    fields = [
        ("Next", f"{step.workflow} {following.id}  {following.title}" if following else "", "accent", 2),
        ("" if following else "Next", step.reason, "normal", 2),
        ("Goal", plan.header.get("Goal", ""), "normal", 3),
        ("Problems", _problems(plan, keys), "bad", 2),
        ("Priority", plan.header.get("Priority", ""), "normal", 1),
    ]
    for label, text, tone, most in fields:
        lines = _lines(text, width - LABEL, most) if text else []
        for number, line in enumerate(lines):
            yield phrase(palette, (fit("" if number else label, LABEL), "dim"), (line, tone))


def _problems(plan: Plan, keys: KeyMap) -> str:
    more = len(plan.problems) - 1
    others = f" (and {more} more: {keys.shown('problems')})" if more > 0 else ""
    return plan.problems[0].message + others if plan.problems else ""


def _achievements(palette: Palette, plan: Plan, width: int, height: int) -> Iterator[Text]:
    """A line each, the next one among them, and how many there are before and after."""
    everything = plan.achievements
    if height < 1 or not everything:
        return
    names = [each.id for each in everything]
    at = names.index(plan.next.achievement) if plan.next.achievement in names else 0
    first = max(0, min(at - ABOVE, len(everything) - height))
    before, room = first > 0, height - (first > 0)
    after = first + before + room < len(everything)
    shown = everything[first + before : first + before + room - after]
    widest = max(cell_len(each.id) for each in shown) if shown else 0
    if before:
        yield phrase(palette, (f"… {count(first + 1, 'achievement')} before", "dim"))
    for each in shown:
        yield _achievement(palette, each, widest, width, is_next=each.id == plan.next.achievement)
    if after:
        rest = len(everything) - first - before - len(shown)
        yield phrase(palette, (f"… {count(rest, 'achievement')} more", "dim"))


def _achievement(palette: Palette, each: Achievement, id_width: int, width: int, *, is_next: bool) -> Text:
    mark = STATUS[each.status]
    word = f"  {mark.word}"
    title = fit(each.title, width - 2 - id_width - 2 - cell_len(word))
    return phrase(
        palette,
        (f"{mark.symbol} ", mark.tone),
        (fit(each.id, id_width + 2), "strong" if is_next else "dim"),
        (title, "strong" if is_next else "normal"),
        (word, mark.tone),
    )


def _lines(text: str, width: int, most: int) -> list[str]:
    """The text in at most `most` lines; where that is not all of it, the last one ends with an ellipsis."""
    lines = wrap(text, max(1, width))
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), width)]

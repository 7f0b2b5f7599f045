"""What a person types about a plan that is to be → a draft of it, from which a PLAN file can be written.

What is typed is data: it is made safe, cut to one line where a document has one, and a title is what the reader of plans will
make of it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import PurePosixPath

import msgspec

from llm_dashboard.measures import count
from llm_dashboard.plans.artifacts import compact_id
from llm_dashboard.plans.parser import ID, clean_title
from llm_dashboard.safe_text import plain, plain_block
from llm_dashboard.settings import is_inside

DEFAULT_PRIORITY = "MEDIUM"
LONGEST_NAME = 80
"""Characters: the name is part of every file name."""
LONGEST_LINE = 200
"""Characters of a title and of a priority."""
LONGEST_GOAL = 4000
"""Characters."""


class DraftError(ValueError):
    """What was typed cannot become a plan; the message says what is wrong with it, and is safe to draw."""


class AchievementDraft(msgspec.Struct, frozen=True):
    """An achievement of a plan that is to be."""

    id: str
    title: str
    effort: str = ""
    """As it was typed behind the title in brackets: `2-3 hours`."""


class GroupDraft(msgspec.Struct, frozen=True):
    """Achievements whose ids begin alike, and that stand together."""

    number: str
    """What their ids begin with: `1` for 1.1 and 1.2."""
    achievements: tuple[AchievementDraft, ...]


class PlanDraft(msgspec.Struct, frozen=True):
    """A plan that is to be. Every string is safe to draw."""

    name: str
    title: str
    goal: str
    """May have several lines, or be empty."""
    priority: str
    achievements: tuple[AchievementDraft, ...]
    container: str = ""
    """The folder below the plans root that it is to lie in, with `/`; empty for the root itself."""

    @property
    def groups(self) -> tuple[GroupDraft, ...]:
        """The achievements, in their order, by what their ids begin with."""
        by_number = groupby(self.achievements, key=lambda each: each.id.rpartition(".")[0])
        return tuple(GroupDraft(number, tuple(members)) for number, members in by_number)

    def folder(self, plans_root: str) -> str:
        """Its own folder, relative to the workspace."""
        return "/".join(part for part in (plans_root, self.container, self.name) if part)

    def plan_file(self, plans_root: str) -> str:
        """Its PLAN file, relative to the workspace."""
        return f"{self.folder(plans_root)}/PLAN_{self.name}.md"


def draft_plan(
    name: str,
    *,
    title: str = "",
    goal: str = "",
    priority: str = DEFAULT_PRIORITY,
    achievements: Iterable[str] = (),
    container: str = "",
) -> PlanDraft:
    """The draft of what was typed. Without a title it is the name's; without achievements there is one, with the plan's title.

    Raises DraftError.
    """
    proper = plan_name(name)
    heading = _line("title", title) or proper.replace("-", " ").capitalize()
    return PlanDraft(
        name=proper,
        title=heading,
        goal=_goal(goal),
        priority=_line("priority", priority) or DEFAULT_PRIORITY,
        achievements=draft_achievements(achievements) or draft_achievements([heading]),
        container=_container(container),
    )


def plan_name(text: str) -> str:
    """The name that a plan called so has: capitals without accents, digits, and `-` for all between. Raises DraftError."""
    wanted = text.strip().removeprefix("PLAN_").removesuffix(".md").upper()
    letters = unicodedata.normalize("NFKD", wanted).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Z0-9]+", "-", letters).strip("-")
    if not name:
        seen = f"'{plain(text[:LONGEST_NAME])}' has none" if text.strip() else "say how it is called"
        raise DraftError(f"The name needs letters from A to Z, or digits; {seen}.")
    if len(name) > LONGEST_NAME:
        raise DraftError(f"The name has {len(name)} characters; at most {LONGEST_NAME} are allowed.")
    return name


def left_out(text: str) -> str:
    """The letters and digits of a name that `plan_name` has nothing for, each once, safe to draw: those of other scripts."""
    letters = dict.fromkeys(each for each in plain(text) if each.isalnum())
    return "".join(
        each for each in letters if not unicodedata.normalize("NFKD", each.upper()).encode("ascii", "ignore")
    )


def draft_achievements(lines: Iterable[str]) -> tuple[AchievementDraft, ...]:
    """One achievement a line: `2.1: Title`, or a title alone, which gets the number after the one before; the first is 1.1.

    Lines as a plan's index has them can be taken as they are; empty ones count for nothing. Raises DraftError.
    """
    drafts: list[AchievementDraft] = []
    following = "1.1"
    for line in (text for each in lines if (text := plain(each).strip())):
        match = _ACHIEVEMENT.fullmatch(line)
        assert match
        title, effort = _achievement_title(match["title"])
        draft = AchievementDraft(match["id"] or following, title, effort)
        group, _, last = draft.id.rpartition(".")
        following = f"{group}.{int(last) + 1}"
        drafts.append(draft)
    _check_ids([each.id for each in drafts])
    return tuple(drafts)


def summary(draft: PlanDraft) -> str:
    """The achievements in a few words: `3 achievements, 1.1 to 1.3`."""
    first, last = draft.achievements[0].id, draft.achievements[-1].id
    number = count(len(draft.achievements), "achievement")
    return f"{number}, {first}" if first == last else f"{number}, {first} to {last}"


def _achievement_title(text: str) -> tuple[str, str]:
    """A title that the reader of plans leaves as it is, and the effort that was typed behind it."""
    title, effort = text.strip(), ""
    while (cleaned := clean_title(title))[0] != title:
        title, effort = cleaned[0].strip(), effort or cleaned[1] or ""
    if not title:
        raise DraftError("An achievement needs a title: '1.1: Title', or the title alone.")
    return _line("title of an achievement", title), effort.strip()


def _check_ids(ids: Sequence[str]) -> None:
    """Raise DraftError where two are the same, or would have files of the same names."""
    repeated = next((each for each, times in Counter(ids).items() if times > 1), None)
    if repeated:
        raise DraftError(f"Achievement {repeated} is there twice; give each a number of its own.")
    by_file: dict[str, str] = {}
    for each in ids:
        other = by_file.setdefault(compact_id(each), each)
        if other != each:
            raise DraftError(f"The files of {other} and of {each} would have the same names; give one another number.")


def _line(what: str, text: str) -> str:
    """One line of text, or nothing. Raises DraftError."""
    line = plain(text).strip()
    if line and not any(map(str.isalnum, line)):
        raise DraftError(f"The {what} needs a word; '{line[:20]}' has no letter or digit.")
    if len(line) > LONGEST_LINE:
        raise DraftError(f"The {what} has {len(line):,} characters; at most {LONGEST_LINE} are allowed.")
    return line


def _goal(text: str) -> str:
    goal = plain_block(text).strip()
    if len(goal) > LONGEST_GOAL:
        raise DraftError(f"The goal has {len(goal):,} characters; at most {LONGEST_GOAL:,} are allowed.")
    return goal


def _container(text: str) -> str:
    """The folder below the plans root, as a clean path. Raises DraftError."""
    path = PurePosixPath(text or ".")
    if not path.parts:
        return ""
    if not is_inside(text) or plain(text) != text:
        raise DraftError(f"The container '{plain(text)}' is no folder below the plans root.")
    return str(path)


_ACHIEVEMENT = re.compile(rf"(?:[-*+]\s+)?(?:\**(?:Achievement\s+)?(?P<id>{ID})\**\s*:)?(?P<title>.*)")

"""The tour of the demo: five steps, each left when the person has done what it asks for."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from llm_dashboard.ui.commands import ACTIONS
from llm_dashboard.ui.widgets.block import Line


class Fact(StrEnum):
    """Something that a person has done."""

    PLAN_OPENED = "plan opened"
    RUN_STARTED = "run started"
    RUN_WATCHED = "run of the demo's agent ended"
    VERDICT_WRITTEN = "verdict written"
    KEYS_SHOWN = "keys shown"


class Stage(StrEnum):
    """Where the tour is: offered, at one of its five steps, or at its end."""

    OFFER = "offer"
    SEE = "see"
    RUN = "run"
    WATCH = "watch"
    JUDGE = "judge"
    MORE = "more"
    END = "end"


class Stop(NamedTuple):
    """What a stage says. `{name}` stands for the key of that action, or for itself where it is none."""

    label: str
    what: str
    press: str
    """What to do now."""
    way_out: str = "{tour} ends the tour"


STEPS: dict[Stage, Fact] = {
    Stage.SEE: Fact.PLAN_OPENED,
    Stage.RUN: Fact.RUN_STARTED,
    Stage.WATCH: Fact.RUN_WATCHED,
    Stage.JUDGE: Fact.VERDICT_WRITTEN,
    Stage.MORE: Fact.KEYS_SHOWN,
}
"""The steps in their order, and what leads from each to the next."""

STOPS: dict[Stage, Stop] = {
    Stage.OFFER: Stop(
        "Demo",
        "Nothing here is yours: run and write what you like.",
        "{tour} takes you through it, in five steps.",
        "",
    ),
    Stage.SEE: Stop(
        "Tour 1/5",
        "Each line is a plan: how far it is, what is next, and its state.",
        "{open} opens WEATHER-STATION.",
    ),
    Stage.RUN: Stop(
        "Tour 2/5",
        "One key does what is next. First you see the command, then it runs.",
        "{execute-next}, then {y}.",
    ),
    Stage.WATCH: Stop(
        "Tour 3/5",
        "An agent is seen live; here a script stands in for one, no model.",
        "See it end: its result comes, with what was checked.",
    ),
    Stage.JUDGE: Stop(
        "Tour 4/5",
        "A result is what changed on disk. Whether it is good, you say.",
        "{back} back, {review} look, {approve} approve, {^S} write it.",
    ),
    Stage.MORE: Stop(
        "Tour 5/5",
        "That is the loop: see, run, watch, judge. There is more.",
        "{help} shows all keys of a screen, {palette} finds anything.",
    ),
    Stage.END: Stop(
        "Tour",
        "That was all. In your own folder: {begin} begins, {new-plan} writes a plan.",
        "{quit} quits; the demo is deleted.",
        "{tour} closes this",
    ),
}


def parts(text: str, shown: Callable[[str], str]) -> Line:
    """A text of a stop, its keys in their tone. `shown` says how the key of an action is written."""
    pieces = re.split(r"\{([^}]+)\}", text)
    line: list[tuple[str, str] | str] = []
    for number, piece in enumerate(pieces):
        if number % 2:
            line.append((shown(piece) if piece in ACTIONS else piece, "key"))
        elif piece:
            line.append(piece)
    return tuple(line)


def after(stage: Stage | None, fact: Fact) -> Stage | None:
    """Where the tour is once that was done; who goes their own way is offered no tour any more."""
    if stage is Stage.OFFER:
        return None
    if stage is None or STEPS.get(stage) is not fact:
        return stage
    stages = list(Stage)
    return stages[stages.index(stage) + 1]

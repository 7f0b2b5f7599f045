"""Tells that runs have ended which are not on the screen: by a toast, by the bell, by a notice on the desktop."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from textual.app import App

from llm_dashboard import measures
from llm_dashboard.runs.models import Run, WorkflowState
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.marks import RUN

LONGEST_NOTICE = 200
"""Characters that a desktop is asked to show."""
TITLED = ("rxvt", "foot")
"""Beginnings of `TERM` where a notice has a title of its own (OSC 777); elsewhere it is one text (OSC 9)."""


class EndedRun(NamedTuple):
    """A run that has ended, and the folder of its workspace."""

    workspace: str
    name: str
    """The name of the workspace, where it is another one than that on the screen."""
    run: Run


class Notice(NamedTuple):
    """What is told of runs that have ended at about the same time."""

    title: str
    text: str
    way: str
    """What to press."""
    went_well: bool


def notice(ended: Sequence[EndedRun], key: str) -> Notice:
    """One run with its name, how it ended and how long it took; several with how many ended in which way.

    `key` opens the result of the last one.
    """
    went_well = all(each.run.state is WorkflowState.SUCCESS for each in ended)
    if len(ended) > 1:
        words = Counter(RUN[each.run.state].word for each in ended)
        ways = ", ".join(f"{number} {word}" for word, number in words.items())
        return Notice(
            f"{measures.count(len(ended), 'run')} have ended", f"{ways}.", f"{key} opens the last.", went_well
        )
    (_, workspace, run), record, mark = ended[0], ended[0].run.record, RUN[ended[0].run.state]
    what = " ".join(filter(None, (record.label, record.achievement)))
    title = plain(f"{mark.symbol} {what} of {record.plan or 'a command'}")
    after = f" after {measures.duration(run.result.duration)}" if run.result and run.result.started_at else ""
    place = f" in {workspace}" if workspace else ""
    return Notice(title, f"{mark.word}{after}{place}.", f"{key} opens it.", went_well)


def desktop_sequence(told: Notice, environment: Mapping[str, str] = os.environ) -> str:
    """The escape sequence by which a terminal is asked to show it on the desktop. Others leave it alone."""
    title, text = (plain(part)[:LONGEST_NOTICE].replace(";", ",") for part in (told.title, told.text))
    if environment.get("TERM", "").startswith(TITLED) or "VTE_VERSION" in environment:
        sequence = f"\x1b]777;notify;llm-dash: {title};{text}\x1b\\"
    else:
        sequence = f"\x1b]9;llm-dash: {title}, {text}\x1b\\"
    if "TMUX" in environment:
        return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}\x1b\\"
    return sequence


def show_on_desktop(app: App[None], told: Notice) -> None:
    """Ask the terminal to show it; nothing where the app is not on one."""
    driver = app._driver
    if driver is not None and not (app.is_headless or app.is_web):
        driver.write(desktop_sequence(told))
        driver.flush()


def ended_at(run: Run) -> str:
    """When it ended, in ISO 8601 with its zone, UTC: to be compared. The last that is known of one that was lost."""
    began = measures.moment(run.record.started_at or run.record.requested_at)
    if began is None:
        return ""
    seconds = run.result.duration if run.result else 0.0
    return max((began + timedelta(seconds=seconds)).isoformat(timespec="milliseconds"), run.output_at or "")

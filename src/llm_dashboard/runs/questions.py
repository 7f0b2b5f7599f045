"""What the agent of a run asks a person while it works, and the way for the answer."""

import os
from pathlib import Path

from llm_dashboard.agents.answers import ANSWERS, answer_line
from llm_dashboard.agents.conversation import Listener
from llm_dashboard.agents.events import OptionKind, PermissionAsked, PermissionOption
from llm_dashboard.agents.models import OutputKind
from llm_dashboard.runs.models import Run
from llm_dashboard.runs.records import open_regular

PIECE = 1 << 20
"""Bytes that are read in one go."""


def asks(run: Run) -> bool:
    """Whether a run is one of an agent that can ask."""
    return run.record.task is not None and run.record.task.agent.output is OutputKind.ACP


class QuestionReader:
    """Reads the log of such a run from its beginning, as it grows."""

    def __init__(self, log: Path) -> None:
        # Imported here: a start waits for no stream that nobody reads.
        from llm_dashboard.agents.streams.parser import StreamParser

        self._log = log
        self._read = 0
        self._parser = StreamParser(OutputKind.ACP)
        self._listener = Listener()

    def catch_up(self) -> tuple[PermissionAsked, ...]:
        """The questions that are open now, the oldest first. It waits for the disk."""
        try:
            descriptor = open_regular(self._log)
        except OSError:
            return ()
        try:
            while piece := os.pread(descriptor, PIECE, self._read):
                self._read += len(piece)
                for event in self._parser.feed(piece):
                    self._listener.hear(event)
        finally:
            os.close(descriptor)
        return self._listener.asked


def rejection(asked: PermissionAsked) -> PermissionOption | None:
    """The option that rejects, this once where it can; None where the agent offers none."""
    by_kind = {option.kind: option for option in reversed(asked.options)}
    return by_kind.get(OptionKind.REJECT_ONCE) or by_kind.get(OptionKind.REJECT_ALWAYS)


def answer(run: Run, asked: PermissionAsked, option: PermissionOption | None) -> None:
    """Answer a question; None chooses nothing, which the agent takes for a refusal.

    Raises OSError where nobody is there any more to hear it.
    """
    path = run.folder / ANSWERS
    descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.write(descriptor, answer_line(asked.id, option.id if option else None))
    finally:
        os.close(descriptor)

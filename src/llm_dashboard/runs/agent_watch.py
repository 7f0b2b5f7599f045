"""Follows what an agent writes while it works, for its supervisor: whether it gets on, what it uses, when it is done."""

import os
from collections.abc import Mapping

import msgspec

from llm_dashboard.agents.conversation import Conversation, Listener
from llm_dashboard.agents.events import Final, ToolCall
from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.streams.parser import StreamParser
from llm_dashboard.agents.task import AgentTask

DONE_GRACE = 10.0
"""Seconds after its last word that the process of an agent may take to go."""
PIECE = 4 * 1024 * 1024
"""Bytes that are read in one go."""


class AgentWatch:
    """Reads the log of a run from its beginning, as it grows."""

    def __init__(self, task: Mapping[str, object], log: int, now: float) -> None:
        """`log`: the open file; `now`: a time of the monotonic clock. Raises msgspec.ValidationError."""
        self.task = msgspec.convert(task, AgentTask)
        self.progress = now
        """When it last got on: trying the same again does not count."""
        self.is_behind = False
        """Whether there is more to read at once."""
        self.is_over = False
        """Whether it has said its last word, and has taken up no work since."""
        self._log = log
        self._read = 0
        self._parser = StreamParser(self.task.agent.output)
        self._listener = Listener()

    @property
    def meters(self) -> Meters:
        """What it has used, as far as it has told."""
        return self._listener.meters

    def look(self, now: float) -> str | None:
        """Read what is new; why the agent must be ended, as the word `budget` or `done`, or None."""
        piece = os.pread(self._log, PIECE, self._read)
        self._read += len(piece)
        self.is_behind = len(piece) == PIECE
        # An agent that waits for a person is not idle.
        if (piece and self._hear(piece)) or self._listener.asked:
            self.progress = now
        # What has said its last word is done, whatever that cost.
        if not self.is_over and self.task.budget.is_spent(self.meters):
            return "budget"
        return "done" if self._listener.final and not piece and now - self.progress >= DONE_GRACE else None

    def conclude(self) -> Conversation:
        """All that was heard, once nothing more can come."""
        while piece := os.pread(self._log, PIECE, self._read):
            self._read += len(piece)
            self._hear(piece)
        for event in self._parser.close():
            self._listener.hear(event)
        return self._listener.conversation()

    def _hear(self, piece: bytes) -> bool:
        """Whether it is more than another try."""
        heard = []
        for event in self._parser.feed(piece):
            heard.append(self._listener.hear(event))
            if isinstance(event, Final | ToolCall):
                self.is_over = isinstance(event, Final)
        return any(heard) or not heard

"""What a run of an agent comes to: its events, however many, gathered into one small value."""

from collections import deque

import msgspec

from llm_dashboard.agents.events import (
    AgentEvent,
    Denial,
    ErrorSaid,
    Final,
    PermissionAnswered,
    PermissionAsked,
    Raw,
    SessionStarted,
    TextPart,
    ToolCall,
    ToolResult,
    Usage,
)
from llm_dashboard.agents.models import Meters

MAX_KEPT = 20
"""Refusals that are named, and tool calls whose result is waited for."""
LAST_SAID = 2000
"""Characters of what it said last."""


class Conversation(msgspec.Struct, frozen=True):
    """What was heard of an agent, from its beginning to now."""

    session: str = ""
    model: str = ""
    meters: Meters = Meters()
    final: Final | None = None
    """Its last word; None while there is none."""
    errors: tuple[str, ...] = ()
    """The last errors that it told, warnings left out."""
    retry: str = ""
    """What it tried again last, and never got beyond; empty where it did."""
    denials: tuple[Denial, ...] = ()
    denied: int = 0
    """How many tool calls were refused; `denials` names the first of them."""
    tool_calls: int = 0
    said: str = ""
    """The end of what it said."""
    raw: tuple[str, ...] = ()
    """The last lines that were not understood."""


class Listener:
    """Hears the events of one run."""

    def __init__(self) -> None:
        self.final: Final | None = None
        self._session = SessionStarted("")
        self._settled = Meters()
        """Of the steps that are over."""
        self._step = Usage()
        """Of the step that goes on."""
        self._total: Usage | None = None
        self._errors: deque[str] = deque(maxlen=3)
        self._retry = ""
        self._denials: list[Denial] = []
        self._denied = 0
        self._calls: dict[str, ToolCall] = {}
        self._asked: dict[str, PermissionAsked] = {}
        """The permission questions that are open."""
        self._tool_calls = 0
        self._said = ""
        self._raw: deque[str] = deque(maxlen=8)

    def hear(self, event: AgentEvent) -> bool:
        """Take the event in; whether it is progress, and not only another try."""
        match event:
            case ErrorSaid(is_retried=True):
                self._retry = event.text
                return False
            case ErrorSaid():
                if not event.is_warning:
                    self._errors.append(event.text)
                return True
            case SessionStarted():
                self._session = event
            case TextPart():
                self._said = (self._said + event.text)[-LAST_SAID:]
            case ToolCall():
                self._tool_calls += 1
                self._calls[event.call] = event
                if len(self._calls) > MAX_KEPT:
                    del self._calls[next(iter(self._calls))]
            case ToolResult():
                self._end_call(event)
            case PermissionAsked():
                self._asked[event.id] = event
            case PermissionAnswered():
                self._end_question(event)
            case Usage():
                self._use(event)
            case Final():
                self.final = event
                self._asked.clear()
            case Raw():
                # It may come from the end of the process: what was tried last is still the reason.
                self._raw.append(event.text[:LAST_SAID])
                return True
        self._retry = ""
        return True

    @property
    def asked(self) -> tuple[PermissionAsked, ...]:
        """The permission questions that wait for a person, the oldest first."""
        return tuple(self._asked.values())

    @property
    def meters(self) -> Meters:
        """What was used up to now; the agent's own total once it has told one."""
        if self._total:
            return _added(Meters(), self._total)
        return _added(self._settled, self._step)

    def conversation(self) -> Conversation:
        """What was heard up to now."""
        # What the agent counts itself is complete, and is told at the end only.
        counted = self.final.denials if self.final and self.final.denials else ()
        return Conversation(
            session=self._session.session,
            model=self._session.model,
            meters=self.meters,
            final=self.final,
            errors=tuple(self._errors),
            retry=self._retry,
            denials=counted[:MAX_KEPT] or tuple(self._denials),
            denied=max(len(counted), self._denied),
            tool_calls=self._tool_calls,
            said=self._said.strip(),
            raw=tuple(self._raw),
        )

    def _end_call(self, result: ToolResult) -> None:
        call = self._calls.pop(result.call, None)
        if result.is_refused:
            self._deny(Denial(call.tool if call else "a tool", call.argument if call else ""))

    def _end_question(self, answered: PermissionAnswered) -> None:
        asked = self._asked.pop(answered.id, None)
        if asked and not (answered.is_allowed or answered.is_withdrawn):
            self._deny(Denial(asked.tool, asked.argument))

    def _deny(self, denial: Denial) -> None:
        self._denied += 1
        if len(self._denials) < MAX_KEPT:
            self._denials.append(denial)

    def _use(self, usage: Usage) -> None:
        if usage.step is None:
            self._total = usage
        else:
            if usage.step != self._step.step:
                self._settled = _added(self._settled, self._step)
            self._step = usage


def _added(meters: Meters, usage: Usage) -> Meters:
    cost = meters.cost if usage.cost is None else (meters.cost or 0.0) + usage.cost
    return Meters(
        meters.input_tokens + usage.input_tokens,
        meters.output_tokens + usage.output_tokens,
        meters.cached_tokens + usage.cached_tokens,
        cost,
    )

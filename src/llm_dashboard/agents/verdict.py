"""What an agent's word is worth: what it said and how its process ended, held against each other.

The word *done* alone is *claimed*. Whether the work is there is for the checks that come after it.
"""

import signal
from enum import StrEnum

import msgspec

from llm_dashboard.agents.conversation import Conversation
from llm_dashboard.agents.events import Denial
from llm_dashboard.agents.models import Agent, OutputKind


class Word(StrEnum):
    """How it came out."""

    CLAIMED = "claimed"
    """The agent says that it is done, or ended without an error where its format has no word for that."""
    VERIFIED = "verified"
    """It says so, and all that we checked ourselves is so."""
    REFUSED = "refused"
    """It says that it is done, and tools that it wanted were not allowed."""
    FAILED = "failed"
    UNFINISHED = "unfinished"
    """Its process ended well, and it never said that it had come to its end."""
    STOPPED = "stopped"
    """A limit, a budget or a person ended it."""


class Stop(StrEnum):
    """Why its process was ended, where it did not end by itself."""

    CANCELLED = "cancelled"
    TIME_LIMIT = "time-limit"
    IDLE_LIMIT = "idle-limit"
    LOG_LIMIT = "log-limit"
    BUDGET = "budget"


class ProcessEnd(msgspec.Struct, frozen=True):
    """How the process of an agent ended."""

    exit_code: int | None = None
    signal: int | None = None
    stop: Stop | None = None
    was_done: bool = False
    """Whether it had said its last word, and was ended because it did not go."""


class DeniedTool(msgspec.Struct, frozen=True):
    """A tool call that was refused."""

    tool: str
    argument: str
    setting: str
    """What would allow it, as a sentence; empty where that is not known."""


class Verdict(msgspec.Struct, frozen=True):
    """How an agent's run came out, before anything of it is checked. Its texts are safe to draw."""

    word: Word
    sentence: str
    cure: str = ""
    """What to do about it; empty where nothing is known to help."""
    denials: tuple[DeniedTool, ...] = ()
    denied: int = 0
    """How many tool calls were refused; `denials` names the first of them."""

    @property
    def is_claimed(self) -> bool:
        """Whether the agent may have done it."""
        return self.word is Word.CLAIMED


def verdict(agent: Agent, heard: Conversation, end: ProcessEnd) -> Verdict:
    """The verdict over a run that has ended."""
    word, sentence, said = _came_out(agent, heard, end)
    denials = tuple(DeniedTool(each.tool, each.argument, setting(agent, each)) for each in heard.denials)
    cure = _cure(agent, said)
    if word is Word.REFUSED and denials:
        cure = denials[0].setting
    elif end.stop in _LIMITS and _heard_nothing(heard):
        cure = f"look at the network, and at its login: {agent.login.cure}" if agent.login.cure else cure
    return Verdict(word, sentence, cure, denials, heard.denied)


def setting(agent: Agent, denial: Denial) -> str:
    """What would allow that call, as a sentence; empty where it is not known."""
    fitting = [each for each in agent.allow if denial.tool in each.tools] or [
        each for each in agent.allow if not each.tools
    ]
    if not fitting:
        return f"allow {denial.tool} when it asks, on the screen" if agent.output is OutputKind.ACP else ""
    text = fitting[0].setting.replace("{tool}", denial.tool).replace("{argument}", denial.argument)
    return text.replace("{program}", denial.argument.split(" ", 1)[0])


def _came_out(agent: Agent, heard: Conversation, end: ProcessEnd) -> tuple[Word, str, str]:
    """The word, its sentence, and what was said of the reason, in which a cure is looked for."""
    final = heard.final
    if final and final.is_error and end.stop is None:
        return Word.FAILED, f"{agent.title} says: {_first_line(final.text) or 'it failed'}", final.text
    is_over = final is not None and not final.is_error and end.stop in _LIMITS
    if end.stop and not is_over:
        return Word.STOPPED, _stopped(agent, heard, end.stop), "\n".join((heard.retry, *heard.errors, *heard.raw))
    if end.signal is not None and not (end.was_done or is_over):
        return Word.FAILED, f"{agent.title} was ended by {_signal_name(end.signal)} before it was done", ""
    if end.exit_code not in (0, None) and not (end.was_done or is_over):
        return _failed(agent, heard, end.exit_code or 0)
    if final is None and agent.output is not OutputKind.TEXT:
        return _unfinished(agent, heard)
    if agent.output is OutputKind.TEXT and not heard.said:
        return Word.UNFINISHED, f"{agent.title} ended without a word", ""
    if heard.denied:
        return Word.REFUSED, _refused(agent, heard), ""
    says = "says that it is done" if final else "ended without an error"
    return Word.CLAIMED, f"{agent.title} {says}", ""


def _failed(agent: Agent, heard: Conversation, code: int) -> tuple[Word, str, str]:
    if code > _BY_SIGNAL:
        return Word.FAILED, f"{agent.title} was ended by {_signal_name(code - _BY_SIGNAL)} before it was done", ""
    said = "\n".join((*heard.errors, *heard.raw, heard.said if agent.output is OutputKind.TEXT else ""))
    meaning = agent.statuses.get(str(code), "")
    reason = meaning or _first_line(next(iter(reversed(heard.errors)), "") or _last_line(said))
    return (
        Word.FAILED,
        f"{agent.title} ended with status {code}" + (f": {reason}" if reason else ""),
        f"{meaning}\n{said}",
    )


def _unfinished(agent: Agent, heard: Conversation) -> tuple[Word, str, str]:
    said = "\n".join((*heard.errors, *heard.raw))
    reason = _first_line(next(iter(reversed(heard.errors)), ""))
    sentence = f"{agent.title} ended without saying that it is done"
    return (Word.FAILED if reason else Word.UNFINISHED), sentence + (f": {reason}" if reason else ""), said


def _refused(agent: Agent, heard: Conversation) -> str:
    first = next(iter(heard.denials), Denial("a tool", ""))
    what = f"{first.tool} {first.argument}".strip()
    more = f" and {heard.denied - 1} more" if heard.denied > 1 else ""
    return f"{agent.title} says that it is done, but was not allowed {_short(what)}{more}"


def _stopped(agent: Agent, heard: Conversation, stop: Stop) -> str:
    if heard.retry and stop in _LIMITS:
        return f"{agent.title} did not reach its model: {_first_line(heard.retry)}"
    return f"{agent.title} {_STOPPED[stop]}"


def _heard_nothing(heard: Conversation) -> bool:
    """Whether its model was never heard: a session begins without it."""
    return not (heard.said or heard.tool_calls or heard.errors or heard.raw or heard.retry)


def _cure(agent: Agent, said: str) -> str:
    lower = said.lower()
    return next((each.cure for each in agent.cures if each.says.lower() in lower), "") if lower.strip() else ""


def _first_line(text: str) -> str:
    return _short(next((line.strip() for line in text.split("\n") if line.strip()), ""))


def _last_line(text: str) -> str:
    return _short(next((line.strip() for line in reversed(text.split("\n")) if line.strip()), ""))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\u2026"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


_LIMITS = (Stop.TIME_LIMIT, Stop.IDLE_LIMIT)
_LONGEST = 200
_BY_SIGNAL = 128
"""A program that a signal ended, and that tells it by itself, adds this to its number."""
_STOPPED = {
    Stop.CANCELLED: "was stopped on request before it was done",
    Stop.TIME_LIMIT: "was stopped by its time limit before it was done",
    Stop.IDLE_LIMIT: "was stopped because it said nothing for too long",
    Stop.LOG_LIMIT: "was stopped because it wrote too much",
    Stop.BUDGET: "was stopped because its budget was spent",
}

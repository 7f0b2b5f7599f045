"""The program between a supervisor and an agent that speaks the Agent Client Protocol (agentclientprotocol.com).

`python -m llm_dashboard.agents.acp PROMPT_FILE [--session=ID --cost=DOLLARS] ARGV…` starts the agent, gives it the prompt in a
session of its own, or in that earlier one where the agent can take it up, which has cost so much. What it hears it writes to
standard output, a JSON value a line: `streams/acp.py` reads them. Questions of the agent stay open until an answer comes
through the pipe `answers` beside the prompt. It is imported nowhere: the package `acp` takes a second to import.
"""

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from acp.connection import Connection, StreamDirection, StreamEvent
from acp.exceptions import RequestError

from llm_dashboard.agents.answers import ANSWERS, read_answer
from llm_dashboard.agents.invocation import COST_OPTION, SESSION_OPTION
from llm_dashboard.agents.streams.fields import table, word

VERSION = 1
"""Of the protocol."""
LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of one message."""
PARTING = 2.0
"""Seconds that the agent may take to go once its input is closed, then after SIGTERM, and then to say its last."""
NO_CAPABILITIES = {"fs": {"readTextFile": False, "writeTextFile": False}, "terminal": False}
"""The agent uses its own tools, under the permissions that it asks for."""

Message = Mapping[str, object]


class Earlier(NamedTuple):
    """A session of an earlier run; without an id none."""

    session: str = ""
    cost: float = 0.0
    """In US dollars up to now, where the agent tells it as a part of what it costs from now on."""


def say(kind: str, **values: object) -> None:
    """Write a line."""
    data = json.dumps({"type": kind, **values}).encode() + b"\n"
    while data:
        data = data[os.write(1, data) :]


class Client:
    """What the agent speaks to."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[frozenset[object], asyncio.Future[str | None]]] = {}
        """The questions that wait: their options, and the answer to come."""
        self._asked = 0
        self._begun = b""
        self.is_ending = False
        self.is_replaying = False
        """Whether an earlier conversation is told again: it is in the output of its own run."""

    def heard(self, event: StreamEvent) -> None:
        """Write an update of the session as it came."""
        message = event.message
        if event.direction is not StreamDirection.INCOMING:
            return
        if message.get("method") == "session/update":
            params = message.get("params")
            update = params.get("update") if isinstance(params, dict) else None
            if not self.is_replaying:
                say("update", update=update)
        elif "method" not in message:
            # The answer to our request: what comes from now on is new.
            self.is_replaying = False

    async def handle(self, method: str, params: object, is_notification: bool) -> object:
        """Answer a request of the agent."""
        if is_notification:
            return None
        if method != "session/request_permission" or not isinstance(params, dict):
            raise RequestError.method_not_found(method)
        chosen = await self._ask(params)
        return {"outcome": {"outcome": "selected", "optionId": chosen} if chosen else {"outcome": "cancelled"}}

    async def _ask(self, params: Message) -> str | None:
        self._asked += 1
        question, options = str(self._asked), params.get("options")
        given = options if isinstance(options, list) else ()
        ids = frozenset(each.get("optionId") for each in given if isinstance(each, dict))
        say("permission", id=question, toolCall=params.get("toolCall"), options=options)
        if self.is_ending:
            say("answer", id=question, option=None, withdrawn=True)
            return None
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._open[question] = ids, answer
        return await answer

    def read_answers(self, descriptor: int) -> None:
        """Take what has come through the pipe; what answers no open question with one of its options is left alone."""
        with suppress(BlockingIOError):
            *lines, self._begun = (self._begun + os.read(descriptor, 1 << 16)).split(b"\n")
            self._begun = self._begun[: 1 << 16]
            for question, option in filter(None, map(read_answer, lines)):
                ids, answer = self._open.get(question, (frozenset(), None))
                if answer and (option is None or option in ids):
                    del self._open[question]
                    say("answer", id=question, option=option)
                    answer.set_result(option)

    def withdraw(self) -> None:
        """Let no question be open: the run comes to its end."""
        self.is_ending = True
        for question, (_, answer) in self._open.items():
            say("answer", id=question, option=None, withdrawn=True)
            answer.set_result(None)
        self._open.clear()


async def converse(connection: Connection, client: Client, prompt: str, earlier: Earlier) -> bool:
    """Begin a session, give it the prompt, and wait for its end; whether the agent says that it is done.

    `earlier`: the session to take up instead, where the agent can. SIGINT cancels the prompt, as the protocol has it. Raises
    RequestError and ConnectionError.
    """
    loop = asyncio.get_running_loop()
    this = asyncio.current_task()
    loop.add_signal_handler(signal.SIGINT, lambda: this and this.cancel())
    information = {"name": "llm-dash", "title": "llm-dash", "version": version("llm-dash")}
    begun = await _request(
        connection,
        "initialize",
        {"protocolVersion": VERSION, "clientCapabilities": NO_CAPABILITIES, "clientInfo": information},
    )
    able, agent = table(begun, "agentCapabilities"), table(begun, "agentInfo")
    is_resumed = bool(earlier.session) and await _take_up(connection, client, able, earlier.session)
    session: Message = {"sessionId": earlier.session}
    if not is_resumed:
        session = await _request(connection, "session/new", _place())
    session_id = session.get("sessionId")
    if not isinstance(session_id, str):
        say("error", text="the agent began no session")
        return False
    told = " ".join(filter(None, (word(agent, "title") or word(agent, "name"), word(agent, "version"))))
    say("session", id=session_id, agent=told, resumed=is_resumed, cost=earlier.cost if is_resumed else 0.0)
    cancelling: set[asyncio.Task[None]] = set()

    def cancel() -> None:
        client.withdraw()
        cancelling.add(asyncio.create_task(connection.send_notification("session/cancel", {"sessionId": session_id})))

    loop.add_signal_handler(signal.SIGINT, cancel)
    content = [{"type": "text", "text": prompt}]
    try:
        ended = await _request(connection, "session/prompt", {"sessionId": session_id, "prompt": content})
    finally:
        await asyncio.gather(*cancelling, return_exceptions=True)
        client.withdraw()
    # Not every agent says so by itself: opencode calls it the end of its turn.
    reason = "cancelled" if cancelling else ended.get("stopReason")
    say("stop", reason=reason, usage=ended.get("usage"))
    return bool(reason == "end_turn")


async def _request(connection: Connection, method: str, params: Message) -> Message:
    """What the agent answers; nothing where that is no object. Raises RequestError and ConnectionError."""
    answer = await connection.send_request(method, dict(params))
    return answer if isinstance(answer, dict) else {}


async def _take_up(connection: Connection, client: Client, able: Message, session: str) -> bool:
    """Go on in an earlier session; False, which is said, where that cannot be."""
    if table(able, "sessionCapabilities").get("resume") is not None:
        method = "session/resume"
    elif able.get("loadSession") is True:
        method = "session/load"
    else:
        say("warning", text="the agent cannot take up the earlier session: a new one begins")
        return False
    client.is_replaying = True
    try:
        await _request(connection, method, {"sessionId": session, **_place()})
    except RequestError as error:
        say("warning", text=f"the earlier session cannot be taken up, a new one begins: {_reason(error)}")
        return False
    return True


def _place() -> dict[str, object]:
    """Where a session works, and with what besides its own tools."""
    return {"cwd": os.getcwd(), "mcpServers": []}  # noqa: PTH109


async def run(text: str, answers: int, argv: list[str], earlier: Earlier) -> int:
    """Run the agent on that prompt; the exit status: 0 where it says that it is done.

    `answers`: the open pipe, in non-blocking mode.
    """
    client = Client()
    loop = asyncio.get_running_loop()
    loop.add_reader(answers, client.read_answers, answers)
    try:
        # In a session of its own: SIGINT is for this program, which tells the agent in the words of the protocol.
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=LONGEST_LINE, start_new_session=True
        )
    except OSError as error:
        say("error", text=f"{argv[0]} cannot be started: {error.strerror}")
        return 127
    assert process.stdin
    assert process.stdout
    assert process.stderr
    talk = asyncio.create_task(_pass_on(process.stderr))
    connection = Connection(client.handle, process.stdin, process.stdout, observers=[client.heard])
    is_done = is_cut_off = False
    try:
        is_done = await converse(connection, client, text, earlier)
    except RequestError as error:
        say("error", text=_reason(error))
    except (ConnectionError, asyncio.CancelledError):
        is_cut_off = True
    finally:
        loop.add_signal_handler(signal.SIGINT, lambda: None)
        await connection.close()
        process.stdin.close()
        await _part_from(process)
        # What it leaves behind may hold the other end for as long as it lives.
        await asyncio.wait({talk}, timeout=PARTING)
        talk.cancel()
    # Where it has said why itself, how its process ended is no news, and may be our doing.
    if is_cut_off and process.returncode:
        say("error", text=f"the agent ended with status {process.returncode}")
    return 0 if is_done else 1


async def _pass_on(errors: asyncio.StreamReader) -> None:
    """Write what the agent says beside the protocol."""
    begun = b""
    while piece := await errors.read(1 << 16):
        *lines, begun = (begun + piece).split(b"\n")
        for line in filter(bytes.strip, lines):
            say("stderr", text=line.decode(errors="replace"))
    if begun.strip():
        say("stderr", text=begun.decode(errors="replace"))


async def _part_from(process: Process) -> None:
    """Let the agent go; make it go where it does not."""
    for number in (None, signal.SIGTERM, signal.SIGKILL):
        if number:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(PARTING):
                await process.wait()
            return


def _reason(error: RequestError) -> str:
    """What the agent says, with the details that it gives."""
    data = error.data
    details = data.get("details") or data.get("message") if isinstance(data, dict) else data
    return f"{error}: {details}" if isinstance(details, str) and details not in str(error) else str(error)


class _Talk(logging.Handler):
    """What the package `acp` says of what it does not understand, in a line each: it would add a traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write it."""
        error = record.exc_info[1] if record.exc_info else None
        say("warning", text=f"{record.getMessage()}: {error}" if error else record.getMessage())


def main(prompt: Path, argv: list[str]) -> int:
    """Run the agent on the prompt in that file; the exit status. Before `argv` there may be both options of a session."""
    logging.basicConfig(handlers=[_Talk()])
    earlier = Earlier()
    if argv[0].startswith(SESSION_OPTION):
        session, cost, *argv = argv
        earlier = Earlier(session.removeprefix(SESSION_OPTION), float(cost.removeprefix(COST_OPTION)))
    pipe = prompt.with_name(ANSWERS)
    os.mkfifo(pipe, 0o600)
    try:
        # For writing too, so that it never ends.
        answers = os.open(pipe, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        return asyncio.run(run(prompt.read_text("utf-8", "replace"), answers, argv, earlier))
    finally:
        pipe.unlink(missing_ok=True)


if __name__ == "__main__":
    # At once: what is still open of the agent's streams would be told as errors of ours.
    os._exit(main(Path(sys.argv[1]), sys.argv[2:]))

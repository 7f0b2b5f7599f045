"""An agent that speaks the Agent Client Protocol, with what it does written in its arguments: `python acp_agent.py STEP…`.

`say TEXT`, `ask TITLE COMMAND` (a permission, then the tool call's end), `ask-twice`, `error`, `crash`, `stop REASON`,
`write PATH`, `cost DOLLARS`; also what it can do with an earlier session: `loads`, `resumes`, `forgets` (it is gone).
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from acp import PROTOCOL_VERSION, RequestError, run_agent
from acp.helpers import (
    plan_entry,
    start_tool_call,
    text_block,
    tool_content,
    tool_diff_content,
    update_agent_message_text,
    update_agent_thought_text,
    update_plan,
    update_tool_call,
)
from acp.interfaces import Client
from acp.schema import (
    AgentCapabilities,
    Cost,
    Implementation,
    InitializeResponse,
    LoadSessionResponse,
    NewSessionResponse,
    PermissionOption,
    PromptResponse,
    ResumeSessionResponse,
    SessionCapabilities,
    SessionResumeCapabilities,
    ToolCallUpdate,
    Usage,
    UsageUpdate,
)

OPTIONS = [
    PermissionOption(option_id="once", name="Allow once", kind="allow_once"),
    PermissionOption(option_id="always", name="Always allow [b]this[/b]", kind="allow_always"),
    PermissionOption(option_id="no", name="Reject", kind="reject_once"),
]


class ScriptedAgent:
    """Does what its script says."""

    def __init__(self, steps: list[str]) -> None:
        self.able = {step for step in steps if step in ("loads", "resumes", "forgets")}
        self.steps = [step for step in steps if step not in self.able]
        self.session = "s-1"
        self.calls = 0
        self.cancelled = asyncio.Event()
        self.client: Client

    def on_connect(self, conn: Client) -> None:
        """It speaks to this one."""
        self.client = conn

    async def initialize(self, protocol_version: int, **more: Any) -> InitializeResponse:
        """Say who it is."""
        information = Implementation(name="scripted", title="Scripted", version="1")
        resumes = SessionResumeCapabilities() if "resumes" in self.able else None
        capabilities = AgentCapabilities(
            load_session="loads" in self.able, session_capabilities=SessionCapabilities(resume=resumes)
        )
        return InitializeResponse(
            protocol_version=PROTOCOL_VERSION, agent_info=information, agent_capabilities=capabilities
        )

    async def new_session(self, cwd: str, **more: Any) -> NewSessionResponse:
        """One session."""
        if self.steps == ["error"]:
            raise RequestError.auth_required({"details": "API key is missing"})
        return NewSessionResponse(session_id=self.session)

    async def load_session(self, cwd: str, session_id: str, **more: Any) -> LoadSessionResponse:
        """Tell the earlier conversation again."""
        self.find(session_id)
        await self.tell(update_agent_message_text("As I said before."))
        return LoadSessionResponse()

    async def resume_session(self, session_id: str, cwd: str, **more: Any) -> ResumeSessionResponse:
        """Go on without a word."""
        self.find(session_id)
        return ResumeSessionResponse()

    def find(self, session_id: str) -> None:
        """Go on in that session."""
        if "forgets" in self.able:
            raise RequestError.resource_not_found(session_id)
        self.session = session_id

    async def cost(self, dollars: float) -> None:
        """What the session has cost."""
        cost = Cost(amount=dollars, currency="USD")
        await self.tell(UsageUpdate(session_update="usage_update", used=1, size=9, cost=cost))

    async def cancel(self, session_id: str, **more: Any) -> None:
        """Let the prompt end."""
        self.cancelled.set()

    async def prompt(self, prompt: list[Any], session_id: str, **more: Any) -> PromptResponse:
        """Go through the script."""
        await self.tell(update_agent_thought_text("Let me see.\n"))
        await self.tell(
            update_plan([plan_entry("Look", status="completed"), plan_entry("Write", status="in_progress")])
        )
        reason = "end_turn"
        for step in self.steps:
            kind, _, text = step.partition(" ")
            match kind:
                case "say":
                    await self.tell(update_agent_message_text(f"{text} {prompt[0].text}"))
                case "write":
                    Path(text).write_text(prompt[0].text)
                case "cost":
                    await self.cost(float(text))
                case "ask":
                    await self.ask(text)
                case "ask-twice":
                    await asyncio.gather(self.ask("make test"), self.ask("make clean"))
                case "crash":
                    print("out of memory", file=sys.stderr, flush=True)
                    os._exit(3)
                case "wait":
                    await self.cancelled.wait()
                    # Some agents call it so.
                    return PromptResponse(stop_reason="end_turn")
                case "stop":
                    reason = text
        if self.cancelled.is_set():
            reason = "cancelled"
        usage = Usage(total_tokens=130, input_tokens=100, output_tokens=20, cached_read_tokens=10)
        return PromptResponse(stop_reason=reason, usage=usage)  # type: ignore[arg-type]

    async def tell(self, update: Any) -> None:
        """An update of the session."""
        await self.client.session_update(session_id=self.session, update=update)

    async def ask(self, command: str) -> None:
        """Ask for a permission; with it write the file `station.txt`."""
        self.calls += 1
        call = f"c-{self.calls}"
        await self.tell(start_tool_call(call, "bash", kind="execute", status="pending"))
        change = tool_diff_content("station.txt", "cold\nwet\n", "warm\nwet\n")
        wanted = ToolCallUpdate(
            tool_call_id=call, title="bash", raw_input={"command": command, "why": "to\x1b[31m see"}, content=[change]
        )
        answer = await self.client.request_permission(session_id=self.session, tool_call=wanted, options=OPTIONS)
        if answer.outcome.outcome != "selected" or answer.outcome.option_id == "no":
            await self.tell(update_tool_call(call, status="failed", content=[tool_content(text_block("not run"))]))
            return
        Path("station.txt").write_text(f"{command} {answer.outcome.option_id}\n")
        await self.tell(update_tool_call(call, status="completed", content=[tool_content(text_block("ran"))]))


if __name__ == "__main__":
    asyncio.run(run_agent(ScriptedAgent(sys.argv[1:]), use_unstable_protocol=True))  # type: ignore[arg-type]

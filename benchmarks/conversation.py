"""What it costs to watch an agent that writes a lot: python benchmarks/conversation.py [--megabytes N]

A child writes what an agent writes, in its format: text in small pieces, calls of tools, and their answers. It is a run whose
conversation is on the screen, with no terminal behind it, first while it is written and then once more from its beginning.
Prints how fast it is understood, how late a 5 ms sleep on the app's loop is (p99, and the worst; beside it how much
of that was work of this process, where others have the processors), and by how much the process
grows at most. The bars: p99 50 ms, 60 MB.
"""

import argparse
import asyncio
import gc
import os
import resource
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from textual.app import App

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.task import AgentTask
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.models import OutputAppended, Run, advance
from llm_dashboard.ui.app import STYLES
from llm_dashboard.ui.messages import RunChanged, RunWritten
from llm_dashboard.ui.screens.agent_runner import AgentRunnerScreen
from llm_dashboard.ui.themes import DARK
from llm_dashboard.workflows.models import Command, Limits, WorkflowType

SIZE = (120, 40)
CHILD = """
import json, sys
def line(kind, **more):
    return json.dumps({"type": kind, **more}) + "\\n"
def piece(text):
    return line("stream_event", event={"type": "content_block_delta", "delta": {"type": "text_delta", "text": text}})
def turn(number):
    yield line("stream_event", event={"type": "content_block_start", "content_block": {"type": "text"}})
    for word in range(40):
        yield piece(f"word {word} " + "\\n" * (word % 20 == 19))
    yield line("stream_event", event={"type": "content_block_stop"})
    call = {"type": "tool_use", "id": f"t-{number}", "name": "Bash", "input": {"command": f"make part-{number}"}}
    usage = {"input_tokens": 900, "output_tokens": 20}
    yield line("assistant", message={"id": f"m-{number}", "content": [call], "usage": usage})
    answer = "".join(f"line {n} of the answer {number}, as a program writes it\\n" for n in range(number % 100))
    part = {"type": "tool_result", "tool_use_id": f"t-{number}", "content": answer, "is_error": number % 7 == 0}
    yield line("user", message={"content": [part]})
left, number = int(sys.argv[1]), 0
while left > 0:
    number += 1
    text = "".join(turn(number))
    sys.stdout.write(text)
    left -= len(text)
"""


class Watch(App[None]):
    """The runner alone."""

    CSS_PATH = STYLES

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name


class Stalls:
    """How late each of many short sleeps is, and how much of that was work of this process; the highest memory."""

    def __init__(self) -> None:
        self.late: list[float] = []
        """Milliseconds."""
        self.busy: list[float] = []
        """Milliseconds of CPU in this thread."""
        self.peak = 0.0

    async def watch(self) -> None:
        """Go on until cancelled."""
        while True:
            began, busy = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.005)
            self.late.append((time.perf_counter() - began - 0.005) * 1000)
            self.busy.append((time.thread_time() - busy) * 1000)
            if len(self.late) % 20 == 0:
                self.peak = max(self.peak, resident())

    def __str__(self) -> str:
        late, busy = quantiles(self.late, n=100)[98], quantiles(self.busy, n=100)[98]
        return (
            f"stall p99 {late:.1f} ms (own work {busy:.1f} ms), worst {max(self.late):.0f} ms ({max(self.busy):.0f} ms)"
        )


def resident() -> float:
    """Megabytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


async def watch(screen: AgentRunnerScreen, name: str, megabytes: float, executor: WorkflowExecutor | None) -> None:
    """Show a run until all of it is understood, and print what that has cost."""
    app = Watch()
    async with app.run_test(size=SIZE) as pilot:
        before = resident()
        stalls = Stalls()
        began, busy = time.perf_counter(), time.process_time()
        watching = asyncio.create_task(stalls.watch())
        await app.push_screen(screen)
        if executor:
            async for event in executor.follow(screen.run_shown.id):
                run = advance(screen.run_shown, event)
                screen.post_message(RunWritten(run) if isinstance(event, OutputAppended) else RunChanged(run))
        conversation = screen.conversation
        size = screen.run_shown.log_path.stat().st_size
        while conversation.raw.size < size or conversation.is_behind:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        await pilot.pause()
        seconds, cpu = time.perf_counter() - began, time.process_time() - busy
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        print(
            f"{name:<20} {len(conversation):,} lines in {seconds:.1f} s ({megabytes / seconds:.0f} MB/s)   CPU {cpu:.1f} s   "
            f"{stalls}   memory +{max(stalls.peak, resident()) - before:.0f} MB",
            flush=True,
        )


async def measure(folder: Path, megabytes: int) -> None:
    """While it is written, and from its beginning."""
    executor = WorkflowExecutor(folder, 1)
    command = Command(
        WorkflowType.CONTINUE,
        WorkflowType.CONTINUE,
        (sys.executable, "-c", CHILD, str(megabytes * 1_000_000)),
        folder,
        "a flood",
        limits=Limits(),
        task=AgentTask(load_agents().agents["claude"]),
    )
    run = await executor.start(command)
    assert isinstance(run, Run), run
    for name in ("while it is written", "from its beginning"):
        screen = AgentRunnerScreen(run, executor.log(run.id), lambda: datetime.now(UTC), {run.id: run}, stay=True)
        await watch(screen, name, megabytes, executor if name.startswith("while") else None)
    await executor.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=200)
    options = parser.parse_args()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    gc.collect()
    gc.freeze()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(Path(name), 1))
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(Path(name), options.megabytes))


if __name__ == "__main__":
    main()

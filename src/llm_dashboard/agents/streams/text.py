"""Plain text, line by line."""

from llm_dashboard.agents.events import AgentEvent, TextPart
from llm_dashboard.agents.streams.fields import block


def text_events(line: bytes, left_out: int, *, is_ended: bool) -> list[AgentEvent]:
    """The line as text; `left_out` bytes of it were not kept."""
    shown = block(line.decode(errors="replace"))
    if left_out:
        shown += f" \u2026 ({left_out:,} more bytes in the log)"
    return [TextPart(f"{shown}\n" if is_ended else shown)]

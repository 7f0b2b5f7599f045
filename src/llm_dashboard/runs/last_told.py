"""What an agent has said and done last."""

from llm_dashboard.agents.streams.parser import StreamParser
from llm_dashboard.agents.transcript import Part, Transcript, TranscriptLine
from llm_dashboard.runs.models import Run
from llm_dashboard.runs.records import read_last

TOLD_BYTES = 256 * 1024
"""So much of its output is read at most: a line to read may be long there."""


def last_told(run: Run, most: int) -> list[TranscriptLine]:
    """The last lines of the conversation, at most so many, answers folded; none where the log cannot be read."""
    parser, transcript = StreamParser(run.record.output), Transcript()
    events = parser.feed(read_last(str(run.log_path), TOLD_BYTES))
    if run.state.is_final:
        events += parser.close()
    lines = [line for event in events for line in transcript.hear(event)] + transcript.close()
    return [line for line in lines if line.part is not Part.MORE][-most:] if most > 0 else []

"""A conversation as lines to read."""

from llm_dashboard.agents.events import (
    AgentEvent,
    ErrorSaid,
    Final,
    Raw,
    SessionStarted,
    TextPart,
    Thinking,
    ToolCall,
    ToolResult,
    Usage,
)
from llm_dashboard.agents.transcript import Part, Tone, Transcript, TranscriptLine


def lines(*events: AgentEvent) -> list[tuple[str, str]]:
    transcript = Transcript()
    found = [line for event in events for line in transcript.hear(event)] + transcript.close()
    assert all(isinstance(line, TranscriptLine) for line in found)
    return [(line.tone.value, line.text) for line in found]


def test_a_conversation() -> None:
    assert lines(
        SessionStarted("s-1", "big"),
        Thinking("hm, "),
        Thinking("well\n"),
        TextPart("I "),
        TextPart("look.\nNow"),
        Usage(1, 1),
        ToolCall("a", "Bash", "ls"),
        ToolResult("a", "one\ntwo\n"),
        ToolResult("a", "no", is_error=True),
        ToolResult("a", "no", is_error=True, is_refused=True),
        ErrorSaid("again", is_retried=True),
        ErrorSaid("bad"),
        Raw("what?"),
        TextPart("Done."),
        Final("Done."),
        Final("it failed", is_error=True),
    ) == [
        ("note", "session s-1 big"),
        ("thinking", "hm, well"),
        ("text", "I look."),
        ("text", "Now"),
        ("call", "Bash ls"),
        ("result", "one"),
        ("result", "two"),
        ("error", "failed: no"),
        ("error", "failed, not allowed: no"),
        ("note", "again"),
        ("error", "bad"),
        ("raw", "what?"),
        ("text", "Done."),
        ("error", "it failed"),
    ]


def test_an_error_that_is_also_the_last_word_is_told_once() -> None:
    assert lines(ErrorSaid("not logged in"), Final("not logged in", is_error=True)) == [("error", "not logged in")]
    assert len(lines(ErrorSaid("no"), Final("not logged in", is_error=True))) == 2


def test_a_line_is_told_when_it_is_whole() -> None:
    transcript = Transcript()
    assert transcript.hear(TextPart("a")) == []
    assert transcript.hear(Thinking("b")) == [TranscriptLine(Tone.TEXT, "a")]
    assert transcript.hear(ToolCall("c", "Read", "")) == [
        TranscriptLine(Tone.THINKING, "b"),
        TranscriptLine(Tone.CALL, "Read"),
    ]
    assert transcript.close() == []


def test_an_answer_says_how_it_came_out_and_whose_it_is_where_that_is_not_clear() -> None:
    transcript = Transcript()
    for call in ("a", "b"):
        transcript.hear(ToolCall(call, f"Tool-{call}", ""))
    assert transcript.hear(ToolResult("b", "\none\n\ntwo\n")) == [
        TranscriptLine(Tone.RESULT, "one", Part.FIRST),
        TranscriptLine(Tone.RESULT, "", Part.MORE),
        TranscriptLine(Tone.RESULT, "two", Part.MORE),
    ]
    assert transcript.hear(ToolResult("a", "", is_error=True)) == [
        TranscriptLine(Tone.ERROR, "Tool-a: failed", Part.FIRST)
    ]
    assert transcript.hear(ToolResult("unknown", "")) == [TranscriptLine(Tone.RESULT, "done", Part.FIRST)]

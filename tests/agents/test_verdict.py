"""The verdict over every way to end."""

import pytest

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.conversation import MAX_KEPT, Conversation, Listener
from llm_dashboard.agents.events import Denial, ErrorSaid, Final, TextPart, ToolCall, ToolResult, Usage
from llm_dashboard.agents.models import Meters
from llm_dashboard.agents.streams.parser import StreamParser
from llm_dashboard.agents.verdict import ProcessEnd, Stop, Word, setting, verdict
from tests.agents.outputs import OUTPUTS, Output

AGENTS = load_agents().agents


def heard(output: Output) -> Conversation:
    reader, listener = StreamParser(output.kind), Listener()
    for event in [*reader.feed(output.data), *reader.close()]:
        listener.hear(event)
    return listener.conversation()


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.name)
def test_every_way_to_end(output: Output) -> None:
    conversation = heard(output)
    found = verdict(AGENTS[output.agent], conversation, output.end)
    assert (found.word, found.is_claimed) == (output.word, output.word is Word.CLAIMED)
    assert output.sentence in found.sentence
    assert output.cure in found.cure
    assert bool(output.cure) == bool(found.cure)
    meters = conversation.meters
    assert (meters.input_tokens, meters.output_tokens, meters.cached_tokens) == output.tokens
    assert meters.cost == (None if output.cost is None else pytest.approx(output.cost))


def test_the_last_word_stands_though_a_limit_came_before_the_end_of_the_process() -> None:
    done = Conversation(final=Final("Done."))
    claude = AGENTS["claude"]
    assert verdict(claude, done, ProcessEnd(signal=9, stop=Stop.IDLE_LIMIT)).word is Word.CLAIMED
    assert verdict(claude, done, ProcessEnd(signal=9, stop=Stop.CANCELLED)).word is Word.STOPPED
    assert verdict(claude, done, ProcessEnd(signal=9, stop=Stop.BUDGET)).sentence.endswith("its budget was spent")


def test_refusals_are_counted_and_the_first_are_named() -> None:
    listener = Listener()
    for number in range(MAX_KEPT + 5):
        listener.hear(ToolCall(str(number), "Edit", f"{number}.py"))
        listener.hear(ToolResult(str(number), "no", is_error=True, is_refused=True))
    listener.hear(ToolCall("last", "Read", "a"))
    listener.hear(Final("Done."))
    found = verdict(AGENTS["claude"], listener.conversation(), ProcessEnd(0))
    assert (found.denied, len(found.denials)) == (MAX_KEPT + 5, MAX_KEPT)
    assert found.denials[0].setting == '[agents.claude] permission = "edits"'
    assert found.sentence.endswith("was not allowed Edit 0.py and 24 more")


def test_a_setting_that_allows_is_known_for_each_agent_with_a_format() -> None:
    assert setting(AGENTS["claude"], Denial("WebFetch", "http://x")).endswith('"WebFetch"]')
    assert setting(AGENTS["opencode"], Denial("bash", "git push")).endswith('{"git *": "allow"}}')
    assert setting(AGENTS["gemini"], Denial("replace", "a.py")).endswith('"edits"')
    assert setting(AGENTS["llm"], Denial("x", "y")) == ""


def test_trying_again_is_no_progress() -> None:
    listener = Listener()
    assert not listener.hear(ErrorSaid("Reconnecting", is_retried=True))
    assert listener.conversation().retry == "Reconnecting"
    assert listener.hear(TextPart("here"))
    assert listener.conversation().retry == ""


def test_steps_add_up_until_the_agent_tells_a_total() -> None:
    listener = Listener()
    for event in (Usage(10, 1, step="a"), Usage(10, 5, step="a"), Usage(20, 2, cost=0.5, step="b")):
        listener.hear(event)
    assert listener.meters == Meters(30, 7, 0, 0.5)
    assert listener.meters.tokens == 37
    listener.hear(Usage(100, 50, cost=2.0))
    assert listener.meters == Meters(100, 50, 0, 2.0)

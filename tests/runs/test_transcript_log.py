"""An agent's output as a log of what it says and does."""

import json
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.models import Meters, OutputKind
from llm_dashboard.agents.task import AgentTask
from llm_dashboard.agents.transcript import Tone
from llm_dashboard.runs.folds import Folds
from llm_dashboard.runs.last_told import last_told
from llm_dashboard.runs.log import RunLog
from llm_dashboard.runs.log_reader import LogReader
from llm_dashboard.runs.models import Run, RunRecord, WorkflowState
from llm_dashboard.runs.transcript_log import TranscriptLog
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.models import Judgement, Limits, WorkflowType
from tests.agents.outputs import OUTPUTS, Output

CODEX = OutputKind.CODEX_JSONL


def item(state: str, **fields: object) -> bytes:
    return json.dumps({"type": f"item.{state}", "item": fields}).encode() + b"\n"


def command(call: str, output: str, code: int = 0) -> bytes:
    return item(
        "completed", id=call, type="command_execution", command="make", aggregated_output=output, exit_code=code
    )


def lines(log: TranscriptLog) -> list[tuple[str, str]]:
    """All lines, folded ones too, with their tones."""
    log.catch_up()
    while log.is_behind:
        log.catch_up()
    return [(log.tone(number).value, log.line(number).decode()) for number in range(len(log))]


def shown(log: TranscriptLog) -> list[str]:
    reader = LogReader(log)
    return [log.line(reader.line(row)).decode() for row in range(reader.rows)]


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.name)
def test_every_output_is_told_the_same_however_it_comes(output: Output, tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(output.data)
    whole, growing = (TranscriptLog(RunLog(each), output.kind) for each in (path, tmp_path / "growing.log"))
    whole.is_final = True
    expected = lines(whole)
    assert whole.meters == Meters(*output.tokens, cost=whole.meters.cost)
    assert whole.meters.cost == (None if output.cost is None else pytest.approx(output.cost))
    assert lines(growing) == []
    with (tmp_path / "growing.log").open("ab", buffering=0) as file:
        for start in range(0, len(output.data), 97):
            file.write(output.data[start : start + 97])
            lines(growing)
    growing.is_final = True
    assert lines(growing) == expected
    assert list(growing.folds.shown) == list(whole.folds.shown)
    for log in (whole, growing):
        log.close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["growing.log", "output.log"]


def test_answers_are_folded_until_they_are_unfolded_or_something_is_found_in_them(tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(command("a", "one\ntwo\nthree\n") + command("b", "bad\nworse", 2) + command("c", ""))
    log = TranscriptLog(RunLog(path), CODEX)
    everything = [text for _, text in lines(log)]
    assert everything == [
        "shell make",
        "one",
        "two",
        "three",
        "shell make",
        "failed: bad",
        "worse",
        "shell make",
        "done",
    ]
    folded = ["shell make", "one", "shell make", "failed: bad", "shell make", "done"]
    assert shown(log) == folded
    assert [log.folds.head(line) for line in (0, 1, 3, 4, 6)] == [None, 1, 1, None, 5]
    log.folds.toggle(1)
    assert shown(log) == ["shell make", "one", "two", "three", *folded[2:]]
    log.folds.toggle(1)
    reader = LogReader(log)
    reader.look_for_errors()
    reader.go(reader.errors, 6, -1)
    while reader.step(1 << 16):
        pass
    assert reader.arrival() == 5
    assert shown(log) == [*folded[:4], "worse", *folded[4:]]
    assert reader.raw(range(3, 6), 100) == b"failed: bad\nworse\nshell make"
    # A file that is cut and written anew is told from its beginning.
    path.write_bytes(item("completed", type="agent_message", text="anew"))
    assert lines(log) == [("text", "anew")]
    assert (log.generation, shown(log)) == (1, ["anew"])
    log.close()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.text(max_size=30).map(lambda text: command("a", text)),
            st.text(max_size=30).map(lambda text: item("completed", type="agent_message", text=text)),
        ),
        max_size=8,
    ),
    st.sampled_from(OutputKind),
)
def test_any_bytes_are_lines_that_are_safe_to_draw_and_none_is_lost(pieces: list[bytes], kind: OutputKind) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "output.log"
        path.touch()
        log = TranscriptLog(RunLog(path), kind)
        with path.open("ab", buffering=0) as file:
            for piece in pieces:
                file.write(piece)
                lines(log)
        log.is_final = True
        found = lines(log)
        assert all(plain(text) == text for _, text in found)
        assert len(found) == len(log)
        rows = list(log.folds.shown)
        for line in range(len(log)):
            log.folds.unfold(line)
        assert list(log.folds.shown) == list(range(len(log)))
        assert set(rows) <= set(range(len(log)))
        raw = [line for line in path.read_bytes().split(b"\n") if line.strip() and not line.lstrip().startswith(b"{")]
        if kind is not OutputKind.TEXT:
            assert [tone for tone, _ in found].count(Tone.RAW) >= len(raw) - sum(line == b"\r" for line in raw)
        log.close()


@given(st.lists(st.sampled_from(["line", "head", "below"]), max_size=30), st.lists(st.integers(0, 29), max_size=10))
def test_folds_are_as_if_each_line_was_asked(kinds: list[str], toggles: list[int]) -> None:
    folds = Folds()
    heads: list[int | None] = []
    for number, kind in enumerate(kinds):
        folds.add(is_head=kind == "head", is_below=kind == "below")
        heads.append(number if kind == "head" else heads[-1] if kind == "below" and heads else None)
    assert [folds.head(line) for line in range(len(kinds))] == heads
    is_open: set[int] = set()
    for line in toggles:
        head = heads[line] if line < len(heads) else None
        if head is not None:
            folds.toggle(head)
            is_open ^= {head}
    expected = [line for line, head in enumerate(heads) if head in (None, line) or head in is_open]
    assert list(folds.shown) == expected
    assert [folds.rank(line) for line in range(len(kinds))] == [
        sum(each < line for each in expected) for line in range(len(kinds))
    ]


def test_what_was_told_last(tmp_path: Path) -> None:
    record = RunRecord(
        run="r", workflow=WorkflowType.CONTINUE, requested=WorkflowType.CONTINUE, plan=None, achievement=None, argv=("x",),
        cwd="/", summary="", environment=(), limits=Limits(), creates=(), creates_prompt=False,
        judgement=Judgement.EXIT_STATUS, stdin=None, needs_verdict=False, requested_at="",
        task=AgentTask(load_agents().agents["codex"]),
    )  # fmt: skip
    run = Run(record, tmp_path, WorkflowState.RUNNING)
    assert last_told(run, 5) == []
    data = command("a", "\n".join(map(str, range(100_000)))) + command("b", "one\ntwo") + b"{half"
    run.log_path.write_bytes(data)
    # The first line is too long to be read from its beginning.
    assert [line.text for line in last_told(run, 5)] == ["shell make", "one"]
    assert [line.text for line in last_told(run, 1)] == ["one"]
    ended = msgspec.structs.replace(run, state=WorkflowState.FAILED)
    assert [line.text for line in last_told(ended, 2)] == ["one", "{half"]
    assert last_told(ended, 0) == []

"""The line index, held against splitting the whole file."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.runs.log import BLOCK, MAX_LINE, RunLog


def all_lines(log: RunLog) -> list[bytes]:
    """Every line that the log has."""
    return [log.line(number) for number in range(len(log))]


def expected_lines(data: bytes) -> list[bytes]:
    """The lines of a file as the whole of it is split."""
    lines = data.split(b"\n")
    return [line[:MAX_LINE] for line in (lines[:-1] if not lines[-1] else lines)]


def caught_up(path: Path, budget: int = 1 << 18) -> RunLog:
    """A log that has indexed all there is."""
    log = RunLog(path)
    while log.catch_up(budget):
        pass
    return log


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=30),
            st.builds(lambda size: b"x" * size, st.sampled_from([BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 100])),
            st.builds(lambda count: b"\n" * count, st.integers(1, 500)),
        ),
        max_size=12,
    ),
    st.sampled_from([1 << 18, BLOCK, 1000]),
)
def test_any_bytes_give_the_lines_of_the_file(parts: list[bytes], budget: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_bytes(b"")
        log = RunLog(path)
        data = b""
        for part in parts:
            data += part
            with path.open("ab") as file:
                file.write(part)
            while log.catch_up(budget):
                pass
            assert log.size == len(data)
        assert all_lines(log) == expected_lines(data)
        log.close()


def test_many_lines_have_a_small_index_and_are_found_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"".join(b"line %d\n" % number for number in range(200_000)))
    log = caught_up(path)
    assert len(log) == 200_000
    for number in (199_999, 0, 123_456, 5, 77_777, 150_000):
        assert log.line(number) == b"line %d" % number
    assert len(log._offsets) < 2 * path.stat().st_size / BLOCK
    log.close()


def test_a_budget_bounds_one_step(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"12345\n" * 10)
    log = RunLog(tmp_path / "log")
    sizes = []
    while log.catch_up(24):
        sizes.append((log.size, len(log)))
    assert sizes == [(24, 4), (48, 8), (60, 10)]
    log.close()


def test_a_missing_file_is_empty_until_it_comes(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "log")
    assert not log.catch_up()
    assert (len(log), log.size) == (0, 0)
    (tmp_path / "log").write_bytes(b"here")
    assert log.catch_up()
    assert all_lines(log) == [b"here"]
    assert not log.catch_up()
    log.close()
    log.close()


@pytest.mark.parametrize("new", [b"", b"b", b"new beginning\nand longer than before\n"])
def test_a_file_that_is_cut_is_read_anew(tmp_path: Path, new: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"first\nsecond\n")
    log = caught_up(path)
    assert all_lines(log) == [b"first", b"second"]
    path.write_bytes(new)
    assert log.catch_up()
    assert log.size == len(new)
    assert all_lines(log) == expected_lines(new)
    log.close()


def test_a_line_beyond_the_last(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"one\n")
    log = caught_up(tmp_path / "log")
    for number in (-1, 1):
        with pytest.raises(IndexError):
            log.line(number)
    log.close()


def test_a_file_that_was_cut_since_the_last_look(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\ntwo\nthree\n")
    log = caught_up(path)
    path.write_bytes(b"1")
    assert log.line(2) == b""
    log.close()


def test_an_unterminated_line_grows(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = RunLog(path)
    for text, lines in ((b"ab", [b"ab"]), (b"c", [b"abc"]), (b"\n", [b"abc"]), (b"d", [b"abc", b"d"])):
        with path.open("ab") as file:
            file.write(text)
        assert log.catch_up()
        assert all_lines(log) == lines
    log.close()


def test_lines_are_read_whole_and_in_a_row(tmp_path: Path) -> None:
    long = b"x" * (5 * BLOCK)
    lines = [b"%d" % n for n in range(50_000)] + [long, b"", b"after"]
    (tmp_path / "log").write_bytes(b"\n".join(lines))
    log = caught_up(tmp_path / "log")
    assert log.line(50_000) == long[:MAX_LINE]
    assert log.whole_line(50_000, 1 << 20) == long
    assert log.whole_line(50_000, 10) == b"x" * 10
    assert log.whole_line(50_001, 10) == b""
    assert log.between(49_998, 50_002) == b"\n".join(lines[49_998:])
    assert log.between(3, 4) == b"3\n4"
    assert log.start(10) == 20
    with pytest.raises(IndexError):
        log.start(len(log))
    log.close()


def test_blocks_hold_all_lines_once(tmp_path: Path) -> None:
    lines = [b"%d" % n + b"-" * (n % 300) for n in range(20_000)]
    (tmp_path / "log").write_bytes(b"\n".join(lines) + b"\n")
    log = caught_up(tmp_path / "log")
    assert log.blocks > 10
    for block in range(log.blocks):
        first, after = log.first_line(block), log.first_line(block + 1)
        assert log.block(block, 1 << 30).split(b"\n") == lines[first:after]
    assert log.first_line(0) == 0
    assert log.first_line(log.blocks) == 20_000
    log.close()


def test_a_generation_ends_where_the_file_is_cut(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"one\ntwo\n")
    log = caught_up(tmp_path / "log")
    before = log.generation
    with log.path.open("ab") as file:
        file.write(b"three\n")
    log.catch_up()
    assert log.generation == before
    log.path.write_bytes(b"new\n")
    log.catch_up()
    assert log.generation > before
    log.close()

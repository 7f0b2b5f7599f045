"""What is found in a log: held against a look at every line as it is shown, and while the log grows."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.runs.ansi import text, texts
from llm_dashboard.runs.log import BLOCK, RunLog
from llm_dashboard.runs.log_search import ERRORS, Matcher, Query, Search, matcher


def found_by(log: RunLog, *queries: Query | Matcher) -> Search:
    """A search that has come to its end."""
    while log.catch_up():
        pass
    search = Search(log, *(wanted(query) for query in queries))
    while search.step():
        pass
    return search


def wanted(query: Query | Matcher) -> Matcher:
    """The matcher of a query that is right."""
    made = matcher(query) if isinstance(query, Query) else query
    assert isinstance(made, Matcher)
    return made


def log_of(folder: Path, data: bytes) -> RunLog:
    """A log with those bytes."""
    (folder / "output.log").write_bytes(data)
    return RunLog(folder / "output.log")


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        (Query("test"), [0, 1, 2, 5]),
        (Query("test", match_case=True), [0, 2]),
        (Query("TEST", match_case=True), [5]),
        (Query("my test"), [2]),
        (Query("31"), []),
        (Query("."), [4]),
        (Query("^a .*t$", is_regex=True), [0, 1]),
        (Query("^A .*T$", is_regex=True, match_case=True), []),
        (Query("^$", is_regex=True), [3]),
        (Query("übel"), [6]),
        (Query("tab  "), [7]),
        (Query("last"), [8]),
        (Query("first state"), []),
    ],
)
def test_text_as_it_is_shown_is_found(tmp_path: Path, query: Query, hits: list[int]) -> None:
    lines = [
        "a test",
        "a Test",
        "my \x1b[31mte\x1b[0mst",
        "",
        "1.2",
        "TEST\r",
        "ÜBEL",
        "tab\tstop",
        "first state\rlast",
    ]
    log = log_of(tmp_path, "\n".join(lines).encode())
    assert list(found_by(log, query).hits) == hits
    log.close()


@pytest.mark.parametrize(
    ("line", "is_error"),
    [
        ("ValueError: no such thing", True),
        ("error[E0308]: mismatched types", True),
        ("Traceback (most recent call last):", True),
        ("\x1b[1m\x1b[31mE   assert 1 == 2\x1b[0m", True),
        ("FAILED tests/test_a.py::test_b", True),
        ("thread 'main' panicked at src/main.rs", True),
        ("10 failed, 2 passed", True),
        ("0 failed, 12 passed", False),
        ("0 errors, no error", False),
        ("errors: 0, error: 0", False),
        ("value   e   here", False),
        ("terrors of the deep", False),
    ],
)
def test_what_an_error_line_is(tmp_path: Path, line: str, is_error: bool) -> None:
    log = log_of(tmp_path, line.encode() + b"\n")
    assert bool(found_by(log, ERRORS).hits) is is_error
    log.close()


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([b"needle", b"nee\x1b[1mdle", b"NEEDLE", b"\n", b"\n\n", b"dle\tnee", b"x\r", b"\xff\xc3"]),
            st.builds(lambda size: b"-" * size + b"\n", st.sampled_from([10, 1000, BLOCK - 3, 2 * BLOCK])),
        ),
        max_size=15,
    ),
    st.sampled_from([Query("needle"), Query("needle", match_case=True), Query("need+le$", is_regex=True)]),
)
def test_a_search_of_a_growing_log_finds_what_a_look_at_every_line_finds(parts: list[bytes], query: Query) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = log_of(Path(folder), b"")
        search = Search(log, wanted(query))
        data = b""
        for part in parts:
            data += part
            with log.path.open("ab") as file:
                file.write(part)
            log.catch_up()
            search.step()
        while log.catch_up() or search.step():
            pass
        lines = data.split(b"\n")
        shown = texts(data).split("\n") if data else []
        assert shown == [text(line, limit=len(line)) for line in lines] or not data
        pattern = wanted(query).pattern
        expected = [n for n, line in enumerate(lines[: len(log)]) if pattern.search(text(line, limit=len(line)))]
        assert list(search.hits) == expected
        assert search.is_done
        log.close()


def test_all_matchers_must_match_and_hits_are_walked_in_a_circle(tmp_path: Path) -> None:
    log = log_of(tmp_path, b"".join(b"%d %s\n" % (n, b"even" if n % 2 == 0 else b"odd") for n in range(100_000)))
    search = found_by(log, Query("even"), Query("77"))
    assert list(search.hits) == [n for n in range(0, 100_000, 2) if "77" in str(n)]
    first, second, last = search.hits[0], search.hits[1], search.hits[-1]
    assert (search.after(first), search.after(last), search.after(first - 1)) == (second, first, first)
    assert (search.before(second), search.before(first), search.before(last + 1)) == (first, last, last)
    assert (search.rank(second), search.is_hit(second), search.is_hit(second + 1)) == (1, True, False)
    log.close()


def test_a_rare_text_is_found_before_everything_was_looked_at_closely(tmp_path: Path) -> None:
    lines = b"".join(b"\x1b[3%dmline %d\x1b[0m\n" % (n % 8, n) for n in range(100_000))
    log = log_of(tmp_path, b"the nee\x1b[1mdle\n" + lines + b"the needle\n" + lines)
    while log.catch_up():
        pass
    search = Search(log, wanted(Query("needle")))
    while not search.hits:
        assert search.step(0)
    assert list(search.hits) == [100_001]
    assert not search.is_done
    assert search.before(100_001) is None
    while search.step():
        pass
    assert list(search.hits) == [0, 100_001]
    log.close()


def test_a_log_that_was_cut_is_searched_anew(tmp_path: Path) -> None:
    log = log_of(tmp_path, b"needle\n" * 10)
    search = found_by(log, Query("needle"))
    log.path.write_bytes(b"other\nneedle\n")
    log.catch_up()
    search.step()
    assert list(search.hits) == [1]
    log.close()


@pytest.mark.parametrize("text", ["(", "[z-a]", "a{99999999999}", "*", "(?P<n>x)(?P<n>y)", "(" * 5000])
def test_a_wrong_expression_says_so(text: str) -> None:
    assert str(matcher(Query(text, is_regex=True))).startswith("not an expression: ")


def test_an_expression_that_takes_for_ever_is_given_up(tmp_path: Path) -> None:
    log = log_of(tmp_path, b"harmless\n" + b"x" * 3000 + b"\n")
    search = found_by(log, Query("(x+x+)+y", is_regex=True))
    assert "takes too long" in search.problem
    assert search.is_done
    assert wanted(Query("(x+x+)+y", is_regex=True)).spans("x" * 3000) == []
    log.close()


def test_where_a_line_matches() -> None:
    assert wanted(Query("a")).spans("bAna") == [(1, 2), (3, 4)]
    assert wanted(Query("x*", is_regex=True)).spans("axxb") == [(1, 3)]

"""Summaries of test runners, as they really print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_dashboard.runs.models import TestCounts
from llm_dashboard.runs.test_summaries import count_tests

CARGO = """
     Running unittests src/lib.rs (target/debug/deps/a-1f)
test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running unittests src/lib.rs (target/debug/deps/a-1f)
test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running tests/api.rs (target/debug/deps/api-2e)
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
   Doc-tests a
test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
"""

GO_VERBOSE = """
=== RUN   TestA
--- PASS: TestA (0.00s)
=== RUN   TestB
    --- FAIL: TestB/inner (0.00s)
--- FAIL: TestB (0.00s)
FAIL
FAIL	example.com/a	0.012s
--- PASS: TestA (0.00s)
--- SKIP: TestC (0.00s)
ok  	example.com/b	0.010s
"""


@pytest.mark.parametrize(
    ("output", "counts"),
    [
        ("nothing about tests", TestCounts()),
        ("===== 3 failed, 9 passed, 2 skipped, 1 xfailed, 1 xpassed in 1.20s =====", (10, 3, 16, "pytest")),
        ("== 1 passed, 1 warning, 2 errors in 61.20s (0:01:01) ==", (1, 2, 3, "pytest")),
        ("12 passed in 0.98s", (12, 0, 12, "pytest")),
        ("== no tests ran in 0.01s ==", (0, 0, 0, "pytest")),
        ("== 5 deselected in 0.01s ==", (0, 0, 0, "pytest")),
        ("== 1 failed in 1.0s ==\n…\n== 4 passed in 1.0s ==\nbye", (4, 0, 4, "pytest")),
        ("quoted: '99 passed in 0.1s' is what I expect", TestCounts()),
        ('{"text": "99 passed in 0.1s"}', TestCounts()),
        ("Ran 3 tests in 0.001s\n\nOK", (3, 0, 3, "unittest")),
        ("Ran 1 test in 0.001s\n\nOK (skipped=1)", (0, 0, 1, "unittest")),
        (
            "Ran 9 tests in 1s\n\nFAILED (failures=1, errors=1, skipped=1, expected failures=1, unexpected successes=1)",
            (4, 3, 9, "unittest"),
        ),
        ("Ran 3 tests in 0.001s\nand then something else", TestCounts()),
        ("Test Suites: 1 passed, 1 total\nTests:       1 failed, 1 skipped, 7 passed, 9 total", (7, 1, 9, "jest")),
        ("Tests:       8 passed, 8 total", (8, 0, 8, "jest")),
        (" Test Files  1 passed (1)\n      Tests  1 failed | 7 passed | 1 skipped (9)", (7, 1, 9, "vitest")),
        (CARGO, (7, 0, 8, "cargo test")),
        (GO_VERBOSE, (2, 1, 4, "go test")),
        (
            "--- FAIL: TestX (0.00s)\nFAIL\nFAIL\texample.com/a\t0.01s\nok  \texample.com/b\t(cached)",
            (1, 1, 2, "go test (packages)"),
        ),
        ("FAIL\texample.com/a\t0.01s\nok  \texample.com/a\t0.01s", (1, 0, 1, "go test (packages)")),
        ("== 3 passed in 1s ==\nTests:       8 passed, 8 total", (11, 0, 11, "pytest, jest")),
    ],
)
def test_counts(output: str, counts: TestCounts | tuple[int, int, int, str]) -> None:
    assert count_tests(output) == (counts if isinstance(counts, TestCounts) else TestCounts(*counts))


REAL_LINES = [*CARGO.splitlines(), *GO_VERBOSE.splitlines(), "Ran 3 tests in 1s", "OK"]
LINES = st.lists(st.one_of(st.text(max_size=30), st.sampled_from(REAL_LINES)), max_size=20)


@given(LINES)
def test_any_output_gives_counts_that_fit(lines: list[str]) -> None:
    counts = count_tests("\n".join(lines))
    assert 0 <= counts.passed + counts.failed <= counts.total
    assert (counts.source is None) <= (counts.total == 0)

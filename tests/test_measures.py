"""How times, sizes and counts are written."""

import pytest

from llm_dashboard.measures import clock, count, date_and_time, duration, size


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.00s"), (0.412, "0.41s"), (2.14, "2.1s"), (9.94, "9.9s"), (9.96, "10s"), (41.4, "41s"),
        (59.6, "1m 00s"), (187, "3m 07s"), (3599.7, "1h 00m"), (7500, "2h 05m"),
    ],
)  # fmt: skip
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(-1, "0s"), (0.9, "0s"), (9.99, "9s"), (41.9, "41s"), (187.9, "3m 07s")])
def test_a_clock_counts_whole_seconds(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (11_830, "11.8 kB"),
        (98_123, "98 kB"),
        (999_600, "1.0 MB"),
        (1_234_567, "1.2 MB"),
        (5 * 10**12, "5000 GB"),
    ],
)
def test_size(octets: int, text: str) -> None:
    assert size(octets) == text


def test_count() -> None:
    assert [count(1, "plan"), count(1204, "line"), count(0, "match", "matches")] == [
        "1 plan",
        "1,204 lines",
        "0 matches",
    ]


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00", "x", None]
)
def test_what_is_no_time_is_unknown(text: str | None) -> None:
    assert date_and_time(text) == "unknown         "

"""Days as documents write them."""

import datetime

import pytest

from llm_dashboard.plans.dates import day, last_day

NOVEMBER_23 = datetime.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-23", NOVEMBER_23),
        ("2026-11-23 19:45 UTC", NOVEMBER_23),
        ("2026/11/23", NOVEMBER_23),
        ("November 23, 2026", NOVEMBER_23),
        ("Nov 23rd, 2026", NOVEMBER_23),
        ("23 November 2026", NOVEMBER_23),
        ("2026-02-30", None),
        ("2026-11", None),
        ("[to be filled]", None),
        ("", None),
    ],
)
def test_a_day(written: str, expected: datetime.date | None) -> None:
    assert day(written) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Created**: 2026-11-02  \n**Last Updated**: 2026-11-23\n**Started**: 2026-11-03\n", NOVEMBER_23),
        ("- **Review Date**: November 23, 2026\n", NOVEMBER_23),
        ("**Completed:** 2026-11-23", NOVEMBER_23),
        ("**Created**: someday\n", None),
        ("Released on 2026-11-23, and **Deadline**: 2026-11-23\n", None),
        ("", None),
    ],
)
def test_the_last_day_of_a_document(text: str, expected: datetime.date | None) -> None:
    assert last_day(text) == expected

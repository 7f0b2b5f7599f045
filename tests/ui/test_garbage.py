"""Garbage is collected while nobody types."""

import pytest

from llm_dashboard.ui.garbage import FEW, MANY, REST, is_due


@pytest.mark.parametrize(
    ("made", "rest", "due"),
    [
        (FEW + 1, REST + 0.1, True),
        (FEW + 1, REST - 0.1, False),
        (FEW - 1, REST + 1000.0, False),
        (MANY + 1, 0.0, True),
    ],
)
def test_when_garbage_is_collected(made: int, rest: float, due: bool) -> None:
    assert is_due(made, rest) is due

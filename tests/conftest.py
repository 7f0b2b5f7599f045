"""The whole suite: the same colours and the same time zone everywhere, and its options."""

import os
import time

import pytest

for variable in ("NO_COLOR", "TEXTUAL_THEME"):
    os.environ.pop(variable, None)
os.environ["TZ"] = "UTC"
time.tzset()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-screens` accepts the screens as they are now."""
    parser.addoption("--update-screens", action="store_true", help="write the pictures of the screens anew")

"""Options of the whole suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-screens` accepts the screens as they are now."""
    parser.addoption("--update-screens", action="store_true", help="write the pictures of the screens anew")

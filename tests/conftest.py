"""The whole suite: the same colours, settings and time zone everywhere, and its options."""

import gc
import os
import tempfile
import time

import pytest

# The one that asks for a test is no setting.
for variable in [*os.environ]:
    is_setting = variable.startswith("LLM_DASH_") and variable != "LLM_DASH_REAL_MODEL"
    if is_setting or variable in ("NO_COLOR", "TEXTUAL_THEME"):
        del os.environ[variable]
os.environ["XDG_CONFIG_HOME"] = "/nonexistent"
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="llm-dash-tests-")
os.environ["TZ"] = "UTC"
os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
time.tzset()
# A running app makes objects by the ten thousand that live as long as it does: by default a fifth of the time is spent on them.
gc.set_threshold(50_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-screens` accepts the screens as they are now."""
    parser.addoption("--update-screens", action="store_true", help="write the pictures of the screens anew")

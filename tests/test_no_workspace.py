"""What is said of a search that found no workspace."""

from pathlib import Path

import pytest

from llm_dashboard.no_workspace import places, wanted


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("/", "/"),
        ("/srv", "/srv and /"),
        ("/home/ada/har\x1b[31mbour", "/home/ada/harbour and the 3 folders above it"),
    ],
)
def test_places(folder: str, said: str) -> None:
    assert places(Path(folder)) == said


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (None, "a folder work-space/plans or a file llm-dash.toml"),
        ("docs/plans", "a folder docs/plans (from LLM_DASH_PLANS_ROOT) or a file llm-dash.toml"),
        ("../plans", "a folder work-space/plans or a file llm-dash.toml"),
    ],
)
def test_wanted(named: str | None, said: str) -> None:
    assert wanted({"LLM_DASH_PLANS_ROOT": named} if named else {}) == said

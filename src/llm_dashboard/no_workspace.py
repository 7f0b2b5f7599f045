"""What is said where no workspace is found: what was looked for, and where."""

import os
from collections.abc import Mapping
from pathlib import Path

from llm_dashboard.safe_text import plain
from llm_dashboard.settings import DEFAULT_PLANS_ROOT, FILE_NAME, is_inside

VARIABLE = "LLM_DASH_PLANS_ROOT"


def wanted(environment: Mapping[str, str] = os.environ) -> str:
    """What makes a folder a workspace: `a folder work-space/plans or a file llm-dash.toml`."""
    named = environment.get(VARIABLE, DEFAULT_PLANS_ROOT)
    from_environment = named != DEFAULT_PLANS_ROOT and is_inside(named)
    folder = f"{named} (from {VARIABLE})" if from_environment else DEFAULT_PLANS_ROOT
    return f"a folder {plain(folder)} or a file {FILE_NAME}"


def places(start: Path) -> str:
    """Where that was looked for: `/home/ada/harbour and the 3 folders above it`."""
    above = len(start.parents)
    if above < 2:
        return plain(str(start)) + (" and /" if above else "")
    return f"{plain(str(start))} and the {above} folders above it"

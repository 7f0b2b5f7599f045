"""A workspace's settings that a person has seen and allowed."""

from pathlib import Path

from llm_dashboard import trust
from llm_dashboard.settings import FILE_NAME


def write_allowed(workspace: Path, text: str) -> None:
    """Write the settings of a workspace, and allow them."""
    file = workspace / FILE_NAME
    file.write_text(text, encoding="utf-8")
    trust.allow(file, text.encode())

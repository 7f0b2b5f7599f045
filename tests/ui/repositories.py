"""Git repositories under test."""

import subprocess
from pathlib import Path

WHEN = "2026-11-20T12:00:00Z"
SETTINGS = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false", "-c", "gc.auto=0")


def repository(root: Path, *paths: str) -> None:
    """Make the folder a repository, and commit what is under these paths."""
    _git(root, "init", "-q", "-b", "main")
    commit(root, *paths)


def commit(root: Path, *paths: str) -> None:
    """Commit what is under these paths, always at the same moment, and so under the same name."""
    _git(root, "add", "--", *paths)
    _git(root, "commit", "-q", "-m", "all")


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", str(root), *SETTINGS, *arguments],
        check=True,
        env={"PATH": "/usr/bin:/bin", "GIT_AUTHOR_DATE": WHEN, "GIT_COMMITTER_DATE": WHEN, "HOME": str(root)},
    )

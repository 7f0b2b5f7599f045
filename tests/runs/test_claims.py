"""What an output claims, held against the disk."""

from pathlib import Path

import pytest

from llm_dashboard.runs.claims import MAX_CLAIMS, absent, claimed_files


@pytest.mark.parametrize(
    ("output", "paths"),
    [
        ("Wrote report.md (128 lines)", ("report.md",)),
        ("Updated src/app.py", ("src/app.py",)),
        ("✓ Created file: `docs/a-b.md`", ("docs/a-b.md",)),
        ("  - saved to out/x.json.", ("out/x.json",)),
        ("writing subplans/SUBPLAN_X_32.md\nWROTE A.md\nwrote A.md", ("subplans/SUBPLAN_X_32.md", "A.md")),
        ("Generated 'a.txt', all good", ("a.txt",)),
        ("Wrote /tmp/x.md", ("/tmp/x.md",)),
        ("Created Makefile", ("Makefile",)),
        ("Updated 3 files", ()),
        ("Created branch main", ()),
        ("Created version 1.2", ()),
        ("I would have created report.md", ()),
        ("All 42 tests pass.", ()),
    ],
)
def test_claims(output: str, paths: tuple[str, ...]) -> None:
    assert claimed_files(output) == paths


def test_only_what_is_not_there_and_would_be_ours(tmp_path: Path) -> None:
    workspace = tmp_path / "work"
    folder = workspace / "sub"
    folder.mkdir(parents=True)
    (workspace / "top.md").touch()
    (folder / "here.md").touch()
    paths = ["top.md", "here.md", "no.md", f"{workspace}/no/abs.md", "/elsewhere/x.md", "../out.md", "x" * 280 + ".md"]
    assert absent(paths, workspace, folder) == ("no.md", "no/abs.md", "x" * 280 + ".md")
    assert len(absent([f"{number}.md" for number in range(100)], workspace, folder)) == MAX_CLAIMS

"""Writing in an editor of one's own: the text comes back, and is not lost where the editor fails."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.app import App

from llm_dashboard.ui.outside import edit_outside, open_outside
from tests.ui.conftest import SAMPLE
from tests.ui.test_runner_terminal import app_on, shows

FEEDBACKS = Path("work-space/plans/WEATHER-STATION/execution/feedbacks")


class SteppingAside(App[None]):
    """An app without a terminal that can be handed on all the same."""

    has_resumed = False

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Nothing is to be given away; as Textual's, it resumes only where the block comes to its end."""
        yield
        self.has_resumed = True


def editor(folder: Path, script: str) -> dict[str, str]:
    """An environment with that editor: a shell script about the file `$1`."""
    path = folder / "my editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return {"EDITOR": f"'{path}'"}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_what_was_written_comes_back(tmp_path: Path, temporary: Path) -> None:
    environment = editor(tmp_path, 'echo "more" >> "$1"; basename "$1" >> "$1"')
    assert edit_outside(SteppingAside(), "FIX_12.md", "one\n", environment) == ("one\nmore\nFIX_12.md", "")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("exit 3", "The editor ended with status 3: the text is as it was."),
        ("kill -9 $$", "The editor was ended by signal 9: the text is as it was."),
        ('rm "$1"; exit 1', "The editor ended with status 1: the text is as it was."),
    ],
)
def test_an_editor_that_fails_changes_nothing(script: str, says: str, tmp_path: Path, temporary: Path) -> None:
    assert edit_outside(SteppingAside(), "a.md", "one", editor(tmp_path, script)) == ("one", says)
    assert list(temporary.iterdir()) == []


def test_what_a_failing_editor_has_written_is_kept(tmp_path: Path) -> None:
    environment = editor(tmp_path, 'echo precious > "$1"; exit 1')
    text, problem = edit_outside(SteppingAside(), "a.md", "one", environment)
    assert text == "one"
    kept = re.search(r"What was written there is in (\S+)$", problem)
    assert kept
    assert Path(kept[1]).read_text() == "precious\n"


def test_an_editor_that_is_not_there() -> None:
    app = SteppingAside()
    text, problem = edit_outside(app, "a.md", "one", {"EDITOR": "/nowhere/ed"})
    assert app.has_resumed
    assert (text, problem) == ("one", "/nowhere/ed cannot be run: No such file or directory. Set $EDITOR to a command.")


def test_an_editor_that_fails_on_a_document_is_said(tmp_path: Path) -> None:
    document = tmp_path / "PLAN.md"
    document.touch()
    assert (
        open_outside(SteppingAside(), "EDITOR", document, editor(tmp_path, "exit 3")) == "$EDITOR ended with status 3."
    )
    assert open_outside(SteppingAside(), "EDITOR", document, editor(tmp_path, "exit 0")) == ""


def test_notes_are_written_in_an_editor_on_a_real_terminal(tmp_path: Path) -> None:
    root = tmp_path / "work"
    shutil.copytree(SAMPLE, root / "work-space")
    environment = editor(tmp_path, 'echo "Bright, and steady." > "$1"')
    with app_on(root, **environment) as terminal:
        terminal.wait(lambda: shows(b"WEATHER-STATION")(terminal.output))
        terminal.press(b"v", shows(b"Success criteria"))
        terminal.press(b"a", shows(b"APPROVED_12.md"))
        terminal.press(b"\x05", shows(b"steady."))
        terminal.press(b"\x13", shows(b"Written"))
    assert "Bright, and steady." in (root / FEEDBACKS / "APPROVED_12.md").read_text(encoding="utf-8")

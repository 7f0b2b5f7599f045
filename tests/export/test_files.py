"""Where a document goes."""

from pathlib import Path

import pytest

from llm_dashboard.export.documents import ExportFormat
from llm_dashboard.export.files import format_of, write


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.html", ExportFormat.HTML),
        ("a.HTM", ExportFormat.HTML),
        ("a.b.md", ExportFormat.MARKDOWN),
        ("a.json", ExportFormat.JSON),
        ("a.txt", None),
        ("html", None),
    ],
)
def test_the_ending_names_the_format(name: str, form: ExportFormat | None) -> None:
    assert format_of(Path(name)) is form


def test_a_file_is_replaced_only_when_wanted(tmp_path: Path) -> None:
    path = tmp_path / "new" / "page.html"
    assert "there is no folder" in write(path, "one")
    assert not path.parent.exists()
    path.parent.mkdir()
    assert write(path, "one") == ""
    assert write(path, "two") == f"{path} exists already; name another file."
    assert path.read_text(encoding="utf-8") == "one"
    assert write(path, "two", over=True) == ""
    assert path.read_text(encoding="utf-8") == "two"
    assert [each.name for each in path.parent.iterdir()] == ["page.html"]


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be written: " in write(tmp_path / "file" / "page.html", "x")
    assert "cannot be written: Is a directory" in write(tmp_path, "x", over=True)
    assert "cannot be written" in write(tmp_path / "a\0b.html", "x")
    assert "there is no folder" in write(tmp_path / ("x" * 300) / "page.html", "x")

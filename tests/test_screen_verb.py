"""Opening the screen: what is read before there is one."""

from pathlib import Path

import pytest

from llm_dashboard.verbs import screen


@pytest.mark.parametrize(("plans", "below", "large"), [(2, 1, False), (2, 4, True), (9, 0, True)])
def test_many_folders_are_read_after_the_first_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plans: int, below: int, large: bool
) -> None:
    monkeypatch.setattr(screen, "LARGE", 6)
    for number in range(plans):
        (tmp_path / f"PLAN-{number}").mkdir()
        (tmp_path / f"PLAN-{number}" / "a-file").touch()
        for each in range(below):
            (tmp_path / f"PLAN-{number}" / f"folder-{each}").mkdir()
    (tmp_path / "a-link").symlink_to("PLAN-0")
    assert screen._is_large(tmp_path) is large
    assert not screen._is_large(tmp_path / "missing")


def test_further_workspaces_are_open_once_and_what_is_no_folder_is_told(tmp_path: Path) -> None:
    one, loop, long = tmp_path / "one", tmp_path / "loop", tmp_path / ("x" * 300)
    one.mkdir()
    (tmp_path / "link").symlink_to("one")
    loop.symlink_to("loop")
    wanted = [tmp_path, one, loop, tmp_path / "link", long, tmp_path / "gone"]
    assert screen._further(tmp_path, wanted) == ([one], [loop, long, tmp_path / "gone"])

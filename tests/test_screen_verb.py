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

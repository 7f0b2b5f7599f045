"""Settings: the file, the environment, and what is not allowed."""

from pathlib import Path

import pytest

from llm_dashboard.settings import LimitSettings, ScriptSource, Settings, SettingsError, find_workspace, load


def write(folder: Path, text: str) -> None:
    (folder / "llm-dash.toml").write_text(text, encoding="utf-8")


def test_without_a_file_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, {}) == Settings(plans_root="work-space/plans", limits=LimitSettings(wall=180.0))


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    write(tmp_path, 'plans_root = "plans"\nscripts = "workspace"\n[limits]\nwall = 60\nidle = 5\n')
    environment = {"LLM_DASH_LIMITS_WALL": "9.5", "LLM_DASH_SCRIPTS": "built-in"}
    assert load(tmp_path, environment) == Settings(
        plans_root="plans", scripts=ScriptSource.BUILT_IN, limits=LimitSettings(wall=9.5, idle=5.0)
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("plans_root = 3", "plans_root"),
        ('scripts = "mine"', "scripts"),
        ("colour = 1", "colour"),
        ("[limits]\nwall = 'long'", "wall"),
        ("limits = 3", "limits"),
        ('plans_root = "../elsewhere"', "plans_root"),
        ('templates = "/etc"', "templates"),
        ("a = 1\nplans_root =\n", "line 2"),
        ("[limits]\nwall = -1", "wall"),
    ],
)
def test_a_wrong_setting_is_named(text: str, names: str, tmp_path: Path) -> None:
    write(tmp_path, text)
    with pytest.raises(SettingsError, match=r"llm-dash\.toml") as caught:
        load(tmp_path, {})
    assert names in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "llm-dash.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path, {})


def test_the_workspace_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find_workspace(inner) is None
    (tmp_path / "work-space" / "plans").mkdir(parents=True)
    assert find_workspace(inner) == tmp_path
    write(tmp_path / "a", "")
    assert find_workspace(inner) == tmp_path / "a"

"""What a workspace's file may have run only once a person has allowed its text."""

import os
import tomllib
from pathlib import Path

import pytest

from llm_dashboard.settings import FILE_NAME, SettingsError, read
from llm_dashboard.settings.naming import asked, naming
from llm_dashboard.settings.writing import write_setting
from llm_dashboard.trust import SCRIPTS, allow, asking, forbid, is_allowed
from tests.allowing import write_allowed

MINE = '[workflows.mine]\nargv = ["true"]\n'


def test_what_names_something_to_run() -> None:
    keys = (
        "plans_root",
        "limits",
        "scripts",
        "workflows.subplan",
        "workflows.mine",
        "agent",
        "agents.claude",
        "verify",
    )
    assert asking(keys, ("subplan",)) == ("scripts", "workflows.mine", "agent", "agents.claude", "verify")
    assert asking(("plans_root", "templates", "limits", "runs", "refresh")) == ()


def test_a_text_is_allowed_in_one_place(tmp_path: Path) -> None:
    environment = {"XDG_STATE_HOME": str(tmp_path / "state")}
    file = tmp_path / "a" / "llm-dash.toml"
    assert not is_allowed(file, b"x", environment)
    allow(file, b"x", environment)
    allow(file, b"x", environment)
    assert is_allowed(file, b"x", environment)
    assert not is_allowed(file, b"x ", environment)
    assert not is_allowed(tmp_path / "b" / "llm-dash.toml", b"x", environment)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert is_allowed(tmp_path / "link" / "llm-dash.toml", b"x", environment)
    forbid(file, b"x", environment)
    forbid(file, b"x", environment)
    assert not is_allowed(file, b"x", environment)


def test_a_link_to_an_allowed_file_is_not_allowed_by_it(tmp_path: Path) -> None:
    for name in ("mine", "clone"):
        (tmp_path / name).mkdir()
    file, link = tmp_path / "mine" / FILE_NAME, tmp_path / "clone" / FILE_NAME
    file.write_text(MINE)
    link.symlink_to(file)
    allow(file, MINE.encode())
    assert not read(tmp_path / "mine").settings.unallowed
    assert read(tmp_path / "clone").settings.unallowed == ("workflows.mine",)
    allow(link, MINE.encode())
    assert not read(tmp_path / "clone").settings.unallowed


@pytest.mark.parametrize("origin", ["user", "environment", "flag"])
def test_scripts_are_allowed_workspace_by_workspace_whoever_chose_them(origin: str, tmp_path: Path) -> None:
    own = tmp_path / "config" / "llm-dash" / "config.toml"
    own.parent.mkdir(parents=True)
    own.write_text('scripts = "workspace"\n' if origin == "user" else "")
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]}
    environment |= {"LLM_DASH_SCRIPTS": "workspace"} if origin == "environment" else {}
    flags = {"scripts": "workspace"} if origin == "flag" else {}
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        # What a file says of it that is not the last word has no say.
        write_allowed(folder, 'scripts = "built-in"\n' if origin != "user" else "")
        assert read(folder, environment, flags).settings.unallowed == ("scripts",)
    asking = asked(one, read(one, environment, flags).settings)
    assert (asking.texts, [*asking.lines]) == ((SCRIPTS,), ["scripts"])
    assert "scripts of this workspace" in asking.question
    asking.allow()
    assert read(one, environment, flags).settings.unallowed == ()
    assert read(other, environment, flags).settings.unallowed == ("scripts",)


def test_without_a_home_nothing_is_allowed(tmp_path: Path) -> None:
    assert not is_allowed(tmp_path, b"", {})
    forbid(tmp_path, b"", {})
    with pytest.raises(OSError, match="HOME is not set"):
        allow(tmp_path, b"", {"XDG_STATE_HOME": "relative"})


def test_by_default_it_is_remembered_below_the_home(tmp_path: Path) -> None:
    allow(tmp_path / "f", b"", {"HOME": str(tmp_path)})
    (mark,) = (tmp_path / ".local/state/llm-dash/allowed").iterdir()
    assert mark.read_text() == f"{tmp_path / 'f'}\n"


@pytest.mark.parametrize(
    "key",
    [
        '"workflows.mine"',
        'workflows."mi\\u200bne"',
        'workflows."mi\\u3164ne"',
        'agents."m\u0456ne"',
        f"agents.{'m' * 41}",
    ],
)
def test_a_file_whose_keys_could_hide_one_another_cannot_be_allowed(key: str) -> None:
    with pytest.raises(SettingsError, match="cannot be allowed: a name is of at most 40 letters"):
        naming(tomllib.loads(f'[workflows.mine]\nargv = ["evil"]\n[{key}]\nargv = ["true"]\n'))


def test_what_cannot_be_seen_is_spelled_out() -> None:
    text = 'verify = [["ma\\u200bke", "a\\nb"], ["t"]]\n[workflows.mine]\nargv = ["a\u00e9", "b c"]\n[workflows.fix]\n'
    assert naming(tomllib.loads(text)) == {
        "verify": ("\"'ma\\u200bke' 'a\\nb'\"", "t"),
        "workflows.mine": ("argv = 'a\u00e9' 'b c'",),
    }


@pytest.mark.parametrize(
    ("text", "allowed", "unallowed"),
    [
        ("", False, ()),
        (MINE, True, ()),
        (MINE, False, ("agent", "workflows.mine")),
    ],
)
def test_what_a_person_changes_in_the_app_stays_allowed(
    text: str, allowed: bool, unallowed: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / FILE_NAME
    file.write_text(text)
    if allowed:
        allow(file, text.encode())
    write_setting(file, "agent", "codex")
    loaded = read(tmp_path)
    assert (loaded.settings.agent, loaded.settings.unallowed) == ("codex", unallowed)
    file.write_text(file.read_text().replace("codex", "claude"))
    assert "agent" in read(tmp_path).settings.unallowed

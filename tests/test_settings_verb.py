"""`llm-dash settings`, and settings on the command line."""

import json
from pathlib import Path

import pytest

from llm_dashboard.cli import entry_point
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.settings import SETTINGS


def test_the_settings_are_listed_with_where_they_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "llm-dash.toml").write_text("# mine\n[limits]\nidle = 7\n")
    monkeypatch.setenv("LLM_DASH_NOTICES", "bell")
    everywhere = ["--workspace", str(tmp_path), "--set", "limits.wall=60"]
    assert entry_point(["settings", *everywhere]) == ExitStatus.DONE
    lines = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert list(lines) == list(SETTINGS)
    assert lines["limits.wall"] == ["60", "flag", "--set"]
    assert lines["limits.idle"] == ["7", "workspace", "llm-dash.toml:3"]
    assert lines["limits.grace"] == ["5,", "3", "default"]
    assert lines["notices"] == ["bell", "environment", "LLM_DASH_NOTICES"]
    assert entry_point(["settings", *everywhere, "--json"]) == ExitStatus.DONE
    found = json.loads(capsys.readouterr().out)
    idle = next(each for each in found["settings"] if each["key"] == "limits.idle")
    assert (idle["value"], idle["origin"], idle["place"], idle["line"]) == (7, "workspace", "llm-dash.toml", 3)
    assert found["problems"] == []


def test_a_wrong_setting_of_the_command_line_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    everywhere = ["--workspace", str(tmp_path), "--set", "runs.parallel=none"]
    for verb in ("status", "settings"):
        assert entry_point([verb, *everywhere]) == ExitStatus.USAGE
        assert "--set runs.parallel is 'none'; allowed is a whole number from 1 to 64" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        entry_point(["status", "--set", "wall"])
    assert "'wall' is no KEY=VALUE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "agent", "problem"),
    [
        ("", "nope", "LLM_DASH_AGENT: agent is 'nope'; allowed are claude, codex, "),
        ("[agents.claude]\nargv = 3\n", "", "llm-dash.toml:1: agents.claude.argv is 3; allowed is a list of strings"),
        ("[agents.claude]\nargv = 3\n", "claude", "llm-dash.toml:1: agents.claude.argv is 3; allowed is a list of strings"),
        ("[agents.mine]\ntitle = 'x'\n", "", "llm-dash.toml:1: agents.mine has no argv; needed is a list of strings"),
    ],
)  # fmt: skip
def test_a_wrong_agent_is_a_problem(
    text: str,
    agent: str,
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "llm-dash.toml").write_text(text)
    monkeypatch.setenv("LLM_DASH_AGENT", agent)
    assert entry_point(["settings", "--workspace", str(tmp_path), "--json"]) == ExitStatus.USAGE
    (found,) = json.loads(capsys.readouterr().out)["problems"]
    assert found.startswith(problem)


def test_a_theme_and_keys_that_the_screen_leaves_out_are_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "llm-dash" / "config.toml"
    own.parent.mkdir()
    own.write_text('theme = "mauve"\n\n[keys]\nruns = "q"\nhelp = "f1"\naprove = "A"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert entry_point(["settings", "--workspace", str(tmp_path), "--json"]) == ExitStatus.USAGE
    theme, action, key = json.loads(capsys.readouterr().out)["problems"]
    assert theme.startswith(f"{own}:1: theme is 'mauve'; allowed are ansi-dark, ")
    assert "llm-dash-light" in theme
    assert action == f"{own}:6: keys.aprove is no action; did you mean approve?"
    assert key.startswith(f"{own}:4: keys.runs is q, which is quit on the same screen; allowed is ")

"""Completion by Tab: the words of a workspace, and the scripts as bash, zsh and fish really read them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from llm_dashboard.arguments import SHELLS
from llm_dashboard.cli import entry_point
from tests.test_cli import llm_dash, workspace

__all__ = ["workspace"]
ENVIRONMENT = {
    **os.environ,
    "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
    "TERM": "dumb",
}
LINES = (
    ("llm-dash sta", "status"),
    ("llm-dash run ne", "next"),
    ("llm-dash run next WEA", "WEATHER-STATION"),
    ("llm-dash review WEATHER-STATION 0.", "0.1 0.2"),
    ("llm-dash runs --plan ra", "RAIN-ALERTS"),
    ("llm-dash status --set limits.w", "limits.wall"),
    ("llm-dash prune --older", "--older-than"),
    ("llm-dash logs la", "last"),
)
"""What is typed, and what Tab makes of the last word."""
BASH = """
source ./script
for line in "$@"; do
  read -ra COMP_WORDS <<<"$line"
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _shtab_llm_dash
  echo "${COMPREPLY[*]}"
done
"""
FISH = "source ./script; for line in $argv; echo (complete -C $line | string split -f 1 \\t); end"
ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; echo READ""Y'
zpty -r shell said '*READY*'
for line words in "$@"; do
  zpty -w -n shell $'\C-u'"$line"$'\t'
  zpty -r shell said "*${words// /*}*" && print -r -- "$words"
done
"""
"""What it shows is read until it holds the words, one after the other."""


@pytest.fixture
def scripts(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The workspace, with a plan whose name bash must never expand."""
    hostile = workspace / "work-space/plans/x"
    hostile.mkdir()
    (hostile / "PLAN_WEA$(touch pwned).md").write_text("# PLAN: bad\n\n## Achievement Index\n\n- Achievement 1.1: A\n")
    return workspace


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("plans", "--", "next"), ["WEATHER-STATION", "RAIN-ALERTS"]),
        (("achievements", "--", "review", "weather"), ["0.1", "0.2", "1.1", "1.2", "1.3", "2.1", "2.2"]),
        (("achievements", "--", "run", "parallel", "rain", "1.1"), ["1.2"]),
        (("achievements", "--", "review", "nothing"), []),
        (("achievements", "--", "review"), []),
        (("workflows", "--", "run"), ["next", "subplan", "execution", "parallel"]),
        (("runs", "--", "logs"), ["last"]),
        (("plans", "--", "--workspace", "nowhere", "next"), []),
        (("plans", "--", "--workspace", "~of-nobody/x", "next"), []),
        (("plans", "--", "--workspace", "x" * 300, "next"), []),
    ],
)
def test_the_words_of_a_workspace(arguments: tuple[str, ...], words: list[str], scripts: Path) -> None:
    done = llm_dash(scripts, "complete", *arguments)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, words, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes(shell: str, scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not there: what it makes of its script was not looked at")
    assert entry_point(["completions", shell]) == 0
    (scripts / ("_llm-dash" if shell == "zsh" else "script")).write_text(capsys.readouterr().out, encoding="utf-8")
    lines = [line for line, _ in LINES]
    arguments = {
        "bash": ["--norc", "-c", BASH, "bash", *lines],
        "zsh": ["-f", "-c", ZSH, "zsh", *(word for pair in LINES for word in pair)],
        "fish": ["--no-config", "-c", FISH, *lines],
    }
    done = subprocess.run(
        [program, *arguments[shell]],
        cwd=scripts,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == [words for _, words in LINES]
    assert done.stderr == ""
    assert not (scripts / "pwned").exists()

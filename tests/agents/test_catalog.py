"""Which agents there are, and how each is called."""

import sys
from pathlib import Path

import pytest

from llm_dashboard.agents.catalog import ORDER, load_agents, offered
from llm_dashboard.agents.invocation import LONGEST_ARGUMENT, PromptError, check_prompt, invocation, with_prompt
from llm_dashboard.agents.models import OutputKind, PromptWay

AGENTS = load_agents().agents


def test_the_agents_of_the_package() -> None:
    found = load_agents()
    assert not found.problems
    assert tuple(found.agents) == ORDER
    assert all(agent.install and agent.login.cure for agent in found.agents.values())


@pytest.mark.parametrize(
    ("name", "argv", "resumed"),
    [
        ("claude", ("claude", "-p", "--output-format", "stream-json", "--verbose"), ("--resume", "s")),
        ("codex", ("codex", "exec", "--json", "-s", "workspace-write", "-"), ("resume", "s")),
        (
            "gemini",
            ("gemini", "--output-format", "stream-json", "--skip-trust", "--prompt={prompt}"),
            ("--resume", "s"),
        ),
        ("opencode", ("opencode", "run", "--format", "json", "{prompt}"), ("--session", "s")),
        ("llm", ("llm", "prompt"), ()),
        (
            "opencode-acp",
            (sys.executable, "-P", "-m", "llm_dashboard.agents.acp", "{prompt_file}", "opencode", "acp"),
            ("--session=s", "--cost=0.0"),
        ),
    ],
)
def test_what_runs(name: str, argv: tuple[str, ...], resumed: tuple[str, ...]) -> None:
    assert invocation(AGENTS[name]) == argv
    again = invocation(AGENTS[name], "s")
    assert sorted(again) == sorted((*argv, *resumed))
    assert " ".join(resumed) in " ".join(again)


def test_the_settings_say_it_otherwise_key_by_key() -> None:
    tables = {
        "claude": {"arguments": ["--model", "big"], "permission": "edits"},
        "mine": {"argv": ["my-agent", "--file={prompt_file}"], "prompt": "file"},
    }
    found = load_agents(tables)
    assert not found.problems
    assert invocation(found.agents["claude"])[5:] == ("--permission-mode", "acceptEdits", "--model", "big")
    mine = found.agents["mine"]
    assert (mine.title, mine.prompt, mine.output) == ("mine", PromptWay.FILE, OutputKind.TEXT)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"argv": "claude -p"}, "agents.claude.argv is 'claude -p'; allowed is a list of strings"),
        ({"argv": []}, "agents.claude.argv is []"),
        ({"argv": [""]}, "agents.claude.argv is ['']"),
        ({"argv": ["claude", "\0"]}, "agents.claude.argv is"),
        ({"prompt": "argument"}, "agents.claude.argv is"),
        ({"prompt": "telepathy"}, "agents.claude.prompt is 'telepathy'; allowed is stdin, argument or file"),
        ({"permission": "god"}, "agents.claude.permission is 'god'"),
        ({"flags": []}, "agents.claude.flags is no setting"),
        ({"login": {"user": "x"}}, "agents.claude.login.user is no setting"),
        ({"environment": {"A B": "x"}}, "agents.claude.environment is {'A B': 'x'}"),
        ({"drop": ["A=B"]}, "agents.claude.drop is 'A=B'"),
        ({"Bad Name": 1}, "agents.claude.'Bad Name' is no setting"),
        ("claude -p", "agents.claude is 'claude -p'; a table is allowed"),
    ],
)
def test_a_wrong_agent_is_a_sentence_and_no_agent(table: object, problem: str) -> None:
    found = load_agents({"claude": table})
    assert list(found.problems) == ["claude"]
    assert problem in found.problems["claude"]
    assert "codex" in found.agents
    assert ("claude" in found.agents) is isinstance(table, str)


def test_the_first_on_path_is_offered(tmp_path: Path) -> None:
    for name in ("llm", "codex"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    assert offered(AGENTS, str(tmp_path)) == "codex"
    assert offered(AGENTS, str(tmp_path / "none")) is None


def test_a_prompt_is_one_argument_and_never_an_option() -> None:
    evil = "--auto {prompt_file} {prompt}"
    assert with_prompt(("a", "{prompt}", "--prompt={prompt}"), evil, "/f") == ["a", f" {evil}", f"--prompt={evil}"]
    assert with_prompt(("a", "{prompt_file}"), evil, "/f") == ["a", "/f"]


def test_a_prompt_that_cannot_be_given() -> None:
    with pytest.raises(PromptError, match="NUL"):
        check_prompt(AGENTS["claude"], "a\0b")
    with pytest.raises(PromptError, match="too long to be an argument of Gemini CLI"):
        check_prompt(AGENTS["gemini"], "x" * (LONGEST_ARGUMENT + 1))
    check_prompt(AGENTS["claude"], "x" * (LONGEST_ARGUMENT + 1))

"""Whether an agent can work: what is said of what is there."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from llm_dashboard.agents import preflight as module
from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.agents.models import Agent
from llm_dashboard.agents.preflight import Standing, Surroundings, look, preflight

AGENTS = load_agents().agents
FINE = Surroundings("/bin/x", "1.0", login="KEY", in_repository=True)


@pytest.mark.parametrize(
    ("agent", "found", "wrong"),
    [
        (AGENTS["claude"], FINE, {}),
        (AGENTS["claude"], Surroundings(), {"program": "npm install -g @anthropic-ai/claude-code"}),
        (AGENTS["opencode-acp"], replace(FINE, has_protocol=False), {"protocol": "llm-dash[acp]"}),
        (replace(AGENTS["claude"], permission="all"), replace(FINE, is_root=True), {"rights": "work as another user"}),
        (replace(AGENTS["claude"], permission="all"), FINE, {}),
        (AGENTS["claude"], replace(FINE, is_root=True), {}),
        (AGENTS["codex"], replace(FINE, in_repository=False), {"repository": "git init"}),
        (AGENTS["claude"], replace(FINE, version_error="it ends with status 1"), {"version": "npm install"}),
    ],
)
def test_what_keeps_an_agent_from_working(agent: Agent, found: Surroundings, wrong: dict[str, str]) -> None:
    findings = preflight(agent, found)
    seen = {each.subject: each.cure for each in findings if each.standing is Standing.WRONG}
    assert list(seen) == list(wrong)
    assert all(part in seen[subject] for subject, part in wrong.items())


def test_what_only_a_run_can_tell() -> None:
    unsure = {each.subject: each.cure for each in preflight(AGENTS["gemini"], replace(FINE, login=""))}
    assert "GEMINI_API_KEY" in unsure["login"]
    doubtful = replace(AGENTS["gemini"], argv=("gemini", "--prompt={prompt}"))
    subjects = [each.subject for each in preflight(doubtful, FINE) if each.standing is Standing.UNSURE]
    assert subjects == ["trust"]
    trusted = replace(FINE, variables=frozenset({"GEMINI_CLI_TRUST_WORKSPACE"}))
    assert all(each.standing is Standing.GOOD for each in preflight(doubtful, trusted))


def program(folder: Path, source: str) -> Agent:
    path = folder / "agent"
    path.write_text(f"#!/bin/sh\n{source}\n")
    path.chmod(0o755)
    return replace(AGENTS["claude"], argv=("agent",), environment={"OWN": "1"})


@pytest.mark.parametrize(
    ("source", "version", "error"),
    [
        ('echo; echo "2.1 \033[31m(x)"', "2.1 (x)", ""),
        ("echo 2.2 >&2", "2.2", ""),
        ("test ! -t 0 && cat && echo 3", "3", ""),
        ("echo no such option; exit 3", "", "it ends with status 3: no such option"),
        ("sleep 60", "", "it does not tell its version within 0 s"),
    ],
)
def test_a_program_is_asked(
    source: str, version: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2 if "sleep" in source else 20.0)
    agent = program(tmp_path, source.replace("sleep", "exec sleep"))
    found = look(agent, tmp_path, {"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert (found.version, found.version_error) == (version, error)
    assert found.path == str(tmp_path / "agent")
    assert "OWN" in found.variables


def test_a_login_is_seen_in_variables_and_files(tmp_path: Path) -> None:
    claude = AGENTS["claude"]
    environment = {"HOME": str(tmp_path), "PATH": ""}
    assert look(claude, tmp_path, environment).login == ""
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / ".credentials.json").touch()
    assert look(claude, tmp_path, environment).login == "~/.claude/.credentials.json"
    assert look(claude, tmp_path, {"CLAUDE_CONFIG_DIR": str(tmp_path / ".claude")}).login.startswith(
        "$CLAUDE_CONFIG_DIR"
    )
    assert look(claude, tmp_path, environment | {"ANTHROPIC_API_KEY": "k"}).login == "ANTHROPIC_API_KEY"
    assert look(claude, tmp_path, {"ANTHROPIC_API_KEY": ""}).login == ""


def test_a_repository_is_looked_for_upwards(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a").mkdir()
    assert look(AGENTS["codex"], tmp_path / "a", {}, ask_version=False).in_repository


def test_a_program_with_a_folder_is_looked_for_in_that_of_the_run(tmp_path: Path) -> None:
    agent = replace(program(tmp_path, "echo 2"), argv=("./agent",))
    assert look(agent, tmp_path).version == "2"
    assert look(agent, tmp_path / "other").path is None

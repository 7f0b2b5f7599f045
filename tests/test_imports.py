"""The laws of the house: imports point down, and nothing heavy is imported before it is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "llm_dashboard"
FOUNDATION = {
    "safe_text",
    "atomic",
    "settings",
    "tables",
    "placeholders",
    "measures",
    "exit_status",
    "parsing",
    "no_workspace",
    "trust",
}
BELOW = {
    "plans": FOUNDATION,
    "agents": FOUNDATION,
    "workflows": FOUNDATION | {"plans", "agents"},
    "runs": FOUNDATION | {"plans", "agents", "workflows"},
    "export": FOUNDATION | {"plans"},
    "demo": FOUNDATION | {"runs"},
    "ui": FOUNDATION | {"plans", "agents", "workflows", "runs", "export", "demo"},
    "verbs": FOUNDATION | {"plans", "agents", "workflows", "runs", "export", "demo", "ui"},
}
ACP = "llm_dashboard.agents.acp"
"""A program of its own, for which a second of imports is not too much."""
FILES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> list[tuple[str, str]]:
    """The modules that a file imports, anywhere in it, with the imported name."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.module or "", alias.name) for alias in node.names]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    for module, name in imported(path):
        parts = module.split(".")
        if parts[0] == "textual":
            assert room == "ui", f"{path} imports textual"
        assert module != ACP, f"{path} imports a program"
        is_program = path == PACKAGE / "agents" / "acp.py"
        if parts[0] in ("asyncio", "acp") and room in ("plans", "agents", "export") and not is_program:
            pytest.fail(f"{path} imports {parts[0]}")
        if parts[0] != "llm_dashboard" or room not in BELOW:
            continue
        target = parts[1] if len(parts) > 1 else name
        assert target == room or target in BELOW[room], f"{path} imports {module}"
        if target != room:
            assert not name.startswith("_"), f"{path} imports a private name of {module}"


@pytest.mark.parametrize("module", sorted(FOUNDATION))
def test_the_foundation_knows_no_room(module: str) -> None:
    for path in (PACKAGE / module).glob("*.py") if (PACKAGE / module).is_dir() else [PACKAGE / f"{module}.py"]:
        for target, name in imported(path):
            package, _, rest = f"{target}.{name}".partition(".")
            assert package != "llm_dashboard" or rest.partition(".")[0] in FOUNDATION, f"{path} imports {target}"


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["status", "--json"], {"textual", "rich", "jinja2", "asyncio", "tomlkit"}),
        (["check"], {"textual", "rich", "jinja2", "asyncio", "tomlkit"}),
        (["next"], {"textual", "rich", "jinja2", "asyncio", "tomlkit"}),
        (["exec", "--json", "--", sys.executable, "-c", ""], {"textual", "jinja2", "tomlkit"}),
    ],
)
def test_a_verb_imports_only_what_it_needs(arguments: list[str], unwanted: set[str], tmp_path: Path) -> None:
    (tmp_path / "work-space" / "plans").mkdir(parents=True)
    code = (
        "import sys; from llm_dashboard.cli import entry_point; entry_point(sys.argv[1:]);"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    assert not unwanted & set(done.stderr.split())


def test_the_supervisor_is_light() -> None:
    code = "import sys; import llm_dashboard.runs.supervisor; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"asyncio", "msgspec", "subprocess", "rich", "textual", "dataclasses", "pathlib"}
    assert not heavy & set(done.stdout.split())

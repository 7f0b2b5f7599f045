"""The commands with which documents want their work verified."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.plans.verification import VerificationLine, verification_lines


def certain(*commands: str) -> tuple[VerificationLine, ...]:
    return tuple(VerificationLine(command, tuple(command.split())) for command in commands)


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (
            "**Verification**:\n\n- `make test`\n- [ ] `ruff check`\n- All is well: `ls`\n",
            certain("make test", "ruff check"),
        ),
        ("## Verification Commands\n\n1. `make test`\n\n## Next\n\n- `rm x`\n", certain("make test")),
        ("### ✅ Verify\n- `$ make`\n- **Deliverables**:\n  - `a.py`\n", certain("make")),
        ("**Verify**:\n```console\n$ make test\nok\n$ ls\n```\n", certain("make test", "ls")),
        ("**Deliverables**:\n- `a.py`\n```bash\nmake\n```\n", ()),
        ("**Verify**:\n```python\nmake\n- `ls`\n```\n**Note**: x\n- `ls`\n", ()),
        ("**Verified**:\n- `make`\n", ()),
        ("- **Verify**:\n  - `make` \n", certain("make")),
        (
            "**Verify**\n```bash\n# a comment\npytest \\\n  -q tests  # quick\n```\n",
            (VerificationLine("pytest  -q tests  # quick", ("pytest", "-q", "tests"), is_certain=False),),
        ),
    ],
)
def test_what_is_found(document: str, found: tuple[VerificationLine, ...]) -> None:
    assert verification_lines(document) == found


@pytest.mark.parametrize(
    ("line", "argv"),
    [
        ("grep 'a | b' x", ("grep", "a | b", "x")),
        ('grep "a > b" x\\;', ("grep", "a > b", "x;")),
        ("git show HEAD~1", ("git", "show", "HEAD~1")),
        ("make && rm -rf x", ()),
        ("make | tee x", ()),
        ("make > x", ()),
        ('echo "$HOME"', ()),
        ("ls *.py", ()),
        ("ls ~/x", ()),
        ("A=b make", ()),
        ("(make)", ()),
        ("make &", ()),
        ("echo 'open", ()),
    ],
)
def test_nothing_is_left_to_a_shell(line: str, argv: tuple[str, ...]) -> None:
    assert verification_lines(f"**Verify**:\n- `{line}`\n") == (VerificationLine(line, argv),)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["**Verify**:", "```bash", "```", "- `make`", "$ ls", "## x", "~~~", "a | b", "\\"])))
def test_any_document_is_read(lines: list[str]) -> None:
    found = verification_lines("\n".join(lines))
    assert len({each.text for each in found}) == len(found)
    assert all(each.text for each in found)

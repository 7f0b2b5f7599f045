"""What the command line says of itself: help, mistakes, and the manual page."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from llm_dashboard.arguments import GROUPS, parser
from llm_dashboard.cli import entry_point
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.parsing import WIDTH, aligned

VERBS = [name for name, _, _ in parser().verbs()]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """The exit status, the data and the talk of a command line that argparse ends."""
    with pytest.raises(SystemExit) as ended:
        entry_point(arguments)
    return (ended.value.code, *capsys.readouterr())


def test_the_help_lists_every_verb_in_its_group(capsys: pytest.CaptureFixture[str]) -> None:
    status, text, _ = said(capsys, "--help")
    assert status == 0
    assert [line.split()[0] for line in text.splitlines() if re.match(r"  [a-z]+ {2,}", line)] == VERBS
    assert [name for names in GROUPS.values() for name in names] == VERBS
    for part in ("examples:", "exit status:", "124", "llm-dash.toml", "config.toml"):
        assert part in text


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_each_help_fits_80_columns_and_has_examples(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, text, _ = said(capsys, *filter(None, (verb, "--help")))
    assert status == 0
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "\x1b" not in text
    assert "llm-\n" not in text
    assert f"  llm-dash {verb}".rstrip() in text.partition("\nexamples:\n")[2]


def test_every_example_is_understood() -> None:
    whole = parser()
    for name, _, verb in whole.verbs():
        for example in verb.examples:
            words = re.sub(r"#.*|[|>].*", "", example).replace("'", "").split()
            assert words[:2] == ["llm-dash", name]
            if name not in ("new", "review"):
                assert whole.parse_args(words[1:]).verb == name


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("sttaus",), "llm-dash: there is no verb 'sttaus'; did you mean status?"),
        (("zzz",), "llm-dash: there is no verb 'zzz'"),
        (("help",), "llm-dash: there is no verb 'help'; did you mean --help?"),
        (("/",), "llm-dash: there is no verb '/'; a folder: --workspace /"),
        (("\x1b[31mzz",), "llm-dash: there is no verb '\\x1b[31mzz'"),
        (("--verison",), "llm-dash: there is no option --verison; did you mean --version?"),
        (("status", "--jsno"), "llm-dash status: there is no option --jsno; did you mean --json?"),
        (("prune", "--older-then=3"), "llm-dash prune: there is no option --older-then; did you mean --older-than?"),
        (("status", "WEATHER"), "llm-dash status: 'WEATHER' is one word too many"),
        (("review",), "llm-dash review: the following arguments are required: PLAN"),
        (
            ("completions", "fihs"),
            "llm-dash completions: argument SHELL: 'fihs' is none of bash, zsh, fish; did you mean fish?",
        ),
        (("exec", "--wall", "long"), "llm-dash exec: argument --wall: 'long' is no number of seconds (0 for no limit)"),
        (("exec", "--grace", "5"), "two numbers of seconds, after SIGINT and after SIGTERM: 5,3"),
        (("prune", "--older-than", "nan"), "'nan' is no number of days"),
        (("runs", "--limit", "-1"), "'-1' is no number of runs"),
        (("serve", "--port", "99999"), "'99999' is no port (0 for one that is free)"),
    ],
)
def test_a_mistake_is_a_sentence_with_the_nearest(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, data, talk = said(capsys, *arguments)
    assert (status, data) == (ExitStatus.USAGE, "")
    first, second = talk.splitlines()
    assert sentence in first
    assert re.fullmatch(r"Try `llm-dash( [a-z]+)? --help`\.", second)


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["a # one", "long b # two", "no comment"], ["a       # one", "long b  # two", "no comment"]),
        (["a" * 60 + " # " + "b" * 30], ["# " + "b" * 30, "a" * 60]),
        (["a 'x'"], ["a 'x'"]),
        ([], []),
    ],
)
def test_what_examples_are_for_stands_beside_or_above_them(lines: list[str], shown: list[str]) -> None:
    assert aligned(lines) == shown


def test_the_manual_page_has_all_of_it_and_no_warnings(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert entry_point(["man"]) == ExitStatus.DONE
    page = capsys.readouterr().out
    assert page.isascii()
    for heading in ("NAME", "SYNOPSIS", "OPTIONS", "COMMANDS", "EXAMPLES", "EXIT STATUS", "FILES", "ENVIRONMENT"):
        assert f".SH {heading}\n" in page
    for verb in VERBS:
        assert f"\\fBllm\\-dash {verb}\\fR" in page
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not there: whether it warns of the page was not looked at")
    done = subprocess.run([groff, "-man", "-ww", "-Tutf8"], input=page, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    text = re.sub(r"\x1b\[\d*m|.\x08", "", done.stdout)
    assert "llm-dash review WEATHER-STATION 1.2 --fix --critical 'A gap is invented'" in text

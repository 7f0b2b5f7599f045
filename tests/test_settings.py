"""Settings: the file, the environment, and what is not allowed."""

import datetime
import json
import os
import re
import stat
import tempfile
import tomllib
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_dashboard.agents.catalog import load_agents
from llm_dashboard.placeholders import Placeholder
from llm_dashboard.settings import (
    BUILT_IN_WORKFLOWS,
    DEFAULT_FILE,
    FILE_NAME,
    LARGEST_FILE,
    RESERVED_NAMES,
    SETTINGS,
    CustomWorkflow,
    LimitSettings,
    Notices,
    Origin,
    Refresh,
    RunSettings,
    ScriptSource,
    Settings,
    SettingsError,
    Source,
    WorkflowLimits,
    find_workspace,
    load,
    load_or_default,
    read,
    user_file,
)
from llm_dashboard.settings.files import key_lines
from llm_dashboard.settings.values import checked
from llm_dashboard.settings.writing import remove_setting, write_setting
from llm_dashboard.tables import TableError
from llm_dashboard.workflows.models import WorkflowType

STRING = '"""]\\"\n\'\'\'"""""'
"""Of TOML, on two lines: it holds what could be taken for its end."""
CUSTOM = '[workflows.mine]\nargv = ["true"]\n'


def write(folder: Path, text: str) -> None:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")


def refused(folder: Path, text: str) -> str:
    """What is said of a file that is wrong."""
    write(folder, text)
    with pytest.raises(SettingsError) as caught:
        load(folder, {})
    return str(caught.value)


def test_without_a_file_the_defaults(tmp_path: Path) -> None:
    limits = LimitSettings(wall=180.0, idle=120.0, grace=(5.0, 3.0), log_bytes=1 << 30)
    defaults = Settings(plans_root="work-space/plans", limits=limits, runs=RunSettings(parallel=4))
    assert load(tmp_path, {}) == defaults
    assert load_or_default(tmp_path, {}) == (defaults, None)


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    write(
        tmp_path, 'plans_root = "plans"\nscripts = "workspace"\n[limits]\nwall = 60\nidle = 5\n[runs]\nparallel = 2\n'
    )
    environment = {"LLM_DASH_LIMITS_WALL": "9.5", "LLM_DASH_SCRIPTS": "built-in"}
    assert load(tmp_path, environment) == Settings(
        plans_root="plans",
        scripts=ScriptSource.BUILT_IN,
        limits=LimitSettings(wall=9.5, idle=5.0),
        runs=RunSettings(parallel=2),
    )


def test_a_wrong_variable_is_named_instead_of_the_file(tmp_path: Path) -> None:
    for name, value in (("LLM_DASH_LIMITS_WALL", "long"), ("LLM_DASH_SCRIPTS", "mine"), ("LLM_DASH_PLANS_ROOT", "/")):
        with pytest.raises(SettingsError, match=f"^{name} is '{value}'; allowed is "):
            load(tmp_path, {name: value})


def test_limits_of_a_workflow_are_its_own_over_those_of_all(tmp_path: Path) -> None:
    write(
        tmp_path,
        "[limits]\nidle = 30\nlog_bytes = 1000\n[workflows.subplan]\nwall = 60\ngrace = [1, 0]\n"
        f"{CUSTOM}wall = 0\nidle = 0\nlog_bytes = 0\n",
    )
    settings = load(tmp_path, {})
    assert settings.limits_of("subplan") == LimitSettings(wall=60, idle=30, grace=(1, 0), log_bytes=1000)
    assert settings.limits_of("mine") == LimitSettings(wall=0, idle=0, grace=(5, 3), log_bytes=0)
    assert settings.limits_of("execution") == settings.limits
    assert settings.workflows["subplan"] == WorkflowLimits(wall=60, grace=(1, 0))


def test_a_custom_workflow(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[workflows.fix-tests]\nargv = ["agent", "--do", "fix {title}"]\nsummary = "Fixes."\ncreates = ["out/{id}.md"]\n'
        'tests = "reports/**/*.xml"\nneeds_verdict = true\nenvironment = {MODE = "fast"}\ncwd = "src"\n',
    )
    workflow = CustomWorkflow(
        argv=("agent", "--do", "fix {title}"),
        summary="Fixes.",
        creates=("out/{id}.md",),
        tests="reports/**/*.xml",
        needs_verdict=True,
        environment={"MODE": "fast"},
        cwd="src",
    )
    settings = load(tmp_path, {})
    assert settings.custom == {"fix-tests": workflow}
    assert workflow.placeholders == {Placeholder.TITLE, Placeholder.ID}


@pytest.mark.parametrize(
    ("text", "about_achievement"),
    [
        ('["make", "{plan}", "{plan_file}", "{plan_folder}", "{workspace}", "{{title}"]', False),
        ('["make", "{title}"]', True),
        ('["make", "{subplan_file}"]', True),
        ('["make"]\nneeds_achievement = true', True),
        ('["make"]\ncreates = ["{id}.md"]', True),
        ('["make"]\ncreates = ["{plan}.md"]', False),
    ],
)
def test_what_names_an_achievement_needs_one(text: str, about_achievement: bool, tmp_path: Path) -> None:
    write(tmp_path, f"[workflows.mine]\nargv = {text}\n")
    assert load(tmp_path, {}).custom["mine"].about_achievement is about_achievement


def test_the_example_of_the_readme_says_the_defaults(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## Settings\n")[2].partition("\n## ")[0]
    write(tmp_path, "\n".join(line for line in section.split("\n") if line.startswith("    ")))
    settings = load(tmp_path, {})
    assert msgspec.structs.replace(settings, workflows={}, agents={}, unallowed=()) == Settings()
    names = ("agent", "verify", "fix_attempts", "budget.minutes", "agents.claude", "workflows.review-agent")
    assert settings.unallowed == names
    assert not load_agents(settings.agents).problems
    assert list(settings.workflows) == ["subplan", "review-agent"]
    assert settings.custom["review-agent"].about_achievement


def test_every_type_of_workflow_is_built_in_or_reserved() -> None:
    assert {*BUILT_IN_WORKFLOWS, *RESERVED_NAMES} == {*WorkflowType, "parallel"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plans_root = 3", "plans_root is 3; allowed is a folder inside the workspace"),
        ('plans_root = "../elsewhere"', "plans_root is '../elsewhere'; allowed is a folder inside the workspace"),
        ('templates = "/etc"', "templates is '/etc'; allowed is a folder inside the workspace"),
        ('templates = "a\\u0000b"', "templates is 'a\\x00b'; allowed is a folder inside the workspace"),
        ('scripts = "mine"', "scripts is 'mine'; allowed is built-in or workspace"),
        ("colour = 1", "colour is no setting; allowed are refresh, limits, runs, scripts, agent, fix_attempts, budget, "),
        ("theme = 'nord'", "theme cannot be set here: it belongs into your own ~/.config/llm-dash/config.toml"),
        ("[keys]\nquit = 'y'", "keys cannot be set here: it belongs into your own ~/.config/llm-dash/config.toml"),
        ('"\\u001b[2J" = 1', "'\\x1b[2J' is no setting; allowed are refresh, "),
        ("[limits]\nwall = 'long'", "limits.wall is 'long'; allowed is a number of seconds, 0 for no limit"),
        ("[limits]\nwall = -1", "limits.wall is -1; allowed is a number"),
        ("[limits]\nidle = nan", "limits.idle is nan; allowed is a number"),
        ("[limits]\ngrace = [1]", "limits.grace is [1]; allowed is two numbers of seconds"),
        ("[limits]\nlog_bytes = 1.5", "limits.log_bytes is 1.5; allowed is a whole number of bytes"),
        (f"[limits]\nlog_bytes = 0x{'f' * 9999}", "limits.log_bytes is a number of too many digits; allowed is"),
        ("[limits]\ngrace_interrupt = 1", "limits.grace_interrupt is no setting; allowed are wall, idle, grace, log_bytes"),
        ("limits = 3", "limits is 3; a table is allowed"),
        ("[runs]\nparallel = 0", "runs.parallel is 0; allowed is a whole number from 1 to 64"),
        (f"verify = {[['true']] * 21}", "verify has 21 commands; allowed are 20: put more into a script"),
        ("workflows = []", "workflows is []; a table is allowed"),
        ("[workflows]\nsubplan = 3", "workflows.subplan is 3; a table is allowed"),
        ("[workflows.subplan]\nargv = ['x']", "workflows.subplan.argv is no setting; allowed are wall, idle, "),
        ("[workflows.next]\nwall = 1", "workflows.next cannot be the name of a workflow; allowed are subplan, execution, "),
        ("[workflows.Mine]\nargv = ['x']", "workflows.Mine cannot be the name of a workflow; allowed are subplan, "),
        (f"[workflows.{'x' * 41}]\nargv = ['x']", f"workflows.{'x' * 41} cannot be the name of a workflow"),
        ("[workflows.mine]\nwall = 3", "workflows.mine has no argv; needed is a list of strings, the program first"),
        ("[workflows.mine]\nargv = 'make all'", "workflows.mine.argv is 'make all'; allowed is a list of strings"),
        ("[workflows.mine]\nargv = []", "workflows.mine.argv is []; allowed is a list of strings"),
        ("[workflows.mine]\nargv = ['', 'a']", "workflows.mine.argv is ['', 'a']; allowed is a list of strings"),
        ("[workflows.mine]\nargv = ['{plans}']", "workflows.mine.argv has '{plans}'; allowed are {plan}, {plan_file}, "),
        ("[workflows.mine]\nargv = ['a {']", "workflows.mine.argv has '{'; allowed are {plan}, "),
        (f"{CUSTOM}creates = ['{{titel}}']", "workflows.mine.creates has '{titel}'; allowed are {plan}, "),
        (f"{CUSTOM}creates = ['../x']", "workflows.mine.creates is '../x'; allowed is a list of file paths inside"),
        (f"{CUSTOM}creates = ['/x']", "workflows.mine.creates is '/x'; allowed is a list of file paths inside"),
        (f"{CUSTOM}creates = ['{{workspace}}/x']", "workflows.mine.creates is '{workspace}/x'; allowed is a list"),
        (f"{CUSTOM}creates = ['.']", "workflows.mine.creates is '.'; allowed is a list of file paths inside"),
        (f"{CUSTOM}tests = '/tmp/*.xml'", "workflows.mine.tests is '/tmp/*.xml'; allowed is auto, none, or a glob"),
        (f"{CUSTOM}tests = 'a**/x.xml'", "workflows.mine.tests is 'a**/x.xml'; allowed is auto, none, or a glob"),
        (f"{CUSTOM}needs_verdict = 1", "workflows.mine.needs_verdict is 1; allowed is true or false"),
        (f"{CUSTOM}environment = {{A = 1}}", "workflows.mine.environment is {'A': 1}; allowed is a table of names"),
        (f"{CUSTOM}environment = {{'A=B' = 'c'}}", "workflows.mine.environment is {'A=B': 'c'}; allowed is a table"),
        (f"{CUSTOM}cwd = '..'", "workflows.mine.cwd is '..'; allowed is a folder inside the workspace"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_with_what_is_allowed(text: str, message: str, tmp_path: Path) -> None:
    said = refused(tmp_path, text)
    assert re.match(rf"llm-dash\.toml:[12345]: {re.escape(message)}", said)
    settings, problem = load_or_default(tmp_path, {})
    assert (settings, problem) == (Settings(), said)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1\nplans_root =\n", "line 2"),
        ("a = 1\na = 2\n", "line 2"),
        (f"a = {'[' * 9999}", "nested too deeply"),
        (f"a = {'9' * 9999}", "4300 digits"),
        ("#" * (LARGEST_FILE + 1), "is no file of at most 256 KiB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_where(text: str, message: str, tmp_path: Path) -> None:
    assert message in refused(tmp_path, text)


def test_what_is_no_file_of_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path, {})
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(SettingsError, match="is no file"):
        load(tmp_path, {})
    path.unlink()
    path.symlink_to(path)
    with pytest.raises(SettingsError, match="cannot be read: "):
        load(tmp_path, {})


def test_the_workspace_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find_workspace(inner) is None
    (tmp_path / "work-space" / "plans").mkdir(parents=True)
    assert find_workspace(inner) == tmp_path
    write(tmp_path / "a", "")
    assert find_workspace(inner) == tmp_path / "a"


def test_another_plans_root_is_found_as_well(tmp_path: Path) -> None:
    (tmp_path / "docs" / "plans").mkdir(parents=True)
    assert find_workspace(tmp_path / "docs", {"LLM_DASH_PLANS_ROOT": "docs/plans"}) == tmp_path
    assert find_workspace(tmp_path / "docs", {"LLM_DASH_PLANS_ROOT": "../docs"}) is None


def toml(value: object) -> str:
    """A value as TOML writes it, a table in its inline form."""
    match value:
        case dict():
            return "{" + ", ".join(f"{toml(key)} = {toml(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case str():
            return json.dumps(value).replace("\x7f", "\\u007f")
        case bool():
            return str(value).lower()
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return repr(value)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
"""JSON writes characters beyond the first plane as surrogates, which TOML does not take: they are left out below."""
WORDS = TEXTS.filter(lambda text: all(ord(each) < 0x10000 for each in text)) | st.sampled_from(
    ["{title}", "{{", "{x}", "../a", "/", "auto", "built-in", "a/b", "{workspace}/x", "\0"]
)
KEYS = WORDS | st.sampled_from(
    [
        *Settings.__struct_fields__,
        *LimitSettings.__struct_fields__,
        *CustomWorkflow.__struct_fields__,
        "subplan",
        "mine",
    ]
)
NUMBERS = st.integers() | st.floats(allow_nan=False) | st.sampled_from([0, 1, 5, 2**63, 10**30])
DATES = st.dates(min_value=datetime.date(1000, 1, 1)) | st.times()
VALUES = st.recursive(
    WORDS | NUMBERS | st.booleans() | DATES,
    lambda values: st.lists(values, max_size=4) | st.dictionaries(KEYS, values, max_size=4),
    max_leaves=12,
)
WORKFLOW = st.fixed_dictionaries(
    {"argv": st.lists(WORDS, min_size=1, max_size=3)},
    optional={
        "creates": st.lists(WORDS, max_size=2),
        "tests": WORDS,
        "cwd": WORDS,
        "environment": st.dictionaries(WORDS | st.just("MODE"), WORDS, max_size=1),
        "needs_achievement": st.booleans(),
        "wall": NUMBERS,
    },
)
TREES = st.fixed_dictionaries(
    {},
    optional={
        "limits": st.dictionaries(st.sampled_from(LimitSettings.__struct_fields__), NUMBERS | VALUES),
        "workflows": st.dictionaries(st.sampled_from(["mine", "a-b", "next"]), WORKFLOW, max_size=2) | VALUES,
    },
) | st.dictionaries(KEYS, VALUES, max_size=5)


@given(TREES)
def test_any_tree_of_values_loads_or_is_refused_in_one_line(tree: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "".join(f"{toml(key)} = {toml(value)}\n" for key, value in tree.items()))
        settings, problem = load_or_default(Path(folder), {})
    assert all(line.isprintable() for line in (problem or "").split("\n"))
    for workflow in settings.custom.values():
        assert isinstance(workflow.about_achievement, bool)


@given(st.binary(max_size=60))
def test_any_bytes_load_or_are_refused_in_one_line(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE_NAME).write_bytes(data)
        settings, problem = load_or_default(Path(folder), {})
        assert settings == Settings() or problem is None
        assert all(line.isprintable() for line in (problem or "").split("\n"))


def own(folder: Path, text: str) -> dict[str, str]:
    """An environment in which that is the person's own file."""
    file = folder / "config" / "llm-dash" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return {"XDG_CONFIG_HOME": str(folder / "config")}


def test_each_layer_lies_over_the_one_before(tmp_path: Path) -> None:
    environment = own(
        tmp_path, '# mine\ntheme = "nord"\n\n[limits]\nwall = 10\nidle = 11\ngrace = [1, 2]\nlog_bytes = 12\n'
    )
    write(tmp_path, "limits = {wall = 20, idle = 21, grace = [3, 4]}\n")
    environment |= {"LLM_DASH_LIMITS_WALL": "30", "LLM_DASH_LIMITS_GRACE": "5, 6", "LLM_DASH_NOTICES": "bell"}
    loaded = read(tmp_path, environment, {"limits.wall": "40", "refresh": "off"})
    assert loaded.problems == ()
    assert loaded.settings == Settings(
        theme="nord",
        notices=Notices.BELL,
        refresh=Refresh.OFF,
        limits=LimitSettings(wall=40, idle=21, grace=(5, 6), log_bytes=12),
    )
    file = str(tmp_path / "config" / "llm-dash" / "config.toml")
    assert {key: (source.origin, str(source)) for key, source in loaded.sources.items()} == {
        "theme": (Origin.USER, f"{file}:2"),
        "limits.log_bytes": (Origin.USER, f"{file}:8"),
        "limits.idle": (Origin.WORKSPACE, "llm-dash.toml:1"),
        "limits.grace": (Origin.ENVIRONMENT, "LLM_DASH_LIMITS_GRACE"),
        "notices": (Origin.ENVIRONMENT, "LLM_DASH_NOTICES"),
        "limits.wall": (Origin.FLAG, "--set"),
        "refresh": (Origin.FLAG, "--set"),
    }
    assert loaded.source("editor") == Source(Origin.DEFAULT)


def test_of_what_is_wrong_only_that_key_is_left_out(tmp_path: Path) -> None:
    environment = own(tmp_path, 'notices = "loud"\neditor = "hx"\n[limits]\nwall = 9\nwidth = 3\n')
    write(tmp_path, f'[limits]\nwall = "long"\nidle = 8\n[workflows.Bad]\nargv = ["x"]\n{CUSTOM}')
    loaded = read(tmp_path, {**environment, "LLM_DASH_REFRESH": "often"}, {"colour": "red", "plans_root": "x"})
    limits = LimitSettings(wall=9, idle=8)
    workflows = {"mine": CustomWorkflow(argv=("true",))}
    expected = Settings(editor="hx", limits=limits, workflows=workflows, unallowed=("workflows.mine",))
    assert loaded.settings == expected
    file = str(tmp_path / "config" / "llm-dash" / "config.toml")
    for problem, beginning in zip(
        sorted(loaded.problems),
        sorted(
            (
                f"{file}:1: notices is 'loud'; allowed is toast, bell, desktop or off",
                f"{file}:5: limits.width is no setting; allowed are wall, ",
                "llm-dash.toml:2: limits.wall is 'long'; allowed is ",
                "llm-dash.toml:4: workflows.Bad cannot be the name of a workflow; ",
                "LLM_DASH_REFRESH is 'often'; allowed is ",
                "--set colour is no setting; allowed are theme, ",
                "--set plans_root would not reach what runs; set LLM_DASH_PLANS_ROOT instead",
            )
        ),
        strict=True,
    ):
        assert problem.startswith(beginning)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('workspaces = ["a/b"]', "config.toml:1: workspaces has 'a/b'; allowed is a list of absolute paths of folders"),
        ('workspaces = ["~nobody-has-this-name/x"]', "config.toml:1: workspaces has '~nobody-has-this-name/x', and nobody of"),
        ("\nworkspaces = 3", "config.toml:2: workspaces is 3; allowed is a list of absolute paths"),
        ("plans_root = 'x'", "config.toml:1: plans_root cannot be set here: it belongs into the workspace's llm-dash.toml"),
        ("[workflows.a]\nargv = ['x']", "config.toml:1: workflows cannot be set here: it belongs into the workspace's"),
        ("[keys]\nquit = 3", "config.toml:2: keys.quit is 3; allowed is a key, or a list of keys"),
        ("workspaces = [", "config.toml cannot be read: "),
    ],
)  # fmt: skip
def test_wrong_settings_of_a_person_are_named(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=re.escape(sentence)):
        load(tmp_path, own(tmp_path, text))


def test_what_only_a_person_can_say(tmp_path: Path) -> None:
    settings = load(
        tmp_path, own(tmp_path, 'workspaces = ["/work/a", "~/b"]\n[keys]\nquit = ["Q", "ctrl+d"]\nhelp = "f1"\n')
    )
    assert settings.workspaces == ("/work/a", "~/b")
    assert settings.keys == {"quit": ("Q", "ctrl+d"), "help": ("f1",)}


def test_every_line_of_a_key_is_found() -> None:
    text = (
        '# one = 1\na = """\nb = 2\n"""\n"quoted key" = 1\n\n[t] # header\nlist = [\n  1, # c = 3\n  2,\n]\n'
        "x.y = 1\n  [t.inner]\n  z = 1\n[[rows]]\nq = 1\n"
    )
    assert key_lines(text) == {
        "a": 2, "'quoted key'": 5, "t": 7, "t.list": 8, "t.x": 12, "t.x.y": 12, "t.inner": 13, "t.inner.z": 14,
        "rows": 15, "rows.q": 16,
    }  # fmt: skip


def test_a_long_value_is_gone_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"""  ["make", "{"x" * 1000}"], # it's "{number}"\n""" for number in range(190))
    text = f"verify = [\n{rows}\n]\r\n'a.b' = {STRING}\nd = {{ e = '[' }} # ]\n{'f.' * 40}f = ''\n"
    read_again: list[str] = []
    loads = tomllib.loads

    def counting(text: str) -> dict[str, object]:
        read_again.append(text)
        return loads(text)

    monkeypatch.setattr(tomllib, "loads", counting)
    lines = key_lines(text)
    assert len("".join(read_again)) <= len(text)
    assert (lines["verify"], lines["'a.b'"], lines["d.e"], lines["f.f"]) == (1, 194, 196, 197)


@pytest.mark.parametrize("variables", [{}, {"HOME": ""}, {"XDG_CONFIG_HOME": "relative"}])
def test_without_a_home_there_are_no_settings_of_a_person(variables: dict[str, str]) -> None:
    assert user_file(variables) is None


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        ("", "theme", "nord", 'theme = "nord"\n'),
        ("", "limits.wall", 60, "[limits]\nwall = 60\n"),
        ("# c\n[limits] # d\nwall = 3 # why\n\n# e\n[runs]\n", "limits.wall", 4,
         "# c\n[limits] # d\nwall = 4 # why\n\n# e\n[runs]\n"),
        ("[limits] # d\nwall = 3\n\n# e\n[runs]\n", "limits.grace", [1, 2],
         "[limits] # d\ngrace = [1, 2]\nwall = 3\n\n# e\n[runs]\n"),
        ("limits = {wall = 3}\n", "limits.wall", 4, "limits = {wall = 4}\n"),
        ("runs.parallel = 3\n", "runs.parallel", 4, "runs.parallel = 4\n"),
        ("# top\n\n[runs]\nparallel = 1\n", "scripts", "workspace", '# top\nscripts = "workspace"\n\n[runs]\nparallel = 1\n'),
        ("a = 1\r\n[limits]\r\n", "limits.idle", 5, "a = 1\r\n[limits]\r\nidle = 5\r\n"),
    ],
)  # fmt: skip
def test_a_value_is_written_and_all_else_stays(
    before: str, key: str, value: object, after: str, tmp_path: Path
) -> None:
    file = tmp_path / "new" / "config.toml"
    if before:
        file.parent.mkdir()
        file.write_bytes(before.encode())
    write_setting(file, key, value)
    assert file.read_bytes().decode() == after


def test_what_is_written_can_be_taken_back_and_a_link_stays_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: modes.append(os.fstat(file).st_mode))
    file, real = tmp_path / "config.toml", tmp_path / "real.toml"
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    real.write_text(text, encoding="utf-8")
    real.chmod(0o600)
    file.symlink_to(real)
    for key, value in (("limits.wall", 60), ("theme", "nord"), ("limits.idle", 5)):
        write_setting(file, key, value)
    assert real.read_text(encoding="utf-8").startswith(text)
    for key in ("limits.idle", "theme", "runs.parallel"):
        remove_setting(file, key)
    assert tomllib.loads(real.read_text(encoding="utf-8")) == {"limits": {"wall": 60}}
    assert file.is_symlink()
    with pytest.raises(SettingsError, match="leads out of the workspace"):
        write_setting(file, "theme", "nord", inside=tmp_path / "new")
    assert real.stat().st_mode & 0o777 == 0o600
    assert {mode & 0o777 for mode in modes if stat.S_ISREG(mode)} == {0o600}


def test_a_comment_beside_a_value_that_is_taken_out_stays_with_it(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_text("# ours\n[limits]\n# slow\nwall = 60  # the bench\nidle = 5\ngrace = [\n  1, 2]  # both\n")
    for key in ("limits.wall", "limits.idle", "limits.grace"):
        remove_setting(file, key)
    assert file.read_text() == "# ours\n[limits]\n# slow\n# wall = 60  # the bench\n# grace = [\n#   1, 2]  # both\n"
    write_setting(file, "limits.wall", 7)
    assert load(tmp_path, {}).limits.wall == 7


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# ours\nlimits.wall = 60  # the bench\n", "# ours\n# limits.wall = 60  # the bench\n"),
        ('# ours\nlimits.wall = 60\n# next\ntheme = "nord"\n', '# ours\n# next\ntheme = "nord"\n'),
        ("'limits' . wall = 60 # the bench\n[runs] # all\n", "# 'limits' . wall = 60 # the bench\n[runs] # all\n"),
        ("limits = {wall = 60, idle = 5} # both\n", "limits = { idle = 5} # both\n"),
        ("# ours\nlimits = {wall = 60} # one\n# next\n", "# ours\nlimits = {} # one\n# next\n"),
        ("limits.wall = 60\nlimits.idle = 5  # quiet\n", "limits.idle = 5  # quiet\n"),
    ],
)
def test_comments_stay_however_the_key_that_is_taken_out_is_written(before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_text(before)
    remove_setting(file, "limits.wall")
    assert file.read_text() == after


@pytest.mark.parametrize("following", ["", "# next\r\n", "idle = 5\r\n"])
def test_a_comment_stays_in_a_file_with_the_line_ends_of_windows(following: str, tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(f"[limits]\r\nwall = 60 # the bench\r\n{following}".encode())
    remove_setting(file, "limits.wall")
    assert file.read_bytes() == f"[limits]\r\n# wall = 60 # the bench\r\n{following}".encode()


def test_comments_in_a_list_that_is_taken_out_stay(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_text("[limits]\ngrace = [\n  5, # asked\n  3,\n]\n")
    remove_setting(file, "limits.grace")
    assert file.read_text() == "[limits]\n# grace = [\n#   5, # asked\n#   3,\n# ]\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("limits = 3", "something else than a table at limits"), ("a = [", "cannot be read"), ("\0", "cannot be read")],
)
def test_a_file_that_cannot_be_changed_stays_as_it_is(text: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_text(text)
    with pytest.raises(SettingsError, match=sentence):
        write_setting(file, "limits.wall", 3)
    assert file.read_text() == text
    with pytest.raises(SettingsError, match="cannot be written: "):
        write_setting(Path("/proc/none/config.toml"), "theme", "x")


@given(TREES, st.sampled_from(list(SETTINGS)), st.sampled_from([3, "x", [1, 2], True]))
def test_any_file_keeps_its_other_values(tree: dict[str, object], key: str, value: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE_NAME
        write(Path(folder), "".join(f"{toml(name)} = {toml(each)}\n" for name, each in tree.items()))
        before = tomllib.loads(file.read_text(encoding="utf-8"))
        with suppress(SettingsError):
            write_setting(file, key, value)
            remove_setting(file, key)
        after = tomllib.loads(file.read_text(encoding="utf-8"))
    table = key.partition(".")[0]
    assert {**before, table: None} == {**after, table: None}


def test_a_command_that_no_shell_can_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="which no shell can read: No closing quotation"):
        checked("editor", "'unclosed")
    assert checked("editor", "code --wait") == "code --wait"


@pytest.mark.parametrize("written", ["plans/", "./plans", "plans//", "./plans/."])
def test_a_folder_is_the_same_however_it_is_written(written: str, tmp_path: Path) -> None:
    (tmp_path / "llm-dash.toml").write_text(f'plans_root = "{written}"')
    assert load(tmp_path, {}).plans_root == "plans"

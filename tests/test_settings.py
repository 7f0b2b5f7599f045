"""Settings: the file, the environment, and what is not allowed."""

import datetime
import json
import os
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_dashboard.placeholders import Placeholder
from llm_dashboard.settings import (
    BUILT_IN_WORKFLOWS,
    FILE_NAME,
    LARGEST_FILE,
    RESERVED_NAMES,
    CustomWorkflow,
    LimitSettings,
    RunSettings,
    ScriptSource,
    Settings,
    SettingsError,
    WorkflowLimits,
    find_workspace,
    load,
    load_or_default,
    user_workspaces,
)
from llm_dashboard.workflows.models import WorkflowType

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
    assert msgspec.structs.replace(settings, workflows={}) == Settings()
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
        ("colour = 1", "colour is no setting; allowed are plans_root, templates, scripts, refresh, limits, runs, workflows"),
        ('"\\u001b[2J" = 1', "'\\x1b[2J' is no setting; allowed are plans_root, "),
        ("[limits]\nwall = 'long'", "limits.wall is 'long'; allowed is a number of seconds, 0 for no limit"),
        ("[limits]\nwall = -1", "limits.wall is -1; allowed is a number"),
        ("[limits]\nidle = nan", "limits.idle is nan; allowed is a number"),
        ("[limits]\ngrace = [1]", "limits.grace is [1]; allowed is two numbers of seconds"),
        ("[limits]\nlog_bytes = 1.5", "limits.log_bytes is 1.5; allowed is a whole number of bytes"),
        (f"[limits]\nlog_bytes = 0x{'f' * 9999}", "limits.log_bytes is a number of too many digits; allowed is"),
        ("[limits]\ngrace_interrupt = 1", "limits.grace_interrupt is no setting; allowed are wall, idle, grace, log_bytes"),
        ("limits = 3", "limits is 3; a table is allowed"),
        ("[runs]\nparallel = 0", "runs.parallel is 0; allowed is a whole number from 1 to 64"),
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
    assert refused(tmp_path, text).startswith(f"llm-dash.toml: {message}")
    settings, problem = load_or_default(tmp_path, {})
    assert (settings, problem) == (Settings(), refused(tmp_path, text))


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
NUMBERS = st.integers() | st.floats() | st.sampled_from([0, 1, 5, 2**63, 10**30])
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
    assert problem is None or problem.isprintable()
    for workflow in settings.custom.values():
        assert isinstance(workflow.about_achievement, bool)


@given(st.binary(max_size=60))
def test_any_bytes_load_or_are_refused_in_one_line(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE_NAME).write_bytes(data)
        settings, problem = load_or_default(Path(folder), {})
        assert settings == Settings() or problem is None
        assert problem is None or problem.isprintable()


def test_the_workspaces_of_a_person_come_from_their_own_settings_only(tmp_path: Path) -> None:
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert user_workspaces(home) == ()
    file = tmp_path / "llm-dash" / "config.toml"
    file.parent.mkdir()
    file.write_text('workspaces = ["/work/a", "~/b"]\n', encoding="utf-8")
    assert user_workspaces(home) == (Path("/work/a"), Path("~/b").expanduser())
    write(tmp_path, 'workspaces = ["/etc"]\n')
    with pytest.raises(SettingsError, match="workspaces is no setting"):
        load(tmp_path, home)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('workspaces = ["a/b"]', r"config\.toml: workspaces has 'a/b'; allowed are absolute paths of folders"),
        ("workspaces = 3", r"config\.toml: workspaces is 3; allowed is a list of paths"),
        ("plans_root = 'x'", r"config\.toml: plans_root is no setting; allowed are workspaces"),
        ("workspaces = [", r"config\.toml cannot be read"),
    ],
)
def test_wrong_settings_of_a_person_are_named(text: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "llm-dash" / "config.toml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=sentence):
        user_workspaces({"XDG_CONFIG_HOME": str(tmp_path)})


@pytest.mark.parametrize("written", ["plans/", "./plans", "plans//", "./plans/."])
def test_a_folder_is_the_same_however_it_is_written(written: str, tmp_path: Path) -> None:
    (tmp_path / "llm-dash.toml").write_text(f'plans_root = "{written}"')
    assert load(tmp_path, {}).plans_root == "plans"

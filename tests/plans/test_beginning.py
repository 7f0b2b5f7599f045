"""A folder becomes a workspace."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.plans.beginning import Part, initialize, parts
from llm_dashboard.settings import (
    DEFAULT_FILE,
    DEFAULT_PLANS_ROOT,
    FILE_NAME,
    SETTINGS,
    CustomWorkflow,
    LimitSettings,
    Owner,
    RunSettings,
    Settings,
    WorkflowLimits,
    load,
)


def test_what_is_missing_is_made_and_what_is_there_is_kept(tmp_path: Path) -> None:
    root = tmp_path / "a" / "b"
    missing = (Part(f"{DEFAULT_PLANS_ROOT}/", is_there=False), Part(FILE_NAME, is_there=False))
    assert parts(root, DEFAULT_PLANS_ROOT) == missing
    assert initialize(root, DEFAULT_PLANS_ROOT) == missing
    assert (root / DEFAULT_PLANS_ROOT).is_dir()
    (root / FILE_NAME).write_text('templates = "mine"\n', encoding="utf-8")
    assert all(part.is_there for part in initialize(root, DEFAULT_PLANS_ROOT))
    assert (root / FILE_NAME).read_text(encoding="utf-8") == 'templates = "mine"\n'
    assert sorted(path.name for path in root.iterdir()) == [FILE_NAME, "work-space"]


def test_a_file_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "work-space").touch()
    with pytest.raises(OSError, match=r"^work-space is a file, not a folder"):
        initialize(tmp_path, DEFAULT_PLANS_ROOT)
    with pytest.raises(OSError, match=r"cannot be made: Not a directory$"):
        initialize(tmp_path / "work-space" / "x", DEFAULT_PLANS_ROOT)


def test_the_new_file_of_settings_changes_none(tmp_path: Path) -> None:
    initialize(tmp_path, DEFAULT_PLANS_ROOT)
    assert load(tmp_path, {}) == Settings()
    assert tomllib.loads(DEFAULT_FILE.read_text(encoding="utf-8")) == {}


def test_the_new_file_of_settings_holds_every_setting_with_its_default(tmp_path: Path) -> None:
    lines = DEFAULT_FILE.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line.removeprefix("#") for line in lines if re.match(r"#\S", line))
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    written = load(tmp_path, {})
    assert written.unallowed
    assert list(written.agents) == ["claude"]
    assert msgspec.structs.replace(written, workflows={}, agents={}, unallowed=()) == Settings()
    assert written.limits_of("subplan") == Settings().limits
    tables = tomllib.loads(text)
    subplan, own = tables["workflows"]["subplan"], tables["workflows"]["review-agent"]
    of_a_person = {each.key for each in SETTINGS.values() if each.owner is Owner.PERSON} | {"keys", "workspaces"}
    assert keys(tables) == names(Settings) - of_a_person - {"unallowed"}
    assert keys(tables["limits"]) == names(LimitSettings)
    assert keys(tables["runs"]) == names(RunSettings)
    assert keys(subplan) == names(WorkflowLimits)
    assert keys(own) == names(CustomWorkflow)


def keys(table: Iterable[str]) -> set[str]:
    return set(table)


def names(kind: type[msgspec.Struct]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(kind)}

"""Every check: nothing in a sound workspace, and each thing spoilt found where it is."""

import ast
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.plans.checks.check import check
from llm_dashboard.plans.checks.models import KINDS, Severity
from llm_dashboard.plans.models import Plan
from llm_dashboard.plans.workspace import Workspace, find_plan
from tests.plans.checks.workspaces import APPROVED, PLAN, SOUND, SUBPLAN, TASK, checked, findings
from tests.plans.samples import PLANS, write

PACKAGE = Path(__file__).parents[3] / "src" / "llm_dashboard"
FIX = "ALPHA/execution/feedbacks/FIX_11.md"
FIX_TEXT = "# FIX REQUIRED: Achievement 1.1\n\n**Review Date**: 2026-01-01\n\n### Critical Issues\n\n1. Dark.\n"
LINE = "text\n"


def test_a_sound_workspace_has_no_findings(tmp_path: Path) -> None:
    assert checked(tmp_path) == []


def test_the_demo_has_no_findings(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE / "demo" / "work-space", tmp_path / "work-space")
    assert findings(tmp_path) == []


def test_a_fix_that_stays_beside_its_approval_is_in_order(tmp_path: Path) -> None:
    assert checked(tmp_path, {FIX: FIX_TEXT, FIX.replace(".md", "_RESOLUTION.md"): "# FIX_11 RESOLUTION\n"}) == []


MISNAMED = "ALPHA/execution/feedbacks/APPROVED_x.md"
OLD = "ALPHA/ALPHAold/execution/feedbacks/APPROVED_11.md"


def edited(name: str, *edits: tuple[str, str]) -> dict[str, str]:
    """A sound document with those texts replaced."""
    text = SOUND[name]
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return {name: text}


CASES = [
    # The plan.
    ("plan-status", PLAN, 3, edited(PLAN, ("In Progress", "Complete"))),
    ("plan-status-stale", PLAN, 3, edited(PLAN, ("In Progress", "\U0001f4cb Planning"))),
    ("plan-status-stale", PLAN, 3, edited(PLAN, ("Achievement 1.2", "Step 1.2"), ("1/2", "1/1"))),
    ("index-missing", PLAN, None, edited(PLAN, ("## Achievement Index", "## Overview"))),
    ("index-differs", PLAN, 11, edited(PLAN, ("**Achievement 1.2**", "**Step 1.2**"))),
    ("index-differs", PLAN, 21, edited(PLAN, ("1.2**: Rails\n", "1.2**: Rails\n\n**Achievement 1.3**: Ropes\n"))),
    ("title-differs", PLAN, 11, edited(PLAN, ("**Achievement 1.2**: Rails", "**Achievement 1.2**: Hooks"))),
    ("count-differs", PLAN, 4, edited(PLAN, ("1/2", "1/3"))),
    ("fence-unclosed", PLAN, 21, {PLAN: SOUND[PLAN] + "\n```text\n"}),
    ("achievement-duplicate", PLAN, 11, edited(PLAN, ("- Achievement 1.2", "- Achievement 1.1: x\n- Achievement 1.2"))),
    ("dependency-unknown", PLAN, None, {PLAN: SOUND[PLAN] + "\n- **Dependencies**: 9.9\n"}),
    ("dependency-cycle", PLAN, None, {PLAN: SOUND[PLAN] + "\n- **Dependencies**: 1.2\n"}),
    ("too-long", PLAN, 901, {PLAN: SOUND[PLAN] + LINE * 900}),
    ("template-left-over", PLAN, 21, {PLAN: SOUND[PLAN] + "\nWhy: [TO BE FILLED: why]\n"}),
    ("plan-not-utf8", PLAN, None, {PLAN: SOUND[PLAN].encode() + b"\xff"}),
    ("plan-heading", PLAN, 1, {PLAN: "# Plan of something\n", TASK: None, SUBPLAN: None, APPROVED: None}),
    ("no-achievements", PLAN, None, {PLAN: "# PLAN: None\n", TASK: None, SUBPLAN: None, APPROVED: None}),
    # Its parallel.json.
    ("parallel-invalid", "ALPHA/parallel.json", None, {"ALPHA/parallel.json": "{"}),
    (
        "parallel-status",
        "ALPHA/parallel.json",
        3,
        {"ALPHA/parallel.json": '{"achievements": [\n{\n"achievement_id": "1.2",\n"dependencies": [], "status": "complete"}]}'},
    ),
    # The documents of an achievement.
    ("document-empty", SUBPLAN, None, {SUBPLAN: b""}),
    ("document-empty", APPROVED, None, {APPROVED: b""}),
    ("too-long", TASK, 201, {TASK: SOUND[TASK].replace("Done.\n", LINE * 200)}),
    ("too-long", SUBPLAN, 601, {SUBPLAN: SOUND[SUBPLAN] + LINE * 600}),
    ("fence-unclosed", APPROVED, 6, {APPROVED: SOUND[APPROVED] + "\n```sh\n"}),
    ("template-left-over", TASK, 8, edited(TASK, ("Done.", "[TO BE FILLED]"))),
    ("template-left-over", SUBPLAN, 8, edited(SUBPLAN, ("Light.", "[TO BE FILLED: what]\n\n[TO BE FILLED]"))),
    ("document-heading", SUBPLAN, 3, edited(SUBPLAN, ("1.1", "1.2"))),
    ("document-heading", TASK, 3, edited(TASK, ("1.1", "1.2"))),
    ("subplan-missing", TASK, None, {SUBPLAN: None}),
    ("execution-missing", APPROVED, None, {TASK: None}),
    ("subplan-status", SUBPLAN, 4, edited(SUBPLAN, ("Complete", "In Progress"))),
    ("subplan-status", SUBPLAN, 4, {TASK: None, APPROVED: None}),
    ("execution-status", TASK, 4, {TASK: SOUND[TASK].replace("Complete", "In Progress", 1)}),
    ("execution-status", TASK, 4, edited(TASK, ("Done.\n\n**Status**: Complete", "Done.\n\n**Status**: Ready to Execute"))),
    ("execution-open", TASK, 10, edited(TASK, ("Complete", "In Progress"))),
    ("execution-open", TASK, None, edited(TASK, ("**Status**: Complete\n", ""))),
    ("status-unchosen", TASK, 10, {TASK: SOUND[TASK].removesuffix("Complete\n") + "[In Progress / Complete]\n"}),
    # Verdicts.
    ("verdict-heading", APPROVED, 1, edited(APPROVED, ("1.1", "1.2"))),
    ("verdict-status", APPROVED, 4, edited(APPROVED, ("APPROVED\n", "\u26a0\ufe0f NEEDS FIXES\n"))),
    ("verdict-status", FIX, 4, {FIX: FIX_TEXT.replace("\n\n###", "\n**Status**: \u2705 APPROVED\n\n###"), APPROVED: None}),
    ("verdict-heading", FIX, 1, {FIX: FIX_TEXT.replace("1.1", "1.2")}),
    ("verdict-undated", FIX, 1, {FIX: FIX_TEXT.replace("2026-01-01", "soon")}),
    ("fix-no-issue", FIX, 1, {FIX: FIX_TEXT.replace("1. Dark.", "None.")}),
    ("fix-missing", FIX.replace(".md", "_RESOLUTION.md"), None, {FIX.replace(".md", "_RESOLUTION.md"): "# FIX RESOLUTION\n"}),
    # What belongs to no achievement.
    ("artifact-orphan", "ALPHA/subplans/SUBPLAN_ALPHA_99.md", None, {"ALPHA/subplans/SUBPLAN_ALPHA_99.md": "# SUBPLAN: x\n"}),
    ("artifact-plan", "ALPHA/subplans/SUBPLAN_BETA_11.md", None, {"ALPHA/subplans/SUBPLAN_BETA_11.md": "# SUBPLAN: x\n"}),
    ("artifact-name", MISNAMED, None, {MISNAMED: "# APPROVED\n"}),
    # What lies outside of every plan.
    ("document-stray", OLD, None, {OLD: "# A\n"}),
    ("document-stray", "ALPHA/execution/SUBPLAN_ALPHA_12.md", None, {"ALPHA/execution/SUBPLAN_ALPHA_12.md": "# SUBPLAN: x\n"}),
    ("document-stray", "later/APPROVED_11.md", None, {"later/APPROVED_11.md": "# A\n"}),
    ("not-a-plan", "ALPHA/PLAN_SUMMARY.md", 1, {"ALPHA/PLAN_SUMMARY.md": "# PLAN Summary: Lamps\n"}),
    ("not-a-plan", "ALPHA/documentation/PLAN_ALPHA.md", 1, {"ALPHA/documentation/PLAN_ALPHA.md": SOUND[PLAN]}),
    ("plan-duplicate", "later/ALPHA/PLAN_ALPHA.md", None, {"later/ALPHA/PLAN_ALPHA.md": SOUND[PLAN].replace("1/2", "0/2")}),
    ("plan-copy", "ALPHA-copy/PLAN_ALPHA.md", None, {"ALPHA-copy/PLAN_ALPHA.md": SOUND[PLAN]}),
    ("plan-folder", "x/PLAN_BETA.md", None, {"x/PLAN_BETA.md": SOUND[PLAN], "x/subplans/SUBPLAN_BETA_11.md": "# S\n"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "file", "line", "changes"), CASES)
def test_what_is_wrong_is_found_alone(
    code: str, file: str, line: int | None, changes: dict[str, str | bytes | None], tmp_path: Path
) -> None:
    found = checked(tmp_path, changes)
    assert [(each.code, each.file, each.line) for each in found] == [(code, f"{PLANS}/{file}", line)]
    (only,) = found
    assert (only.severity, only.cure) == KINDS[code]
    assert only.sentence.endswith(".")


def test_copied_approvals_name_their_original(tmp_path: Path) -> None:
    files = {name.replace("11", "12"): text.replace("1.1", "1.2") for name, text in SOUND.items() if name != PLAN}
    files["ALPHA/execution/feedbacks/APPROVED_12.md"] = SOUND[APPROVED]
    files[PLAN] = SOUND[PLAN].replace("In Progress", "Complete")
    (found,) = checked(tmp_path, files)
    assert found.code == "verdict-copy"
    assert found.sentence == "It is a copy of APPROVED_11.md, which is about 1.1, byte for byte."


def test_ids_with_the_same_digits_are_told(tmp_path: Path) -> None:
    text = "# PLAN: Many\n\n## Achievement Index\n\n- Achievement 1.10: a\n- Achievement 11.0: b\n"
    folder = "MANY/execution/feedbacks"
    write(tmp_path, {"MANY/PLAN_MANY.md": text, f"{folder}/APPROVED_110.md": "# APPROVED\n\nWhich?\n"})
    assert [(each.code, each.achievement) for each in findings(tmp_path)] == [
        ("artifact-ambiguous", None),
        ("id-collision", "11.0"),
    ]


def test_old_folders_beside_the_plans_are_looked_at(tmp_path: Path) -> None:
    stray = tmp_path / "work-space" / "subplans" / "SUBPLAN_ALPHA_12.md"
    stray.parent.mkdir(parents=True)
    stray.write_text("# SUBPLAN: Rails\n", encoding="utf-8")
    (found,) = checked(tmp_path)
    assert (found.code, found.plan, found.file) == (
        "document-stray",
        "ALPHA",
        "work-space/subplans/SUBPLAN_ALPHA_12.md",
    )


def test_gaps_of_a_template_do_not_matter_before_something_rests_on_it(tmp_path: Path) -> None:
    subplan = SOUND[SUBPLAN].replace("Light.", "[TO BE FILLED]").replace("Complete", "In Progress")
    assert checked(tmp_path, {SUBPLAN: subplan, TASK: None, APPROVED: None}) == []


def test_a_document_that_cannot_be_read_is_found_once(tmp_path: Path) -> None:
    checked(tmp_path)
    path = tmp_path / PLANS / APPROVED
    state = Workspace(tmp_path, PLANS).load()
    path.unlink()
    path.mkdir()
    found = [each for step in check(tmp_path, PLANS, state) for each in step.findings]
    assert [(each.code, each.file) for each in found] == [("document-unreadable", f"{PLANS}/{APPROVED}")]


def test_a_document_that_is_gone_meanwhile_is_no_finding(tmp_path: Path) -> None:
    checked(tmp_path)
    state = Workspace(tmp_path, PLANS).load()
    (tmp_path / PLANS / APPROVED).unlink()
    assert [each for step in check(tmp_path, PLANS, state) for each in step.findings] == []


def test_a_workspace_without_plans_says_so(tmp_path: Path) -> None:
    (found,) = findings(tmp_path)
    assert found.code == "no-plans-root"
    assert found.sentence.endswith(").")


def test_nothing_is_read_outside_of_the_workspace(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    root.mkdir()
    write(outside, {"ALPHA/PLAN_SUMMARY.md": "# PLAN Summary\n", "APPROVED_11.md": ""})
    (root / "work-space").symlink_to(outside / "work-space")
    assert [each.code for each in findings(root)] == ["no-plans-root"]


def test_one_plan_has_only_what_concerns_it(tmp_path: Path) -> None:
    spoilt = {
        "ALPHA/PLAN_SUMMARY.md": "# PLAN Summary\n",
        "BETA/PLAN_BETA.md": SOUND[PLAN].replace("1/2", "0/9"),
        "BETA/PLAN_SUMMARY.md": "# PLAN Summary\n",
    }
    assert len(checked(tmp_path, spoilt)) == 3
    state = Workspace(tmp_path, PLANS).load()
    plan = find_plan(state, "ALPHA")
    assert isinstance(plan, Plan)
    steps = list(check(tmp_path, PLANS, state, plan))
    assert [each.file for step in steps for each in step.findings] == [f"{PLANS}/ALPHA/PLAN_SUMMARY.md"]
    assert [(step.plan and step.plan.name, step.documents) for step in steps] == [("ALPHA", 4), (None, 0)]


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    checked(tmp_path, {"BETA/PLAN_BETA.md": SOUND[PLAN].replace("1/2", "0/2")})
    state = Workspace(tmp_path, PLANS).load()
    before = {step.plan.plan_file: step for step in check(tmp_path, PLANS, state) if step.plan}
    task = tmp_path / PLANS / TASK
    task.write_text(SOUND[TASK].replace("1.1", "1.2"), encoding="utf-8")
    alpha, beta, _ = check(tmp_path, PLANS, state, known=before)
    assert [each.code for each in alpha.findings] == ["document-heading"]
    assert beta is before[f"{PLANS}/BETA/PLAN_BETA.md"]
    (tmp_path / PLANS / "BETA" / "parallel.json").write_text(
        '{"achievements": [{"id": "1.1", "status": "complete"}]}', encoding="utf-8"
    )
    _, beta, _ = check(tmp_path, PLANS, state, known=before)
    assert [each.code for each in beta.findings] == ["parallel-status"]


def test_the_worst_comes_first(tmp_path: Path) -> None:
    plan = SOUND[PLAN].replace("In Progress", "Complete").replace("1/2", "1/3")
    found = checked(tmp_path, {PLAN: plan, TASK: SOUND[TASK].replace("Complete", "In Progress", 1)})
    assert [each.severity for each in found] == list(Severity)


def test_what_a_document_says_is_safe_to_draw(tmp_path: Path) -> None:
    evil = "\x1b]52;c;c2VjcmV0\x07\u202eevil" + "x" * 500
    texts = {
        PLAN: SOUND[PLAN].replace("In Progress", f"Complete {evil}").replace(": Rails\n\n", f": {evil}\n\n"),
        TASK: SOUND[TASK].replace("Complete", f"In Progress {evil}"),
        APPROVED: SOUND[APPROVED].replace("APPROVED\n", f"needs fixes {evil}\n"),
        "later/APPROVED_1\x1b[31m.md": "x",
    }
    found = checked(tmp_path, texts)
    assert len(found) >= 4
    for each in found:
        assert each.sentence.isprintable()
        assert len(each.sentence) < 300
        assert (each.file or "").isprintable()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads everything")
def test_a_folder_that_cannot_be_listed_is_found(tmp_path: Path) -> None:
    write(tmp_path, {"later/x.md": ""})
    folder = tmp_path / PLANS / "later"
    folder.chmod(0)
    try:
        assert [each.code for each in checked(tmp_path)] == ["folder-unreadable"]
    finally:
        folder.chmod(0o700)


def test_every_code_of_the_reader_has_a_cure() -> None:
    codes = set()
    for path in (PACKAGE / "plans").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in ("Problem", "_report", "_UnreadableError") and isinstance(first, ast.Constant):
                    codes.add(first.value)
    # A wish that cannot be fulfilled is no finding: it is about what a person typed.
    assert "artifact-orphan" in codes
    assert codes - {"plan-unknown", "plan-ambiguous"} <= set(KINDS)


@settings(max_examples=60, deadline=None)
@given(plan=st.text(), task=st.binary(max_size=400), parallel=st.text(max_size=60))
def test_no_text_makes_a_check_raise(
    tmp_path_factory: pytest.TempPathFactory, plan: str, task: bytes, parallel: str
) -> None:
    root = tmp_path_factory.mktemp("any")
    texts = {
        PLAN: (SOUND[PLAN] + plan).encode(errors="replace"),
        "ALPHA/parallel.json": parallel.encode(errors="replace"),
    }
    for each in checked(root, {**texts, TASK: task, APPROVED: task, SUBPLAN: task, FIX: task}):
        assert each.sentence.isprintable()

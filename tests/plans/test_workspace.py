import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_dashboard.plans.models import Plan, Problem, StepKind, WorkspaceState
from llm_dashboard.plans.workspace import Workspace, find_plan, read_document
from tests.plans.samples import PLANS, plan_text, task_text, write


def load(root: Path) -> WorkspaceState:
    return Workspace(root).load()


def only_plan(root: Path) -> Plan:
    (plan,) = load(root).plans
    return plan


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


def test_a_plan_with_its_artifacts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "A/PLAN_A.md": plan_text(["1.1", "1.2", "1.3"], "The plan"),
            "A/subplans/SUBPLAN_A_12.md": "# SUBPLAN: A\n",
            "A/execution/EXECUTION_TASK_A_12_01.md": task_text("In Progress", "✅ Complete"),
            "A/execution/feedbacks/APPROVED_11.md": "# APPROVED: Achievement 1.1\n",
            "A/Aold/execution/feedbacks/APPROVED_13.md": "# APPROVED: Achievement 1.3\n",
            "A/end.txt": "",
        },
    )
    plan = only_plan(tmp_path)
    assert (plan.name, plan.path, plan.plan_file) == ("A", f"{PLANS}/A", f"{PLANS}/A/PLAN_A.md")
    assert (plan.title, plan.header, plan.own_folder) == ("The plan", {"Status": "Planning"}, True)
    assert [each.status for each in plan.achievements] == ["approved", "awaiting_review", "not_started"]
    assert plan.achievements[1].artifacts.executions == (f"{PLANS}/A/execution/EXECUTION_TASK_A_12_01.md",)
    assert (plan.counts.total, plan.counts.approved, plan.counts.awaiting_review) == (3, 1, 1)
    assert (plan.next.achievement, plan.next.workflow) == ("1.2", StepKind.REVIEW)
    assert plan.last_approved == plan.achievement("1.1")
    assert plan.problems == ()


def test_the_order_is_by_container_and_name(tmp_path: Path) -> None:
    for name in ("Z/PLAN_Z.md", "b/X/PLAN_X.md", "a/Y/PLAN_Y.md", "a/PLAN_FLAT.md", "C/PLAN_C.md"):
        write(tmp_path, {name: plan_text()})
    assert [(plan.container, plan.name) for plan in load(tmp_path).plans] == [
        ("", "C"),
        ("", "Z"),
        ("a", "FLAT"),
        ("a", "Y"),
        ("b", "X"),
    ]


def test_a_plan_that_is_not_in_its_own_folder_has_no_artifacts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/PLAN_A.md": plan_text(),
            "a/parallel.json": "{",
            "a/execution/feedbacks/APPROVED_11.md": "",
            "a/subplans/SUBPLAN_A_11.md": "",
        },
    )
    plan = only_plan(tmp_path)
    assert (plan.own_folder, plan.counts.not_started, plan.problems) == (False, 2, ())


def test_files_that_are_named_like_plans(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "A/PLAN_A.md": "# PLAN without a colon\n",
            "A/PLAN_SUMMARY.md": "# PLAN Summary: A\n",
            "A/documentation/PLAN_B.md": plan_text(),
            "NORTH/NORTH_STAR_A.md": "# PLAN: A\n",
        },
    )
    state = load(tmp_path)
    assert state.plans == ()
    assert [(problem.code, problem.file, problem.line) for problem in state.problems] == [
        ("plan-heading", f"{PLANS}/A/PLAN_A.md", 1)
    ]


def test_plans_that_cannot_be_read_are_listed_with_their_problem(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "GOOD/PLAN_GOOD.md": plan_text(),
            "LATIN/PLAN_LATIN.md": "# PLAN: Caf\xe9\n## Achievements\n**Achievement 1.1**: A\n".encode("latin-1"),
            "WIDE/PLAN_WIDE.md": plan_text().encode("utf-16"),
            "NOTES/PLAN_NOTES_X.md": b"\xff not a plan",
        },
    )
    os.mkfifo(tmp_path / PLANS / "PLAN_PIPE.md")
    (tmp_path / PLANS / "FOLDER" / "PLAN_FOLDER.md").mkdir(parents=True)
    huge = tmp_path / PLANS / "HUGE" / "PLAN_HUGE.md"
    huge.parent.mkdir()
    huge.write_bytes(plan_text().encode())
    os.truncate(huge, 100 << 20)
    plans = {plan.name: plan for plan in load(tmp_path).plans}
    assert {name: codes(plan.problems) for name, plan in plans.items()} == {
        "GOOD": [],
        "LATIN": ["plan-not-utf8"],
        "WIDE": ["plan-not-utf8"],
        "PIPE": ["plan-unreadable"],
        "FOLDER": ["plan-unreadable"],
        "HUGE": ["plan-too-large"],
    }
    assert plans["PIPE"].problems[0].message == "PLAN_PIPE.md is a pipe, not a file; rename it or replace it."
    assert plans["PIPE"].next.reason == "PLAN_PIPE.md cannot be read"
    assert [plan.name for plan in plans.values() if plan.achievements] == ["GOOD"]


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A workspace in which permissions hold, also where the tests are run by root."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        effective = os.geteuid()
        if effective == 0:
            os.chown(root, 65534, -1)
            os.seteuid(65534)
        try:
            yield root
        finally:
            os.seteuid(effective)


def test_permissions(unprivileged: Path) -> None:
    write(
        unprivileged,
        {
            "A/PLAN_A.md": plan_text(),
            "B/PLAN_B.md": plan_text(),
            "B/parallel.json": "{}",
            "B/execution/EXECUTION_TASK_B_11_01.md": task_text("Complete"),
            "C/PLAN_C.md": plan_text(),
        },
    )
    plans = unprivileged / PLANS
    for closed in ("A/PLAN_A.md", "B/parallel.json", "B/execution/EXECUTION_TASK_B_11_01.md", "C"):
        (plans / closed).chmod(0)
    workspace = Workspace(unprivileged)
    state = workspace.load()
    assert {plan.name: codes(plan.problems) for plan in state.plans} == {
        "A": ["plan-unreadable"],
        "B": ["document-unreadable", "document-unreadable"],
    }
    assert [(problem.code, problem.file) for problem in state.problems] == [("folder-unreadable", f"{PLANS}/C")]
    assert "Permission denied" in state.problems[0].message
    (plans / "C").chmod(0o755)
    (plans / "A" / "PLAN_A.md").chmod(0o644)
    assert [plan.counts.total for plan in workspace.load().plans] == [2, 2, 2]


def test_dependencies_are_united(tmp_path: Path) -> None:
    body = "## Achievements\n**Achievement 1.2**: B\n- **Dependencies**: 1.1, 1.3\n"
    parallel = {"achievements": [{"achievement_id": "1.2", "dependencies": ["1.3"]}, {"id": "4.4"}]}
    write(
        tmp_path,
        {"A/PLAN_A.md": plan_text(["1.2", "1.1", "1.3"]) + body, "A/parallel.json": msgspec.json.encode(parallel)},
    )
    plan = only_plan(tmp_path)
    assert plan.achievements[0].dependencies == ("1.3", "1.1")
    assert (plan.next.achievement, plan.next.workflow) == ("1.1", StepKind.SUBPLAN)
    assert codes(plan.problems) == ["parallel-invalid"]


def test_problems_of_a_plan(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "A/PLAN_A.md": plan_text() + "```\n",
            "A/parallel.json": "{not json",
            "A/execution/feedbacks/APPROVED_99.md": "",
        },
    )
    assert sorted(codes(only_plan(tmp_path).problems)) == ["artifact-orphan", "fence-unclosed", "parallel-invalid"]


def test_what_has_the_name_of_an_artifact_and_is_none(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "A/PLAN_A.md": plan_text(),
            "A/subplans/SUBPLAN_A_11.md/x": "",
            "A/execution/feedbacks/notes": "",
            "B/PLAN_B.md": plan_text(),
            "B/execution/feedbacks": "",
            "B/parallel.json/x": "",
        },
    )
    plans = tmp_path / PLANS
    os.mkfifo(plans / "A/execution/EXECUTION_TASK_A_11_01.md")
    os.mkfifo(plans / "A/execution/any")
    (plans / "A/execution/feedbacks/APPROVED_11.md").symlink_to("/dev/zero")
    (plans / "A/parallel.json").symlink_to("/etc/passwd")
    (plans / "B/subplans").symlink_to(plans / "A/subplans")
    first, second = load(tmp_path).plans
    assert {problem.file: problem.message for problem in first.problems if problem.code == "artifact-kind"} == {
        f"{PLANS}/A/{name}": f"{name.rpartition('/')[2]} is {kind}, not a file, and does not count; put a file in its place."
        for name, kind in {
            "parallel.json": "a link",
            "subplans/SUBPLAN_A_11.md": "a folder",
            "execution/EXECUTION_TASK_A_11_01.md": "a pipe",
            "execution/feedbacks/APPROVED_11.md": "a link",
        }.items()
    }
    assert [problem.message for problem in second.problems] == [
        "parallel.json is a folder, not a file, and does not count; put a file in its place.",
        "subplans is a link, not a folder, and does not count; put a folder in its place.",
        "feedbacks is a file, not a folder, and does not count; put a folder in its place.",
    ]
    assert {each.status for plan in (first, second) for each in plan.achievements} == {"not_started"}


def test_names_that_cannot_be_shown(tmp_path: Path) -> None:
    folder = os.path.join(os.fsencode(tmp_path), PLANS.encode(), b"\xff\x1b[2J")  # noqa: PTH118
    os.makedirs(folder + b"/x")  # noqa: PTH103
    write(tmp_path, {"B/PLAN_B.md": plan_text(), "B/subplans/SUBPLAN_B_11_V\u202e2.md": ""})
    with open(folder + b"/PLAN_A.md", "wb") as file:
        file.write(plan_text().encode())
    state = load(tmp_path)
    assert [(plan.name, plan.counts.total) for plan in state.plans] == [("B", 2), ("A", 2)]
    assert codes(state.plans[1].problems) == ["name-unsafe"]
    assert b"\x1b" not in msgspec.json.encode(state)
    assert all(each.isprintable() for each in state.plans[0].achievements[0].artifacts.subplans)


@pytest.mark.parametrize("make", ["nothing", "file", "link out", "link in", "loop"])
def test_without_a_plans_root(tmp_path: Path, make: str) -> None:
    root = tmp_path / "w"
    plans = root / PLANS
    plans.parent.mkdir(parents=True)
    if make == "file":
        plans.touch()
    elif make != "nothing":
        (root / "real").mkdir()
        plans.symlink_to({"link out": tmp_path, "link in": root / "real", "loop": plans}[make])
    state = load(root)
    assert state.plans == ()
    assert codes(state.problems) == ["no-plans-root"]
    assert f"looked for {PLANS} in {root}" in state.problems[0].message


def test_another_plans_root(tmp_path: Path) -> None:
    (tmp_path / "plans" / "A").mkdir(parents=True)
    (tmp_path / "plans" / "A" / "PLAN_A.md").write_text(plan_text())
    (plan,) = Workspace(tmp_path, "plans/").load().plans
    assert (plan.path, plan.container) == ("plans/A", "")


@pytest.fixture
def named(tmp_path: Path) -> WorkspaceState:
    for name in ("ALPHA/PLAN_ALPHA.md", "alpha-two/PLAN_alpha-two.md", "paused/BETA/PLAN_BETA.md"):
        write(tmp_path, {name: plan_text()})
    write(tmp_path, {"paused/PLAN_FLAT.md": plan_text(), "p/SAME/PLAN_SAME.md": plan_text()})
    write(tmp_path, {"q/SAME/PLAN_SAME.md": plan_text()})
    return load(tmp_path)


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("ALPHA", "ALPHA/PLAN_ALPHA.md"),
        ("@ALPHA", "ALPHA/PLAN_ALPHA.md"),
        ("alpha", "ALPHA/PLAN_ALPHA.md"),
        ("alpha-", "alpha-two/PLAN_alpha-two.md"),
        ("bE", "paused/BETA/PLAN_BETA.md"),
        ("PLAN_BETA.md", "paused/BETA/PLAN_BETA.md"),
        (f"{PLANS}/paused/BETA", "paused/BETA/PLAN_BETA.md"),
        (f"@./{PLANS}/paused/BETA/", "paused/BETA/PLAN_BETA.md"),
        (f"{PLANS}/paused/BETA/PLAN_BETA.md", "paused/BETA/PLAN_BETA.md"),
        (f"{PLANS}/q/SAME", "q/SAME/PLAN_SAME.md"),
        (f"{PLANS}/paused", "paused/PLAN_FLAT.md"),
    ],
)
def test_find_plan(named: WorkspaceState, text: str, file: str) -> None:
    for wanted in (text, text.replace(PLANS, f"{named.root}/{PLANS}").replace("./", "")):
        plan = find_plan(named, wanted)
        assert isinstance(plan, Plan)
        assert plan.plan_file == f"{PLANS}/{file}"


@pytest.mark.parametrize(
    ("text", "code", "named_in_message"),
    [
        ("SAME", "plan-ambiguous", f"{PLANS}/p/SAME/PLAN_SAME.md, {PLANS}/q/SAME/PLAN_SAME.md"),
        ("al", "plan-ambiguous", "2 plans"),
        ("APLHA", "plan-unknown", "did you mean ALPHA"),
        ("0" * 10_000, "plan-unknown", "there are 6 plans"),
        ("", "plan-unknown", "there are 6 plans"),
        (f"/elsewhere/{PLANS}/ALPHA", "plan-unknown", "ALPHA"),
        ("\x1b[2J", "plan-unknown", "''"),
    ],
)
def test_find_plan_that_is_not_there(named: WorkspaceState, text: str, code: str, named_in_message: str) -> None:
    problem = find_plan(named, text)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert named_in_message in problem.message


def test_read_document(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("é\r\n".encode() + b"\xff")
    (tmp_path / "in.md").symlink_to("a.md")
    assert read_document(tmp_path, "a.md") == "é\r\n\ufffd"
    assert read_document(tmp_path, "in.md") == "é\r\n\ufffd"
    assert read_document(tmp_path, "a.md", limit=2) == "é"


def test_read_document_stays_in_the_root(tmp_path: Path) -> None:
    root = tmp_path / "w"
    root.mkdir()
    (tmp_path / "secret").write_text("secret")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    for relative in ("../secret", "out", "up/secret", str(tmp_path / "secret"), "loop", "pipe", ".", "missing", "a\0b"):
        with pytest.raises(OSError, match=r"."):
            read_document(root, relative)


_names = st.one_of(
    st.sampled_from(
        [
            "A/PLAN_A.md",
            "A/subplans/SUBPLAN_A_11.md",
            "A/subplans/SUBPLAN_A_.md",
            "A/execution/EXECUTION_TASK_A_11_01.md",
            "A/execution/EXECUTION_TASK_A_01.md",
            "A/execution/feedbacks/APPROVED_11.md",
            "A/execution/feedbacks/FIX_11.md",
            "A/execution/feedbacks/FIX_11_RESOLUTION.md",
            "A/parallel.json",
            "A/subplans",
            "A/execution",
            "PLAN_A.md",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=20).map("A/PLAN_{}.md".format),
    st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=20).map(
        "A/execution/APPROVED_{}".format
    ),
)
_contents = st.one_of(st.just(plan_text()), st.just(task_text("Complete")), st.text(max_size=60), st.just("{}"))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(_names, _contents, max_size=8))
def test_any_set_of_files_can_be_loaded(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / PLANS).mkdir(parents=True)
        for path, content in files.items():
            try:
                write(root, {path: content.encode(errors="replace")})
            except OSError:
                continue
        workspace = Workspace(root)
        state = workspace.load()
        assert workspace.load() == state
        assert msgspec.json.decode(msgspec.json.encode(state), type=WorkspaceState) == state
        assert all(plan.counts.total == len(plan.achievements) for plan in state.plans)

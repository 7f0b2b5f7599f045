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

LONG_AGO = 1_600_000_000


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
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust time stamps at once: the tests below change sizes or names, so that no change can hide behind one."""
    monkeypatch.setattr("llm_dashboard.plans.files._UNSETTLED_NS", -(10**12))


_CHANGES = {
    "the plan": {"A/PLAN_A.md": plan_text(["1.1", "1.2", "1.3"])},
    "a task": {"A/execution/EXECUTION_TASK_A_11_01.md": task_text("In Progress", "Complete")},
    "a new folder": {"A/subplans/SUBPLAN_A_12.md": ""},
    "a new feedback": {"A/execution/feedbacks/APPROVED_11.md": ""},
    "dependencies": {"A/parallel.json": '{"achievements": [{"id": "1.1", "dependencies": ["1.2"]}]}'},
}


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("change", _CHANGES)
def test_only_what_changed_is_read_again(tmp_path: Path, change: str) -> None:
    start = {
        "A/PLAN_A.md": plan_text(),
        "A/execution/EXECUTION_TASK_A_11_01.md": task_text("In Progress"),
        "A/execution/feedbacks/notes.md": "",
        "A/parallel.json": '{"achievements": []}',
    }
    write(tmp_path, start | {"B/PLAN_B.md": plan_text()})
    workspace = Workspace(tmp_path)
    before = workspace.load().plans
    again = workspace.load().plans
    assert all(one is other for one, other in zip(before, again, strict=True))
    write(tmp_path, _CHANGES[change])
    after = workspace.load().plans
    assert after[1] is before[1]
    assert after[0] != before[0]
    assert after == load(tmp_path).plans


@pytest.mark.usefixtures("settled")
def test_plans_come_and_go(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text()})
    workspace = Workspace(tmp_path)
    workspace.load()
    (tmp_path / PLANS / "A").rename(tmp_path / PLANS / "B")
    write(tmp_path, {"c/C/PLAN_C.md": plan_text()})
    assert [(plan.name, plan.own_folder) for plan in workspace.load().plans] == [("A", False), ("C", True)]
    (tmp_path / PLANS).rename(tmp_path / "gone")
    assert codes(workspace.load().problems) == ["no-plans-root"]


@pytest.mark.parametrize("absolute", [True, False])
@pytest.mark.parametrize("change", _CHANGES)
def test_only_what_is_said_to_have_changed_is_looked_at(tmp_path: Path, change: str, absolute: bool) -> None:
    write(
        tmp_path,
        {
            "A/PLAN_A.md": plan_text(),
            "A/execution/EXECUTION_TASK_A_11_01.md": task_text("In Progress"),
            "A/parallel.json": '{"achievements": []}',
            "B/PLAN_B.md": plan_text(),
        },
    )
    workspace = Workspace(tmp_path)
    before = workspace.load().plans
    write(tmp_path, {**_CHANGES[change], "B/execution/feedbacks/APPROVED_11.md": ""})
    paths = [f"{tmp_path}/{PLANS}/{name}" if absolute else f"{PLANS}/{name}" for name in _CHANGES[change]]
    after = workspace.load(paths).plans
    assert after[0] != before[0]
    assert after[0] == load(tmp_path).plans[0]
    assert after[1] is before[1]
    assert workspace.load().plans == load(tmp_path).plans


def test_a_plan_that_is_read_again_and_says_the_same_is_the_same_object(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text()})
    workspace = Workspace(tmp_path)
    (before,) = workspace.load().plans
    write(tmp_path, {"A/PLAN_A.md": plan_text(), "A/notes.txt": ""})
    assert workspace.load([f"{PLANS}/A/PLAN_A.md"]).plans[0] is before
    assert workspace.load().plans[0] is before


def test_paths_that_say_nothing_of_plans(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text()})
    workspace = Workspace(tmp_path)
    before = workspace.load()
    write(tmp_path, {"B/PLAN_B.md": plan_text()})
    for paths in (
        [],
        [".llm-dash/runs/x/output.log"],
        ["work-space/plans-old/A"],
        [f"{PLANS}/A/documentation/PLAN_X.md"],
    ):
        assert workspace.load(paths) == before


@pytest.mark.parametrize("path", [PLANS, "work-space", ".", "/elsewhere/B", f"{PLANS}/A/../B/PLAN_B.md", "{root}"])
def test_paths_that_do_not_tell_what_changed(tmp_path: Path, path: str) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text()})
    workspace = Workspace(tmp_path)
    workspace.load()
    write(tmp_path, {"B/PLAN_B.md": plan_text()})
    assert len(workspace.load([path.replace("{root}", str(tmp_path))]).plans) == 2


def test_plans_come_and_go_where_it_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"A/PLAN_A.md": plan_text(), "A/subplans/SUBPLAN_A_11.md": "", "c/PLAN_FLAT.md": plan_text()})
    workspace = Workspace(tmp_path)
    assert workspace.load(["nothing"]).plans == load(tmp_path).plans
    plans = tmp_path / PLANS
    (plans / "A").rename(plans / "B")
    assert workspace.load([f"{PLANS}/A", f"{PLANS}/B"]) == load(tmp_path)
    (plans / "B" / "PLAN_A.md").rename(plans / "B" / "PLAN_B.md")
    assert workspace.load([f"{PLANS}/B/PLAN_A.md", f"{PLANS}/B/PLAN_B.md"]) == load(tmp_path)
    write(tmp_path, {"c/deep/er/C/PLAN_C.md": plan_text()})
    assert workspace.load([f"{PLANS}/c/deep/er/C/PLAN_C.md"]) == load(tmp_path)
    (plans / "c" / "PLAN_FLAT.md").unlink()
    assert workspace.load([f"{PLANS}/c/PLAN_FLAT.md"]) == load(tmp_path)
    plans.rename(tmp_path / "gone")
    assert codes(workspace.load([f"{PLANS}/B/PLAN_B.md"]).problems) == ["no-plans-root"]
    (tmp_path / "gone").rename(plans)
    assert workspace.load([f"{PLANS}/B/PLAN_B.md"]) == load(tmp_path)


def test_a_change_in_the_same_tick_of_the_clock_is_seen(tmp_path: Path) -> None:
    path = tmp_path / PLANS / "A" / "PLAN_A.md"
    workspace = Workspace(tmp_path)
    for title in ("One", "Two", "Six"):
        write(tmp_path, {"A/PLAN_A.md": plan_text(title=title)})
        os.utime(path, ns=(path.stat().st_atime_ns, LONG_AGO))
        assert workspace.load().plans[0].title == title


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

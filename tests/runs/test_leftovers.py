"""What is left of a run whose supervisor was killed: who is one of its processes, and that all of them are ended."""

import os
import signal
import subprocess
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.runs import folders, history, leftovers, processes
from llm_dashboard.runs.executor import WorkflowExecutor
from llm_dashboard.runs.leftovers import MARKER, Sight, living, look
from llm_dashboard.runs.models import ProcessId, Run, WorkflowState
from llm_dashboard.runs.processes import ProcessStat
from llm_dashboard.workflows.models import Command, Limits, SuggestedAction
from tests.runs.conftest import Python, command, finished, output, pids_in, started, until_said
from tests.runs.conftest import living as alive
from tests.runs.test_results import RECORD

FOLDER = "/work/.llm-dash/runs/x"
MAIN = 1000
"""The id of the main process in the tables; it started at 50."""


LOST = msgspec.structs.replace(RECORD, process=ProcessId(MAIN, 50), boot_id=processes.boot_id())


def sight(marked: set[int], **table: tuple[int, int, int]) -> Sight:
    """Processes by id as `p1000=(parent, session, start)`, and those of them that are marked; `z` stands for a zombie."""
    stats = {
        int(name[1:]): ProcessStat("x", "Z" if name[0] == "z" else "S", parent, session, start)
        for name, (parent, session, start) in table.items()
    }
    return Sight(stats, {FOLDER: marked})


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (sight(set(), p1000=(1, 1000, 50), p1001=(1000, 1000, 51), p9=(1, 9, 1)), {1000, 1001}),
        # Its id is another's by now, who also has a session of his own.
        (sight(set(), p1000=(1, 1000, 70), p1001=(1000, 1000, 71)), set()),
        # It is gone. Who is in a session of its id can be told only by his marker, and he tells of all the others.
        (sight(set(), p1001=(1, 1000, 51)), set()),
        (sight({1001}, p1001=(1, 1000, 51), p1002=(1, 1000, 52)), {1001, 1002}),
        # A daemon in a session of its own, its children without a marker, and one of those that lost its parent.
        (sight({2000}, p2000=(1, 2000, 60), p2001=(2000, 2001, 61), p2002=(1, 2001, 62)), {2000, 2001, 2002}),
        # Somebody has given the marker to a command in his own shell.
        (sight({3001}, p3000=(1, 3000, 60), p3001=(3000, 3000, 61), p3002=(3000, 3000, 62)), {3001}),
        (sight(set(), z1000=(1, 1000, 50), p1001=(1, 1000, 51), z1002=(1, 1000, 52)), {1001}),
        (sight({4000}, p4000=(1, 4000, 9)), {4000}),
        (sight(set()), set()),
    ],
)
def test_who_is_of_the_run(seen: Sight, found: set[int]) -> None:
    assert living(LOST, FOLDER, lambda: seen).keys() == found


def test_what_was_found_once_is_known_by_its_start() -> None:
    seen = sight(set(), p5=(1, 4, 50), p6=(5, 4, 50), p7=(1, 7, 51))
    assert living(LOST, FOLDER, lambda: seen, [(5, 50), (7, 50)]).keys() == {5, 6}


@pytest.mark.parametrize(("boot", "found"), [("another", set()), (None, {1000})])
def test_another_boot_has_no_process_of_the_run(boot: str | None, found: set[int]) -> None:
    seen = sight({1000}, p1000=(1, 1000, 50))
    assert living(msgspec.structs.replace(LOST, boot_id=boot), FOLDER, lambda: seen).keys() == found


def test_neither_this_process_nor_who_started_it_is_of_the_run() -> None:
    table = processes.table()
    lineage = {os.getpid(), os.getppid(), os.getsid(0)}
    with subprocess.Popen(["sleep", "60"]) as child:
        stat = processes.stat(child.pid)
        assert stat is not None
        seen = Sight({**table, child.pid: stat}, {FOLDER: {*lineage, child.pid} & {*table, child.pid}})
        found = living(msgspec.structs.replace(LOST, process=None), FOLDER, lambda: seen)
        child.kill()
    assert child.pid in found
    assert not found.keys() & {os.getpid(), os.getppid()}


def test_the_marker_is_seen_in_the_environment(tmp_path: Path) -> None:
    environment = {"A": "1", MARKER: str(tmp_path / "ü"), f"{MARKER}_2": "no", "Z": "1"}
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"x")
        child.stdin.flush()
        # It has answered, so that it is what it was started as.
        assert child.stdout.read(1) == b"x"
        assert look().marked[str(tmp_path / "ü")] == {child.pid}


FAMILY = """
    import os, signal, subprocess, sys, time
    SLEEP = "import os, time; print(f'PID={os.getpid()}', flush=True); time.sleep(60)"
    STUBBORN = "import signal; signal.signal(2, signal.SIG_IGN); signal.signal(15, signal.SIG_IGN); " + SLEEP
    TIDY = "import os, signal, sys, time; signal.signal(2, lambda *a: (print('tidied up', flush=True), os._exit(0))); " + SLEEP
    def run(code, **options):
        subprocess.Popen([sys.executable, "-S", "-c", code], **options)
    run(TIDY)
    run(STUBBORN, start_new_session=True)
    run(SLEEP, env={})
    if os.fork() == 0:
        os.setsid()
        run(STUBBORN)
        os._exit(0)
    os.wait()
    print(f"PID={os.getpid()}")
    while open(os.environ["LLM_DASH_RUN_FOLDER"] + "/output.log").read().count("PID=") < 5:
        time.sleep(0.005)
    print("ready")
    time.sleep(60)
"""


async def lost_run(executor: WorkflowExecutor, wanted: Command) -> Run:
    """A run whose supervisor was killed when the run was ready."""
    run = await started(executor, wanted)
    await until_said(executor, run, "ready")
    record = executor.run(run.id).record
    assert record.supervisor is not None
    os.kill(record.supervisor.pid, signal.SIGKILL)
    assert (await finished(executor, run)).state is WorkflowState.LOST
    return executor.run(run.id)


async def test_all_that_is_left_of_a_lost_run_is_ended(executor: WorkflowExecutor, python: Python) -> None:
    run = await lost_run(executor, python(FAMILY, limits=Limits(wall=60, grace=(0.5, 0.2))))
    pids = pids_in(run.log_path.read_text())
    assert len(set(pids)) == 5
    assert sorted(alive(pids)) == sorted(pids)
    ended = await executor.end_lost(run.id)
    assert alive(pids) == []
    assert {int(name.rpartition("(")[2][:-1]) for name in ended} == set(pids)
    after = executor.run(run.id)
    assert after.result is not None
    assert (after.state, after.result.ended_processes) == (WorkflowState.LOST, ended)
    assert after.result.log_bytes == len(output(executor.workspace, after.result))
    assert "tidied up" in output(executor.workspace, after.result)
    assert sorted(path.name for path in run.folder.iterdir()) == ["output.log", "result.json", "run.json"]
    assert await executor.end_lost(run.id) == ()
    assert executor.run(run.id) == after


async def test_a_stopped_leftover_hears_of_its_end_and_has_time_for_it(
    executor: WorkflowExecutor, python: Python
) -> None:
    source = """
        import os, signal, time
        signal.signal(2, lambda *arguments: (time.sleep(0.2), print('tidied up'), os._exit(0)))
        print('ready')
        os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(60)
    """
    run = await lost_run(executor, python(source, limits=Limits(wall=60, grace=(20, 20))))
    assert len(await executor.end_lost(run.id)) == 1
    assert "tidied up" in run.log_path.read_text()


async def test_the_main_process_is_gone_and_its_child_lives_on(executor: WorkflowExecutor, python: Python) -> None:
    source = """
        import os, time
        if os.fork():
            while not os.path.exists('supervisor-is-dead'):
                time.sleep(0.005)
            os._exit(0)
        print(f"PID={os.getpid()} ready")
        time.sleep(60)
    """
    run = await lost_run(executor, python(source))
    (pid,) = pids_in(run.log_path.read_text())
    assert run.record.process is not None
    main = run.record.process
    (executor.workspace / "supervisor-is-dead").touch()
    while processes.is_alive(main.pid, main.start):
        pass
    (ended,) = await executor.end_lost(run.id)
    assert ended.endswith(f"({pid})")
    assert alive([pid]) == []


@pytest.mark.parametrize("guard", ["start", "boot"])
def test_a_stranger_with_the_id_of_the_main_process_is_not_touched(workspace: Path, guard: str) -> None:
    folder, record = folders.create(workspace, command(workspace, "true"))
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        start = processes.start_time(stranger.pid)
        record = msgspec.structs.replace(
            record,
            supervisor=ProcessId(1, 1),
            process=ProcessId(stranger.pid, start - 1 if guard == "start" else start),
            started_at=record.requested_at,
            boot_id="another" if guard == "boot" else record.boot_id,
        )
        (folder / "run.json").write_bytes(msgspec.json.encode(record))
        run = history.read(folder)
        assert run is not None
        assert run.state is WorkflowState.LOST
        assert history.end_lost(run) == ()
        assert stranger.poll() is None
        stranger.kill()
    assert (folder / "result.json").exists()


async def test_what_cannot_be_ended_stays_offered(
    executor: WorkflowExecutor, python: Python, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await lost_run(executor, python("import time; print('ready'); time.sleep(60)"))
    with monkeypatch.context() as patch:
        patch.setattr(leftovers, "SWEEP", 0.05)
        patch.setattr(processes, "send", lambda *arguments: False)
        assert await executor.end_lost(run.id) == ()
    after = executor.run(run.id)
    assert after.result is not None
    assert after.result.failure is not None
    assert after.result.failure.suggestions[0].action is SuggestedAction.END_LEFTOVERS
    assert not (run.folder / "result.json").exists()
    assert len(await executor.end_lost(run.id)) == 1
    assert (run.folder / "result.json").exists()


async def test_a_run_that_is_not_lost_is_left_alone(executor: WorkflowExecutor, python: Python) -> None:
    run = await started(executor, python("import time; print('ready'); time.sleep(60)"))
    await until_said(executor, run, "ready")
    assert await executor.end_lost(run.id) == ()
    assert executor.run(run.id).state is WorkflowState.RUNNING
    await executor.stop(run.id)
    assert (await finished(executor, run)).state is WorkflowState.CANCELLED
    with pytest.raises(KeyError):
        await executor.end_lost("no-such-run")


def test_a_system_that_does_not_show_its_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "table", dict)
    assert look() == Sight({}, {})
    assert living(LOST, FOLDER) == {}

"""Supervision in this process: every path from the start of a child to its result."""

import json
import os
import signal
import stat
from pathlib import Path

import msgspec
import pytest

from llm_dashboard.runs import folders, history, processes, results, supervisor, tree
from llm_dashboard.runs.models import Change, WorkflowState
from llm_dashboard.runs.reserved import RESULT_SPACE
from llm_dashboard.runs.signals import Signals
from llm_dashboard.runs.supervisor import Supervision, reason
from llm_dashboard.workflows.models import FailureKind, Limits
from tests.runs.conftest import Python, Supervise, command, living, output, pids_in


@pytest.mark.parametrize(
    ("source", "state", "exit_code", "number"),
    [
        ("print('ERROR: but it is only a word')", WorkflowState.SUCCESS, 0, None),
        ("raise SystemExit(3)", WorkflowState.FAILED, 3, None),
        ("import os; os.kill(os.getpid(), 11)", WorkflowState.FAILED, None, signal.SIGSEGV),
    ],
)
def test_a_main_process_that_ends_by_itself(
    supervise: Supervise,
    python: Python,
    source: str,
    state: WorkflowState,
    exit_code: int | None,
    number: int | None,
) -> None:
    result = supervise(python(source))
    assert (result.state, result.exit_code, result.signal) == (state, exit_code, number)
    assert result.success is (state is WorkflowState.SUCCESS)
    assert result.ended_processes == ()


def test_a_child_has_no_terminal_no_input_and_default_signals(
    supervise: Supervise, python: Python, workspace: Path
) -> None:
    result = supervise(
        python(
            """
            import os, signal, sys
            print(repr(sys.stdin.read()), os.getsid(0) == os.getpid(), os.getcwd() == sys.argv[1])
            print(signal.getsignal(signal.SIGHUP), signal.pthread_sigmask(signal.SIG_BLOCK, []))
            try:
                open("/dev/tty")
            except OSError:
                print("no terminal")
            """,
            str(workspace),
        )
    )
    lines = output(workspace, result).splitlines()
    assert lines == ["'' True True", "0 set()", "no terminal"]


def test_standard_input_is_the_file(supervise: Supervise, python: Python, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "prompt").write_text("do it")
    result = supervise(python("print(input())", stdin=tmp_path / "prompt"))
    assert output(workspace, result) == "do it\n"


def test_a_log_that_the_child_cuts_has_no_hole(supervise: Supervise, python: Python, workspace: Path) -> None:
    result = supervise(python("import os; print('x' * 9000); os.ftruncate(1, 0); print('after')"))
    assert output(workspace, result) == "after\n"
    assert result.log_bytes == 6


def test_what_a_main_process_leaves_is_ended_and_named(supervise: Supervise, python: Python, workspace: Path) -> None:
    result = supervise(
        python(
            """
            import os, signal, sys, time
            reader, writer = os.pipe()
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    print(f"PID={os.getpid()}")
                    os.write(writer, b"x")
                    time.sleep(60)
                os._exit(0)
            os.read(reader, 1)
            """
        )
    )
    (pid,) = pids_in(output(workspace, result))
    assert result.state is WorkflowState.SUCCESS
    assert [name.endswith(f"({pid})") for name in result.ended_processes] == [True]
    assert living([pid]) == []


def test_a_look_that_misses_what_lives_does_not_end_the_search(
    supervise: Supervise, python: Python, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter(range(3))
    table = processes.table
    monkeypatch.setattr(processes, "table", lambda: table() if next(looks, None) is None else {})
    monkeypatch.setattr(supervisor, "LINGER", 0.0)
    source = "import os, time\nchild = os.fork()\nif child == 0:\n    time.sleep(60)\nprint(f'PID={child}')"
    result = supervise(python(source))
    (pid,) = pids_in(output(workspace, result))
    assert living([pid]) == []
    assert [name.endswith(f"({pid})") for name in result.ended_processes] == [True]


def test_what_ends_by_itself_soon_is_not_named(
    supervise: Supervise, python: Python, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LINGER", 20.0)
    source = "import os, time\nif os.fork() == 0:\n    time.sleep(0.05)\n    os._exit(0)\nos._exit(0)"
    assert supervise(python(source)).ended_processes == ()


def test_both_streams_are_in_the_order_of_their_writes(supervise: Supervise, python: Python, workspace: Path) -> None:
    result = supervise(python("import os\nfor number in range(500):\n    os.write(1 + number % 2, b'%d\\n' % number)"))
    assert output(workspace, result) == "".join(f"{number}\n" for number in range(500))


STOPS_ITSELF = "import os, signal, time\n{before}\nos.kill(os.getppid(), signal.{signal})\ntime.sleep(60)\n"
"""A child that asks its supervisor to stop, so that nothing has to be waited for."""


def test_stop_is_an_interrupt_first(supervise: Supervise, python: Python, workspace: Path) -> None:
    before = "import atexit; atexit.register(print, 'tidied up')"
    result = supervise(python(STOPS_ITSELF.format(signal="SIGTERM", before=before)))
    assert (result.state, result.signal) == (WorkflowState.CANCELLED, signal.SIGINT)
    assert "tidied up" in output(workspace, result)
    assert result.failure is not None
    assert result.failure.kind is FailureKind.CANCELLED


@pytest.mark.parametrize(("ignored", "last"), [(["SIGINT"], signal.SIGTERM), (["SIGINT", "SIGTERM"], signal.SIGKILL)])
def test_stop_escalates(supervise: Supervise, python: Python, ignored: list[str], last: int) -> None:
    before = "; ".join(f"signal.signal(signal.{name}, signal.SIG_IGN)" for name in ignored)
    limits = Limits(wall=30, grace=(0.05, 0.05))
    result = supervise(python(STOPS_ITSELF.format(signal="SIGTERM", before=before), limits=limits))
    assert (result.state, result.signal) == (WorkflowState.CANCELLED, last)


def test_stop_at_once_has_no_grace(supervise: Supervise, python: Python) -> None:
    limits = Limits(wall=30, grace=(60, 60))
    result = supervise(python(STOPS_ITSELF.format(signal="SIGQUIT", before=""), limits=limits))
    assert (result.state, result.signal) == (WorkflowState.CANCELLED, signal.SIGKILL)


def test_a_second_stop_is_at_once(supervise: Supervise, python: Python) -> None:
    before = """
def again(number, frame):
    os.kill(os.getppid(), signal.SIGTERM)
signal.signal(signal.SIGINT, again)
"""
    source = STOPS_ITSELF.format(signal="SIGTERM", before=before) + "while True:\n    time.sleep(60)"
    result = supervise(python(source, limits=Limits(wall=30, grace=(60, 60))))
    assert (result.state, result.signal) == (WorkflowState.CANCELLED, signal.SIGKILL)


@pytest.mark.parametrize("when", ["SIGTERM", "SIGQUIT"])
def test_what_is_ended_at_once_is_named(supervise: Supervise, python: Python, workspace: Path, when: str) -> None:
    source = f"""
        import os, signal, time
        supervisor = os.getppid()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            os.write(writer, b"x")
            time.sleep(60)
        print(f"PID={{child}}")
        signal.signal(signal.SIGINT, lambda *arguments: (os.kill(supervisor, signal.SIGTERM), os._exit(0)))
        os.read(reader, 1)
        os.kill(supervisor, signal.{when})
        time.sleep(60)
    """
    result = supervise(python(source, limits=Limits(wall=30, grace=(60, 60))))
    (pid,) = pids_in(output(workspace, result))
    assert (result.state, living([pid])) == (WorkflowState.CANCELLED, [])
    assert [name.endswith(f"({pid})") for name in result.ended_processes] == [True]


def test_a_stopped_process_hears_the_interrupt(supervise: Supervise, python: Python) -> None:
    source = """
        import os, signal, time
        main, supervisor = os.getpid(), os.getppid()
        if os.fork() == 0:
            os.kill(main, signal.SIGSTOP)
            os.kill(supervisor, signal.SIGTERM)
            os._exit(0)
        time.sleep(60)
    """
    result = supervise(python(source, limits=Limits(wall=30, grace=(20, 20))))
    assert (result.state, result.signal) == (WorkflowState.CANCELLED, signal.SIGINT)


@pytest.mark.parametrize(("number", "leave", "grace"), [("SIGINT", "pass", 30), ("SIGTERM", "os.setsid()", 0.2)])
def test_who_is_asked_to_end(
    supervise: Supervise, python: Python, workspace: Path, number: str, leave: str, grace: float
) -> None:
    """SIGINT reaches the whole group, as from a terminal; SIGTERM also what left it."""
    source = f"""
        import os, signal, time
        supervisor = os.getppid()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            {leave}
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.{number}, lambda *arguments: (print("asked"), os._exit(0)))
            os.write(writer, b"x")
            time.sleep(60)
        signal.signal(signal.SIGINT, lambda *arguments: (os.waitpid(child, 0), os._exit(0)))
        os.read(reader, 1)
        os.kill(supervisor, signal.SIGTERM)
        time.sleep(60)
    """
    result = supervise(python(source, limits=Limits(wall=60, grace=(grace, 30))))
    assert (result.state, output(workspace, result)) == (WorkflowState.CANCELLED, "asked\n")


def test_stop_finds_who_left_the_group_and_who_is_born_meanwhile(
    supervise: Supervise, python: Python, workspace: Path
) -> None:
    result = supervise(
        python(
            """
            import os, signal, subprocess, sys, time
            STUBBORN = "import signal, time; signal.signal(2, signal.SIG_IGN); signal.signal(15, signal.SIG_IGN);" \\
                       "print('up', flush=True); time.sleep(60)"
            def reporter(number, frame):
                born = subprocess.Popen(argv, start_new_session=True)
                print(f"PID={born.pid}")
                os._exit(0)
            argv = [sys.executable, "-S", "-c", STUBBORN]
            daemon = subprocess.Popen(argv, start_new_session=True, env={}, stdout=subprocess.PIPE)
            daemon.stdout.readline()
            print(f"PID={daemon.pid}")
            signal.signal(signal.SIGINT, reporter)
            os.kill(os.getppid(), signal.SIGTERM)
            while True:
                time.sleep(60)
            """,
            limits=Limits(wall=30, grace=(0.2, 0.2)),
        )
    )
    pids = pids_in(output(workspace, result))
    assert len(pids) == 2
    assert living(pids) == []
    assert (result.state, result.exit_code) == (WorkflowState.CANCELLED, 0)
    assert {int(name.rpartition("(")[2][:-1]) for name in result.ended_processes} == set(pids)


def test_what_cannot_be_ended_is_said(
    supervise: Supervise, python: Python, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "SWEEP", 0.05)
    monkeypatch.setattr(processes, "send", lambda *arguments: False)
    before = "if os.fork() == 0:\n    time.sleep(60)\nprint(f'PID={os.getpid()}')"
    result = supervise(python(STOPS_ITSELF.format(signal="SIGQUIT", before=before)))
    (pid,) = pids_in(output(workspace, result))
    assert (result.state, result.exit_code, result.signal) == (WorkflowState.CANCELLED, None, None)
    assert result.ended_processes == ()
    assert len(result.notes) == 2
    assert result.notes[0] == f"still running, could not be ended: main process ({pid})"
    os.killpg(pid, signal.SIGKILL)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break


def test_orphans_are_reaped_while_the_run_goes_on(supervise: Supervise, python: Python, workspace: Path) -> None:
    result = supervise(
        python(
            """
            import os, time
            supervisor = os.getppid()
            for _ in range(20):
                if os.fork() == 0:
                    os.fork()
                    os._exit(0)
                os.wait()
            def zombies():
                with open(f"/proc/{supervisor}/task/{supervisor}/children") as file:
                    return [pid for pid in file.read().split() if int(pid) != os.getpid()]
            end = time.monotonic() + 20
            while zombies() and time.monotonic() < end:
                time.sleep(0.01)
            print("zombies", zombies())
            """
        )
    )
    assert output(workspace, result) == "zombies []\n"


@pytest.mark.parametrize(
    ("limits", "source", "kind", "state"),
    [
        (
            Limits(wall=0.4, idle=20, grace=(5, 5)),
            "import time\nwhile True:\n    print('tick'); time.sleep(0.02)",
            FailureKind.TIME_LIMIT,
            WorkflowState.TIMED_OUT,
        ),
        (
            Limits(wall=20, idle=0.3, grace=(5, 5)),
            "import time; print('thinking'); time.sleep(60)",
            FailureKind.IDLE_LIMIT,
            WorkflowState.TIMED_OUT,
        ),
        (
            Limits(wall=20, grace=(5, 5), log_bytes=5000),
            "while True:\n    print('flood' * 100)",
            FailureKind.LOG_LIMIT,
            WorkflowState.FAILED,
        ),
    ],
)
def test_limits(
    supervise: Supervise, python: Python, limits: Limits, source: str, kind: FailureKind, state: WorkflowState
) -> None:
    result = supervise(python(source, limits=limits))
    assert (result.state, result.signal) == (state, signal.SIGINT)
    assert result.failure is not None
    assert result.failure.kind is kind


def test_a_drip_of_bytes_is_not_idle(supervise: Supervise, python: Python) -> None:
    source = "import sys, time\nfor _ in range(16):\n    sys.stdout.write('.'); time.sleep(0.1)"
    result = supervise(python(source, limits=Limits(wall=30, idle=1.2)))
    assert result.state is WorkflowState.SUCCESS


@pytest.mark.parametrize("missing", ["interpreter", "folder", "input"])
def test_a_child_that_cannot_be_started(supervise: Supervise, workspace: Path, missing: str) -> None:
    script = workspace / "script"
    script.write_text("#!/no/such/interpreter\n" if missing == "interpreter" else "#!/bin/sh\n")
    script.chmod(0o700)
    fields: dict[str, object] = {"stdin": workspace / "no-prompt"} if missing == "input" else {}
    wanted = command(workspace, str(script), **fields)
    if missing == "folder":
        wanted = msgspec.structs.replace(wanted, cwd=workspace / "no-folder")
    result = supervise(wanted)
    assert (result.state, result.exit_code, result.log_bytes) == (WorkflowState.FAILED, None, 0)
    assert result.failure is not None
    assert result.failure.kind is FailureKind.COMMAND_NOT_FOUND
    assert result.failure.message == f"{script} cannot be started"
    folder = (workspace / result.log_file).parent
    assert sorted(path.name for path in folder.iterdir()) == ["output.log", "result.json", "run.json"]
    expected = {"interpreter": "interpreter", "folder": "no-folder", "input": "no-prompt"}[missing]
    assert expected in result.failure.evidence


def test_stop_before_the_start(workspace: Path, supervise: Supervise, python: Python) -> None:
    folder, _ = folders.create(workspace, python("open('made', 'w')"))
    signals = Signals()
    os.kill(os.getpid(), signal.SIGTERM)
    supervision = Supervision(str(folder), signals)
    supervision.supervise()
    supervision.conclude()
    run = history.read(folder)
    assert run is not None
    assert run.state is WorkflowState.CANCELLED
    assert not (workspace / "made").exists()


def test_deliverables_are_what_changed(supervise: Supervise, python: Python, workspace: Path) -> None:
    (workspace / "same-size").write_text("1")
    (workspace / "gone").write_text("1")
    (workspace / "kept").write_text("1")
    result = supervise(
        python("import os; os.mkdir('d'); open('d/new', 'w'); os.remove('gone'); open('same-size', 'w').write('2')")
    )
    assert [(each.path, each.change) for each in result.deliverables] == [
        ("d/new", Change.CREATED),
        ("gone", Change.DELETED),
        ("same-size", Change.CHANGED),
    ]


def test_what_had_to_be_created_and_was_not(supervise: Supervise, python: Python, workspace: Path) -> None:
    (workspace / "old.md").write_text("was there before")
    wanted = python("open('new.md', 'w')", creates=("old.md", "new.md"), creates_prompt=True)
    result = supervise(wanted)
    assert (result.state, result.exit_code) == (WorkflowState.FAILED, 0)
    assert result.failure is not None
    assert result.failure.kind is FailureKind.NO_DELIVERABLE
    assert result.failure.evidence == "no new file old.md\nno new file prompt.md in the folder of the run"


def test_what_had_to_be_created_behind_a_symbolic_link(
    supervise: Supervise, python: Python, workspace: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (workspace / "plans").symlink_to(tmp_path / "elsewhere")
    result = supervise(python("open('plans/new.md', 'w')", creates=("plans/new.md",)))
    assert result.success
    assert [each.path for each in result.deliverables] == ["plans/new.md"]


def test_judging_that_fails_leaves_the_bare_facts(
    supervise: Supervise, python: Python, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> bytes:
        raise RuntimeError("no judge")

    monkeypatch.setattr(results, "conclude", broken)
    result = supervise(python("raise SystemExit(5)"))
    assert (result.state, result.exit_code) == (WorkflowState.FAILED, 5)
    assert result.failure is not None
    assert (result.failure.kind, result.failure.evidence) == (FailureKind.INTERNAL, "RuntimeError: no judge")


def test_the_result_is_written_in_the_space_that_was_reserved(
    workspace: Path, supervise: Supervise, python: Python
) -> None:
    folder, _ = folders.create(workspace, python("pass"))
    reserved = (folder / "result.json.tmp").stat()
    assert reserved.st_size > RESULT_SPACE
    supervision = Supervision(str(folder), Signals())
    supervision.supervise()
    supervision.conclude()
    written = (folder / "result.json").stat()
    assert written.st_ino == reserved.st_ino
    assert written.st_size < RESULT_SPACE


def test_a_folder_that_is_taken_away_does_not_end_the_supervision(
    workspace: Path, supervise: Supervise, python: Python
) -> None:
    folder, _ = folders.create(workspace, python("print('still working')"))
    supervision = Supervision(str(folder), Signals())
    (folder / "run.json.tmp").unlink()
    supervision.supervise()
    assert supervision.tree is not None
    assert supervision.tree.main is not None
    assert supervision.notes


def test_values_of_the_environment_are_not_on_disk(supervise: Supervise, python: Python, workspace: Path) -> None:
    result = supervise(python("pass", environment={"TOKEN": "s3cret"}))
    folder = (workspace / result.log_file).parent
    assert json.loads((folder / "run.json").read_text())["environment"] == ["TOKEN"]
    assert not any(b"s3cret" in path.read_bytes() for path in folder.iterdir())
    assert stat.S_ISREG((folder / "result.json").stat().st_mode)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (FileNotFoundError(2, "No such file or directory", "/x"), "No such file or directory: /x"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("odd"), "odd"),
        (ValueError("embedded null byte"), "embedded null byte"),
    ],
)
def test_reason(error: OSError | ValueError, text: str) -> None:
    assert reason(error) == text

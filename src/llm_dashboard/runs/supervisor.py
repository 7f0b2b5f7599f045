"""One small process per run: it owns the child, its limits and its end, and writes the result. It needs no app to live.

`start` is called by the app; `main` is the supervisor. Until the child has ended it imports only what is light, not even
pathlib, so that a run starts at once and costs little while it lasts; judging comes after the end. It writes `run.json`
anew when the child runs and when its limits change, and `result.json` once; the space for both is taken before it starts, so
that a disk that fills up loses neither.
"""

import json
import os
import sys
from collections.abc import Mapping
from time import monotonic, time
from typing import TYPE_CHECKING

from llm_dashboard.runs import processes
from llm_dashboard.runs.changes import Snapshot, snapshot
from llm_dashboard.runs.moments import iso
from llm_dashboard.runs.reserved import CONTROL, ReservedFile, release
from llm_dashboard.runs.signals import HELD_UNTIL_READY, Signals
from llm_dashboard.runs.tree import ProcessTree

if TYPE_CHECKING:
    from llm_dashboard.runs.agent_supervision import AgentSupervision

TICK = 0.1
"""Seconds between two looks at the limits."""

LINGER = 0.3
"""Seconds that what a main process leaves behind may take to end by itself."""

FLOOD_GRACE = 1.0
"""Seconds of grace at most for what fills the disk."""

MOST_TIMES = 8
"""An agent's run gets at most so many times the time that it was started with, whoever asks; its other budgets are fixed."""

MAX_NAMED = 50
"""Processes named in a result at most."""

_CONTROL = 3
"""The descriptor of the pipe for new limits."""

# Garbage collection is off: a supervisor makes none worth the time.
_CODE = (
    "import gc, sys; gc.disable(); sys.path.append(sys.argv[2]); "
    "from llm_dashboard.runs.supervisor import main; main(sys.argv[1], sys.argv[2:])"
)


def start(folder: str, environment: Mapping[str, str]) -> int:
    """Start the supervisor of the run in that folder, in a session of its own; its process id, which the caller reaps.

    `environment` is that of the child too. The space for what it writes must be reserved. Raises OSError.
    """
    from pathlib import Path

    os.mkfifo(f"{folder}/{CONTROL}", 0o600)
    root = str(Path(__file__).absolute().parents[2])
    paths = [path for path in sys.path if Path(path).is_absolute()]
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-I", "-S", "-c", _CODE, folder, root, *paths],
        environment,
        setsid=True,
        setsigmask=HELD_UNTIL_READY,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            # Open from its first moment on, so that a request can come at any time; for writing too, so that it never ends.
            (os.POSIX_SPAWN_OPEN, _CONTROL, f"{folder}/{CONTROL}", os.O_RDWR | os.O_NONBLOCK, 0),
        ],
    )


def main(folder: str, paths: list[str]) -> None:
    """Supervise the run in that folder to its end; `paths` is where the packages are that judging needs."""
    os.closerange(_CONTROL + 1, 1 << 16)
    os.set_inheritable(_CONTROL, False)
    supervision = Supervision(folder, Signals(_CONTROL))
    if supervision.record.get("task"):
        _reach(paths)
    supervision.supervise()
    _reach(paths)
    supervision.conclude()
    # There is nothing left to tidy up, and the interpreter would take its time for it.
    os._exit(0)


def _reach(paths: list[str]) -> None:
    """Make packages importable."""
    sys.path += [path for path in paths if path not in sys.path]
    # msgspec imports it where it is installed, for types that are not in use here: a seventh of what a run costs.
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]


class Supervision:
    """The run in a folder, from its start to its result. Its child must be the only one of this process."""

    def __init__(self, folder: str, signals: Signals) -> None:
        """The space for its files must be reserved. Raises OSError where they cannot be opened."""
        self.folder = folder
        self.signals = signals
        with open(f"{folder}/run.json", "rb") as file:
            self.record = json.load(file)
        self.given = {name: self.record["limits"][name] for name in ("wall", "idle")}
        """The limits that it was started with."""
        self.run_file = ReservedFile(f"{folder}/run.json")
        self.result_file = ReservedFile(f"{folder}/result.json")
        self.workspace = folder.rsplit("/", 3)[0]
        self.before = Snapshot({}, frozenset())
        self.since = 0
        self.log_path = f"{folder}/output.log"
        self.log = -1
        """The log, to look at its size."""
        self.cause: str | None = None
        self.error: str | None = None
        self.started = self.ended = monotonic()
        self.tree: ProcessTree | None = None
        self.agent: AgentSupervision | None = None
        """Of a run that gives its work to an agent."""
        self.failed: Exception | None = None
        """Why the agent could not be listened to, or its work not be judged: a fault of ours."""
        self.notes: list[str] = []
        self.written = b""
        """`run.json` as it should be."""

    def supervise(self) -> None:
        """From the start of the child to the end of all that it started."""
        if not processes.adopt_orphans():
            self.notes.append("this system cannot find processes that left their group: some may live on")
        self.before = snapshot(self.workspace)
        self.log = os.open(self.log_path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        self.since = os.fstat(self.log).st_ctime_ns
        if self.record.get("task"):
            from llm_dashboard.runs.agent_supervision import AgentSupervision

            self.agent = AgentSupervision(self.record, self.folder, self.workspace, self.log, self.signals)
        self.started = self.ended = monotonic()
        started_at = iso(time())
        if self.signals.stop:
            self.cause = "cancelled"
        else:
            self._spawn()
        self._record_processes(started_at)
        if self.tree:
            self._see_through(self.tree)

    def _see_through(self, tree: ProcessTree) -> None:
        self.cause = self._watch(tree)
        if self.cause:
            interrupt, terminate = self.record["limits"]["grace"]
            most = FLOOD_GRACE if self.cause == "log-limit" else float("inf")
            tree.stop((min(interrupt, most), min(terminate, most)))
        tree.finish(linger=0.0 if self.cause else LINGER)
        self.ended = tree.ended_at or monotonic()
        if self.agent:
            try:
                self.cause = self.agent.check(tree.main, self.cause, self.before, self.since, self._wall_end)
            except Exception as error:
                self.failed = error
            # What verifies its work takes of its time.
            self.ended = monotonic()

    def _spawn(self) -> None:
        argv, stdin = self.record["argv"], self.record["stdin"] or os.devnull
        if self.agent:
            argv = self.agent.argv()
        append = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
        streams: list[int] = []
        try:
            # The log is opened for each stream alone: what shares an open file waits for a lock at every write, which costs
            # a child that writes much a thirtieth of its time. Order is kept all the same: each write goes to the end.
            for path, flags in ((stdin, os.O_RDONLY | os.O_CLOEXEC), (self.log_path, append), (self.log_path, append)):
                streams.append(os.open(path, flags))
            os.chdir(self.record["cwd"])
            self.tree = ProcessTree(argv, streams, self.signals)
        except (OSError, ValueError) as error:
            self.error = reason(error)
            if isinstance(error, FileNotFoundError) and error.filename == argv[0]:
                self.error += ", or the interpreter that its first line names"
        finally:
            for descriptor in streams:
                os.close(descriptor)
            os.chdir("/")

    def _record_processes(self, started_at: str) -> None:
        self.record |= {"supervisor": _process_id(os.getpid()), "boot_id": processes.boot_id()}
        if self.tree:
            self.record |= {"process": _process_id(self.tree.pid), "started_at": started_at}
        self._write_record()

    def _write_record(self) -> None:
        self.written = json.dumps(self.record).encode()
        try:
            self.run_file.exchange(self.written)
        except OSError as error:
            self.notes.append(f"run.json could not be written: {reason(error)}")

    def _watch(self, tree: ProcessTree) -> str | None:
        """Wait for the end of the main process, and answer None; or why it must be ended, as a kind of failure."""
        size, written = 0, self.started
        while not tree.look():
            self._follow_limits()
            limits = self.record["limits"]
            now = monotonic()
            grown = os.fstat(self.log).st_size
            if grown != size:
                size, written = grown, now
            if self.signals.stop:
                return "cancelled"
            left = TICK
            if self.agent and not self.failed:
                try:
                    cause = self.agent.look(now, now - self.started)
                except Exception as error:
                    # The run goes on, within its limits.
                    self.failed, cause = error, None
                if cause:
                    return cause
                written = self.agent.watch.progress
                left = 0.0 if self.agent.watch.is_behind else TICK
            for limit, since, kind in (
                (limits["wall"], self.started, "time-limit"),
                (limits["idle"], written, "idle-limit"),
            ):
                if limit:
                    if since + limit <= now:
                        return kind
                    left = min(left, since + limit - now)
            if limits["log_bytes"] and size > limits["log_bytes"]:
                return "log-limit"
            self.signals.wait(left)
        return None

    def _follow_limits(self) -> None:
        """Take over what limits were asked for."""
        if new := self._granted(self.signals.new_limits()):
            self.record["limits"] |= new
            self._write_record()

    def _wall_end(self) -> float:
        """When the time of the run is over, by the monotonic clock, with what was given by now; infinite without a limit."""
        self._follow_limits()
        return self.started + (self.record["limits"]["wall"] or float("inf"))

    def _granted(self, asked: dict[str, float | None]) -> dict[str, float | None]:
        """What of it is followed. The pipe lies where an agent can write, which must not give itself time without end."""
        if not self.agent:
            return asked
        most = {name: MOST_TIMES * given for name, given in self.given.items() if given}
        return {
            name: seconds
            for name, seconds in asked.items()
            if name not in most or (seconds is not None and seconds <= most[name])
        }

    def conclude(self) -> None:
        """Judge the run and write its result; where judging fails, the bare facts of it."""
        tree = self.tree
        main_process = tree.main if tree else None
        ending = {
            "exit_code": main_process.exit_code if main_process else None,
            "signal": main_process.signal if main_process else None,
            "cause": self.cause,
            "error": self.error,
            "duration": round(self.ended - self.started, 3),
            "log_bytes": os.fstat(self.log).st_size,
            "ended_processes": _named(tree.leftovers) if tree else [],
            "survivors": _named(tree.survivors) if tree else [],
            "notes": self.notes,
        }
        try:
            from llm_dashboard.runs.results import conclude

            if self.failed:
                raise self.failed
            outcome = self.agent.outcome if self.agent else None
            self.result_file.write(conclude(self.record, self.workspace, ending, self.before, self.since, outcome))
        except Exception as error:
            self.result_file.write(json.dumps(_bare_result(self.record, ending, error)).encode())
        self._restore_record()
        release(self.folder)

    def _restore_record(self) -> None:
        """What ran may have deleted or broken it: without a record nobody would find the run."""
        from llm_dashboard.runs.records import MAX_BYTES, read_regular

        try:
            if read_regular(self.run_file.path, MAX_BYTES) == self.written:
                return
        except OSError:
            pass
        try:
            self.run_file.write(self.written)
        except OSError:
            pass


def _process_id(pid: int) -> dict[str, int]:
    return {"pid": pid, "start": processes.start_time(pid)}


def _named(names: Mapping[int, str]) -> list[str]:
    shown = [f"{name} ({pid})" for pid, name in names.items()][:MAX_NAMED]
    return shown if len(shown) == len(names) else [*shown, f"and {len(names) - MAX_NAMED} more"]


def reason(error: OSError | ValueError) -> str:
    """Why something failed, as the system says it: without Python's decoration, with the name of the file."""
    if not isinstance(error, OSError):
        return str(error)
    text = error.strerror or str(error)
    return f"{text}: {error.filename}" if error.filename else text


def _bare_result(record: Mapping[str, object], ending: Mapping[str, object], error: Exception) -> dict[str, object]:
    """`result.json` with what is known without judging."""
    failure = {
        "kind": "internal",
        "message": "the run has ended, and judging it failed",
        "evidence": f"{type(error).__name__}: {error}",
        "suggestions": [{"text": "read the log", "action": "open-log", "arguments": {}}],
    }
    known = ("plan", "achievement", "argv")
    return {
        "run": record["run"],
        "workflow": record["name"] or record["workflow"],
        **{name: record[name] for name in known},
        "state": "failed",
        "success": False,
        "exit_code": ending["exit_code"],
        "signal": ending["signal"],
        "failure": failure,
        "deliverables": [],
        "claimed": [],
        "tests": {"passed": 0, "failed": 0, "total": 0, "source": None},
        "ended_processes": ending["ended_processes"],
        "started_at": record["started_at"],
        "duration": ending["duration"],
        "log_file": f".llm-dash/runs/{record['run']}/output.log",
        "log_bytes": ending["log_bytes"],
    }

"""The part of a supervisor that knows agents: gives the prompt, listens, and holds the agent's word against what is there.

It is imported only for a run that gives its work to an agent.
"""

import os
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from llm_dashboard.agents.conversation import Conversation
from llm_dashboard.agents.invocation import with_prompt
from llm_dashboard.agents.verdict import DeniedTool, ProcessEnd, Stop, Verdict, Word, verdict
from llm_dashboard.runs.agent_checks import check_files, fingerprints
from llm_dashboard.runs.agent_watch import AgentWatch
from llm_dashboard.runs.changes import Changes, Snapshot, changes
from llm_dashboard.runs.models import AgentReport, Check, CheckState, RunRecord
from llm_dashboard.runs.processes import EndedChild
from llm_dashboard.runs.records import read_regular
from llm_dashboard.runs.results import TAIL_BYTES, last_lines, uncoloured
from llm_dashboard.runs.signals import Signals
from llm_dashboard.runs.supervisor import FLOOD_GRACE
from llm_dashboard.runs.tree import ProcessTree
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.models import Limits

if TYPE_CHECKING:
    from llm_dashboard.runs.budgets import PlanWatch

TICK = 0.1
"""Seconds between two looks at a verification."""
VERIFY_SECONDS = 600.0
"""That a command of the verification may take."""
LEAST_SECONDS = 60.0
"""That a verification may take in all, where the run's own time is over or nearly."""
LINGER = 0.3
LONGEST_ARGUMENT = 200
LAST_SAID = 500


class AgentOutcome(msgspec.Struct, frozen=True):
    """What there is to say of an agent's run besides how its process ended."""

    report: AgentReport
    found: Changes
    """What it changed, before the verification."""
    verification: str
    """What the commands of the verification wrote last."""


class AgentSupervision:
    """The agent of one run."""

    def __init__(self, record: Mapping[str, object], folder: str, workspace: str, log: int, signals: Signals) -> None:
        """Raises msgspec.ValidationError where the record says nothing of an agent."""
        self.watch = AgentWatch(msgspec.convert(record["task"], dict[str, object]), log, monotonic())
        self.outcome: AgentOutcome | None = None
        """What came of it, after `check`."""
        self._task = self.watch.task
        self._argv = msgspec.convert(record["argv"], list[str])
        self._achievement = str(record["achievement"] or "")
        self._record = record
        self._folder = folder
        self._workspace = Path(workspace)
        self._signals = signals
        self._before = fingerprints(self._workspace, self._task)
        self._plan = self._plan_watch() if self._task.budget.is_of_plan else None
        self._plan_spent = ""
        """What the runs of the plan had used together when that ended this one."""

    def _plan_watch(self) -> "PlanWatch":
        from llm_dashboard.runs.budgets import PlanWatch

        return PlanWatch(msgspec.convert(self._record, RunRecord), self._workspace)

    def look(self, now: float, seconds: float) -> str | None:
        """Hear what is new; why the agent must be ended, as the word `budget` or `done`, or None.

        `now` is a time of the monotonic clock, `seconds` how long it has worked.
        """
        cause = self.watch.look(now)
        # What has said its last word is done, whatever all runs of the plan have cost.
        if self._plan and not self.watch.is_over:
            self._plan_spent = self._plan.spent(self.watch.meters, seconds, now) or ""
            return "budget" if self._plan_spent else cause
        return cause

    def argv(self) -> list[str]:
        """The program and its arguments, the prompt among them where it goes there. Raises OSError."""
        path = f"{self._folder}/prompt.md"
        return with_prompt(self._argv, read_regular(path, 1 << 24).decode(errors="replace"), path)

    def check(
        self, main: EndedChild | None, cause: str | None, before: Snapshot, since: int, ends: Callable[[], float]
    ) -> str | None:
        """Hold the agent's word against what is there, once nothing of it runs; why the run was ended, if it still counts.

        The verification has what is left of the time of the run: `ends` tells when that is over by the monotonic clock. It is
        asked again and again, for a person may give more.
        """
        heard = self.watch.conclude()
        end = ProcessEnd(
            exit_code=main.exit_code if main else None,
            signal=main.signal if main else None,
            stop=None if cause in (None, "done") else Stop(cause),
            was_done=cause == "done",
        )
        said = verdict(self._task.agent, heard, end)
        if cause == "budget" and self._plan_spent:
            plan = f"the budget of {plain(str(self._record['plan']))} was spent: {self._plan_spent}"
            said = msgspec.structs.replace(said, sentence=f"{self._task.agent.title} was stopped because {plan}")
        found = changes(str(self._workspace), before, since)
        is_done = said.word in (Word.CLAIMED, Word.REFUSED)
        checks: tuple[Check, ...] = ()
        output: list[str] = []
        if is_done:
            touched = (*found.created, *found.changed)
            checks = tuple(check_files(self._workspace, self._task, self._achievement, self._before, touched))
            checks += tuple(self._verify(output, ends))
        report = _report(self._task.agent.name, self._task.agent.title, said, heard, checks, bool(self._task.verify))
        self.outcome = AgentOutcome(report, found, "\n".join(output))
        if self._signals.stop:
            return "cancelled"
        return None if is_done or cause == "done" else cause

    def _verify(self, output: list[str], ends: Callable[[], float]) -> Iterator[Check]:
        """Run the commands of the verification, one after the other; `output` gets what each wrote last.

        Together they may take what is left of the run's time, and write as much as a log may hold.
        """
        limits = msgspec.convert(self._record["limits"], Limits)
        least = monotonic() + LEAST_SECONDS

        def end() -> float:
            return max(ends(), least)

        room = limits.log_bytes or float("inf")
        for number, argv in enumerate(self._task.verify, 1):
            subject = plain(shlex.join(argv))
            if self._signals.stop or monotonic() >= end() or room <= 0:
                why = "" if self._signals.stop else ": what was run before it took all the time or space of the run"
                yield Check(subject, CheckState.OPEN, f"was not run{why}")
                continue
            name = f"verify-{number}.log"
            sentence, size = self._run(argv, f"{self._folder}/{name}", end, room, limits.grace)
            room -= size
            written = _tail(f"{self._folder}/{name}")
            output.append(written)
            log_file = f".llm-dash/runs/{self._folder.rpartition('/')[2]}/{name}"
            if sentence:
                yield Check(subject, CheckState.FAILED, sentence, last_lines(written), log_file)
            else:
                yield Check(subject, CheckState.PASSED, "succeeded", "", log_file)
        for proposal in self._task.proposals:
            name = plain(proposal.document.rpartition("/")[2])
            for argv in proposal.commands:
                yield Check(
                    plain(shlex.join(argv)), CheckState.OPEN, f"was not run: {name} wants it, nobody has allowed it"
                )
            for line in proposal.left_out:
                yield Check(plain(line), CheckState.OPEN, f"was not run: {name} wants it, and only a shell could")
            if proposal.more:
                rest = f"the rest of its commands ({proposal.more})"
                yield Check(rest, CheckState.OPEN, f"was not run: {name} names more than are run of a document")

    def _run(
        self, argv: Sequence[str], log_path: str, end: Callable[[], float], room: float, grace: tuple[float, float]
    ) -> tuple[str, int]:
        """Run one command, its output in that file; why it did not succeed, or nothing; and how many bytes it wrote.

        It is ended at the time of the monotonic clock that `end` tells, and where it writes more than `room` bytes.
        """
        streams: list[int] = []
        log = -1
        try:
            os.chdir(self._workspace)
            streams = [os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), *_new_log(log_path)]
            log = os.dup(streams[1])
            tree = ProcessTree(list(argv), streams, self._signals)
        except (OSError, ValueError) as error:
            if log >= 0:
                os.close(log)
            return f"cannot be started: {getattr(error, 'strerror', None) or error}", 0
        finally:
            for descriptor in streams:
                os.close(descriptor)
            os.chdir("/")
        try:
            stopped = self._see_through(tree, log, end, room, grace)
            return stopped or _why_not(tree), os.fstat(log).st_size
        finally:
            os.close(log)

    def _see_through(
        self, tree: ProcessTree, log: int, end: Callable[[], float], room: float, grace: tuple[float, float]
    ) -> str:
        """Wait for the end of a command, or end it, and then say why."""
        began = monotonic()
        stopped = ""
        while not tree.look():
            last = min(end(), began + VERIFY_SECONDS)
            if self._signals.stop:
                stopped = "was stopped"
            elif monotonic() >= last:
                stopped = f"was stopped after {last - began:.0f} s"
            elif os.fstat(log).st_size > room:
                stopped = "was stopped: it writes more than a log may hold"
                grace = min(grace[0], FLOOD_GRACE), min(grace[1], FLOOD_GRACE)
            if stopped:
                tree.stop(grace)
                break
            self._signals.wait(TICK)
        tree.finish(linger=0.0 if stopped else LINGER)
        return stopped


def _why_not(tree: ProcessTree) -> str:
    """Why a command that has ended by itself did not succeed, or nothing."""
    if tree.main is None:
        return "could not be ended"
    if tree.main.signal is not None:
        return f"was ended by signal {tree.main.signal}"
    return "" if tree.main.exit_code == 0 else f"ended with status {tree.main.exit_code}"


def _new_log(path: str) -> tuple[int, int]:
    """A new file, open for two streams. What an agent has put there is taken away, and no link of it followed."""
    with suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108
    append = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, append | os.O_CREAT | os.O_EXCL, 0o666), os.open(path, append)


def _report(
    name: str, title: str, said: Verdict, heard: Conversation, checks: tuple[Check, ...], is_verified: bool
) -> AgentReport:
    word, sentence = said.word, said.sentence
    failed = next((each for each in checks if each.state is CheckState.FAILED), None)
    doubt = failed or next((each for each in checks if each.state is CheckState.OPEN), None)
    if word in (Word.CLAIMED, Word.REFUSED) and is_verified and doubt is None:
        word, sentence = Word.VERIFIED, f"{title} is done, and what was checked is so"
    elif word is Word.CLAIMED:
        why = f"{_name(doubt)} {doubt.sentence}" if doubt else "there is no command that verifies it"
        sentence += f", but {why}" if failed else f"; not verified: {why}"
    return AgentReport(
        name=name,
        title=title,
        word=word,
        sentence=sentence,
        cure=said.cure,
        session=heard.session,
        model=heard.model,
        meters=heard.meters,
        tool_calls=heard.tool_calls,
        denials=tuple(
            DeniedTool(each.tool, each.argument[:LONGEST_ARGUMENT], each.setting[: 2 * LONGEST_ARGUMENT])
            for each in said.denials
        ),
        denied=said.denied,
        checks=checks,
        said=_end_of(heard.said or "\n".join((*heard.errors, *heard.raw))),
    )


def _end_of(text: str) -> str:
    """The end of a text, from the beginning of a line where there is one."""
    end = text[-LAST_SAID:]
    return end if len(text) <= LAST_SAID else end.partition("\n")[2].lstrip("\n") or end


def _name(check: Check) -> str:
    """A file by its name alone, a command as it is."""
    is_command = check.log_file or check.sentence.startswith("was not run")
    return check.subject if is_command else check.subject.rpartition("/")[2]


def _tail(path: str) -> str:
    try:
        return uncoloured(read_regular(path, TAIL_BYTES, from_end=True))
    except OSError:
        return ""

"""What can be copied of a plan, an achievement, a document, a run, a finding."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from llm_dashboard import measures
from llm_dashboard.plans.checks.models import Finding
from llm_dashboard.plans.models import Achievement, Plan
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.runs.models import ExecutionResult, Run
from llm_dashboard.safe_text import plain, plain_block
from llm_dashboard.ui.openables import documents_of, path_in_run
from llm_dashboard.workflows.models import Failure

DOCUMENT_BYTES = 1 << 20
"""So many bytes of a document are copied at most."""


class Copyable(NamedTuple):
    """Something to copy."""

    key: str
    name: str
    """What it is, in a word or two."""
    shown: str
    """What it will be, in short; safe to draw."""
    read: Callable[[], str]
    """The text; raises OSError where a file cannot be read. Not to be called on an event loop."""
    file: str = ""
    """The file that holds it, relative to the workspace, where it is one."""


def of_plan(root: Path, plan: Plan) -> tuple[Copyable, ...]:
    """Of a plan: its name, the command of its next step, its file, its text."""
    command = shlex.join(("llm-dash", "--workspace", str(root), "run", "next", plan.plan_file))
    return (
        _said("n", "Name", plan.name),
        _said("c", "Command", command),
        *of_document(root, plan.plan_file),
    )


def of_achievement(root: Path, plan: Plan, achievement: Achievement, path: str = "") -> tuple[Copyable, ...]:
    """Of an achievement: its id, its title, the command of its next step, and a document of it, by default the newest."""
    command = ("llm-dash", "--workspace", str(root), "run", "next", plan.plan_file, achievement.id)
    return (
        _said("i", "Id", achievement.id),
        _said("n", "Title", f"{achievement.id} {achievement.title}"),
        _said("c", "Command", shlex.join(command)),
        *of_document(root, path or documents_of(plan, achievement)[0]),
    )


def of_file(root: Path, path: str, line: int | None = None) -> tuple[Copyable, ...]:
    """Of a file: its path, from the workspace, at that line, and from the root of all."""
    at_line = f":{line}" if line else ""
    return (_said("f", "File", f"{path}{at_line}"), _said("F", "File, absolute", str(root / path)))


def of_document(root: Path, path: str, line: int | None = None) -> tuple[Copyable, ...]:
    """Of a document: its file, and its text."""
    return (
        *of_file(root, path, line),
        Copyable("t", "Text", path.rpartition("/")[2], lambda: read_document(root, path, DOCUMENT_BYTES), path),
    )


def of_run(run: Run) -> tuple[Copyable, ...]:
    """Of a run: its id, its command, how it ended, its prompt, its log."""
    result = run.result
    copyables = [_said("i", "Id", run.id), _said("c", "Command", shlex.join(run.record.argv))]
    if result is not None:
        copyables.append(Copyable("r", "Result", _headline(run, result), lambda: result_text(run, result)))
        file = path_in_run(run, "result.json")
        copyables.append(Copyable("J", "Result, JSON", "result.json", lambda: _json(result), file))
    if run.prompt_path.is_file():
        file = path_in_run(run, run.prompt_path.name)
        copyables.append(Copyable("p", "Prompt", run.prompt_path.name, lambda: prompt(run), file))
    log = path_in_run(run, run.log_path.name)
    return (*copyables, _said("f", "Log", log), _said("F", "Log, absolute", str(run.log_path)))


def of_failure(failure: Failure) -> tuple[Copyable, ...]:
    """Of what could not be begun: why, and what was seen."""
    evidence = (_said("e", "What was seen", failure.evidence),) if failure.evidence else ()
    return (_said("s", "Sentence", failure.message), *evidence)


def of_finding(root: Path, finding: Finding) -> tuple[Copyable, ...]:
    """Of a finding: what is wrong, and its place."""
    place = f"{finding.file}:{finding.line}: " if finding.line else f"{finding.file}: " if finding.file else ""
    sentence = _said("s", "Sentence", f"{place}{finding.sentence} {finding.cure}")
    return (sentence, *(of_document(root, finding.file, finding.line) if finding.file else ()))


def result_text(run: Run, result: ExecutionResult) -> str:
    """How a run ended, in some lines of text."""
    lines = [_headline(run, result)]
    if result.failure:
        lines += [result.failure.message, *result.failure.evidence.splitlines()]
    lines += [f"{each.change} {each.path}" for each in result.deliverables]
    if result.tests.source:
        lines.append(f"{result.tests.passed} of {result.tests.total} tests passed ({result.tests.source})")
    return "\n".join([*lines, *result.notes, f"log {result.log_file}"])


def prompt(run: Run) -> str:
    """The prompt that a run has left. Raises OSError where it cannot be read."""
    text = read_document(run.folder, run.prompt_path.name, DOCUMENT_BYTES)
    # What a script printed may be coloured; a prompt that was written as one goes as it is.
    return plain_block(text) if run.prompt_path == run.log_path else text


def _said(key: str, name: str, text: str) -> Copyable:
    return Copyable(key, name, plain(text), lambda: text)


def _headline(run: Run, result: ExecutionResult) -> str:
    what = " ".join(filter(None, (run.record.label, run.record.achievement, run.record.plan)))
    return plain(f"{what}: {result.state.replace('_', ' ')} after {measures.duration(result.duration)}")


def _json(result: ExecutionResult) -> str:
    return msgspec.json.format(msgspec.json.encode(result), indent=2).decode()

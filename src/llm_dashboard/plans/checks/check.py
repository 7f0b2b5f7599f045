"""Every check on a workspace, plan by plan. Each document is read anew, up to a limit, and let go."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec

from llm_dashboard.plans.checks.achievement import KINDS_OF_DOCUMENTS, check_achievement, check_approvals
from llm_dashboard.plans.checks.document import Document, DocumentKind
from llm_dashboard.plans.checks.models import Finding, Severity, finding, of_problem
from llm_dashboard.plans.checks.plan import check_parallel, check_plan_document
from llm_dashboard.plans.checks.tree import check_tree
from llm_dashboard.plans.files import Signature, signature_of
from llm_dashboard.plans.models import Achievement, Plan, WorkspaceState
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain

NOT_READ = ("plan-unreadable", "plan-too-large", "plan-not-utf8")
"""The codes of plans whose text the reader did not take."""
ORDER = {severity: number for number, severity in enumerate(Severity)}


class Checked(msgspec.Struct, frozen=True):
    """What one step of a check gave."""

    plan: Plan | None
    """None for what belongs to the workspace as a whole."""
    findings: tuple[Finding, ...]
    """The worst first, then by code, file and line."""
    rests_on: Mapping[str, Signature | None] = {}
    """What its documents looked like, by path; None for one that was not there."""

    @property
    def documents(self) -> int:
        """How many documents were read."""
        return sum(signature is not None for signature in self.rests_on.values())

    def holds(self, root: Path, plan: Plan) -> bool:
        """Whether a check of that plan would give the same."""
        return self.plan == plan and all(_look(root, path) == before for path, before in self.rests_on.items())


def check(
    root: Path,
    plans_root: str,
    state: WorkspaceState,
    plan: Plan | None = None,
    known: Mapping[str, Checked] = MappingProxyType({}),
) -> Iterator[Checked]:
    """Check every plan, or only that one, and last what lies beside the plans. `state` is what was read of the workspace.

    Of `known`, by plan file, is taken what still holds.
    """
    for each in state.plans if plan is None else (plan,):
        before = known.get(each.plan_file)
        yield before if before and before.holds(root, each) else check_plan(root, each)
    found = [of_problem(problem) for problem in state.problems] if plan is None else []
    found += (each for each in check_tree(root, plans_root, state) if plan is None or each.plan == plan.name)
    yield Checked(None, _ordered(found))


def check_plan(root: Path, plan: Plan) -> Checked:
    """Check a plan and its documents."""
    checker = _PlanChecker(root, plan)
    found = tuple(checker.findings())
    return Checked(plan, _ordered(found), checker.rests_on)


def _look(root: Path, path: str) -> Signature | None:
    try:
        return signature_of((root / path).stat())
    except (OSError, ValueError):
        return None


def _ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    def place(each: Finding) -> tuple[int, str, str, int]:
        return (ORDER[each.severity], each.code, each.file or "", each.line or 0)

    return tuple(sorted(findings, key=place))


class _PlanChecker:
    """Reads the documents of a plan, and remembers what they looked like."""

    def __init__(self, root: Path, plan: Plan) -> None:
        self.rests_on: dict[str, Signature | None] = {}
        self._root = root
        self._plan = plan
        self._unreadable: list[Finding] = []

    def findings(self) -> Iterator[Finding]:
        plan = self._plan
        yield from (of_problem(problem, plan) for problem in plan.problems)
        known = {problem.file for problem in plan.problems if problem.code.endswith("-unreadable")}
        if not any(problem.code in NOT_READ for problem in plan.problems):
            text = self._read(plan.plan_file)
            if text is not None:
                yield from check_plan_document(plan, text)
        approvals: list[Document] = []
        for achievement in plan.achievements:
            documents = {kind: self._documents(kind, achievement) for kind in KINDS_OF_DOCUMENTS}
            approvals += documents[DocumentKind.APPROVED]
            yield from check_achievement(plan, achievement, documents)
        yield from check_approvals(approvals)
        parallel = f"{plan.path}/parallel.json"
        if plan.own_folder and (text := self._read(parallel)) is not None:
            yield from check_parallel(plan, parallel, text)
        yield from (each for each in self._unreadable if each.file not in known)

    def _documents(self, kind: DocumentKind, achievement: Achievement) -> list[Document]:
        paths: tuple[str, ...] = getattr(achievement.artifacts, KINDS_OF_DOCUMENTS[kind])
        texts = ((path, self._read(path, achievement.id)) for path in paths)
        return [Document(kind, path, text, self._plan.name, achievement.id) for path, text in texts if text is not None]

    def _read(self, path: str, achievement: str | None = None) -> str | None:
        """The text of a document; None where there is none, or, with a finding, where it cannot be read."""
        self.rests_on[path] = _look(self._root, path)
        try:
            return read_document(self._root, path)
        except FileNotFoundError:
            pass
        except OSError as error:
            sentence = f"It cannot be read: {plain(error.strerror or str(error))}."
            self._unreadable.append(
                finding("document-unreadable", sentence, path, plan=self._plan.name, achievement=achievement)
            )
        return None

"""`check`: what is wrong with the documents, as text like a linter's or as JSON."""

import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

import msgspec

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.measures import count
from llm_dashboard.plans.checks.check import Checked
from llm_dashboard.plans.checks.check import check as check_documents
from llm_dashboard.plans.checks.models import Finding, Severity
from llm_dashboard.plans.models import Problem
from llm_dashboard.plans.workspace import Workspace, find_plan
from llm_dashboard.settings import Settings


class _Report(msgspec.Struct):
    """What `check --json` prints; the contract stands in docs/json.md."""

    workspace: str
    plans: int
    documents: int
    counts: dict[Severity, int]
    findings: list[Finding]


def check(root: Path, settings: Settings, wanted: str | None, *, as_json: bool) -> int:
    """Print what is wrong, in all plans or in one; the exit status is that of a failure where there is an error."""
    state = Workspace(root, settings.plans_root).load()
    plan = None if wanted is None else find_plan(state, wanted)
    if isinstance(plan, Problem):
        print(f"llm-dash: {plan.message}", file=sys.stderr)
        return ExitStatus.USAGE
    steps = list(check_documents(root, settings.plans_root, state, plan))
    findings = [each for step in steps for each in step.findings]
    counts = Counter(each.severity for each in findings)
    plans, documents = sum(step.plan is not None for step in steps), sum(step.documents for step in steps)
    if as_json:
        report = _Report(state.name, plans, documents, {each: counts[each] for each in Severity}, findings)
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    else:
        for step in steps:
            _print_step(step)
        read = f"{count(plans, 'plan')}, {count(documents, 'document')}"
        print(f"{read}: {summary(counts) if findings else 'no problems'}")
    return ExitStatus.FAILED if counts[Severity.ERROR] else ExitStatus.DONE


def summary(counts: Counter[Severity]) -> str:
    """`1 error, 2 warnings`."""
    return ", ".join(count(counts[each], each) for each in Severity if counts[each])


def _print_step(step: Checked) -> None:
    """The findings of a plan; the cure of those of one code stands once, below them."""
    if not step.findings:
        return
    print(step.plan.name if step.plan else "beside the plans")
    for _, alike in groupby(step.findings, key=lambda each: each.code):
        cure = ""
        for each in alike:
            place = f"{each.file or '.'}:{each.line}" if each.line else each.file or "."
            print(f"{place}: {each.severity} {each.code} {each.sentence}")
            cure = each.cure
        print(f"    {cure}")
    print()

"""A workspace in which nothing is wrong, to be spoilt in one place by each test."""

from collections.abc import Mapping
from pathlib import Path

from llm_dashboard.plans.checks.check import check
from llm_dashboard.plans.checks.models import Finding
from llm_dashboard.plans.workspace import Workspace
from tests.plans.samples import PLANS, write

PLAN = "ALPHA/PLAN_ALPHA.md"
SUBPLAN = "ALPHA/subplans/SUBPLAN_ALPHA_11.md"
TASK = "ALPHA/execution/EXECUTION_TASK_ALPHA_11_01.md"
APPROVED = "ALPHA/execution/feedbacks/APPROVED_11.md"

SOUND = {
    PLAN: """# PLAN: Lamps for the harbour

**Status**: In Progress
**Progress**: 1/2 achievements

---

## Achievement Index

- Achievement 1.1: Lamps (2-3 hours)
- Achievement 1.2: Rails

## Desirable Achievements

**Achievement 1.1**: Lamps

- **Effort**: 2-3 hours

**Achievement 1.2**: Rails
""",
    SUBPLAN: "# SUBPLAN: Lamps\n\n**Achievement**: 1.1\n**Status**: Complete\n\n## Objective\n\nLight.\n",
    TASK: "# EXECUTION_TASK: Lamps\n\n**Achievement**: 1.1\n**Status**: Complete\n\n## Log\n\nDone.\n\n**Status**: Complete\n",
    APPROVED: "# APPROVED: Achievement 1.1\n\n**Review Date**: 2026-01-02\n**Status**: APPROVED\n",
}


def checked(root: Path, changes: Mapping[str, str | bytes | None] | None = None) -> list[Finding]:
    """What is found in the sound workspace after those files were replaced, added, or, for None, left out."""
    files = {**SOUND, **(changes or {})}
    write(root, {name: content for name, content in files.items() if content is not None})
    return findings(root)


def findings(root: Path) -> list[Finding]:
    """What is found in a workspace."""
    return [each for step in check(root, PLANS, Workspace(root, PLANS).load()) for each in step.findings]

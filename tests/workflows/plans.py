"""Plans made by hand, and a workspace on disk, for the tests of this room."""

from collections.abc import Sequence
from pathlib import Path

from llm_dashboard.plans.models import Achievement, AchievementStatus, Artifacts, Counts, NextStep, Plan, StepKind

PLAN_TEXT = """\
# PLAN: Harbour lights

**Status**: Planning
**Priority**: HIGH
**Goal**: Ships find the pier at night

---

## 🎯 Desirable Achievements

### Priority 1: HIGH - Lamps

**Achievement 1.1**: Lamps are mounted

- **Goal**: Give the pier light
- **Deliverables**:
  - `lamps/mount.py` with the mounting plan
  - `lamps/wiring.md`
- **Tests**: `tests/test_mount.py`
- **Success**: A ship sees the pier from a mile
- **Effort**: 2-3 hours

**Achievement 1.2**: Lamps blink {{ 7 * 7 }} [b]often[/b]

**Purpose**: Tell the pier from a star

**Deliverables**:

- `lamps/blink.py`
- Tests for the blink pattern

**Effort**: 1 hour

**Achievement 1.3**: A keeper is told

- **Dependencies**: 1.2
"""


def achievement(
    id_: str,
    status: AchievementStatus = AchievementStatus.NOT_STARTED,
    artifacts: Artifacts | None = None,
    dependencies: tuple[str, ...] = (),
) -> Achievement:
    """An achievement with nothing but what a test is about."""
    return Achievement(
        id=id_,
        title=f"Title of {id_}",
        group="Priority 1",
        line=7,
        status=status,
        dependencies=dependencies,
        artifacts=artifacts or Artifacts(),
    )


def plan(
    *achievements: Achievement,
    next_step: NextStep | None = None,
    own_folder: bool = True,
    path: str = "work-space/plans/DEMO",
) -> Plan:
    """A plan DEMO of these achievements."""
    approved = sum(each.status is AchievementStatus.APPROVED for each in achievements)
    return Plan(
        name="DEMO",
        path=path,
        plan_file=f"{path}/PLAN_DEMO.md",
        container="",
        own_folder=own_folder,
        title="Demo",
        header={},
        achievements=achievements,
        counts=Counts(total=len(achievements), approved=approved),
        next=next_step or NextStep(None, StepKind.NONE, "nothing to do"),
    )


def write_workspace(root: Path, documents: Sequence[tuple[str, str]] = (), plan_text: str = PLAN_TEXT) -> Path:
    """A workspace with the plan PIER and documents beside it; the plan's folder."""
    folder = root / "work-space/plans/PIER"
    for name, text in (("PLAN_PIER.md", plan_text), *documents):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder

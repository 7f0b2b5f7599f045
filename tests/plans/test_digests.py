"""What documents claim, in short."""

import pytest

from llm_dashboard.plans.digests import (
    FeedbackDigest,
    Said,
    SubplanDigest,
    execution_digest,
    feedback_digest,
    subplan_digest,
)

TASK = """# EXECUTION_TASK: x

**Status**: In Progress

## Iteration Log

### Iteration 1: tests first

**Result**: 5/6 tests passing
- [ ] All tests passing

```
**Status**: Complete
12 passed, 1 skipped in 2.1s
```

### Iteration 2 - the rest

**Status**: ✅ Complete
"""
FIX = """# FIX REQUIRED: Achievement 1.1

**Reviewer**: Mira
**Review Date**: 2026-11-12
**Status**: ⚠️ **NEEDS FIXES**

### Critical Issues (must fix)

1. **A torn record hides `all` later ones**: after a power cut.
   - **Fix**: skip it.
2. The file is never synced

### Minor Issues

#### 1. **Names**
"""


def test_a_subplan() -> None:
    text = "# SUBPLAN: x\n\n**Status**: 📋 Design Phase  \n**Created**: 2026-11-03\n**Estimated Effort**: 2-3 hours\n"
    assert subplan_digest(text) == SubplanDigest("Design Phase", "2026-11-03", "2-3 hours")
    assert subplan_digest("") == SubplanDigest("", "", "")


def test_an_execution_task() -> None:
    digest = execution_digest(TASK, "1.1")
    assert digest.complete
    assert digest.statuses == (Said(3, "In Progress"), Said(19, "Complete"))
    assert digest.iterations == (Said(7, "Iteration 1: tests first"), Said(17, "Iteration 2 - the rest"))
    assert digest.tests == (Said(9, "5/6 tests passing"), Said(14, "12 passed, 1 skipped"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("**Tests**: 56/56 passing (100%)", "Tests: 56/56 passing"),
        ("- [x] **Unit tests: 8/8 passing** (100%)", "tests: 8/8 passing"),
        ("**Tests Passed**: 6/6 (100%)", "Tests Passed: 6/6"),
        ("16 unit tests passing, 90% coverage", "16 unit tests passing"),
        ("== 1 failed, 16 passed in 2.10s ==", "1 failed, 16 passed"),
        ("- [x] All tests passing", "All tests passing"),
        ("- [ ] 12/12 tests passing", None),
        ("9/9 scripts", None),
        ("passed the review", None),
    ],
)
def test_what_a_line_claims_of_tests(line: str, expected: str | None) -> None:
    assert [said.text for said in execution_digest(line, "1.1").tests] == ([expected] if expected else [])


def test_a_fix() -> None:
    assert feedback_digest(FIX) == FeedbackDigest(
        "NEEDS FIXES",
        "Mira",
        "2026-11-12",
        critical=("A torn record hides all later ones: after a power cut.", "The file is never synced"),
        minor=("Names",),
    )


def test_a_resolution_has_a_day_of_its_own() -> None:
    assert feedback_digest("# FIX RESOLUTION: x\n\n**Resolution Date**: 2026-11-13\n").date == "2026-11-13"


def test_what_is_said_is_safe_to_draw() -> None:
    digest = feedback_digest("# FIX\n\n**Reviewer**: a\x1b[31mb\x1b]52;c;eA==\x07\u202ec\n")
    assert digest.reviewer == "ab<U+202E>c"

import pytest

from llm_dashboard.workflows.refusals import refusal

RULE = "\u2550" * 40
CROSS = "\u274c"
WARNING = "\u26a0\ufe0f "
TARGET = "\U0001f3af"


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("Error: Achievement 7.7 not found in PLAN\n", "Achievement 7.7 not found in PLAN"),
        ("Error: Could not extract SUBPLAN objective or approach\n", "Could not extract SUBPLAN objective or approach"),
        (f"{CROSS} Error: No SUBPLAN found for Achievement 4.2\n", "No SUBPLAN found for Achievement 4.2"),
        (f"\n\n{CROSS} Error: File not found: plans/Y.md\n", "File not found: plans/Y.md"),
        (f"\x1b[91m\x1b[1m{CROSS} ERROR:\x1b[0m \x1b[91mBroken: 'y'\x1b[0m\n\nDetails\n", "Broken: 'y'"),
        (
            f"\n{'=' * 60}\n\n{CROSS} Errors (1):\n  - Achievement N/A: parallel.json is missing\n{'=' * 60}\n",
            "Errors (1): Achievement N/A: parallel.json is missing",
        ),
        ("/w/a.py:48: UserWarning: stale handoff\n  warnings.warn(\nError: it broke\n", "it broke"),
        (
            f"{WARNING} Achievement 3.1 status: approved\n\nExpected 'needs_fix' but got 'approved'\n",
            "Expected 'needs_fix' but got 'approved'",
        ),
        (
            f"{TARGET} Workflow Detection: Achievement 3.2 needs SUBPLAN\n\nCreate it first.\n",
            "3.2 needs its SUBPLAN first",
        ),
        (
            f"\U0001f500 Parallel workflow detected for X\n  - Achievements: 9\n\n"
            f"{TARGET} Workflow Detection: Achievement 3.2 needs SUBPLAN\n",
            "3.2 needs its SUBPLAN first",
        ),
        (f"{CROSS} Error: \x1b]0;title\x07gone\n", "gone"),
    ],
)
def test_an_error_at_the_start_is_a_refusal(output: str, sentence: str) -> None:
    assert refusal(output) == sentence


@pytest.mark.parametrize(
    "output",
    [
        "",
        "\n\n",
        f"Execute Achievement 3.2\n\n{RULE}\n\n{CROSS} DO NOT READ: the full PLAN\n\nError: quoted from the plan\n",
        f"{WARNING} Achievement 1.1 has feedback\n   FIX file: FIX_11.md\n\nAddress fixes for Achievement 1.1\n\n{CROSS} no\n",
        f"{TARGET} Workflow Detection: SUBPLAN exists, ready for EXECUTION\n\nRecommended command\n",
        f"{TARGET} Workflow Detection: Active EXECUTION(s) in progress\n",
        "\n\U0001f389 PLAN COMPLETE: DEMO\n\nAll achievements completed!\n",
        f"Review Achievement 3.1 in @PLAN_DEMO.md\n{RULE}\n{WARNING} Could not copy to clipboard: none\n",
        "Errors are handled in Achievement 1.1\n",
    ],
)
def test_an_answer_is_none(output: str) -> None:
    assert refusal(output) is None


def test_only_the_opening_counts() -> None:
    assert refusal("Execute Achievement 1.1\n" * 10 + f"{CROSS} Error: late\n") is None
    assert refusal("\n" * 20_000 + "Error: far too late\n") is None

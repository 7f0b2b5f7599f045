"""The pipe in a run's folder that takes the answers to an agent's permission questions, a line each.

A supervisor imports this at its start: nothing heavy.
"""

import json

ANSWERS = "answers"
"""Its name. It is there while the agent is, and only its owner may write into it."""


def answer_line(question: str, option: str | None) -> bytes:
    """The line that answers a question, by the ids of both; None chooses no option, which is a refusal."""
    return json.dumps({"permission": question, "option": option}).encode() + b"\n"


def read_answer(line: bytes) -> tuple[str, str | None] | None:
    """What a line answers; None where it is not of our making."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    question, option = (value.get("permission"), value.get("option")) if isinstance(value, dict) else (None, None)
    if isinstance(question, str) and (option is None or isinstance(option, str)):
        return question, option
    return None

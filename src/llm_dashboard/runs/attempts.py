"""Another try for an agent whose work was not as it should be: what was seen goes back to it, in a run of its own.

Who started a run starts the next one, and keeps its command until then: once the app is closed nobody goes on by himself.
"""

import re

import msgspec

from llm_dashboard.agents.invocation import SESSION_OPTION, PromptError, check_prompt, invocation
from llm_dashboard.agents.models import OutputKind
from llm_dashboard.runs.history import owner_lives
from llm_dashboard.runs.models import AgentReport, CheckState, Run
from llm_dashboard.workflows.models import Command, FailureKind

LONGEST_EVIDENCE = 8000
"""Characters of what was seen that go back."""


def next_attempt(command: Command, run: Run) -> Command | str | None:
    """The command of the next attempt after that run of it; why there cannot be one; or None where there is to be none.

    There is one where the agent said that it is done, a check failed, and attempts are left. A run that was stopped, by a
    person or a limit or its budget, has none.
    """
    task, report = command.task, _unverified(run)
    if task is None or task.fix_attempts < 1 or report is None:
        return None
    is_acp = task.agent.output is OutputKind.ACP
    session = report.session if (task.agent.resume or is_acp) and _SESSION.fullmatch(report.session) else ""
    seen = _seen(report)
    # Before the prompt, which may be long: what comes first is read. An agent of the Agent Client Protocol is told all: whether
    # it can take up its session it says only once it runs.
    is_told_all = not session or is_acp
    prompt = f"{seen}\n\nWhat was asked for:\n\n{task.first_prompt or task.prompt}" if is_told_all else seen
    # A conversation that was taken up before has cost what it had by then, too.
    before = task.session_cost if f"{SESSION_OPTION}{session}" in command.argv else 0.0
    cost = before + (report.meters.cost or 0.0) if task.agent.tells_session_cost else 0.0
    written = (each.subject for each in report.checks if each.state is CheckState.PASSED and each.log_file is None)
    following = msgspec.structs.replace(
        task,
        prompt=prompt,
        session_cost=cost,
        first_prompt=task.first_prompt or task.prompt,
        fix_attempts=task.fix_attempts - 1,
        written=tuple(dict.fromkeys((*task.written, *written))),
    )
    try:
        check_prompt(task.agent, prompt)
    except PromptError as error:
        return str(error)
    return msgspec.structs.replace(
        command,
        argv=invocation(task.agent, session, cost),
        task=following,
        attempt=command.attempt + 1,
        attempt_of=run.id,
    )


def unfollowed(run: Run) -> str:
    """Why no further attempt follows a run after which there could be one, as far as its record tells.

    Nothing where one may still come, and where there was none to be.
    """
    task = run.record.task
    if task is None or _unverified(run) is None:
        return ""
    if not task.fix_attempts:
        return "it was the last one" if run.record.attempt_of else ""
    return "" if owner_lives(run.record) else "none was started, and what started this one has ended"


def _unverified(run: Run) -> AgentReport | None:
    """What is told of an agent that said that it is done, where a check failed; else None."""
    result = run.result
    is_so = result and result.failure and result.failure.kind is FailureKind.NOT_VERIFIED
    return result.agent if result and is_so else None


def _seen(report: AgentReport) -> str:
    """What was not as it should be, as a prompt."""
    failed = [each for each in report.checks if each.state is CheckState.FAILED]
    parts = ["What you did was checked, and it is not done yet:"]
    for each in failed:
        evidence = f"\n\n{_indented(each.evidence)}" if each.evidence else ""
        log = f"\n  (all of it: {each.log_file})" if each.log_file else ""
        parts.append(f"- {each.subject} {each.sentence}{evidence}{log}")
    text = "\n".join(parts)
    if len(text) > LONGEST_EVIDENCE:
        text = f"{text[:LONGEST_EVIDENCE]}\u2026"
    return f"{text}\n\nMend that. Do not change what checks it."


def _indented(text: str) -> str:
    return "\n".join(f"      {line}" for line in text.split("\n"))


_SESSION = re.compile(r"[A-Za-z0-9_][\w.:-]{0,199}", re.ASCII)
"""It comes from the agent, and becomes an argument: no option, and nothing strange."""

"""The built-in methodology scripts: `python -P -m llm_dashboard.workflows.scripts VERB --workspace … --plan … --achievement …`.

Each writes its document, if it has one, and a prompt for a coding assistant: to `prompt.md` in the run's folder, or to the
output where there is no run. No model and no network. Exit status: 0 done, 1 it could not be done, 2 wrong usage, 4 a
prerequisite is missing.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from llm_dashboard import measures, settings
from llm_dashboard.atomic import write_new
from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans.artifacts import write_document
from llm_dashboard.plans.models import Achievement, Plan, Problem
from llm_dashboard.plans.workspace import Workspace, find_plan
from llm_dashboard.safe_text import plain
from llm_dashboard.workflows.context import template_context
from llm_dashboard.workflows.models import Failure, WorkflowType
from llm_dashboard.workflows.prerequisites import find_achievement, missing_prerequisite
from llm_dashboard.workflows.prompts import TemplateError, render

RUN_FOLDER_VARIABLE = "LLM_DASH_RUN_FOLDER"
"""Names the folder of the run, for the prompt."""


class PrerequisiteError(Exception):
    """Something must be done first; the message says what."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one script; its exit status. An error is one sentence on standard error."""
    options = _parser().parse_args(arguments)
    try:
        _run(WorkflowType(options.verb), options.workspace, options.plan, options.achievement)
    except (PrerequisiteError, FileExistsError) as error:
        return _fail(str(error), ExitStatus.PREREQUISITE_MISSING)
    except (OSError, TemplateError) as error:
        return _fail(str(error), ExitStatus.FAILED)
    except KeyboardInterrupt:
        return _fail("interrupted", ExitStatus.FAILED)
    except Exception as error:
        return _fail(f"unexpected {type(error).__name__}: {error}", ExitStatus.FAILED)
    return ExitStatus.DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="llm_dashboard.workflows.scripts", allow_abbrev=False)
    parser.add_argument("verb", choices=[verb.value for verb in _NEXT])
    parser.add_argument("--workspace", type=Path, required=True, help="the workspace's folder")
    parser.add_argument("--plan", required=True, help="the PLAN file, relative to the workspace")
    parser.add_argument("--achievement", required=True, help="the achievement's id: 1.2")
    return parser


def _run(verb: WorkflowType, workspace: Path, plan_file: str, achievement_id: str) -> None:
    loaded = settings.read(workspace)
    for problem in loaded.problems:
        _say(f"{problem}; it is left out")
    chosen = loaded.settings
    plan, achievement = _subject(verb, Workspace(workspace, chosen.plans_root), plan_file, achievement_id)
    context = template_context(workspace, plan, achievement, _say)
    prompt = render(f"{verb.value}-prompt.md.j2", context, workspace, chosen.templates)
    if verb in _DOCUMENTS:
        path = context.execution_file if verb is WorkflowType.EXECUTION else context.subplan_file
        text = render(_DOCUMENTS[verb], context, workspace, chosen.templates)
        _say(f"writing {path} ({measures.count(len(text.splitlines()), 'line')})")
        write_document(workspace, path, text)
    _leave_prompt(prompt)
    _say(f"next: {_NEXT[verb].format(id=achievement.id)}")


def _subject(verb: WorkflowType, plans: Workspace, plan_file: str, achievement_id: str) -> tuple[Plan, Achievement]:
    plan = find_plan(plans.load(), plan_file)
    if isinstance(plan, Problem):
        raise PrerequisiteError(plan.message)
    achievement = find_achievement(plan, achievement_id)
    missing = achievement if isinstance(achievement, Failure) else missing_prerequisite(verb, plan, achievement)
    if isinstance(achievement, Failure) or missing:
        raise PrerequisiteError(f"{missing.message} ({missing.evidence})" if missing else "")
    return plan, achievement


def _leave_prompt(prompt: str) -> None:
    folder = os.environ.get(RUN_FOLDER_VARIABLE)
    if folder:
        write_new(Path(folder) / "prompt.md", prompt.encode())
        _say(f"prompt saved as prompt.md ({measures.count(len(prompt.splitlines()), 'line')})")
    else:
        _say(f"no run folder; the prompt follows\n\n{prompt}")


def _say(text: str) -> None:
    print(text, flush=True)


def _fail(sentence: str, status: int) -> int:
    print(plain(sentence), file=sys.stderr, flush=True)
    return status


_DOCUMENTS = {WorkflowType.SUBPLAN: "SUBPLAN.md.j2", WorkflowType.EXECUTION: "EXECUTION_TASK.md.j2"}

_NEXT = {
    WorkflowType.SUBPLAN: "give the prompt to your assistant, which completes the SUBPLAN; then create the EXECUTION for {id}",
    WorkflowType.EXECUTION: "give the prompt to your assistant, which does {id} and keeps its EXECUTION_TASK; then review it",
    WorkflowType.CONTINUE: "give the prompt to your assistant, which completes the EXECUTION_TASK of {id}; then review it",
    WorkflowType.FIX: "give the prompt to your assistant, which fixes {id} and writes the resolution; then review it again",
    WorkflowType.REVIEW: "give the prompt to a reviewer, or judge {id} yourself: approve it, or ask for a fix",
}
"""What a person does after each script."""


if __name__ == "__main__":
    sys.exit(main())

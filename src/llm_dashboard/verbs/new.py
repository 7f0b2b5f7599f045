"""`new`: a plan from a template."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.plans.drafts import DraftError, draft_plan, left_out, summary
from llm_dashboard.plans.workspace import Workspace
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import Settings
from llm_dashboard.workflows.creation import create_plan
from llm_dashboard.workflows.prompts import TemplateError


def new(
    root: Path,
    settings: Settings,
    name: str,
    *,
    title: str,
    goal: str,
    priority: str,
    achievements: Sequence[str],
    container: str,
) -> int:
    """Write a new plan, and print its file; the exit status."""
    try:
        draft = draft_plan(
            name, title=title, goal=goal, priority=priority, achievements=achievements, container=container
        )
        state = Workspace(root, settings.plans_root).load()
        path = create_plan(root, settings, state, draft, datetime.now(UTC))
    except DraftError as error:
        return _refuse(error, ExitStatus.USAGE)
    except FileExistsError as error:
        return _refuse(error, ExitStatus.PREREQUISITE_MISSING)
    except (OSError, TemplateError) as error:
        return _refuse(error, ExitStatus.FAILED)
    if draft.name != name:
        lost = left_out(name)
        print(f"name: {draft.name}, from '{plain(name)}'{f', without {lost}' if lost else ''}", file=sys.stderr)
    print(plain(path))
    print(f"{summary(draft)}; next: llm-dash run subplan {draft.name}", file=sys.stderr)
    return ExitStatus.DONE


def _refuse(error: Exception, status: ExitStatus) -> int:
    print(f"llm-dash: {plain(str(error))}", file=sys.stderr)
    return status

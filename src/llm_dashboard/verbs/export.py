"""`export`: a plan, or all, as one document."""

import os
import sys
from pathlib import Path

from llm_dashboard.exit_status import ExitStatus
from llm_dashboard.export.documents import ExportFormat, export
from llm_dashboard.export.files import format_of, write
from llm_dashboard.plans.models import Problem
from llm_dashboard.plans.workspace import Workspace, find_plan
from llm_dashboard.settings import Settings, is_folder


def export_plans(
    root: Path, settings: Settings, wanted: str | None, *, form: str | None, output: Path | None, force: bool
) -> int:
    """Print the document, or write it to `output`; the exit status. The ending of `output` says what no `form` says."""
    state = Workspace(root, settings.plans_root).load()
    plan = find_plan(state, wanted) if wanted is not None else None
    if isinstance(plan, Problem):
        print(f"llm-dash: {plan.message}", file=sys.stderr)
        return ExitStatus.USAGE
    chosen = ExportFormat(form) if form else (output and format_of(output)) or ExportFormat.MARKDOWN
    text = export(state, plan, chosen, root)
    if output is None:
        sys.stdout.write(text)
        return ExitStatus.DONE
    if problem := write(output, text, over=force):
        hint = " Or replace it with --force." if os.path.lexists(output) and not is_folder(output) and not force else ""
        print(f"llm-dash: {problem}{hint}", file=sys.stderr)
        return ExitStatus.FAILED
    return ExitStatus.DONE

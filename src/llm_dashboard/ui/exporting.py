"""From the wish to export plans to the file."""

import asyncio
from pathlib import Path

from llm_dashboard.export.documents import ExportFormat, export
from llm_dashboard.export.files import format_of, write
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.screens.export import ExportDialog
from llm_dashboard.ui.sessions import SessionsApp
from llm_dashboard.ui.waiting import waiting


async def export_plans(app: SessionsApp, plan_file: str | None) -> None:
    """Export that plan, or all, to a file that is asked for until it is written or given up."""
    root, problem = app.workspace.root, ""
    plan = app.plan(plan_file)
    path = Path(f"{plan.name if plan else root.name}.html")
    while answer := await app.push_screen_wait(ExportDialog(plan.name if plan else "all plans", path, problem)):
        state, plan, path = app.state, app.plan(plan_file), answer
        if state is None or (plan is None and plan_file):
            app.notify(f"{plan_file} is not there any more.", severity="error", markup=False)
            return
        form = format_of(path) or ExportFormat.HTML
        with waiting(app, "exporting"):
            text = await asyncio.to_thread(export, state, plan, form, root)
            problem = await asyncio.to_thread(write, path, text)
        if not problem:
            app.notify(f"Written: {plain(str(path.absolute()))}", markup=False)
            return

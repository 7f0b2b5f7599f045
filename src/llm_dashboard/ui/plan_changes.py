"""What a person does to plans as a whole, with the questions it takes: begin a workspace, write a plan, archive one."""

import asyncio

from llm_dashboard.measures import count, size
from llm_dashboard.plans import archive, beginning
from llm_dashboard.plans.drafts import DraftError, PlanDraft, draft_plan
from llm_dashboard.plans.models import Plan
from llm_dashboard.runs.history import live_run_of
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.messages import PlanCreated
from llm_dashboard.ui.running import RunningApp
from llm_dashboard.ui.screens.new_plan import NewPlanDialog, PlanForm
from llm_dashboard.ui.screens.plan import PlanScreen
from llm_dashboard.ui.screens.question import QuestionDialog
from llm_dashboard.ui.waiting import waiting
from llm_dashboard.ui.widgets.block import NO_MARK, Field
from llm_dashboard.workflows.creation import create_plan, taken_by
from llm_dashboard.workflows.prompts import TemplateError


async def begin_workspace(app: RunningApp) -> None:
    """Show what a workspace has, and make what is missing."""
    root, plans_root = app.workspace.root, app.settings.plans_root
    parts = await asyncio.to_thread(beginning.parts, root, plans_root)
    fields: list[Field] = [("In", NO_MARK, (plain(str(root)),))]
    fields += [
        ("Keeps" if part.is_there else "Makes", NO_MARK, (plain(part.path), (f"  {PURPOSES[number]}", "dim")))
        for number, part in enumerate(parts)
    ]
    if not await app.push_screen_wait(QuestionDialog("Begin", "Make this folder a workspace?", fields)):
        return
    try:
        await asyncio.to_thread(beginning.initialize, root, plans_root)
    except OSError as error:
        app.notify(plain(str(error)), severity="error", markup=False)
    await app.reload()


async def write_plan(app: RunningApp) -> None:
    """Ask for a plan until it is written or given up; what was typed is never lost."""

    def read(form: PlanForm) -> PlanDraft | str:
        name, title, goal, lines = form
        try:
            draft = draft_plan(name, title=title, goal=goal, achievements=lines.splitlines())
        except DraftError as error:
            return str(error)
        return (taken_by(app.state, draft.name) if app.state else None) or draft

    def write(draft: PlanDraft) -> str:
        return create_plan(app.workspace.root, app.settings, app.workspace.load(), draft, app.now())

    form, wrong = PlanForm(), ""
    while True:
        answer = await app.push_screen_wait(NewPlanDialog(read, app.settings.plans_root, form, wrong))
        if answer is None:
            return
        form, draft = answer, read(answer)
        if isinstance(draft, str):
            wrong = draft
            continue
        try:
            path = await asyncio.to_thread(write, draft)
        except (OSError, TemplateError) as error:
            wrong = plain(str(error))
            continue
        await app.reload()
        app.tell(PlanCreated(path))
        app.notify(f"Written: {path}", markup=False)
        return


async def archive_plan(app: RunningApp, plan_file: str) -> None:
    """Show what moves, and move it."""
    with waiting(app, "reading the plans"):
        await app.reload()
    root, plan = app.workspace.root, app.plan(plan_file)
    if plan is None or app.state is None:
        app.notify(f"{plan_file} is not there any more.", severity="error", markup=False)
        return
    if await _is_busy(app, plan):
        return
    day = app.now().astimezone().date()
    with waiting(app, "looking at what moves"):
        move = await asyncio.to_thread(archive.planned_move, root, app.settings.plans_root, app.state, plan, day)
    if isinstance(move, str):
        app.notify(move, severity="error", markup=False)
        return
    fields: list[Field] = [
        ("Moves", NO_MARK, (move.source,)),
        ("To", NO_MARK, (move.target,)),
        ("Holds", NO_MARK, (count(move.files, "file"), (f", {size(move.octets)}", "dim"))),
    ]
    if move.warning:
        fields.append(("Note", NO_MARK, ((move.warning, "wait"),)))
    if not await app.push_screen_wait(QuestionDialog(f"Archive · {plan.name}", f"Archive {plan.name}?", fields)):
        return
    if await _is_busy(app, plan):
        return
    try:
        with waiting(app, "archiving"):
            await asyncio.to_thread(archive.archive, root, move)
    except OSError as error:
        app.notify(plain(str(error)), severity="error", markup=False)
    else:
        app.notify(f"Archived: {move.target}", markup=False)
        if isinstance(app.screen, PlanScreen) and app.screen.plan.plan_file == plan_file:
            app.pop_screen()
    await app.reload()


async def _is_busy(app: RunningApp, plan: Plan) -> bool:
    """Whether a run of the plan has not ended; says so."""
    live = await asyncio.to_thread(live_run_of, app.workspace.root, plan)
    if live:
        shows, stops = app.key_map.shown("runs"), app.key_map.shown("stop")
        text = f"{plan.name} has a run that has not ended: {shows} shows it, {stops} stops it."
        app.notify(text, severity="error", markup=False)
    return live is not None


PURPOSES = ("for the plans", "for the settings, all of them comments")
"""Of the parts of a workspace, in their order."""

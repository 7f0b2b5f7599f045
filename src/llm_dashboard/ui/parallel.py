"""Execute parallel: from what is ready, by the questions it takes, to the screen of the runs."""

import asyncio

from llm_dashboard.runs.models import Run
from llm_dashboard.ui.allowing import allow_documents, allow_settings
from llm_dashboard.ui.running import RunningApp
from llm_dashboard.workflows.models import Command, Failure, FailureKind
from llm_dashboard.workflows.parallel import batch, candidates


async def execute_parallel(app: RunningApp, plan_file: str) -> None:
    """Ask which achievements, show what will run, and run it, a run each."""
    commands = await _ask(app, plan_file)
    if commands:
        await _run(app, commands)


async def _ask(app: RunningApp, plan_file: str) -> tuple[Command, ...]:
    from llm_dashboard.ui.screens.confirm_parallel import ConfirmParallelDialog
    from llm_dashboard.ui.screens.parallel import ParallelDialog

    plan = app.plan(plan_file)
    if plan is None:
        app.notify(f"{plan_file} is not there any more.", severity="error", markup=False)
        return ()
    ready = candidates(plan)
    if not any(not each.needs_person for each in ready):
        waiting = f": {plan.next.reason}" if plan.next.achievement is None else ", only reviews, which a person decides"
        app.notify(f"{plan.name} has nothing to run{waiting}.", severity="warning", markup=False)
        return ()
    ids = await app.push_screen_wait(ParallelDialog(plan.name, ready))
    if not ids:
        return ()
    await app.reload()
    plan = app.plan(plan_file) or plan
    taken = {path for run in app.run_watch.live for path in run.record.creates}
    made = await asyncio.to_thread(batch, plan, ids, app.workspace.root, app.settings, taken)
    if any(each.failure.kind is FailureKind.NOT_ALLOWED for each in made.refused) and await allow_settings(app):
        made = await asyncio.to_thread(batch, plan, ids, app.workspace.root, app.settings, taken)
    if await allow_documents(app, *made.commands):
        made = await asyncio.to_thread(batch, plan, ids, app.workspace.root, app.settings, taken)
    if not made.commands:
        reasons = "\n".join(dict.fromkeys(each.failure.message for each in made.refused))
        app.notify(reasons, title="Nothing was run", severity="error", timeout=15, markup=False)
        return ()
    room = (await asyncio.to_thread(lambda: app.run_watch.executor)).room
    dialog = ConfirmParallelDialog(plan.name, made, room, app.settings.runs.parallel)
    return made.commands if await app.push_screen_wait(dialog) else ()


async def _run(app: RunningApp, commands: tuple[Command, ...]) -> None:
    from llm_dashboard.ui.screens.batch import BatchScreen

    ids: list[str] = []
    for command in commands:
        started: Run | Failure = await app.run_watch.start(command)
        if isinstance(started, Run):
            ids.append(started.id)
        else:
            message = f"{command.label} {command.achievement} did not start: {started.message}"
            app.notify(message, severity="error", timeout=15, markup=False)
    if ids:
        name = app.state.name if app.state else ""
        app.push_screen(BatchScreen((name, commands[0].plan or "", "parallel"), ids, app.runs, app.now))

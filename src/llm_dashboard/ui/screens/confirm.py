"""Before anything runs: what will run, where, within which limits, and what it will create."""

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from llm_dashboard import measures
from llm_dashboard.runs.models import Run
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.marks import RUN
from llm_dashboard.ui.screens.dialog import Dialog
from llm_dashboard.ui.widgets.block import NO_MARK, Block, Field
from llm_dashboard.ui.widgets.scroll import Scroll
from llm_dashboard.workflows import document_commands
from llm_dashboard.workflows.models import UNBUFFERED, Command


class ConfirmDialog(Dialog[bool]):
    """Yes or no to one command."""

    confirming = ("y",)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Run it", key_display="y"),
        Binding("n,escape", "answer(False)", "Cancel", key_display="n"),
        Binding("down", "none", "Scroll", key_display="↑↓"),
    ]

    def __init__(self, command: Command, workspace: Path, beside: Sequence[Run] = ()) -> None:
        """`beside`: the live runs that are at the same achievement."""
        super().__init__()
        self.command = command
        self.beside = beside
        self.workspace = workspace
        target = f"{command.label} {command.achievement}" if command.achievement else command.label
        self.heading = f" {target} · {command.plan} " if command.plan else f" {target} "

    def body(self) -> Iterable[Widget]:
        """The facts, which scroll where they are too long."""
        with Scroll(classes="scroll"):
            yield Block()

    def on_mount(self) -> None:
        """Fill in the facts."""
        summary = ((plain(self.command.summary), "strong"),)
        beside: list[Field] = [
            ("" if number else "Beside", NO_MARK, (_going(run), "  at the same achievement"))
            for number, run in enumerate(self.beside)
        ]
        self.query_one(Block).say(summary, (), fields=(*beside, *facts(self.command), ("", NO_MARK, ())))
        self.query_one(Scroll).focus()

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)


def _going(run: Run) -> tuple[str, str]:
    mark = RUN[run.state]
    return f"{mark.symbol} {plain(run.record.label)} {run.record.achievement} {mark.word}", mark.tone


def facts(command: Command) -> list[Field]:
    """What a person must see of a command before saying yes, besides its summary."""
    wall, idle = (measures.duration(limit) if limit else "none" for limit in (command.limits.wall, command.limits.idle))
    fields: list[Field] = [
        ("Runs", NO_MARK, (plain(shlex.join(command.argv)),)),
        ("In", NO_MARK, (plain(str(command.cwd)),)),
        ("Limits", NO_MARK, (wall, (" in all, ", "dim"), idle, (" without output", "dim"))),
    ]
    variables = [f"{key}={value}" for key, value in command.environment.items() if key not in UNBUFFERED]
    for number, variable in enumerate(variables):
        fields.append(("" if number else "With", NO_MARK, (plain(variable),)))
    for number, path in enumerate(command.creates):
        fields.append(("" if number else "Creates", NO_MARK, (plain(path),)))
    if command.creates_prompt:
        fields.append(("Prompt", NO_MARK, ("prompt.md in the run's folder",)))
    if command.task:
        lines = measures.count(len(command.task.prompt.splitlines()), "line")
        fields.append(("Prompt", NO_MARK, (lines, ("  prompt.md in the run's folder", "dim"))))
        for number, argv in enumerate(command.task.verify):
            fields.append(("" if number else "Then", NO_MARK, (plain(shlex.join(argv)),)))
        not_run = [shlex.join(argv) for each in command.task.proposals for argv in each.commands]
        not_run += [line for each in command.task.proposals for line in document_commands.not_run(each)]
        for number, line in enumerate(not_run):
            fields.append(("" if number else "Not run", NO_MARK, ((plain(line), "dim"),)))
        if command.task.fix_attempts:
            again = f"at most {measures.count(command.task.fix_attempts, 'further attempt')}"
            fields.append(("Again", NO_MARK, (again, ("  with what was found wrong", "dim"))))
    return fields

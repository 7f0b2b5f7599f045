"""A document of the workspace, whole."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget

from llm_dashboard import measures
from llm_dashboard.plans.workspace import read_document
from llm_dashboard.safe_text import plain
from llm_dashboard.ui.commands import bindings
from llm_dashboard.ui.documents import LIMIT
from llm_dashboard.ui.messages import WorkspaceChanged
from llm_dashboard.ui.outside import edit_document
from llm_dashboard.ui.screens.base import DashboardScreen
from llm_dashboard.ui.widgets.document_view import DocumentView
from llm_dashboard.ui.widgets.filter import Filter


class DocumentScreen(DashboardScreen):
    """Read it, search it, open it in an editor. It follows the file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("find", "next-found", "previous-found", "edit-document", "step-back", "back", "help", "quit")
    ]

    def __init__(self, root: Path, crumbs: tuple[str, ...], path: str, line: int = 1) -> None:
        super().__init__()
        self.root = root
        self.crumbs = crumbs
        self.path = path
        self._line: int | None = line
        self._searched_from = 1
        self._problem = ""

    def body(self) -> Iterable[Widget]:
        """The document, and the line to search with."""
        yield DocumentView()
        yield Filter("what to look for")

    def on_mount(self) -> None:
        """Read it."""
        self.query_one(DocumentView).focus()
        self._say()
        self._read()

    @on(WorkspaceChanged)
    def _workspace_changed(self) -> None:
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        view = self.query_one(DocumentView)
        try:
            text = await asyncio.to_thread(read_document, self.root, self.path, LIMIT)
        except OSError as error:
            self._problem = f"cannot be read: {plain(error.strerror or str(error))}"
        else:
            self._problem = ""
            if text != view.text:
                view.load(text, self._line)
                self._line = None
        self._say()

    @on(DocumentView.Changed)
    def _say(self) -> None:
        view = self.query_one(DocumentView)
        lines = view.text.count("\n") + (not view.text.endswith("\n")) if view.text else 0
        whole = len(view.text) < LIMIT // 4 or len(view.text.encode()) < LIMIT
        facts = [(f"{'' if whole else 'the first '}{measures.count(lines, 'line')}", "dim" if whole else "wait")]
        if self.search.value:
            at = view.found.index(view.at) + 1 if view.at in view.found else 0
            found = measures.count(len(view.found), "line") + " found" if view.found else "not found"
            facts.append((f"{at} of {found}" if at else found, "normal" if view.found else "bad"))
        if self._problem:
            facts.append((self._problem, "bad"))
        self.title_line((*self.crumbs, self.path.rpartition("/")[2]), *facts)
        self.refresh_bindings()

    @property
    def search(self) -> Filter:
        """The line to search with."""
        return self.query_one(Filter)

    def action_search(self) -> None:
        """Type what to look for."""
        self._searched_from = self.query_one(DocumentView).top_line
        self.search.begin()

    def action_found(self, step: int) -> None:
        """To the next line that matches."""
        self.query_one(DocumentView).next_found(step)

    def action_step_back(self) -> None:
        """End the search; without one, go back."""
        if self.search.is_on:
            self.search.end()
            self.query_one(DocumentView).focus()
        else:
            super().action_step_back()

    def action_edit(self) -> None:
        """Open it in $EDITOR, and read it again."""
        if problem := edit_document(self.app, self.root, self.path):
            self.notify(problem, severity="warning", markup=False)
        self.run_worker(self.run_action("app.refresh_plans"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the search count while there is one."""
        if not self.is_mounted:
            return True
        match action:
            case "found":
                return bool(self.search.value)
            case _:
                return True

    @on(Filter.Narrowed)
    def _typed(self) -> None:
        self.query_one(DocumentView).look_for(self.search.value, self._searched_from)

    @on(Filter.Kept)
    def _kept(self) -> None:
        self.query_one(DocumentView).focus()

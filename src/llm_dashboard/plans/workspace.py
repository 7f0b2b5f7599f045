"""A workspace on disk → its plans, read again only where a folder or a file has changed."""

import threading
import time
from pathlib import Path, PurePosixPath

from llm_dashboard.plans import discovery
from llm_dashboard.plans.discovery import Folder, Signature
from llm_dashboard.plans.models import Plan, Problem, WorkspaceState
from llm_dashboard.plans.reader import Reading, read_plan
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import DEFAULT_PLANS_ROOT

_UNSETTLED_NS = 2_000_000_000
"""A change this short before reading can hide another behind the same time stamp: some file systems count in steps of 2 s."""


class Workspace:
    """The plans under one root. `load` may be called from any thread; a second call waits for the first."""

    def __init__(self, root: Path, plans_root: str = DEFAULT_PLANS_ROOT) -> None:
        self.root = root.absolute()
        self.plans_root = str(PurePosixPath(plans_root))
        """Relative to the root, with `/`."""
        self.folders: tuple[str, ...] = ()
        """The folders that were looked at last, absolute: the plans root and every one below it."""
        self._tree: dict[str, Folder] = {}
        self._readings: dict[str, Reading] = {}
        self._lock = threading.Lock()

    def load(self) -> WorkspaceState:
        """All plans as they are now; one that has not changed is the same object as before. What is wrong is a problem."""
        with self._lock:
            return self._load()

    def _load(self) -> WorkspaceState:
        settled = time.time_ns() - _UNSETTLED_NS
        root = str(self.root)
        try:
            if not (self.root / self.plans_root).resolve().is_relative_to(self.root.resolve()):
                raise OSError("it leads out of the workspace")
            tree = discovery.list_tree(root, self.plans_root, self._tree)
        except (OSError, RuntimeError) as error:
            self._tree, self._readings, self.folders = {}, {}, ()
            return WorkspaceState(plain(self.root.name), (), (self._no_plans(error),), root=plain(root))
        readings: dict[str, Reading] = {}
        for file in discovery.plan_files(tree, self.plans_root):
            known = self._readings.get(file.path)
            readings[file.path] = known if known and known.holds(root, file, tree) else read_plan(root, file, tree)
        self.folders = tuple(f"{root}/{path}" for path in tree)
        self._tree = {path: folder for path, folder in tree.items() if _is_settled(folder.signature, settled)}
        self._readings = {
            path: reading
            for path, reading in readings.items()
            if all(_is_settled(signature, settled) for signature in reading.documents.values())
        }
        plans = [reading.plan for reading in readings.values() if reading.plan]
        plans.sort(key=lambda plan: (plan.container, plan.name, plan.plan_file))
        problems = [problem for reading in readings.values() for problem in reading.problems]
        problems += [
            Problem(
                "folder-unreadable",
                f"{plain(path)} cannot be listed: {folder.error}; make it readable.",
                plain(path),
            )
            for path, folder in tree.items()
            if folder.error
        ]
        return WorkspaceState(plain(self.root.name), tuple(plans), tuple(problems), root=plain(root))

    def _no_plans(self, error: OSError | RuntimeError) -> Problem:
        reason = plain(getattr(error, "strerror", None) or str(error))
        message = (
            f"No plans root: looked for {plain(self.plans_root)} in {plain(str(self.root))} ({reason}); "
            "create it, or set plans_root in llm-dash.toml."
        )
        return Problem("no-plans-root", message, plain(self.plans_root))


def _is_settled(signature: Signature | None, settled: int) -> bool:
    """Whether every change since a signature was taken will show in a new one."""
    return signature is None or max(signature[:2]) <= settled


def find_plan(state: WorkspaceState, text: str) -> Plan | Problem:
    """The plan that a person means; a problem that says which they may mean, where that is none or more than one.

    Understood are a name, the unique beginning of one in any case, and the path of the plan's folder or file, relative to
    the workspace or absolute; each also after an `@`.
    """
    wanted = text.strip().removeprefix("@")
    path = str(PurePosixPath(wanted.removeprefix(f"{state.root}/")))
    name = wanted.rstrip("/").removeprefix("PLAN_").removesuffix(".md")
    folded = name.casefold()
    candidates = (
        [plan for plan in state.plans if path == plan.plan_file],
        [plan for plan in state.plans if path == plan.path and plan.own_folder],
        [plan for plan in state.plans if path == plan.path],
        [plan for plan in state.plans if name == plan.name],
        [plan for plan in state.plans if folded == plan.name.casefold()],
        [plan for plan in state.plans if folded and plan.name.casefold().startswith(folded)],
    )
    found = next((plans for plans in candidates if plans), [])
    if len(found) == 1:
        return found[0]
    if found:
        paths = ", ".join(plan.plan_file for plan in found[:5])
        return Problem("plan-ambiguous", f"'{plain(text)}' can be {len(found)} plans; name one of {paths}.")
    import difflib

    names = {plan.name.casefold(): plan.name for plan in state.plans}
    nearest = [names[each] for each in difflib.get_close_matches(folded[:100], names, n=3, cutoff=0.4)]
    advice = (
        f"did you mean {' or '.join(nearest)}?"
        if nearest
        else f"there are {len(state.plans)} plans; see their names in the list."
    )
    return Problem("plan-unknown", f"No plan is called '{plain(text)}'; {advice}")


def read_document(root: Path, relative: str, limit: int = 1 << 20) -> str:
    """The text of a document of the workspace, at most its first `limit` bytes, as it is: not yet safe to draw.

    Bytes that are not UTF-8 are replaced. Raises OSError where it leaves the root, is no regular file or cannot be read.
    """
    try:
        path = (root / relative).resolve(strict=True)
    except (RuntimeError, ValueError) as error:
        raise OSError(f"{plain(relative)} cannot be followed: {error}") from error
    if not path.is_relative_to(root.resolve()):
        raise PermissionError(f"{plain(relative)} leads out of the workspace")
    data, _ = discovery.read_file(str(path), limit)
    return data.decode(errors="replace")

"""A workspace on disk → its plans, read again only where a folder or a file has changed."""

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from llm_dashboard.plans.discovery import PlanFile, plan_files
from llm_dashboard.plans.files import read_file
from llm_dashboard.plans.models import Plan, Problem, WorkspaceState
from llm_dashboard.plans.reader import ARTIFACT_FOLDERS, Reading, read_plan
from llm_dashboard.plans.tree import FolderTree
from llm_dashboard.plans.watching import is_text
from llm_dashboard.safe_text import plain
from llm_dashboard.settings import DEFAULT_PLANS_ROOT


class Workspace:
    """The plans under one root. `load` may be called from any thread; a second call waits for the first."""

    def __init__(self, root: Path, plans_root: str = DEFAULT_PLANS_ROOT) -> None:
        self.root = root.absolute()
        self.plans_root = str(PurePosixPath(plans_root))
        """Relative to the root, with `/`."""
        self._tree = FolderTree(str(self.root), self.plans_root)
        self._readings: dict[str, Reading] = {}
        self._listed: tuple[str, ...] = ()
        self._folders: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def folders(self) -> Sequence[str]:
        """What was looked at last, absolute: the plans root and every folder below it, but for names that are no text.

        The same object as before where they are the same.
        """
        with self._lock:
            paths = tuple(self._tree.folders)
            if paths != self._listed:
                self._listed = paths
                self._folders = tuple(f"{self.root}/{path}" for path in paths if is_text(path))
            return self._folders

    def load(self, changed: Iterable[str] | None = None) -> WorkspaceState:
        """All plans as they are now; one that is as before is the same object as before. What is wrong is a problem.

        With paths of what changed, relative to the workspace or absolute, only the plans are looked at in whose folders they
        lie. The first call looks at all, and so does one that cannot tell which these are.
        """
        with self._lock:
            try:
                places = self._places(changed)
                if places is None or not self._load_changed(places):
                    self._load_all()
            except (OSError, RuntimeError) as error:
                self._tree.folders, self._readings = {}, {}
                return self._state((), (self._no_plans(error),))
            return self._loaded()

    def _places(self, changed: Iterable[str] | None) -> set[str] | None:
        """The paths that lie below the plans root, relative to the workspace; None where all is to be looked at."""
        if changed is None or not self._tree.folders:
            return None
        places = set()
        for path in changed:
            place = PurePosixPath(path)
            if place.is_absolute():
                if not place.is_relative_to(self.root):
                    return None
                place = place.relative_to(self.root)
            if ".." in place.parts or PurePosixPath(self.plans_root).is_relative_to(place):
                return None
            if place.is_relative_to(self.plans_root):
                places.add(str(place))
        return places

    def _load_changed(self, places: set[str]) -> bool:
        """Read again what lies at or around the places; False where that is not certain to be all that changed."""
        try:
            self._check_root()
            folders = self._tree.list_changed(places)
        except OSError:
            return False
        again = {folder.removesuffix(each) for folder in folders for each in ARTIFACT_FOLDERS if folder.endswith(each)}
        before = {path: each for path, each in self._readings.items() if each.file.folder in again}
        for path in before:
            del self._readings[path]
        tree = {folder: self._tree.folders[folder] for folder in again if folder in self._tree.folders}
        for file in plan_files(tree, self.plans_root):
            self._readings[file.path] = self._read(file, before.get(file.path))
        return True

    def _load_all(self) -> None:
        self._check_root()
        self._tree.list_all()
        before, self._readings = self._readings, {}
        for file in plan_files(self._tree.folders, self.plans_root):
            known = before.get(file.path)
            holds = known and known.holds(str(self.root), file, self._tree.folders)
            self._readings[file.path] = known if known and holds else self._read(file, known)

    def _check_root(self) -> None:
        if not (self.root / self.plans_root).resolve().is_relative_to(self.root.resolve()):
            raise OSError("it leads out of the workspace")

    def _read(self, file: PlanFile, before: Reading | None) -> Reading:
        """What reading a plan file gives; the plan is the object from before where it is equal to that."""
        reading = read_plan(str(self.root), file, self._tree.folders)
        if before and reading.plan == before.plan:
            return msgspec.structs.replace(reading, plan=before.plan)
        return reading

    def _loaded(self) -> WorkspaceState:
        readings = self._readings.values()
        plans = [reading.plan for reading in readings if reading.plan]
        plans.sort(key=lambda plan: (plan.container, plan.name, plan.plan_file))
        problems = [problem for reading in readings for problem in reading.problems]
        problems += [
            Problem(
                "folder-unreadable",
                f"{plain(path)} cannot be listed: {folder.error}; make it readable.",
                plain(path),
            )
            for path, folder in self._tree.folders.items()
            if folder.error
        ]
        problems.sort(key=lambda problem: (problem.code, problem.file or ""))
        return self._state(tuple(plans), tuple(problems))

    def _state(self, plans: tuple[Plan, ...], problems: tuple[Problem, ...]) -> WorkspaceState:
        return WorkspaceState(plain(self.root.name), plans, problems, root=plain(str(self.root)))

    def _no_plans(self, error: OSError | RuntimeError) -> Problem:
        reason = plain(getattr(error, "strerror", None) or str(error))
        message = (
            f"No plans root: looked for {plain(self.plans_root)} in {plain(str(self.root))} ({reason}); "
            "create it, or set plans_root in llm-dash.toml."
        )
        return Problem("no-plans-root", message, plain(self.plans_root))


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
        else f"there are {len(state.plans)} plans; llm-dash status lists them."
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
    data, _ = read_file(str(path), limit)
    return data.decode(errors="replace")

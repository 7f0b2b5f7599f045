"""One plan file and what lies beside it → a Plan, and what the reading rests on."""

import re
from collections.abc import Mapping

import msgspec

from llm_dashboard.plans import dependencies, parallel, parser, schedule, status
from llm_dashboard.plans.discovery import PlanFile
from llm_dashboard.plans.files import MAXIMUM_BYTES, Signature, read_file, settled_until, signature_at
from llm_dashboard.plans.models import Achievement, AchievementStatus, Artifacts, NextStep, Plan, Problem, StepKind
from llm_dashboard.plans.tree import Folder
from llm_dashboard.safe_text import plain

ARTIFACT_FOLDERS = ("", "/subplans", "/execution", "/execution/feedbacks")
"""What is looked at in a plan's own folder."""
_COUNTED = {
    "": re.compile(r"parallel\.json|subplans|execution"),
    "/subplans": re.compile(r"SUBPLAN_.*\.md"),
    "/execution": re.compile(r"EXECUTION_TASK_.*\.md|feedbacks"),
    "/execution/feedbacks": re.compile(r"(?:APPROVED|FIX)_.*\.md"),
}
"""The names in each of them that count."""
_PLACES_IN = {"": ("subplans", "execution"), "/subplans": (), "/execution": ("feedbacks",), "/execution/feedbacks": ()}
"""The folders that can be in each of them."""
_PLACES = ("subplans", "execution", "feedbacks")
_NO_ARTIFACTS = Artifacts()
_NOT_STARTED = AchievementStatus.NOT_STARTED
_NO_PARALLEL = parallel.ParallelFile()
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What reading one plan file gave, and what that rests on."""

    file: PlanFile
    folders: tuple[Folder | None, ...]
    documents: Mapping[str, Signature | None]
    """By path; None for what could not be looked at."""
    settled: bool
    """Whether every change since then shows in the signatures."""
    plan: Plan | None
    """None where the file is no plan."""
    problems: tuple[Problem, ...] = ()
    """Of a file that is no plan, though it lies where the plan should."""

    def holds(self, root: str, file: PlanFile, folders: Mapping[str, Folder]) -> bool:
        """Whether nothing of what it rests on has changed."""
        return (
            self.settled
            and self.file == file
            and self.folders == _artifact_folders(file, folders)
            and all(signature_at(f"{root}/{path}") == signature for path, signature in self.documents.items())
        )


def read_plan(root: str, file: PlanFile, folders: Mapping[str, Folder]) -> Reading:
    """Read a plan of the workspace at `root`. What cannot be read is a problem of the plan."""
    latest = settled_until()
    reader = _PlanReader(root, file, folders)
    plan, problems = reader.plan()
    settled = all(each is None or max(each[:2]) <= latest for each in reader.documents.values())
    return Reading(file, reader.folders, reader.documents, settled, plan, problems)


def _artifact_folders(file: PlanFile, folders: Mapping[str, Folder]) -> tuple[Folder | None, ...]:
    return tuple([folders.get(file.folder + each) for each in ARTIFACT_FOLDERS]) if file.own_folder else ()


class _UnreadableError(Exception):
    """Why a plan cannot be read."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _PlanReader:
    """Reads documents, remembers what they looked like, and collects problems."""

    def __init__(self, root: str, file: PlanFile, folders: Mapping[str, Folder]) -> None:
        self.folders = _artifact_folders(file, folders)
        self.documents: dict[str, Signature | None] = {}
        self._root = root
        self._file = file
        self._path = plain(file.path)
        self._name = self._path.rpartition("/")[2]
        self._problems: list[Problem] = []
        if self._path != file.path:
            message = f"{self._name} or its folder has a name with characters that cannot be shown; rename it."
            self._problems.append(Problem("name-unsafe", message, self._path))

    def plan(self) -> tuple[Plan | None, tuple[Problem, ...]]:
        """The plan, or None where the file is none; and the problems that then belong to no plan."""
        try:
            data, is_plan = self._plan_bytes()
        except _UnreadableError as error:
            self._problems.append(Problem(error.code, f"{self._name} {error}", self._path))
            step = NextStep(None, StepKind.NONE, f"{self._name} cannot be read")
            return self._model(parser.PlanText("", {}, (), ()), (), step), ()
        if is_plan:
            parsed = parser.parse_plan(data, self._path)
            self._problems += parsed.problems
            achievements = self._achievements(parsed.declarations)
            return self._model(parsed, achievements, schedule.first_step(achievements)), ()
        if not self._file.own_folder:
            return None, ()
        message = f"{self._name} does not begin with '# PLAN: title' and is not read as a plan; correct its first line."
        return None, (Problem("plan-heading", message, self._path, 1),)

    def _plan_bytes(self) -> tuple[bytes, bool]:
        """The bytes of the file, and whether it is a plan: then they are all, and UTF-8. Raises _UnreadableError."""
        if self._file.obstacle:
            raise _UnreadableError("plan-unreadable", f"is {self._file.obstacle}, not a file; rename it or replace it.")
        try:
            data = self._bytes(self._file.path)
        except OSError as error:
            message = f"cannot be read: {plain(error.strerror or str(error))}; make it readable."
            raise _UnreadableError("plan-unreadable", message) from error
        is_plan = parser.is_plan(data)
        if not is_plan and data[:2] not in _UTF16_MARKS:
            return data, False
        if len(data) > MAXIMUM_BYTES:
            limit = f"{MAXIMUM_BYTES >> 20} MiB"
            raise _UnreadableError("plan-too-large", f"is larger than {limit} and is not read; shorten it.")
        try:
            data.decode()
        except UnicodeDecodeError as error:
            message = f"is not UTF-8 text (byte {error.start}); save it as UTF-8."
            raise _UnreadableError("plan-not-utf8", message) from error
        return data, is_plan

    def _achievements(self, declarations: tuple[parser.Declaration, ...]) -> tuple[Achievement, ...]:
        ids = [each.id for each in declarations]
        artifacts: Mapping[str, Artifacts] = {}
        listed = _NO_PARALLEL
        printable = True
        if self._file.own_folder:
            own, subplans, executions, feedbacks = (folder.files if folder else () for folder in self.folders)
            names = status.FileNames(self._file.name, self._file.folder, subplans, executions, feedbacks)
            artifacts, problems = status.collect_artifacts(names, ids, self._document)
            self._problems += problems
            printable = "".join((self._file.folder, *subplans, *executions, *feedbacks)).isprintable()
            if "parallel.json" in own:
                listed = self._parallel(ids)
            self._report_obstacles()
        waits_for, problems = dependencies.unite(declarations, listed.dependencies, self._path)
        self._problems += problems
        achievements = []
        for each in declarations:
            identity = each.id
            found = artifacts.get(identity)
            state = status.achievement_status(identity, found, self._document) if found else _NOT_STARTED
            if not found:
                found = _NO_ARTIFACTS
            elif not printable:
                found = _plain_artifacts(found)
            effort = each.effort or listed.efforts.get(identity)
            achievements.append(
                Achievement(identity, each.title, each.group, each.line, state, waits_for[identity], effort, found)
            )
        return tuple(achievements)

    def _report_obstacles(self) -> None:
        """Report what has the name of an artifact, or of a folder for them, and is something else."""
        for below, folder in zip(ARTIFACT_FOLDERS, self.folders, strict=True):
            if folder is None:
                continue
            kinds = [(name, "a folder") for name in folder.folders if name not in _PLACES]
            kinds += folder.others.items()
            kinds += [(name, "a file") for name in _PLACES_IN[below] if name in folder.files]
            for name, kind in kinds:
                if _COUNTED[below].fullmatch(name):
                    wanted = "folder" if name in _PLACES else "file"
                    what = f"is {kind}, not a {wanted}, and does not count; put a {wanted} in its place."
                    self._report("artifact-kind", f"{self._file.folder}{below}/{name}", what)

    def _report(self, code: str, path: str, what: str) -> None:
        self._problems.append(Problem(code, f"{plain(path.rpartition('/')[2])} {what}", plain(path)))

    def _parallel(self, ids: list[str]) -> parallel.ParallelFile:
        path = f"{self._file.folder}/parallel.json"
        try:
            data = self._bytes(path)
        except OSError as error:
            self._unreadable_document(path, error)
            return _NO_PARALLEL
        listed = parallel.read_parallel(data, ids, plain(path))
        self._problems += listed.problems
        return listed

    def _model(self, parsed: parser.PlanText, achievements: tuple[Achievement, ...], step: NextStep) -> Plan:
        return Plan(
            name=plain(self._file.name),
            path=plain(self._file.folder),
            plan_file=self._path,
            container=plain(self._file.container),
            own_folder=self._file.own_folder,
            title=parsed.title,
            header=parsed.header,
            achievements=achievements,
            counts=schedule.counts(achievements),
            next=step,
            problems=tuple(dict.fromkeys(self._problems)),
        )

    def _bytes(self, path: str) -> bytes:
        full = f"{self._root}/{path}"
        try:
            data, self.documents[path] = read_file(full, MAXIMUM_BYTES + 1)
        except OSError:
            self.documents[path] = signature_at(full)
            raise
        return data

    def _document(self, path: str) -> bytes:
        """A document beside the plan; empty, with a problem, where it cannot be read."""
        try:
            return self._bytes(path)
        except OSError as error:
            self._unreadable_document(path, error)
            return b""

    def _unreadable_document(self, path: str, error: OSError) -> None:
        reason = plain(error.strerror or str(error))
        self._report("document-unreadable", path, f"cannot be read: {reason}; make it readable.")


def _plain_artifacts(artifacts: Artifacts) -> Artifacts:
    kinds = msgspec.structs.asdict(artifacts)
    return Artifacts(**{kind: tuple(map(plain, paths)) for kind, paths in kinds.items()})

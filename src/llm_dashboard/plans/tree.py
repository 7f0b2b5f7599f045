"""The folders below a plans root, listed again only where they changed. Links are never followed."""

import os
import stat
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType

import msgspec

from llm_dashboard.plans.files import Signature, kind_of, settled_until, signature_of

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Folder(msgspec.Struct, frozen=True, gc=False):
    """What a folder held when it was listed. Names are as the file system has them, sorted."""

    signature: Signature
    """Taken before listing, so that a later change shows."""
    settled: bool = True
    """Whether every change since then shows in the signature."""
    files: tuple[str, ...] = ()
    """Regular files."""
    folders: tuple[str, ...] = ()
    others: Mapping[str, str] = _NOTHING
    """What is neither, with what it is: `a link`."""
    plans: tuple[str, ...] = ()
    """What of all these is named like a plan."""
    error: str | None = None
    """Why it could not be listed."""


class FolderTree:
    """The plans root and every folder below it, keyed by the path relative to the workspace."""

    def __init__(self, workspace: str, root: str) -> None:
        self.root = root
        self.folders: dict[str, Folder] = {}
        self._workspace = workspace
        self._settled_until = 0

    def list_all(self) -> None:
        """List every folder that is not as it was. Raises OSError where the plans root is no folder."""
        known, self.folders = self.folders, {}
        self._settled_until = settled_until()
        self._signature(self.root)
        self._list_below(self.root, known)

    def list_changed(self, paths: Iterable[str]) -> set[str]:
        """List the folders in which something changed, by paths of what changed at or below the plans root.

        Returns the folders that are to be looked at again, those that are gone included. Raises OSError where one goes
        meanwhile, or as `list_all` does.
        """
        changed: set[str] = set()
        self._settled_until = settled_until()
        self._signature(self.root)
        for nearest in {self._nearest(path, changed) for path in paths}:
            before = self.folders.get(nearest)
            if before is None:
                # Forgotten for the sake of a later path, whose nearest folder holds this one.
                continue
            folder = self.folders[nearest] = self._folder(nearest, self._signature(nearest), before)
            changed.add(nearest)
            for name in set(before.folders).difference(folder.folders):
                self._forget(f"{nearest}/{name}", changed)
            for name in folder.folders:
                if f"{nearest}/{name}" not in self.folders:
                    changed.update(self._list_below(f"{nearest}/{name}", {}))
        return changed

    def _nearest(self, path: str, changed: set[str]) -> str:
        """The nearest known folder that is or holds the path and is still the same; others on the way to it are forgotten."""
        nearest = self.root
        for name in path[len(self.root) + 1 :].split("/"):
            below = f"{nearest}/{name}"
            folder = self.folders.get(below)
            if folder is None:
                break
            try:
                same = self._signature(below)[3] == folder.signature[3]
            except OSError:
                same = False
            if not same:
                self._forget(below, changed)
                break
            nearest = below
        return nearest

    def _forget(self, path: str, changed: set[str]) -> None:
        waiting = [path]
        while waiting:
            path = waiting.pop()
            if folder := self.folders.pop(path, None):
                changed.add(path)
                waiting.extend(f"{path}/{name}" for name in folder.folders)

    def _list_below(self, start: str, known: Mapping[str, Folder]) -> list[str]:
        listed: list[str] = []
        waiting = [start]
        while waiting:
            path = waiting.pop()
            try:
                folder = self._folder(path, self._signature(path), known.get(path))
            except OSError:
                continue
            self.folders[path] = folder
            listed.append(path)
            if folder.folders:
                waiting.extend([f"{path}/{name}" for name in folder.folders])
        return listed

    def _signature(self, path: str) -> Signature:
        """The signature of a folder. Raises OSError where it is none."""
        status = os.lstat(f"{self._workspace}/{path}")
        if not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(f"is {kind_of(status.st_mode)}, not a folder")
        return signature_of(status)

    def _folder(self, path: str, signature: Signature, known: Folder | None) -> Folder:
        if known and known.settled and known.signature == signature:
            return known
        settled = signature[0] <= self._settled_until and signature[1] <= self._settled_until
        return _list_folder(f"{self._workspace}/{path}", signature, settled)


def _list_folder(path: str, signature: Signature, settled: bool) -> Folder:
    files: list[str] = []
    folders: list[str] = []
    others: dict[str, str] = {}
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    files.append(entry.name)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                else:
                    with suppress(FileNotFoundError):
                        others[entry.name] = kind_of(entry.stat(follow_symlinks=False).st_mode)
    except OSError as error:
        return Folder(signature, settled, error=error.strerror or str(error))
    files.sort()
    folders.sort()
    plans = _plans(files)
    if folders or others:
        plans += _plans(folders) + _plans(sorted(others))
    return Folder(signature, settled, tuple(files), tuple(folders), others or _NOTHING, plans)


def _plans(names: list[str]) -> tuple[str, ...]:
    """Those of sorted names that are of plans."""
    first = bisect_left(names, "PLAN_")
    if first == len(names) or not names[first].startswith("PLAN_"):
        return ()
    return tuple([name for name in names[first : bisect_left(names, "PLAN`")] if name.endswith(".md")])

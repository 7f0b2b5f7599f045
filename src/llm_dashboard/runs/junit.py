"""Test counts from JUnit XML files, which are as untrusted as any output: bounded, and without a DTD or entities."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from xml.parsers.expat import ExpatError, ParserCreate

from llm_dashboard.runs.models import TestCounts
from llm_dashboard.runs.records import read_regular
from llm_dashboard.safe_text import plain

MAX_FILES = 500
MAX_BYTES = 32 * 1024 * 1024
"""Of all files together."""
_CHUNK = 64 * 1024


class _NotJUnitError(Exception):
    """The file is something else, or does what no report needs to do."""


def count_tests(paths: Iterable[Path]) -> TestCounts:
    """What those of the files that are JUnit XML report, added up. One that is broken, or beyond the bounds, does not count."""
    passed = failed = total = 0
    read: list[Path] = []
    left = MAX_BYTES
    for path in paths:
        try:
            data = read_regular(str(path), left + 1)
            if len(data) > left or len(read) >= MAX_FILES:
                break
            found = _Report(data)
        except (OSError, ExpatError, _NotJUnitError):
            continue
        left -= len(data)
        read.append(path)
        passed, failed, total = passed + found.passed, failed + found.failed, total + found.total
    if not read:
        return TestCounts()
    source = plain(read[0].name) if len(read) == 1 else f"{len(read)} files"
    return TestCounts(passed, failed, total, f"JUnit XML: {source}")


def matches(path: str, pattern: str) -> bool:
    """Whether a relative path fits a glob, both with `/`; `**` stands for any number of folders."""

    def fits(parts: Sequence[str], wanted: Sequence[str]) -> bool:
        if not wanted:
            return not parts
        if wanted[0] == "**":
            return any(fits(parts[start:], wanted[1:]) for start in range(len(parts) + 1))
        return bool(parts) and fnmatchcase(parts[0], wanted[0]) and fits(parts[1:], wanted[1:])

    return fits(path.split("/"), PurePosixPath(pattern).parts)


class _Report:
    """The verdicts of one file. Raises ExpatError or _NotJUnitError."""

    def __init__(self, data: bytes) -> None:
        self.passed = self.failed = self.total = 0
        self._depth = 0
        self._verdict = ""
        parser = ParserCreate()
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        # In pieces, so that a large file of another kind is given up at its first element.
        for start in range(0, len(data), _CHUNK):
            parser.Parse(data[start : start + _CHUNK], False)
        parser.Parse(b"", True)

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._depth and name not in ("testsuite", "testsuites"):
            raise _NotJUnitError(name)
        self._depth += 1
        if name == "testcase":
            self._verdict = "passed"
        elif name in ("failure", "error"):
            self._verdict = "failed"
        elif name == "skipped" and self._verdict == "passed":
            self._verdict = "skipped"

    def _on_end(self, name: str) -> None:
        self._depth -= 1
        if name == "testcase":
            self.total += 1
            self.passed += self._verdict == "passed"
            self.failed += self._verdict == "failed"


def _refuse(*declaration: object) -> None:
    raise _NotJUnitError("a declaration")

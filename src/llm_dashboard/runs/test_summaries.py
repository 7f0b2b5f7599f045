"""How many tests passed and failed, read from the summaries that test runners print."""

import re

from llm_dashboard.runs.models import TestCounts


def count_tests(output: str) -> TestCounts:
    """What the output shows about tests. Escape sequences must be gone from it.

    Of each runner the last summary counts, for it is printed again after every repair; what different runners count adds
    up. A summary must be a line of its own, so that one quoted in a sentence does not count.
    """
    lines = [line.rstrip() for line in output.splitlines()]
    found = [(name, counts) for name, read in _RUNNERS if (counts := read(lines))]
    if not found:
        return TestCounts()
    passed, failed, total = (sum(counts[column] for _, counts in found) for column in range(3))
    return TestCounts(passed, failed, total, ", ".join(name for name, _ in found))


_Counts = tuple[int, int, int]
"""Passed, failed, and all that were reported, skipped ones included."""


def _pytest(lines: list[str]) -> _Counts | None:
    """`=== 1 failed, 2 passed in 0.12s ===`, with or without the rules (-q)."""
    for line in reversed(lines):
        text = line.strip("= ")
        if _PYTEST_NONE.fullmatch(text):
            return 0, 0, 0
        if _PYTEST.fullmatch(text):
            numbers = _by_word(text.partition(" in ")[0])
            passed = numbers.get("passed", 0) + numbers.get("xpassed", 0)
            failed = numbers.get("failed", 0) + numbers.get("error", 0) + numbers.get("errors", 0)
            return passed, failed, passed + failed + numbers.get("skipped", 0) + numbers.get("xfailed", 0)
    return None


def _unittest(lines: list[str]) -> _Counts | None:
    """`Ran 3 tests in 0.001s`, and below it `OK` or `FAILED (failures=1, errors=1)`."""
    for number in range(len(lines) - 1, -1, -1):
        ran = _UNITTEST_RAN.fullmatch(lines[number])
        verdict = next((line for line in lines[number + 1 : number + 4] if line), "") if ran else ""
        if ran and _UNITTEST_VERDICT.match(verdict):
            numbers = {word: int(count) for word, count in re.findall(r"([a-z ]+)=(\d+)", verdict)}
            numbers = {word.strip(): count for word, count in numbers.items()}
            total = int(ran["total"])
            failed = sum(numbers.get(word, 0) for word in ("failures", "errors", "unexpected successes"))
            passed = total - failed - numbers.get("skipped", 0) - numbers.get("expected failures", 0)
            return max(0, passed), failed, total
    return None


def _jest(lines: list[str]) -> _Counts | None:
    """`Tests:       1 failed, 7 passed, 8 total`."""
    for line in reversed(lines):
        if _JEST.fullmatch(line):
            numbers = _by_word(line)
            return numbers.get("passed", 0), numbers.get("failed", 0), numbers["total"]
    return None


def _vitest(lines: list[str]) -> _Counts | None:
    """`      Tests  1 failed | 7 passed (8)`."""
    for line in reversed(lines):
        if found := _VITEST.fullmatch(line):
            numbers = _by_word(line)
            return numbers.get("passed", 0), numbers.get("failed", 0), int(found["total"])
    return None


def _cargo(lines: list[str]) -> _Counts | None:
    """`test result: ok. 5 passed; 0 failed; 1 ignored; …`, one for each binary that a `Running` line names."""
    binary = ""
    results: dict[str, _Counts] = {}
    for line in lines:
        if heading := _CARGO_BINARY.fullmatch(line):
            binary = heading["binary"]
        elif found := _CARGO.match(line):
            passed, failed, ignored = (int(found[name]) for name in ("passed", "failed", "ignored"))
            results[binary] = passed, failed, passed + failed + ignored
    return _sum(results)


def _go(lines: list[str]) -> _Counts | None:
    """`--- PASS: TestX` under `go test -v`, until the line of their package."""
    pending: dict[str, str] = {}
    results: dict[str, _Counts] = {}
    for line in lines:
        if test := _GO_TEST.match(line):
            pending[test["name"]] = test["verdict"]
        elif package := _GO_PACKAGE.match(line):
            verdicts = list(pending.values())
            if "PASS" in verdicts:
                results[package["name"]] = verdicts.count("PASS"), verdicts.count("FAIL"), len(verdicts)
            pending = {}
    return _sum(results)


def _go_packages(lines: list[str]) -> _Counts | None:
    """`ok  	example.com/a	0.01s` or `FAIL	example.com/a	0.01s`: without -v only packages are told."""
    if any(line.startswith("--- PASS: ") for line in lines):
        return None
    verdicts = {found["name"]: found["verdict"] for line in lines if (found := _GO_PACKAGE.match(line))}
    passed = sum(verdict == "ok" for verdict in verdicts.values())
    return (passed, len(verdicts) - passed, len(verdicts)) if verdicts else None


def _by_word(text: str) -> dict[str, int]:
    return {word: int(count) for count, word in re.findall(r"(\d+) ([a-z]+)", text)}


def _sum(results: dict[str, _Counts]) -> _Counts | None:
    if not results:
        return None
    passed, failed, total = (sum(column) for column in zip(*results.values(), strict=True))
    return passed, failed, total


_RUNNERS = (
    ("pytest", _pytest),
    ("unittest", _unittest),
    ("jest", _jest),
    ("vitest", _vitest),
    ("cargo test", _cargo),
    ("go test", _go),
    ("go test (packages)", _go_packages),
)

_PYTEST = re.compile(r"\d+ [a-z]+(?:, \d+ [a-z]+)* in \d[\d.]*s(?: \([\d:.a-z, ]+\))?")
_PYTEST_NONE = re.compile(r"(?:\d+ deselected|no tests (?:ran|collected))[^.]* in \d[\d.]*s")
_UNITTEST_RAN = re.compile(r"Ran (?P<total>\d+) tests? in \d[\d.]*s")
_UNITTEST_VERDICT = re.compile(r"(?:OK|FAILED|NO TESTS RAN)(?: \(|$)")
_JEST = re.compile(r"Tests:\s+(?:\d+ [a-z]+, )*\d+ total")
_VITEST = re.compile(r"\s*Tests\s+\d+ [a-z]+(?: \| \d+ [a-z]+)* \((?P<total>\d+)\)")
_CARGO_BINARY = re.compile(r"\s+(?:Running|Doc-tests) (?P<binary>.+?)(?: \(.*\))?")
_CARGO = re.compile(r"test result: \w+\. (?P<passed>\d+) passed; (?P<failed>\d+) failed; (?P<ignored>\d+) ignored")
_GO_TEST = re.compile(r"--- (?P<verdict>PASS|FAIL|SKIP): (?P<name>\S+)")
_GO_PACKAGE = re.compile(r"(?P<verdict>ok|FAIL)\s+(?P<name>[\w.~/-]+[./][\w.~/-]+)\s")

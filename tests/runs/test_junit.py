"""Counts of JUnit XML files, as real runners write them, and of files that are made to harm."""

import os
from pathlib import Path

import pytest

from llm_dashboard.runs import junit
from llm_dashboard.runs.junit import count_tests, matches
from llm_dashboard.runs.models import TestCounts
from tests.runs.conftest import Python, Supervise

PYTEST = """<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" failures="1"
skipped="1" tests="5" time="0.1"><testcase classname="t" name="a" time="0.001" /><testcase classname="t" name="b">
<failure message="assert 1 == 2">def b(): ...</failure></testcase><testcase name="c"><skipped type="pytest.skip"/></testcase>
<testcase name="d"><error message="at teardown"/></testcase><testcase name="e"><system-out>failure</system-out></testcase>
</testsuite></testsuites>"""
SUREFIRE = """<testsuite name="A" tests="2" failures="0"><properties><property name="x" value="y"/></properties>
<testcase name="a"/><testcase name="b"><failure/><error/></testcase></testsuite>"""
NESTED = """<testsuites><testsuite name="o" tests="1"><testsuite name="i" tests="1"><testcase name="a"/></testsuite></testsuite>
</testsuites>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><testsuite><testcase name="&c;"/></testsuite>"""
EXTERNAL = """<!DOCTYPE t SYSTEM "file:///etc/passwd"><testsuite><testcase name="a"/></testsuite>"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Where a report goes."""
    return tmp_path / "report.xml"


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (PYTEST, TestCounts(2, 2, 5, "JUnit XML: report.xml")),
        (SUREFIRE, TestCounts(1, 1, 2, "JUnit XML: report.xml")),
        (NESTED, TestCounts(1, 0, 1, "JUnit XML: report.xml")),
        ("<testsuites/>", TestCounts(0, 0, 0, "JUnit XML: report.xml")),
        (BOMB, TestCounts()),
        (EXTERNAL, TestCounts()),
        (PYTEST[:-20], TestCounts()),
        ('<coverage><testcase name="a"/></coverage>', TestCounts()),
        ("", TestCounts()),
        ("no XML", TestCounts()),
        ('<testsuite><testcase name="&undefined;"/></testsuite>', TestCounts()),
    ],
)
def test_one_report(report: Path, text: str, counts: TestCounts) -> None:
    report.write_text(text)
    assert count_tests([report]) == counts


def test_reports_add_up_and_what_is_none_does_not_count(report: Path, tmp_path: Path) -> None:
    report.write_text(PYTEST)
    other = tmp_path / "other.xml"
    other.write_text(SUREFIRE)
    broken = tmp_path / "broken.xml"
    broken.write_text("<testsuite><testcase/>")
    os.mkfifo(tmp_path / "pipe.xml")
    paths = [broken, report, other, tmp_path, tmp_path / "pipe.xml", tmp_path / "absent.xml"]
    assert count_tests(paths) == TestCounts(3, 3, 7, "JUnit XML: 2 files")


def test_a_name_is_safe_to_draw(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J.xml"
    path.write_text(SUREFIRE)
    assert count_tests([path]).source == "JUnit XML: a.xml"


def test_bounds(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report.write_text(SUREFIRE)
    monkeypatch.setattr(junit, "MAX_FILES", 3)
    assert count_tests([report] * 9).total == 6
    monkeypatch.setattr(junit, "MAX_BYTES", 2 * len(SUREFIRE))
    assert count_tests([report] * 9).total == 4
    monkeypatch.setattr(junit, "MAX_BYTES", len(SUREFIRE) - 1)
    assert count_tests([report]) == TestCounts()


def test_a_large_file_of_another_kind_is_given_up_at_its_first_element(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(junit, "_CHUNK", 16)
    report.write_text("<coverage>" + "<a/>" * 100 + "&undefined;" * 100)
    report.write_text("<coverage>" + "<a/>" * 100 + "&undefined;" * 100)
    seen: list[str] = []
    on_start = junit._Report._on_start

    def counted(self: junit._Report, name: str, attributes: dict[str, str]) -> None:
        seen.append(name)
        on_start(self, name, attributes)

    monkeypatch.setattr(junit._Report, "_on_start", counted)
    assert count_tests([report]) == TestCounts()
    assert seen == ["coverage"]


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("a.xml", "*.xml", True),
        ("d/a.xml", "*.xml", False),
        ("d/a.xml", "**/*.xml", True),
        ("a.xml", "**/*.xml", True),
        ("d/e/f/a.xml", "d/**/a.xml", True),
        ("d/a.xml", "d/**/a.xml", True),
        ("d/e/TEST-x.xml", "*/e/TEST-?.xml", True),
        ("d/e/TEST-x.xml", "./d/e/*.xml", True),
        ("d/a.xml", "d/**", True),
        ("d/a.xml", "d", False),
        ("d", "d/a.xml", False),
    ],
)
def test_globs(path: str, pattern: str, fits: bool) -> None:
    assert matches(path, pattern) is fits


WRITES = """
    import os
    os.makedirs("reports", exist_ok=True)
    open("reports/new.xml", "w").write('<testsuite><testcase name="a"/><testcase name="b"/></testsuite>')
    print("===== 9 passed in 0.98s =====")
"""


@pytest.mark.parametrize(
    ("tests", "counts"),
    [
        ("auto", TestCounts(2, 0, 2, "JUnit XML: new.xml")),
        ("none", TestCounts()),
        ("reports/*.xml", TestCounts(2, 0, 2, "JUnit XML: new.xml")),
        ("other/*.xml", TestCounts()),
    ],
)
def test_the_tests_of_a_run(
    supervise: Supervise, python: Python, workspace: Path, tests: str, counts: TestCounts
) -> None:
    (workspace / "old.xml").write_text('<testsuite><testcase name="of yesterday"/></testsuite>')
    assert supervise(python(WRITES, tests=tests)).tests == counts


def test_output_counts_where_no_file_is_a_report(supervise: Supervise, python: Python) -> None:
    source = "open('pom.xml', 'w').write('<project/>'); print('===== 9 passed in 0.98s =====')"
    assert supervise(python(source)).tests == TestCounts(9, 0, 9, "pytest")

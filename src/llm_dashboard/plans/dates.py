"""Days as documents write them. A time of day does not count: it is written with and without zones (GRAMMAR.md, section 6)."""

import datetime
import re

_ISO_DATE = re.compile(r"(\d{4})([-/.\u2010-\u2013])(\d{1,2})\2(\d{1,2})")
_MONTH_DATE = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[\s-]+)?([A-Za-z]{3,9})\.?[\s-]+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIELD = re.compile(
    r"^[ \t>*+-]{0,12}\*\*(?:(?:Review|Resolution|Approval|Start|End|Completion|Execution) )?"
    r"(?:Date|Created|Started|Completed|(?:Last )?Updated)(?:\*\*[ \t]*:|:[ \t]*\*\*)([^\n]{1,200})",
    re.MULTILINE | re.IGNORECASE,
)


def day(written: str) -> datetime.date | None:
    """The first day in a text, written as `2026-11-23`, `23 November 2026` or `Nov 23, 2026`; None where there is none."""
    if match := _ISO_DATE.search(written):
        year, month, number = int(match[1]), int(match[3]), int(match[4])
    elif (match := _MONTH_DATE.search(written)) and match[2][:3].lower() in MONTHS and (match[1] or match[3]):
        year, month, number = int(match[4]), MONTHS.index(match[2][:3].lower()) + 1, int(match[1] or match[3])
    else:
        return None
    try:
        return datetime.date(year, month, number)
    except ValueError:
        return None


def last_day(text: str) -> datetime.date | None:
    """The last day that a document's own fields name (`Created`, `Updated`, `Review Date` …); None where there is none."""
    return max((found for match in _FIELD.finditer(text) if (found := day(match[1]))), default=None)

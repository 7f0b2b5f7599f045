"""How times, sizes and counts are written, on the screen and in text."""

from datetime import MAXYEAR, MINYEAR, datetime


def duration(seconds: float) -> str:
    """Seconds as `0.41s`, `9.8s`, `41s`, `3m 07s` or `2h 05m`."""
    if seconds < 1:
        return f"{seconds:.2f}s"
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02d}s"
    return f"{whole // 3600}h {whole % 3600 // 60:02d}m"


def clock(seconds: float) -> str:
    """Whole seconds that count: `0s`, `41s`, `3m 07s`, `2h 05m`."""
    return duration(float(int(seconds))) if seconds >= 10 else f"{max(0, int(seconds))}s"


def size(octets: int) -> str:
    """Bytes as `512 B`, `11.8 kB`, `98 kB` or `1.2 MB` (powers of 1,000)."""
    if octets < 1000:
        return f"{octets} B"
    value = float(octets)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.5 or unit == "GB":
            return f"{value:.1f} {unit}" if value < 19.95 else f"{value:.0f} {unit}"
    raise AssertionError("unreachable")


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: `1 plan`, `1,204 lines`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def moment(text: str | None) -> datetime | None:
    """A time in ISO 8601 with its zone; None for anything else, for a record may say anything."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    # The first and the last year of the calendar have no room for other zones.
    return found if found.tzinfo and MINYEAR < found.year < MAXYEAR else None


def date_and_time(text: str | None) -> str:
    """A time in ISO 8601 as local date and minute, in 16 characters: `2026-11-23 01:45`, or `unknown`."""
    found = moment(text)
    return f"{found.astimezone():%Y-%m-%d %H:%M}" if found else "unknown         "

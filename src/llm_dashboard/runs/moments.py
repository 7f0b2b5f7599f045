"""How a moment is written: in run.json, in result.json, in events. The supervisor imports this at its start."""

from time import gmtime, strftime


def iso(seconds: float) -> str:
    """Seconds since the epoch as ISO 8601, UTC, milliseconds: `2026-11-23T01:45:02.114Z`."""
    return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(seconds))}.{int(seconds * 1000) % 1000:03d}Z"

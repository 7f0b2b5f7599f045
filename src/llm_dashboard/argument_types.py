"""What a word of the command line must be: each function reads one, or raises ArgumentTypeError with a sentence."""

import argparse

LONGEST_AGO = 100_000
"""In days."""


def seconds(text: str) -> float:
    """A number of seconds from 0 on."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds (0 for no limit)")
    return value


def grace(text: str) -> tuple[float, float]:
    """Two numbers of seconds with a comma between them."""
    parts = [seconds(part) for part in text.split(",")]
    if len(parts) != 2:
        raise argparse.ArgumentTypeError("two numbers of seconds, after SIGINT and after SIGTERM: 5,3")
    return parts[0], parts[1]


def run_count(text: str) -> int:
    """A whole number from 0 on."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of runs")
    return int(text)


def days(text: str) -> float:
    """A number of days from 0 on."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= LONGEST_AGO:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days")
    return value


def port(text: str) -> int:
    """The number of a TCP port; 0 for one that is free."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 for one that is free)")
    return int(text)


def setting(text: str) -> tuple[str, str]:
    """The key of a setting, and its value as it is written."""
    key, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is no KEY=VALUE, such as limits.wall=60")
    return key.strip(), value.strip()
